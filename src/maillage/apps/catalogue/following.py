"""What differs between two states of the catalogue: what a process reads to catch up, instead of reading all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q

from maillage.apps.catalogue.mapping import Record, record_from
from maillage.apps.catalogue.models import CatalogueRecord, CatalogueSequence, RecordKind
from maillage.domain.access_points import AccessPoint
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.engine.changing import Change

_READ = ("kind", "record_id", "source", "dated_on", "content")
_ASKED_AT_ONCE = 500
Found = TypeVar("Found", Service, AccessPoint, Organisation)


@dataclass(frozen=True)
class CatalogueState:
    """A state of the catalogue: what was known after a change, with its token, read on a day."""

    known_in: int
    token: str
    on: date


def is_still_true(state: CatalogueState) -> bool:
    """Tell whether the database still holds the change that a state was read after. One small query."""
    if not state.token:
        return state.known_in == 0
    return CatalogueSequence.objects.filter(number=state.known_in, token=state.token).exists()


def change_between(before: CatalogueState, after: CatalogueState, *, at_most: int) -> Change | None:
    """Give the records that differ from one state to another, in either direction; ``None`` when more than ``at_most``.

    Cost: two reads in an index, one more when the days differ, then the records themselves.
    """
    keys = _keys_of(_learnt(before.known_in, after.known_in), at_most)
    if before.on != after.on and len(keys) <= at_most:
        keys |= _keys_of(_turned(before.on, after.on), at_most)
    if len(keys) > at_most:
        return None
    found: dict[tuple[str, str], Record | None] = dict.fromkeys(sorted(keys))
    found.update(_standing(keys, after))
    by_kind = {kind.value: {key[1]: one for key, one in found.items() if key[0] == kind} for kind in RecordKind}
    return Change(
        services=_only(Service, by_kind[RecordKind.SERVICE]),
        access_points=_only(AccessPoint, by_kind[RecordKind.ACCESS_POINT]),
        organisations=_only(Organisation, by_kind[RecordKind.ORGANISATION]),
        catalogue_version=f"c{after.known_in}",
    )


def days_learnt(before: int, after: int) -> frozenset[date]:
    """Give the days on which versions learnt between two changes begin or end."""
    found = [
        days
        for rows in _learnt(before, after)
        for days in CatalogueRecord.objects.filter(rows).values_list("valid_from", "valid_until").distinct()
    ]
    return frozenset(day for pair in found for day in pair if day is not None)


def _learnt(one: int, other: int) -> tuple[Q, ...]:
    low, high = sorted((one, other))
    return Q(recorded_in__gt=low, recorded_in__lte=high), Q(superseded_in__gt=low, superseded_in__lte=high)


def _turned(one: date, other: date) -> tuple[Q, ...]:
    low, high = sorted((one, other))
    return Q(valid_from__gt=low, valid_from__lte=high), Q(valid_until__gt=low, valid_until__lte=high)


def _keys_of(conditions: Iterable[Q], at_most: int) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for condition in conditions:
        rows = CatalogueRecord.objects.filter(condition).values_list("kind", "record_id").distinct()
        found.update(rows[: at_most + 1])
    return found


def _standing(keys: Iterable[tuple[str, str]], state: CatalogueState) -> Mapping[tuple[str, str], Record]:
    began = Q(valid_from=None) | Q(valid_from__lte=state.on)
    stands = began & (Q(valid_until=None) | Q(valid_until__gt=state.on))
    known = Q(recorded_in__lte=state.known_in) & (Q(superseded_in=None) | Q(superseded_in__gt=state.known_in))
    found: dict[tuple[str, str], Record] = {}
    for kind in RecordKind:
        ids = sorted(key for one, key in keys if one == kind)
        for first in range(0, len(ids), _ASKED_AT_ONCE):
            asked = CatalogueRecord.objects.filter(
                stands, known, kind=kind, record_id__in=ids[first : first + _ASKED_AT_ONCE]
            )
            for row_kind, key, *rest in asked.values_list(*_READ):
                found[row_kind, key] = record_from(row_kind, *rest)
    return found


def _only(kind: type[Found], records: Mapping[str, Record | None]) -> dict[str, Found | None]:
    return {key: one for key, one in records.items() if one is None or isinstance(one, kind)}
