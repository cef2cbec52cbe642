"""The journals sealed in batches, each seal holding a digest of its rows and of the seal before.

No row changes unseen; a partner who holds our seals can tell a chain that was written anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from maillage.apps.audit.models import AuditEvent, Reading, Seal
from maillage.apps.audit.use_cases import JOURNAL_LOCK, record_event
from maillage.domain.personal_data import add_months
from maillage.domain.shared import MaillageError

JOURNALS: dict[str, type[models.Model]] = {"events": AuditEvent, "readings": Reading}
TABLES = tuple(sorted(model._meta.db_table for model in (AuditEvent, Reading, Seal)))  # noqa: SLF001 (Django's own door)
BATCH = 10_000
LONGEST_WAIT = "10s"
FEWEST_MONTHS, MOST_MONTHS = 6, 12
"""How long the readings are kept, in months: at least, at most."""
PRUNING = "maillage.pruning"


class MonthsOutOfBounds(MaillageError):
    """The journal would be kept too short a time to be of use, or longer than the law lets it."""

    def __init__(self, months: int) -> None:
        super().__init__(f"The readings cannot be kept {months} months: give from {FEWEST_MONTHS} to {MOST_MONTHS}.")


@dataclass(frozen=True, slots=True)
class Fault:
    """One batch that is not what was sealed, and how it is seen; codes of ``SAID``."""

    journal: str
    number: int
    what: str


SAID = {
    "ROWS_CHANGED": "its rows are not those that were sealed",
    "ROWS_MISSING": "rows are missing, or were added",
    "CHAIN_BROKEN": "it does not follow from the seal before",
    "NUMBER_MISSING": "a seal is missing before it",
    "NOT_AS_HELD": "it is not the seal that the partner holds",
    "GONE": "the partner holds a seal that is no longer here",
}


def seal_journals(*, at: datetime) -> dict[str, int]:
    """Seal what was added to each journal since the last seal; gives how many rows were sealed in each."""
    return {journal: _seal_all(journal, at) for journal in JOURNALS}


def _seal_all(journal: str, at: datetime) -> int:
    total = 0
    while count := _seal_batch(journal, at):
        total += count
    return total


def _seal_batch(journal: str, at: datetime) -> int:
    with transaction.atomic():
        _wait_for_writers()
        last = Seal.objects.filter(journal=journal).order_by("-number").first()
        rows = list(_rows_after(journal, last.last_row if last else 0)[:BATCH])
        if not rows:
            return 0
        previous = last.digest if last else ""
        Seal.objects.create(
            journal=journal,
            number=last.number + 1 if last else 1,
            first_row=rows[0]["id"],
            last_row=rows[-1]["id"],
            row_count=len(rows),
            last_at=max(row["at"] for row in rows),
            digest=digest_of(previous, rows),
            previous=previous,
            sealed_at=at,
        )
    return len(rows)


def _wait_for_writers() -> None:
    """Let every row already numbered become visible: numbers follow each other, transactions do not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JOURNAL_LOCK])


def _rows_after(journal: str, row: int) -> models.QuerySet[models.Model, dict[str, Any]]:
    rows: models.QuerySet[models.Model] = models.QuerySet(JOURNALS[journal])
    return rows.filter(pk__gt=row).order_by("pk").values()


def digest_of(previous: str, rows: Iterable[dict[str, Any]]) -> str:
    """Give the digest of a batch: SHA-256 of the seal before and of each row, written the same on every database."""
    found = sha256(previous.encode())
    for row in rows:
        found.update(json.dumps(row, sort_keys=True, default=_written, ensure_ascii=False).encode())
        found.update(b"\n")
    return found.hexdigest()


def _written(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


# Verifying


def verify_journals(*, at: datetime, held: Iterable[dict[str, object]] = ()) -> list[Fault]:
    """Find every batch that is not what was sealed, and every seal that is not the one a partner holds.

    A batch whose rows have all gone counts as sound once they were old enough to leave.
    """
    faults = [fault for journal in JOURNALS for fault in _faults_of(journal, at)]
    return faults + list(_differences(held))


def _faults_of(journal: str, at: datetime) -> Iterator[Fault]:
    number, digest, end = 0, "", 0
    for seal in Seal.objects.filter(journal=journal).order_by("number"):
        if seal.number != number + 1:
            yield Fault(journal, seal.number, "NUMBER_MISSING")
        elif seal.previous != digest:
            yield Fault(journal, seal.number, "CHAIN_BROKEN")
        rows = list(_rows_after(journal, end).filter(pk__lte=seal.last_row))
        has_left = not rows and seal.last_at <= _leaving_before(at, FEWEST_MONTHS)
        if not has_left and len(rows) != seal.row_count:
            yield Fault(journal, seal.number, "ROWS_MISSING")
        elif not has_left and digest_of(seal.previous, rows) != seal.digest:
            yield Fault(journal, seal.number, "ROWS_CHANGED")
        number, digest, end = seal.number, seal.digest, seal.last_row


def _differences(held: Iterable[dict[str, object]]) -> Iterator[Fault]:
    ours = {(seal.journal, seal.number): seal.digest for seal in Seal.objects.all()}
    for theirs in held:
        key = (str(theirs["journal"]), int(str(theirs["number"])))
        if key not in ours:
            yield Fault(*key, "GONE")
        elif ours[key] != theirs["digest"]:
            yield Fault(*key, "NOT_AS_HELD")


def export_seals() -> list[dict[str, object]]:
    """Give every seal for a partner to hold: numbers and digests, nothing about anybody."""
    rows = Seal.objects.order_by("journal", "number")
    return [{"journal": row.journal, "number": row.number, "digest": row.digest} for row in rows]


# Leaving on time


def prune_readings(*, by: str, at: datetime, months: int = MOST_MONTHS) -> int:
    """Remove the sealed batches of readings that are older than so many months; gives how many rows left.

    The seals stay, so that the chain is whole; a batch leaves when its youngest row is old enough.

    Raises:
        MonthsOutOfBounds: fewer than six months, or more than twelve.
    """
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise MonthsOutOfBounds(months)
    with transaction.atomic():
        old = (
            Seal.objects.filter(journal="readings", last_at__lte=_leaving_before(at, months)).order_by("number").last()
        )
        if old is None:
            return 0
        with pruning(), connection.cursor() as cursor:
            # Straight to the database: the model knows no way to remove a row.
            cursor.execute("DELETE FROM audit_reading WHERE id <= %s", [old.last_row])
            count = cursor.rowcount
        if count:
            record_event(by=by, what="prune_readings", subject="readings", at=at, details={"rows": count})
    return count


def _leaving_before(at: datetime, months: int) -> datetime:
    return datetime.combine(add_months(at.date(), -months), at.timetz())


# What the database itself refuses


_may_prune = {"now": False}


@contextmanager
def pruning() -> Iterator[None]:
    """Let rows of the journals leave, inside a transaction; everywhere else the database refuses."""
    _may_prune["now"] = True
    try:
        if connection.vendor == "postgresql":
            _let(value="on")
        yield
        if connection.vendor == "postgresql":
            _let(value="")
    finally:
        _may_prune["now"] = False


def _let(*, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [PRUNING, value])


def introduce(connection: BaseDatabaseWrapper) -> None:
    """Give a new connection to SQLite the function that its triggers ask; unknown, it refuses all the same."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("maillage_may_prune", 0, lambda: int(_may_prune["now"]))


def keep_journals(connection: BaseDatabaseWrapper) -> None:
    """Have the database refuse every change to the journals, and every removal that is not a pruning."""
    statements = _triggers_of_postgresql() if connection.vendor == "postgresql" else _triggers_of_sqlite()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


_REFUSED = "The audit journal is append-only"


def _triggers_of_sqlite() -> Iterator[str]:
    for table in TABLES:
        yield (
            f"CREATE TRIGGER IF NOT EXISTS {table}_unchanged BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        yield (
            f"CREATE TRIGGER IF NOT EXISTS {table}_kept BEFORE DELETE ON {table} WHEN maillage_may_prune() = 0 "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )


def _triggers_of_postgresql() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'UPDATE' AND current_setting('{PRUNING}', true) = 'on' THEN "
        "IF TG_OP = 'TRUNCATE' THEN RETURN NULL; END IF; RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    for table in TABLES:
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
