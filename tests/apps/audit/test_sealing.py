from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from maillage.apps.audit import sealing
from maillage.apps.audit.models import AuditEvent, JournalIsAppendOnly, Reading, Seal
from maillage.apps.audit.queries import looks_at
from maillage.apps.audit.sealing import (
    Fault,
    MonthsOutOfBounds,
    export_seals,
    keep_journals,
    prune_readings,
    pruning,
    seal_journals,
    verify_journals,
)
from maillage.apps.audit.use_cases import record_event, record_readings
from maillage.domain.accounts import Actor, Role

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AMEL = Actor(uuid4(), "Amel", uuid4(), Role.ADVISER, "agency")


def look(at: datetime = NOON, count: int = 1) -> None:
    record_readings(actor=AMEL, people=[UUID(int=n) for n in range(count)], what="page", at=at)


def tamper(statement: str) -> None:
    """Change a table as somebody who owns the database would: the triggers taken away, then put back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in sealing.TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            for table in sealing.TABLES:
                cursor.execute(f"DROP TRIGGER {table}_unchanged")
                cursor.execute(f"DROP TRIGGER {table}_kept")
        cursor.execute(statement)
        if connection.vendor == "postgresql":
            for table in sealing.TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    keep_journals(connection)


@pytest.fixture
def sealed(monkeypatch):
    """Three batches of two readings and one of two events."""
    monkeypatch.setattr(sealing, "BATCH", 2)
    for hour in range(3):
        look(NOON + timedelta(hours=hour), count=2)
    record_event(by="amel", what="import_file", subject="a.csv", at=NOON, details={"é": 1})
    record_event(by="amel", what="import_file", subject="b.csv", at=NOON)
    assert seal_journals(at=NOON) == {"events": 2, "readings": 6}


def test_what_was_sealed_is_found_as_it_was(sealed):
    assert verify_journals(at=NOON) == []
    assert seal_journals(at=NOON) == {"events": 0, "readings": 0}
    assert list(Seal.objects.filter(journal="readings").order_by("number").values_list("number", "row_count")) == [
        (1, 2),
        (2, 2),
        (3, 2),
    ]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_reading SET what = 'other' WHERE id = (SELECT first_row FROM audit_seal WHERE journal = 'readings' AND number = 2)", Fault("readings", 2, "ROWS_CHANGED")),
        ("DELETE FROM audit_reading WHERE id = (SELECT first_row FROM audit_seal WHERE journal = 'readings' AND number = 1)", Fault("readings", 1, "ROWS_MISSING")),
        ("DELETE FROM audit_reading WHERE id <= (SELECT last_row FROM audit_seal WHERE journal = 'readings' AND number = 1)", Fault("readings", 1, "ROWS_MISSING")),
        ("UPDATE audit_auditevent SET subject = 'c.csv' WHERE subject = 'a.csv'", Fault("events", 1, "ROWS_CHANGED")),
        ("DELETE FROM audit_seal WHERE journal = 'readings' AND number = 2", Fault("readings", 3, "NUMBER_MISSING")),
        ("UPDATE audit_seal SET previous = 'x' WHERE journal = 'readings' AND number = 3", Fault("readings", 3, "CHAIN_BROKEN")),
    ],
    ids=["changed", "removed", "all removed", "event changed", "seal removed", "chain cut"],
)  # fmt: skip
def test_a_row_changed_behind_the_triggers_is_told_with_its_batch(sealed, statement, fault):
    tamper(statement)

    assert fault in verify_journals(at=NOON)


def test_a_chain_written_anew_is_told_by_the_seals_a_partner_holds(sealed):
    held = export_seals()
    tamper("UPDATE audit_reading SET what = 'other'")
    tamper("DELETE FROM audit_seal WHERE journal = 'readings'")
    seal_journals(at=NOON)

    assert verify_journals(at=NOON) == []
    assert verify_journals(at=NOON, held=held) == [Fault("readings", n, "NOT_AS_HELD") for n in (1, 2, 3)]


def test_a_seal_that_a_partner_holds_and_is_gone_is_told(sealed):
    held = [*export_seals(), {"journal": "readings", "number": 4, "digest": "x"}]

    assert verify_journals(at=NOON, held=held) == [Fault("readings", 4, "GONE")]
    assert {fault.what for fault in verify_journals(at=NOON, held=held)} <= set(sealing.SAID)


@pytest.mark.parametrize("table", sealing.TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_itself_refuses_every_change(sealed, table, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_models_refuse_too(sealed):
    reading = Reading.objects.first()

    for change in (reading.save, reading.delete, Reading.objects.all().delete, AuditEvent.objects.all().update):
        with pytest.raises(JournalIsAppendOnly):
            change()


def test_readings_leave_after_a_year_and_their_seals_stay(sealed):
    look(NOON + timedelta(days=400), count=1)
    seal_journals(at=NOON + timedelta(days=400))

    assert prune_readings(by="clock", at=NOON + timedelta(days=360)) == 0
    assert prune_readings(by="clock", at=NOON + timedelta(days=366)) == 6

    assert (Reading.objects.count(), Seal.objects.filter(journal="readings").count()) == (1, 4)
    assert verify_journals(at=NOON + timedelta(days=400)) == []
    assert prune_readings(by="clock", at=NOON + timedelta(days=401)) == 0


@pytest.mark.parametrize("months", [5, 13])
def test_the_time_readings_are_kept_has_bounds(db, months):
    with pytest.raises(MonthsOutOfBounds, match="from 6 to 12"):
        prune_readings(by="clock", at=NOON, months=months)


def test_a_row_that_is_not_sealed_does_not_leave(db):
    look()

    assert prune_readings(by="clock", at=NOON + timedelta(days=800)) == 0


def test_the_door_closes_after_a_pruning(sealed):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), pruning():
        raise ZeroDivisionError

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_reading")


def test_looks_at_a_person_are_told_the_latest_first(sealed):
    assert [look.at for look in looks_at(UUID(int=1))] == [NOON + timedelta(hours=hour) for hour in (2, 1, 0)]
