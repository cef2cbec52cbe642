"""EPCI with their members, as Etalab publishes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from maillage.apps.imports.cells import INSEE_CODE, required_text_of
from maillage.apps.imports.formats import Counts, RowRefused
from maillage.apps.imports.rows import Row
from maillage.apps.territories.importers.writing import MunicipalityTable, listed, sum_of, write_names
from maillage.apps.territories.queries import passage
from maillage.apps.territories.use_cases import announce_change
from maillage.domain.territories import TerritoryKind


@dataclass(frozen=True)
class Epci:
    """An EPCI and the codes of its members as the file writes them."""

    code: str
    name: str
    members: tuple[str, ...]


class EpciEtalab:
    """``epci-etalab``: epci.json of @etalab/decoupage-administratif."""

    name = "epci-etalab"
    required_columns = (frozenset({"code"}), frozenset({"nom"}), frozenset({"membres"}))

    def __init__(self) -> None:
        self._warnings: list[str] = []

    def warnings(self) -> Sequence[str]:
        return self._warnings

    def parse(self, row: Row) -> object:
        code = required_text_of(row, "code", longest=20)
        if not (code.isdigit() and len(code) == 9):
            raise RowRefused(f"code: « {code} » is not the SIREN of an EPCI (nine digits).")
        members = row.values.get("membres")
        if not isinstance(members, list) or not members:
            raise RowRefused("membres: a list of municipalities was expected.")
        codes = [str(member.get("code", "")) if isinstance(member, dict) else str(member) for member in members]
        if wrong := [member for member in codes if not INSEE_CODE.fullmatch(member)]:
            raise RowRefused(f"membres: « {wrong[0][:20]} » is not the INSEE code of a municipality.")
        return Epci(code, required_text_of(row, "nom", longest=300), tuple(codes))

    def key(self, record: object) -> str:
        return cast("Epci", record).code

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        found = cast("Sequence[Epci]", records)
        names = write_names({(TerritoryKind.EPCI, one.code): one.name for one in found})
        members = {member: one.code for one in found for member in one.members}
        moved, warnings = place(members, column="epci", complete=frozenset(one.code for one in found))
        self._warnings += warnings
        announce_change(at=at, has_changed=any((names.added, names.changed, moved.changed)))
        return sum_of(names, Counts(changed=moved.changed))


def place(members: Mapping[str, str], *, column: str, complete: frozenset[str]) -> tuple[Counts, list[str]]:
    """Say of municipalities in which territory they lie, old codes carried to the current ones.

    ``complete`` are the territories of which all members are given: a municipality that is no longer there leaves.
    """
    table, carried = MunicipalityTable.read(), passage()
    wanted: dict[str, str] = {}
    unknown, torn = [], []
    for code, territory in members.items():
        current = code if code in table.rows else carried.get(code, code)
        if current not in table.rows:
            unknown.append(code)
        elif wanted.setdefault(current, territory) != territory:
            torn.append(current)
    changes: dict[str, dict[str, Any]] = {code: {column: territory} for code, territory in wanted.items()}
    for code, row in table.rows.items():
        if code not in wanted and row[column] in complete:
            changes[code] = {column: ""}
    warnings = []
    if unknown:
        warnings.append(
            f"{len(unknown)} municipalities of the file are not loaded, and were left aside: {listed(unknown)}. "
            f"Load the municipalities first (maillage import communes FILE), then this file again."
        )
    if torn:
        warnings.append(f"{len(torn)} municipalities merged from two territories stay in the first: {listed(torn)}.")
    return table.merge(changes), warnings
