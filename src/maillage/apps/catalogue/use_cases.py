"""What may change the catalogue: records are compared with what is known, and what differs becomes a dated version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Max

from maillage.apps.catalogue.mapping import Draft, Record, codes_of, draft_of
from maillage.apps.catalogue.models import CatalogueCode, CatalogueRecord, CatalogueSequence, RecordKind

PARIS = ZoneInfo("Europe/Paris")
Key = tuple[str, str]
_T = TypeVar("_T")
_CHUNK = 500
"""Rows of one statement: SQLite limits the number of values."""
_INSERT_CODE = (
    "INSERT INTO catalogue_cataloguecode (version_id, code, kind, sort_key, record_id, valid_from, valid_until)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
"""Written as it is: there are several codes a record, and a model made for each takes longer than the rest."""
_LOCK = 0x4D61_696C
"""Names the lock of the catalogue among PostgreSQL's advisory locks."""


@dataclass(frozen=True)
class Tally:
    """What became of the records of one kind."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """The latest version of a record as it is believed today."""

    row: int
    digest: str
    source: str
    format_name: str
    valid_from: date | None
    valid_until: date | None


@dataclass
class _Changes:
    """What a comparison decided, before anything is written."""

    format_name: str
    day: date
    superseded: list[int] = field(default_factory=list)
    shortened: dict[int, date] = field(default_factory=dict)
    opened: list[tuple[Draft, date | None]] = field(default_factory=list)
    adopted: list[int] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.superseded or self.opened)

    def count(self, kind: str, what: str) -> None:
        self.counts[kind, what] += 1

    def tally(self, kind: str) -> Tally:
        return Tally(*(self.counts[kind, what] for what in ("added", "changed", "unchanged", "closed")))


@transaction.atomic
def keep_records(
    records: Iterable[Record],
    *,
    format_name: str,
    at: datetime,
    kept_anyway: Iterable[Key] = (),
) -> Mapping[RecordKind, Tally]:
    """Keep the records of a file: new ones are added, different ones become a new version, missing ones are closed.

    The first version of a record stands for all earlier days; a later one stands from the day its source gives, else
    from the day of the import. A record is closed on the day of the import when a file of the same format holds records
    of its source but not this one; ``kept_anyway`` names those that the file holds in a form that could not be read.
    A record that another format brought passes to this one. Cost: one read of the records known today,
    one write of those that change. The caller has asked for permission and writes the audit event.
    """
    drafts = {(draft.kind.value, draft.record_id): draft for draft in map(draft_of, records)}
    _wait_for_our_turn()
    known = _known_today({kind for kind, _ in drafts})
    changes = _Changes(format_name, at.astimezone(PARIS).date())
    for key, draft in drafts.items():
        _compare(changes, key, draft, known.get(key))
    sources = {draft.source for draft in drafts.values()}
    present = drafts.keys() | set(kept_anyway)
    for key, latest in known.items():
        if latest.format_name == format_name and latest.source in sources and key not in present:
            _close(changes, key, latest)
    if changes:
        _write(changes, at=at)
    for rows in _chunks(changes.adopted):
        CatalogueRecord.objects.filter(pk__in=rows).update(format_name=format_name)
    return {kind: changes.tally(kind.value) for kind in RecordKind}


def _wait_for_our_turn() -> None:
    """Let one change of the catalogue happen at a time: the numbers must tell the order in which it became known."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _known_today(kinds: Iterable[str]) -> dict[Key, _Known]:
    columns = ("kind", "record_id", "pk", "digest", "source", "format_name", "valid_from", "valid_until")
    rows = CatalogueRecord.objects.filter(superseded_in=None, kind__in=list(kinds)).values_list(*columns)
    known: dict[Key, _Known] = {}
    for kind, record_id, *rest in rows.iterator(chunk_size=10_000):
        found = _Known(*rest)
        other = known.get((kind, record_id))
        if other is None or (other.valid_from or date.min) < (found.valid_from or date.min):
            known[kind, record_id] = found
    return known


def _compare(changes: _Changes, key: Key, draft: Draft, latest: _Known | None) -> None:
    kind = key[0]
    if latest is None:
        changes.opened.append((draft, None))
        changes.count(kind, "added")
    elif latest.valid_until is None and latest.digest == draft.digest:
        changes.count(kind, "unchanged")
        if latest.format_name != changes.format_name:
            changes.adopted.append(latest.row)
    else:
        changes.count(kind, "changed")
        _open_again(changes, draft, latest)


def _open_again(changes: _Changes, draft: Draft, latest: _Known) -> None:
    """Open a new version after the latest one, or in its place when it would begin no later."""
    said_on = draft.dated_on if draft.dated_on is not None and latest.valid_until is None else None
    begins = min(said_on or changes.day, changes.day)
    is_same = latest.digest == draft.digest
    ended = latest.valid_until
    if ended is not None and (ended < begins or (ended == begins and not is_same)):
        changes.opened.append((draft, begins))  # it comes back after days without it
        return
    changes.superseded.append(latest.row)
    if is_same or (latest.valid_from is not None and begins <= latest.valid_from):
        changes.opened.append((draft, latest.valid_from))
    else:
        changes.shortened[latest.row] = begins
        changes.opened.append((draft, begins))


def _close(changes: _Changes, key: Key, latest: _Known) -> None:
    if latest.valid_until is not None:
        return
    changes.count(key[0], "closed")
    changes.superseded.append(latest.row)
    if latest.valid_from is None or latest.valid_from < changes.day:
        changes.shortened[latest.row] = changes.day


def _write(changes: _Changes, *, at: datetime) -> None:
    number = (CatalogueSequence.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    CatalogueSequence.objects.create(number=number, at=at, what=changes.format_name)
    for rows in _chunks(changes.superseded):
        CatalogueRecord.objects.filter(pk__in=rows).update(superseded_in=number)
        CatalogueCode.objects.filter(version__in=rows).delete()
    for rows in _chunks(list(changes.shortened)):
        versions = list(CatalogueRecord.objects.filter(pk__in=rows))
        for version in versions:
            version.valid_until = changes.shortened[version.pk]
            version.pk, version.recorded_in, version.superseded_in = None, number, None
        _add(versions)
    for opened in _chunks(changes.opened):
        _add([_version(*version, changes.format_name, number) for version in opened])


def _add(versions: Sequence[CatalogueRecord]) -> None:
    rows = [
        (
            version.pk,
            code,
            version.kind,
            version.sort_key,
            version.record_id,
            connection.ops.adapt_datefield_value(version.valid_from),
            connection.ops.adapt_datefield_value(version.valid_until),
        )
        for version in CatalogueRecord.objects.bulk_create(versions)
        for code in sorted(codes_of(version.kind, version.content))
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_CODE, rows)


def _version(draft: Draft, valid_from: date | None, format_name: str, number: int) -> CatalogueRecord:
    return CatalogueRecord(
        kind=draft.kind,
        record_id=draft.record_id,
        source=draft.source,
        format_name=format_name,
        content=draft.content,
        digest=draft.digest,
        municipality=draft.municipality,
        organisation=draft.organisation,
        location=draft.location,
        for_employers=draft.for_employers,
        search_key=draft.search_key,
        sort_key=draft.sort_key,
        dated_on=draft.dated_on,
        valid_from=valid_from,
        recorded_in=number,
    )


def _chunks(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
