"""What is stored and what is meant: the domain's records as JSON and back, nothing lost either way.

Only what differs from the default is written: a service of six facts takes six keys, and reading a hundred thousand of
them stays a matter of seconds.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from maillage.apps.catalogue.models import RecordKind
from maillage.domain.access_points import AccessPoint, Equipment, Helper, PlaceKind
from maillage.domain.organisations import FileInCharge, Organisation, OrganisationLevel
from maillage.domain.services import OwnBasis, Service
from maillage.domain.shared import Period, Point, Provenance
from maillage.domain.territories import TerritoryRef

Record = Organisation | AccessPoint | Service
Content = dict[str, Any]

KINDS: Mapping[type[Record], RecordKind] = {
    Organisation: RecordKind.ORGANISATION,
    AccessPoint: RecordKind.ACCESS_POINT,
    Service: RecordKind.SERVICE,
}
SORT_KEY_LENGTH = 255
CODE_LENGTH = 120
"""A code longer than this is in no list of codes: nobody can ask for it."""
SEARCH_KEY_LENGTH = 600
"""Kept in an index beside the key of the order: PostgreSQL bounds what one of its rows may hold."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record ready to be compared with what is stored, and stored if it differs."""

    kind: RecordKind
    record_id: str
    source: str
    content: Content
    digest: str
    municipality: str
    organisation: str
    location: str
    for_employers: bool
    search_key: str
    sort_key: str
    dated_on: date | None


def draft_of(record: Record) -> Draft:
    """Prepare a record of the domain for storage."""
    content = content_of(record)
    town = getattr(record, "town", "")
    networks = " ".join(sorted(record.networks))
    name = plain(record.name)
    return Draft(
        kind=KINDS[type(record)],
        record_id=record.id,
        source=record.provenance.source,
        content=content,
        digest=digest_of(content),
        municipality=getattr(record, "municipality", ""),
        organisation=getattr(record, "organisation", ""),
        location=getattr(record, "location", "") or "",
        for_employers=getattr(record, "for_employers", False),
        search_key=f"{record.id.casefold()} {name} {plain(town)} {networks}"[:SEARCH_KEY_LENGTH],
        sort_key=name[:SORT_KEY_LENGTH],
        dated_on=record.provenance.dated_on,
    )


def codes_of(kind: str, content: Content) -> set[str]:
    """Give the codes that lists are narrowed by; a theme is found under its family too, the part before ``--``."""
    themes = content.get("themes", ())
    declared = {
        "kind": content.get("place_kinds" if kind == RecordKind.SERVICE else "kinds", ()),
        "network": content.get("networks", ()),
        "theme": (*themes, *(theme.partition("--")[0] for theme in themes)),
    }
    found = {f"{name}:{code}" for name, codes in declared.items() for code in codes}
    return {code for code in found if len(code) <= CODE_LENGTH}


def plain(text: str) -> str:
    """Give a text as it is searched: lower case, without accents nor punctuation, one space between words."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def digest_of(content: Content) -> str:
    """Give the fingerprint of a content: two contents that say the same have the same."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def content_of(record: Record) -> Content:
    """Write a record of the domain as JSON, its date and source apart."""
    content: Content = {}
    for name, default in _WRITABLE[type(record)]:
        value = getattr(record, name)
        if value != default:
            content[name] = _written(value)
    content["id"] = record.id
    origin = record.provenance
    for name, said in (("url", origin.url), ("licence", origin.licence), ("demonstration", origin.is_demonstration)):
        if said:
            content.setdefault("provenance", {})[name] = said
    return content


def packed(record: Record) -> bytes:
    """Write a record as one text, to be kept beside an index."""
    origin = record.provenance
    dated_on = origin.dated_on and origin.dated_on.isoformat()
    content = [KINDS[type(record)].value, origin.source, dated_on, content_of(record)]
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def unpacked(text: bytes) -> Record:
    """Read a record back from its text."""
    kind, source, dated_on, content = json.loads(text)
    return record_from(kind, source, dated_on and date.fromisoformat(dated_on), content)


def record_from(kind: str, source: str, dated_on: date | None, content: Mapping[str, Any]) -> Record:
    """Read a record of the domain back from what is stored."""
    values = dict(content)
    origin = values.pop("provenance", None)
    readers = _READERS
    for name in values.keys() & readers.keys():
        values[name] = readers[name](values[name])
    if origin is None:
        values["provenance"] = _plain_provenance(source, dated_on)
    else:
        values["provenance"] = Provenance(
            source, dated_on, origin.get("url", ""), origin.get("licence", ""), origin.get("demonstration", False)
        )
    return _CLASSES[kind](**values)


def _written(value: object) -> Any:
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    return value.value if isinstance(value, Enum) else value


@lru_cache(maxsize=65_536)
def _plain_provenance(source: str, dated_on: date | None) -> Provenance:
    return Provenance(source, dated_on)


@lru_cache(maxsize=65_536)
def _codes(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(values)


@lru_cache(maxsize=65_536)
def _members(enumeration: type[Enum], values: tuple[str, ...]) -> frozenset[Any]:
    return frozenset(enumeration(value) for value in values)


@lru_cache(maxsize=65_536)
def _territories(values: tuple[str, ...]) -> tuple[TerritoryRef, ...]:
    return tuple(TerritoryRef.parse(value) for value in values)


def _period(ends: list[str | None]) -> Period:
    start, end = (date.fromisoformat(day) if day else None for day in ends)
    return Period(start, end)


def _codes_from(values: list[str]) -> frozenset[str]:
    return _codes(tuple(values))


def _members_of(enumeration: type[Enum]) -> Callable[[list[str]], frozenset[Any]]:
    return lambda values: _members(enumeration, tuple(values))


def _writable(record_class: type[Record]) -> tuple[tuple[str, object], ...]:
    """List the fields to write with their defaults; a field that has none is always written.

    What identifies and dates the record is written apart.
    """
    return tuple(
        (found.name, found.default) for found in fields(record_class) if found.name not in {"id", "provenance"}
    )


_WRITABLE = {found: _writable(found) for found in KINDS}
_WRITERS: Mapping[type, Callable[[Any], Any]] = {
    Point: lambda point: [point.latitude, point.longitude],
    Period: lambda period: [day and day.isoformat() for day in (period.start, period.end)],
    TerritoryRef: str,
    FileInCharge: lambda each: [each.file, each.function, each.shared_address, each.holder],
    frozenset: lambda members: sorted(_written(member) for member in members),
    tuple: lambda members: [_written(member) for member in members],
}
_CLASSES: Mapping[str, type[Record]] = {kind.value: found for found, kind in KINDS.items()}
_READERS: Mapping[str, Callable[[Any], object]] = {
    "level": OrganisationLevel,
    "own_basis": OwnBasis,
    "point": lambda pair: Point(*pair) if pair else None,
    "valid": _period,
    "zone": lambda values: _territories(tuple(values)),
    "catchment_area": lambda values: _territories(tuple(values)),
    "in_charge": lambda rows: tuple(FileInCharge(*row) for row in rows),
    "required_documents": tuple,
    "networks": _codes_from,
    "themes": _codes_from,
    "publics": _codes_from,
    "kinds": _members_of(PlaceKind),
    "place_kinds": _members_of(PlaceKind),
    "equipment": _members_of(Equipment),
    "helpers": _members_of(Helper),
}
