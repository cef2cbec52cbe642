"""Local committees for employment: their names, and the municipalities that make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from maillage.apps.imports.cells import insee_code_of, required_text_of
from maillage.apps.imports.formats import Counts, RowRefused
from maillage.apps.imports.rows import Row
from maillage.apps.territories.importers.epci import place
from maillage.apps.territories.importers.writing import sum_of, write_names
from maillage.apps.territories.use_cases import announce_change
from maillage.domain.territories import TerritoryKind


@dataclass(frozen=True)
class CommitteeLine:
    """A committee, and one of its municipalities when the file says it."""

    committee: str
    name: str
    municipality: str = ""


class LocalCommittees:
    """``clpe``: the official table of municipalities (``commune_id``), or the list of names (``clpe, libelle``)."""

    name = "clpe"
    required_columns = (frozenset({"territoire_id", "clpe"}), frozenset({"territoire_libelle", "libelle"}))

    def __init__(self) -> None:
        self._warnings: list[str] = []

    def warnings(self) -> Sequence[str]:
        return self._warnings

    def parse(self, row: Row) -> object:
        committee = required_text_of(row, "territoire_id", "clpe", longest=20)
        name = required_text_of(row, "territoire_libelle", "libelle", longest=300)
        if "territoire_id" not in row.values:
            return CommitteeLine(committee, name)
        municipality = insee_code_of(row, "commune_id")
        if not municipality:
            raise RowRefused("commune_id is empty.")
        return CommitteeLine(committee, name, municipality)

    def key(self, record: object) -> str:
        line = cast("CommitteeLine", record)
        return line.municipality or line.committee

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        lines = cast("Sequence[CommitteeLine]", records)
        names = write_names({(TerritoryKind.LOCAL_COMMITTEE, line.committee): line.name for line in lines})
        members = {line.municipality: line.committee for line in lines if line.municipality}
        complete = frozenset(members.values())
        placed, warnings = place(members, column="local_committee", complete=complete)
        self._warnings += warnings
        announce_change(at=at, has_changed=any((names.added, names.changed, placed.changed)))
        return sum_of(names, Counts(changed=placed.changed)) if members else names
