"""Writing many municipalities, names or passages at once, and counting what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.apps.imports.formats import Counts
from maillage.apps.territories.mapping import COLUMNS, department_of, sort_key_of
from maillage.apps.territories.models import Municipality, Passage, TerritoryName
from maillage.domain.territories import TerritoryKind

WRITTEN = (*COLUMNS[1:], "sort_key", "missing_since")
ROWS_AT_ONCE = 2000


def count(known: Mapping[Any, Any], wanted: Mapping[Any, Any]) -> Counts:
    """Compare what is wanted with what is known under the same keys."""
    added = sum(1 for key in wanted if key not in known)
    changed = sum(1 for key, value in wanted.items() if key in known and known[key] != value)
    return Counts(added=added, changed=changed, unchanged=len(wanted) - added - changed)


@dataclass(frozen=True)
class MunicipalityTable:
    """The municipalities as stored, all columns by code."""

    rows: dict[str, dict[str, Any]]

    @classmethod
    def read(cls) -> MunicipalityTable:
        columns = ("code", *WRITTEN)
        stored = Municipality.objects.values_list(*columns)
        return cls({values[0]: dict(zip(columns, values, strict=True)) for values in stored})

    def merge(self, changes: Mapping[str, Mapping[str, Any]]) -> Counts:
        """Write the given columns of the given municipalities, new ones included; the rest is left as it is."""
        merged = {code: self._merged(code, columns) for code, columns in changes.items()}
        counts = count(self.rows, merged)
        moved = [Municipality(**row) for code, row in merged.items() if self.rows.get(code) != row]
        Municipality.objects.bulk_create(
            moved, ROWS_AT_ONCE, update_conflicts=True, unique_fields=["code"], update_fields=WRITTEN
        )
        self.rows.update(merged)
        return counts

    def remove(self, codes: Iterable[str]) -> None:
        for code in codes:
            Municipality.objects.filter(code=code).delete()
            self.rows.pop(code, None)

    def _merged(self, code: str, columns: Mapping[str, Any]) -> dict[str, Any]:
        known = self.rows.get(code) or _blank(code)
        merged = {**known, **columns}
        return {**merged, "sort_key": sort_key_of(merged["name"])}


def write_names(names: Mapping[tuple[TerritoryKind, str], str]) -> Counts:
    """Write the names of territories."""
    stored = TerritoryName.objects.values_list("kind", "code", "name")
    known = {(TerritoryKind(kind), code): name for kind, code, name in stored}
    moved = [
        TerritoryName(kind=kind.value, code=code, name=name)
        for (kind, code), name in names.items()
        if known.get((kind, code)) != name
    ]
    TerritoryName.objects.bulk_create(
        moved, ROWS_AT_ONCE, update_conflicts=True, unique_fields=["kind", "code"], update_fields=["name"]
    )
    return count(known, names)


def write_passages(passages: Mapping[str, tuple[str, str]]) -> Counts:
    """Write old codes, each with the current one and its former name."""
    known = {old: (current, name) for old, current, name in Passage.objects.values_list("old", "current", "name")}
    moved = [
        Passage(old=old, current=current, name=name)
        for old, (current, name) in passages.items()
        if known.get(old) != (current, name)
    ]
    Passage.objects.bulk_create(
        moved, ROWS_AT_ONCE, update_conflicts=True, unique_fields=["old"], update_fields=["current", "name"]
    )
    return count(known, passages)


def listed(codes: Sequence[str], longest: int = 10) -> str:
    """List codes in a sentence, the first ones when there are many."""
    ordered = sorted(codes)
    more = f" and {len(ordered) - longest} more" if len(ordered) > longest else ""
    return ", ".join(ordered[:longest]) + more


def sum_of(*counts: Counts) -> Counts:
    """Add counts up."""
    return Counts(
        added=sum(one.added for one in counts),
        changed=sum(one.changed for one in counts),
        unchanged=sum(one.unchanged for one in counts),
        closed=sum(one.closed for one in counts),
    )


def _blank(code: str) -> dict[str, Any]:
    texts = ("postcodes", "epci", "employment_zone", "local_committee", "arrondissement", "region")
    unknown = dict.fromkeys(("latitude", "longitude", "population", "missing_since"))
    return {
        "code": code,
        "name": code,
        **unknown,
        **dict.fromkeys(texts, ""),
        "department": department_of(code),
        "sort_key": "",
    }
