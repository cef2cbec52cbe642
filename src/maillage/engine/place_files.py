"""How many places services have on a day, from a CSV: every mistake of the file is told with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path

from maillage.domain.shared import MaillageError
from maillage.engine.people_files import read_table

COLUMNS = ("service", "places", "from", "until")
MOST_PLACES = 1_000_000_000
MISTAKES_SHOWN = 20


class PlacesUnreadable(MaillageError):
    """The file of places cannot be applied; nothing was proposed."""


def read_places(path: Path, services: AbstractSet[str], *, on: date) -> dict[str, int]:
    """Read ``service,places,from,until``: the places of each service on a day, several lines of a service added up.

    ``from`` and ``until`` are days, both included; blank is no bound. A service whose lines are all of other days is not
    limited by them.

    Raises:
        PlacesUnreadable: the file cannot be read, or a line cannot be applied: line, found, expected.
        PortfolioUnreadable: it is no file of a known kind.
    """
    table, lines, rejected = read_table(path)
    absent = [name for name in COLUMNS[:2] if name not in table.columns]
    if absent:
        raise PlacesUnreadable(
            f"{path.name} has no column {' nor '.join(absent)}; found {', '.join(table.columns) or 'none'}; expected "
            f"{', '.join(COLUMNS)}."
        )
    mistakes = [(one.line, one.reason) for one in rejected]
    places: dict[str, int] = {}
    for line, row in zip(lines.tolist(), table.iter_rows(named=True), strict=True):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        wrong = list(_mistakes_of(cells, services))
        mistakes += [(line, one) for one in wrong]
        if not wrong and _day(cells["from"], date.min) <= on <= _day(cells["until"], date.max):
            places[cells["service"]] = places.get(cells["service"], 0) + int(cells["places"])
    if mistakes:
        told = [f"  line {line}: {sentence}" for line, sentence in sorted(mistakes)[:MISTAKES_SHOWN]]
        more = [f"  and {len(mistakes) - MISTAKES_SHOWN:,} more"] if len(mistakes) > MISTAKES_SHOWN else []
        raise PlacesUnreadable("\n".join([f"{path.name} cannot be applied, nothing was proposed:", *told, *more]))
    return places


def _mistakes_of(cells: Mapping[str, str], services: AbstractSet[str]) -> Iterator[str]:
    if cells["service"] not in services:
        yield f"service « {cells['service'][:80]} »: no such service on that day; expected an id of the catalogue"
    count = cells["places"]
    if not (count.isascii() and count.isdigit() and int(count) <= MOST_PLACES):
        yield f"places « {count[:40]} »: expected a whole number from 0 to {MOST_PLACES:,}"
    for name in COLUMNS[2:]:
        try:
            _day(cells[name], date.min)
        except ValueError:
            yield f"{name} « {cells[name][:40]} »: expected a day that exists, YYYY-MM-DD, or nothing"


def _day(text: str, default: date) -> date:
    return date.fromisoformat(text) if text else default
