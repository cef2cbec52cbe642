"""Quarterly unemployment by department: the compact table, the table of INSEE's sheet, and its bank of series."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from maillage.apps.imports.cells import number_of, required_text_of, shown, text_of
from maillage.apps.imports.formats import Counts, RowRefused
from maillage.apps.imports.rows import Row
from maillage.apps.observatory.models import UnemploymentRate, UnemploymentSeries
from maillage.apps.territories.queries import geography
from maillage.domain.territories import TerritoryKind

SOURCE = "INSEE"
ROWS_AT_ONCE = 2000
_DEPARTMENT = re.compile(r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-8]")
_QUARTER = re.compile(r"(?:19|20)\d\d-T[1-4]")
_SHEET_QUARTER = re.compile(r"T([1-4])_((?:19|20)\d\d)")
_SERIES = re.compile(r"Taux de chômage localisé par département\s*-\s*(.+)")
_UPDATED = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
STATUSES = "Codes"

Rates = Mapping[tuple[str, str], float]
"""Rate in hundredths by department and quarter."""


@dataclass(frozen=True)
class Rated:
    """What one line says; a line of statuses says nothing."""

    department: str = ""
    percents: tuple[tuple[str, float], ...] = ()
    published_on: date | None = None


class QuarterlyUnemployment:
    """``chomage-departements``, in any of three forms.

    ``departement,trimestre,taux_chomage`` (2025-T3); the sheet « Département » saved as a table (``Code``, ``T1_1982``…);
    ``valeurs_trimestrielles.csv`` of the bank of series, where a department is known by its name.
    """

    name = "chomage-departements"
    required_columns = (frozenset({"departement", "Code", "Libellé"}),)

    def __init__(self) -> None:
        self._warnings: list[str] = []
        self._codes: dict[str, str] = {}

    def begin(self) -> None:
        prefix = f"{TerritoryKind.DEPARTMENT.value}:"
        self._codes = {
            _plain(name): notation.removeprefix(prefix)
            for notation, name in geography().names.items()
            if notation.startswith(prefix)
        }

    def warnings(self) -> Sequence[str]:
        return self._warnings

    def parse(self, row: Row) -> object:
        if "departement" in row.values:
            quarter = required_text_of(row, "trimestre", longest=20)
            if not _QUARTER.fullmatch(quarter):
                raise RowRefused(f"trimestre: {shown(quarter)} is not a quarter (2025-T3).")
            percent = _percent_of(row, "taux_chomage")
            if percent is None:
                raise RowRefused("taux_chomage is empty.")
            return Rated(_department_of(row, "departement"), ((quarter, percent),))
        if "Code" in row.values:
            return Rated(_department_of(row, "Code"), _rates_of(row))
        return self._series_of(row)

    def key(self, record: object) -> str:
        rated = cast("Rated", record)
        quarter = f" {rated.percents[0][0]}" if len(rated.percents) == 1 else ""
        return f"{rated.department}{quarter}" if rated.department else ""

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        rated = cast("Sequence[Rated]", records)
        rates = {(one.department, quarter): percent for one in rated for quarter, percent in one.percents}
        if not rates:
            self._warnings.append("No line holds a rate: nothing was changed.")
            return Counts()
        vintage = max(quarter for _, quarter in rates)
        latest = UnemploymentSeries.objects.order_by("-vintage", "-recorded_at", "-id").first()
        known = _rates_in(latest) if latest is not None else {}
        counts = _compared(known, rates)
        if latest is not None and latest.vintage > vintage:
            self._warnings.append(
                f"The series up to {latest.vintage} is already loaded: this one, up to {vintage}, was not kept."
            )
            return Counts()
        if latest is None or latest.vintage != vintage or known != rates:
            published_on = max((one.published_on for one in rated if one.published_on), default=None)
            _write(rates, vintage, published_on, at)
        return counts

    def _series_of(self, row: Row) -> Rated:
        label = required_text_of(row, "Libellé", longest=300)
        if label == STATUSES:
            return Rated()
        series = _SERIES.fullmatch(label)
        if series is None:
            raise RowRefused(f"Libellé: {shown(label)} is not the series of a department.")
        code = self._codes.get(_plain(series[1]))
        if code is None:
            raise RowRefused(f"Libellé: {shown(series[1])} is not the name of a loaded department (territory-names).")
        updated = _UPDATED.match(text_of(row, "Dernière mise à jour", longest=40))
        return Rated(code, _rates_of(row), _day_of(updated) if updated else None)


def _plain(name: str) -> str:
    return name.casefold().replace("’", "'").strip()


def _day_of(written: re.Match[str]) -> date:
    day, month, year = map(int, written.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise RowRefused(f"Dernière mise à jour: {shown(written[0])} is not a day.") from None


def _department_of(row: Row, column: str) -> str:
    text = required_text_of(row, column, longest=10).upper()
    code = text.zfill(2) if text.isdigit() else text
    if not _DEPARTMENT.fullmatch(code):
        raise RowRefused(f"{column}: {shown(text)} is not the code of a department (36, 2A, 974).")
    return code


def _percent_of(row: Row, column: str) -> float | None:
    percent = number_of(row, column)
    if percent is not None and not 0 <= percent <= 100:
        raise RowRefused(f"{column}: {percent:g} is not a rate from 0 to 100.")
    return percent


def _rates_of(row: Row) -> tuple[tuple[str, float], ...]:
    found = []
    for column in row.values:
        quarter = _quarter_of(column)
        percent = _percent_of(row, column) if quarter else None
        if percent is not None:
            found.append((quarter, percent))
    if not found:
        raise RowRefused("no column of a quarter (2025-T3, T3_2025) holds a rate.")
    return tuple(found)


def _quarter_of(column: str) -> str:
    if _QUARTER.fullmatch(column):
        return column
    sheet = _SHEET_QUARTER.fullmatch(column)
    return f"{sheet[2]}-T{sheet[1]}" if sheet else ""


def _rates_in(series: UnemploymentSeries) -> dict[tuple[str, str], float]:
    rows = UnemploymentRate.objects.filter(series=series).values_list("department", "quarter", "percent")
    return {(department, quarter): percent for department, quarter, percent in rows}


def _compared(known: Rates, wanted: Rates) -> Counts:
    added = sum(1 for key in wanted if key not in known)
    changed = sum(1 for key, value in wanted.items() if key in known and known[key] != value)
    closed = sum(1 for key in known if key not in wanted)
    return Counts(added=added, changed=changed, unchanged=len(wanted) - added - changed, closed=closed)


def _write(rates: Rates, vintage: str, published_on: date | None, at: datetime) -> None:
    series = UnemploymentSeries.objects.create(
        vintage=vintage, source=SOURCE, published_on=published_on, recorded_at=at
    )
    rows: Iterable[UnemploymentRate] = (
        UnemploymentRate(series=series, department=department, quarter=quarter, percent=percent)
        for (department, quarter), percent in rates.items()
    )
    UnemploymentRate.objects.bulk_create(rows, ROWS_AT_ONCE)
