"""The passage: old codes carried to the current ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from maillage.apps.imports.cells import insee_code_of, text_of
from maillage.apps.imports.formats import Counts, RowRefused
from maillage.apps.imports.rows import Row
from maillage.apps.territories.importers.writing import MunicipalityTable, listed, sum_of, write_passages
from maillage.apps.territories.models import Passage
from maillage.apps.territories.queries import passage
from maillage.apps.territories.use_cases import announce_change


@dataclass(frozen=True)
class Carried:
    """An old code and the one that now stands for it."""

    old: str
    current: str
    name: str = ""


@dataclass(frozen=True)
class Closed:
    """The municipalities that ended because they were carried elsewhere."""

    codes: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)


class PassageTable:
    """``passage``: ``code`` carried to ``commune_actuelle``."""

    name = "passage"
    required_columns = (frozenset({"code"}), frozenset({"commune_actuelle"}))

    def __init__(self) -> None:
        self._warnings: list[str] = []

    def warnings(self) -> Sequence[str]:
        return self._warnings

    def parse(self, row: Row) -> object:
        old, current = insee_code_of(row, "code"), insee_code_of(row, "commune_actuelle")
        if not old or not current:
            raise RowRefused(f"{'code' if not old else 'commune_actuelle'} is empty.")
        if old == current:
            raise RowRefused(f"{old} is carried to itself.")
        return Carried(old, current, text_of(row, "nom", longest=200))

    def key(self, record: object) -> str:
        return cast("Carried", record).old

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        rows = cast("Sequence[Carried]", records)
        wanted = carried_to({row.old: (row.current, row.name) for row in rows}, passage())
        table = MunicipalityTable.read()
        gone = {old: current for old, (current, _) in wanted.items() if _is_missing(table, old)}
        closed = close_carried(table, gone)
        self._warnings += closed.warnings
        if still := [old for old in wanted if old in table.rows]:
            self._warnings.append(
                f"{len(still)} codes are carried elsewhere but loaded as current municipalities: {listed(still)}. "
                f"They stay current until a file of municipalities no longer holds them."
            )
        counts = sum_of(write_passages(wanted), Counts(closed=len(closed.codes)))
        announce_change(at=at, has_changed=bool(counts.added or counts.changed or counts.closed))
        return counts


def carried_to(wanted: Mapping[str, tuple[str, str]], known: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Follow the codes to the end: what was carried to a code that is itself carried goes where that one goes."""
    steps = {**known, **{old: current for old, (current, _) in wanted.items()}}
    followed: dict[str, tuple[str, str]] = {}
    for old, (current, name) in wanted.items():
        seen = {old}
        end = current
        while end in steps and end not in seen:
            seen.add(end)
            end = steps[end]
        followed[old] = (current if end == old else end, name)
    return followed


def close_carried(table: MunicipalityTable, carried: Mapping[str, str]) -> Closed:
    """Close the municipalities whose successor is loaded: they stay reachable by their old code."""
    codes = {old for old, current in carried.items() if old in table.rows and current in table.rows}
    if not codes:
        return Closed()
    table.remove(sorted(codes))
    shown = listed([f"{old} → {carried[old]}" for old in codes])
    return Closed(codes, [f"{len(codes)} municipalities ended and are carried to their successor: {shown}."])


def forget_passages(codes: Collection[str]) -> None:
    """Remove the passage of codes that are municipalities again."""
    known = set(Passage.objects.values_list("old", flat=True)) & set(codes)
    Passage.objects.filter(old__in=sorted(known)).delete()


def _is_missing(table: MunicipalityTable, code: str) -> bool:
    return code in table.rows and table.rows[code]["missing_since"] is not None
