"""What the catalogue answers: the offer on a day, its version, and the lists and records that pages show."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast

from django.db.models import Max, Q, QuerySet

from maillage.apps.catalogue.mapping import Record, plain, record_from
from maillage.apps.catalogue.models import CatalogueCode, CatalogueRecord, CatalogueSequence, RecordKind
from maillage.domain.access_points import AccessPoint
from maillage.domain.catalogue import Catalogue
from maillage.domain.organisations import Directory, Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Period

_READ = ("kind", "source", "dated_on", "content")
WORDS_SEARCHED = 8
"""Words of a search beyond these are not read: each is one more pass over the list."""
AnyRecord = TypeVar("AnyRecord", bound=Record)
Rows = QuerySet[CatalogueRecord] | QuerySet[CatalogueCode]
"""What a list is made of: versions, or the rows of a code, which repeat what the list is ordered by."""


@dataclass(frozen=True)
class Listing(Generic[AnyRecord]):
    """A stretch of a list, with how long the whole is."""

    records: tuple[AnyRecord, ...]
    total_count: int


@dataclass(frozen=True)
class Version:
    """One version of a record: what it said, on which days, and by which change of the catalogue we knew it."""

    record: Record
    stands: Period
    known_since: int
    is_believed: bool


def sequence() -> int:
    """Give the number of the last change of the catalogue, 0 when it is empty."""
    return CatalogueSequence.objects.aggregate(last=Max("number"))["last"] or 0


def last_change() -> tuple[int, str]:
    """Give the number of the last change of the catalogue and what tells it from any other of that number."""
    found = CatalogueSequence.objects.order_by("-number").values_list("number", "token").first()
    return (found[0], str(found[1])) if found else (0, "")


def token_of(number: int) -> str:
    """Give what tells a change of the catalogue from any other, even of the same number; empty before the first."""
    found = CatalogueSequence.objects.filter(number=number).values_list("token", flat=True).first()
    return str(found or "")


def change_days(known_in: int) -> tuple[date, ...]:
    """Give the days on which some record changes, in order: between two of them ``catalogue_on`` gives the same."""
    rows = CatalogueRecord.objects.filter(_believed_in(known_in))
    began = rows.exclude(valid_from=None).values_list("valid_from", flat=True).distinct()
    ended = rows.exclude(valid_until=None).values_list("valid_until", flat=True).distinct()
    return tuple(sorted({day for day in (*began, *ended) if day is not None}))


def formats_kept() -> frozenset[str]:
    """Give the formats that changed the catalogue so far."""
    return frozenset(CatalogueSequence.objects.values_list("what", flat=True).distinct())


def catalogue_on(day: date, *, as_known_in: int | None = None) -> Catalogue:
    """Give the offer on a day, as it is known now or as it was known after a given change.

    A record stands as its version of that day; one that had not come back or was closed by then is absent. A service
    that says itself on which days it is offered (``valid``) is given whatever the day. Cost: about 12 µs a record.
    """
    last = sequence()
    known_in = last if as_known_in is None else min(as_known_in, last)
    # When nothing came later, believing is the whole condition, and its index answers.
    believed = Q(superseded_in=None) if known_in == last else _believed_in(known_in)
    rows = CatalogueRecord.objects.filter(believed, _standing_on(day)).values_list(*_READ)
    services: dict[str, Service] = {}
    access_points: dict[str, AccessPoint] = {}
    organisations: dict[str, Organisation] = {}
    with _without_collector():
        for row in rows.iterator(chunk_size=10_000):
            record = record_from(*row)
            if isinstance(record, Service):
                services[record.id] = record
            elif isinstance(record, AccessPoint):
                access_points[record.id] = record
            else:
                organisations[record.id] = record
    return Catalogue(
        services=tuple(services[key] for key in sorted(services)),
        access_points=access_points,
        directory=Directory(organisations),
        version=f"c{known_in}",
    )


def organisations(*, on: date, search: str = "", limit: int = 50, offset: int = 0) -> Listing[Organisation]:
    """List the organisations of a day, by name; ``search`` takes words or network codes, accents do not count."""
    rows = of_the_day(RecordKind.ORGANISATION, on)
    return cast("Listing[Organisation]", listed(rows, search, limit=limit, offset=offset))


def access_points(  # noqa: PLR0913 (all that a list is narrowed by)
    *,
    on: date,
    search: str = "",
    municipalities: Iterable[str] | None = None,
    organisation: str = "",
    limit: int = 50,
    offset: int = 0,
) -> Listing[AccessPoint]:
    """List the access points of a day, by name, those of some municipalities or of an organisation, or all."""
    rows = _within(of_the_day(RecordKind.ACCESS_POINT, on), municipalities, organisation=organisation)
    return cast("Listing[AccessPoint]", listed(rows, search, limit=limit, offset=offset))


def services(  # noqa: PLR0913 (all that a list is narrowed by)
    *,
    on: date,
    search: str = "",
    municipalities: Iterable[str] | None = None,
    organisation: str = "",
    location: str = "",
    for_employers: bool | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Listing[Service]:
    """List the services of a day, by name: all, or those of some municipalities, an organisation or an access point.

    ``for_employers`` keeps those to employers, or those to people; a municipality named "" is nowhere in particular.
    """
    rows = of_the_day(RecordKind.SERVICE, on)
    rows = _within(rows, municipalities, organisation=organisation, location=location)
    if for_employers is not None:
        rows = rows.filter(for_employers=for_employers)
    return cast("Listing[Service]", listed(rows, search, limit=limit, offset=offset))


def find_organisation(organisation_id: str, *, on: date) -> Organisation | None:
    """Find an organisation as it stood on a day."""
    return cast("Organisation | None", _find(RecordKind.ORGANISATION, organisation_id, on=on))


def find_access_point(access_point_id: str, *, on: date) -> AccessPoint | None:
    """Find an access point as it stood on a day."""
    return cast("AccessPoint | None", _find(RecordKind.ACCESS_POINT, access_point_id, on=on))


def find_service(service_id: str, *, on: date) -> Service | None:
    """Find a service as it stood on a day."""
    return cast("Service | None", _find(RecordKind.SERVICE, service_id, on=on))


def versions_of(record_id: str) -> tuple[Version, ...]:
    """Give all versions of the records of an id, those no longer believed included, in the order they became known."""
    rows = CatalogueRecord.objects.filter(record_id=record_id).order_by("recorded_in", "kind", "valid_from")
    return tuple(
        Version(
            record_from(row.kind, row.source, row.dated_on, row.content),
            Period(row.valid_from, row.valid_until),
            row.recorded_in,
            row.superseded_in is None,
        )
        for row in rows
    )


def open_records(kind: RecordKind) -> Iterator[Record]:
    """Give the records of a kind that are known today and not closed."""
    rows = CatalogueRecord.objects.filter(superseded_in=None, valid_until=None, kind=kind).values_list(*_READ)
    return (record_from(*row) for row in rows.iterator(chunk_size=10_000))


def open_ids(kind: RecordKind, record_ids: Iterable[str]) -> frozenset[str]:
    """Tell which of some records are known and not closed."""
    rows = CatalogueRecord.objects.filter(
        superseded_in=None, valid_until=None, kind=kind, record_id__in=list(record_ids)
    )
    return frozenset(rows.values_list("record_id", flat=True))


def described_organisations() -> tuple[Organisation, ...]:
    """Give the open organisations whose catchment area or people in charge are recorded, by id."""
    rows = CatalogueRecord.objects.filter(
        Q(content__has_key="catchment_area") | Q(content__has_key="in_charge"),
        superseded_in=None,
        valid_until=None,
        kind=RecordKind.ORGANISATION,
    )
    found = (cast("Organisation", record_from(*row)) for row in rows.values_list(*_READ))
    return tuple(sorted(found, key=lambda each: each.id))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Build many objects without the collector going through them again and again: a third of the time.

    None of them holds a cycle, so that nothing waits for it meanwhile.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _standing_on(day: date) -> Q:
    began = Q(valid_from=None) | Q(valid_from__lte=day)
    return began & (Q(valid_until=None) | Q(valid_until__gt=day))


def _believed_in(number: int) -> Q:
    return Q(recorded_in__lte=number) & (Q(superseded_in=None) | Q(superseded_in__gt=number))


def of_the_day(kind: RecordKind, on: date) -> QuerySet[CatalogueRecord]:
    """Select the versions of a kind that stand on a day, as they are known now."""
    return CatalogueRecord.objects.filter(_standing_on(on), kind=kind, superseded_in=None)


def coded_of_the_day(code: str, kind: RecordKind, on: date) -> QuerySet[CatalogueCode]:
    """Select what those of the versions of a kind that stand on a day and declare a code repeat of themselves."""
    return CatalogueCode.objects.filter(_standing_on(on), kind=kind, code=code)


def _find(kind: RecordKind, record_id: str, *, on: date) -> Record | None:
    row = of_the_day(kind, on).filter(record_id=record_id).values_list(*_READ).first()
    return record_from(*row) if row else None


def _within(
    rows: QuerySet[CatalogueRecord], municipalities: Iterable[str] | None, **columns: str
) -> QuerySet[CatalogueRecord]:
    narrowed = rows.filter(**{name: value for name, value in columns.items() if value})
    return narrowed if municipalities is None else narrowed.filter(municipality__in=list(municipalities))


def listed(rows: Rows, search: str, *, limit: int, offset: int) -> Listing[Record]:
    """Read a stretch of a list: the order is walked in an index, and only what is shown is read whole."""
    for word in search.split()[:WORDS_SEARCHED]:
        said = Q(search_key__contains=plain(word))
        rows = rows.filter(said if plain(word) == word.casefold() else said | Q(search_key__contains=word.casefold()))
    version = "version" if rows.model is CatalogueCode else "pk"
    ordered = rows.order_by("sort_key", "record_id").values_list(version, flat=True)
    if offset:
        total_count = rows.count()
        shown = _stretch(ordered, offset, limit, total_count)
    else:
        shown = list(ordered[:limit])
        total_count = len(shown) if len(shown) < limit else rows.count()
    read = {row[0]: row[1:] for row in CatalogueRecord.objects.filter(pk__in=shown).values_list("pk", *_READ)}
    return Listing(tuple(record_from(*read[key]) for key in shown), total_count)


def _stretch(ordered: QuerySet[Any, int], offset: int, limit: int, total_count: int) -> list[int]:
    """Read a stretch from the nearer end of the list, so that the last page costs what the first does."""
    if offset <= total_count // 2:
        return list(ordered[offset : offset + limit])
    first = max(0, total_count - offset - limit)
    return list(ordered.reverse()[first : max(first, total_count - offset)])[::-1]
