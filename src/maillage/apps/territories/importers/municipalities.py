"""Municipalities: the complete table, the compact one of the product, and the one of Etalab."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from maillage.apps.imports.cells import (
    POSTCODE,
    insee_code_of,
    integer_of,
    list_of,
    point_of,
    required_text_of,
    text_of,
)
from maillage.apps.imports.formats import Counts, RowRefused
from maillage.apps.imports.rows import Row
from maillage.apps.territories.importers.passage import Carried, carried_to, close_carried, forget_passages
from maillage.apps.territories.importers.writing import MunicipalityTable, listed, sum_of, write_passages
from maillage.apps.territories.queries import passage
from maillage.apps.territories.use_cases import announce_change

LONGEST_CODES = {
    "epci": 9,
    "employment_zone": 10,
    "local_committee": 20,
    "arrondissement": 10,
    "department": 3,
    "region": 3,
}


@dataclass(frozen=True)
class MunicipalityLine:
    """One municipality as a file gives it: only the columns that the file has."""

    code: str
    columns: Mapping[str, Any]


class Municipalities:
    """``communes``: one line a municipality, with its point and the territories it lies in."""

    name = "communes"
    CODE: tuple[str, ...] = ("code", "code_insee", "insee")
    NAME: tuple[str, ...] = ("nom",)
    LATITUDE: tuple[str, ...] = ("lat", "latitude")
    LONGITUDE: tuple[str, ...] = ("lon", "longitude")
    POPULATION: tuple[str, ...] = ("population",)
    POSTCODES: tuple[str, ...] = ("codes_postaux", "codesPostaux")
    TERRITORIES: Mapping[str, str] = {
        "epci": "epci",
        "employment_zone": "zone_emploi",
        "local_committee": "clpe",
        "arrondissement": "arrondissement",
        "department": "departement",
        "region": "region",
    }

    def __init__(self) -> None:
        self.required_columns = tuple(map(frozenset, (self.CODE, self.NAME, self.LATITUDE, self.LONGITUDE)))
        self._passage: dict[str, str] = {}
        self._warnings: list[str] = []

    def begin(self) -> None:
        self._passage = passage()

    def warnings(self) -> Sequence[str]:
        return self._warnings

    def parse(self, row: Row) -> object:
        code = insee_code_of(row, *self.CODE)
        if not code:
            raise RowRefused(f"{self.CODE[0]} is empty.")
        if code in self._passage:
            raise RowRefused(
                f"{code} is an old code, now {self._passage[code]}: use a file of the current vintage. If it was "
                f"made a municipality again, import the passage table of that vintage first."
            )
        columns: dict[str, Any] = {"name": required_text_of(row, *self.NAME, longest=200)}
        if _has(row, self.LATITUDE):
            point = point_of(row, self.LATITUDE, self.LONGITUDE)
            columns["latitude"] = point.latitude if point else None
            columns["longitude"] = point.longitude if point else None
        if _has(row, self.POPULATION):
            columns["population"] = integer_of(row, *self.POPULATION)
        if _has(row, self.POSTCODES):
            columns["postcodes"] = _postcodes_of(row, self.POSTCODES)
        for column, name in self.TERRITORIES.items():
            if name in row.values:
                columns[column] = text_of(row, name, longest=LONGEST_CODES[column])
        return MunicipalityLine(code, columns)

    def key(self, record: object) -> str:
        return cast("MunicipalityLine", record).code

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        lines = cast("Sequence[MunicipalityLine]", records)
        return self._save_municipalities(lines, at=at)

    def _save_municipalities(self, lines: Sequence[MunicipalityLine], *, at: datetime) -> Counts:
        table = MunicipalityTable.read()
        missing = _missing(table, {line.code for line in lines})
        counts = table.merge({line.code: {**line.columns, "missing_since": None} for line in lines})
        counts = sum_of(counts, self._set_aside(table, missing, at=at))
        has_changed = bool(counts.added or counts.changed or counts.closed)
        announce_change(at=at, has_changed=has_changed, vintage=f"{at:%Y}" if has_changed else "")
        return counts

    def _set_aside(self, table: MunicipalityTable, missing: Collection[str], *, at: datetime) -> Counts:
        """Close what the passage carries elsewhere, keep the rest and say so."""
        carried = {code: current for code, current in self._passage.items() if code in missing}
        closed = close_carried(table, carried)
        kept = sorted(set(missing) - closed.codes)
        self._warnings += closed.warnings
        if kept:
            self._warnings.append(
                f"{len(kept)} municipalities already loaded are not in the file, in departments that it holds: "
                f"{listed(kept)}. They are kept. If they merged, import the passage table (maillage import passage FILE)."
            )
        unmarked = [code for code in kept if table.rows[code]["missing_since"] is None]
        table.merge({code: {"missing_since": at.date()} for code in unmarked})
        return Counts(closed=len(closed.codes))


class CompactTerritories(Municipalities):
    """``territories``: the compact table of the product, as its demonstration ships it."""

    name = "territories"
    CODE = ("insee",)
    NAME = ("nom",)
    POPULATION = ("hab",)
    POSTCODES = ("cp",)
    TERRITORIES = {
        "epci": "epci",
        "employment_zone": "ze",
        "local_committee": "clpe",
        "arrondissement": "arr",
        "department": "dep",
        "region": "reg",
    }


class MunicipalitiesEtalab(Municipalities):
    """``communes-etalab``: communes.json of @etalab/decoupage-administratif; points already known are kept.

    Delegated and associated municipalities and the wards of Paris, Lyon and Marseille go to the passage.
    """

    name = "communes-etalab"
    LATITUDE = LONGITUDE = ()
    POSTCODES = ("codesPostaux",)
    TERRITORIES = {"arrondissement": "arrondissement", "department": "departement", "region": "region"}
    CURRENT = "commune-actuelle"
    PARENT_COLUMNS = {
        "commune-deleguee": "chefLieu",
        "commune-associee": "chefLieu",
        "arrondissement-municipal": "commune",
    }

    def __init__(self) -> None:
        super().__init__()
        self.required_columns = (frozenset({"code"}), frozenset({"nom"}), frozenset({"type"}))

    def parse(self, row: Row) -> object:
        kind = required_text_of(row, "type", longest=100)
        if kind == self.CURRENT:
            code = insee_code_of(row, "code")
            self._passage.pop(code, None)  # the file is the official code of its year: it is current again
            return super().parse(row)
        if kind not in self.PARENT_COLUMNS:
            raise RowRefused(f"type « {kind} » is none of {', '.join([self.CURRENT, *self.PARENT_COLUMNS])}.")
        old, current = insee_code_of(row, "code"), insee_code_of(row, self.PARENT_COLUMNS[kind])
        if not old or not current:
            raise RowRefused(f"code or {self.PARENT_COLUMNS[kind]} is empty.")
        return Carried(old, current, text_of(row, "nom", longest=200))

    def key(self, record: object) -> str:
        # A delegated municipality may bear the code of the municipality it is the seat of.
        return f"{record.old} (delegated)" if isinstance(record, Carried) else super().key(record)

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        lines = [record for record in records if isinstance(record, MunicipalityLine)]
        current = {line.code for line in lines}
        wanted = {
            record.old: (record.current, record.name)
            for record in records
            if isinstance(record, Carried) and record.old not in current
        }
        passages = write_passages(carried_to(wanted, self._passage))
        forget_passages(current)
        self._passage = passage()
        counts = self._save_municipalities(lines, at=at)
        has_changed = bool(passages.added or passages.changed)
        announce_change(at=at, has_changed=has_changed)
        if seats := sum(1 for record in records if isinstance(record, Carried) and record.old in current):
            self._warnings.append(f"{seats} delegated municipalities bear the code of their seat: nothing to carry.")
        return sum_of(counts, passages)


def _missing(table: MunicipalityTable, found: Collection[str]) -> list[str]:
    """Give the loaded municipalities that the file lacks, in departments of which it holds the most part."""
    loaded: dict[str, list[str]] = defaultdict(list)
    for code, row in table.rows.items():
        loaded[row["department"]].append(code)
    missing = []
    for codes in loaded.values():
        absent = [code for code in codes if code not in found]
        if len(absent) <= len(codes) / 2:
            missing += absent
    return missing


def _has(row: Row, names: Sequence[str]) -> bool:
    return any(name in row.values for name in names)


def _postcodes_of(row: Row, names: Sequence[str]) -> str:
    postcodes = [code.zfill(5) for code in list_of(row, *names)]
    if wrong := [code for code in postcodes if not POSTCODE.fullmatch(code)]:
        raise RowRefused(f"{names[0]}: « {wrong[0][:20]} » is not a postcode; several are separated by |.")
    return " ".join(dict.fromkeys(postcodes))[:400]
