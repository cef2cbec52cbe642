from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from maillage.apps.audit.models import AuditEvent, JournalIsAppendOnly
from maillage.apps.audit.use_cases import record_event
from maillage.domain.accounts import Actor, Author, Role

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


ACTOR = Actor(UUID(int=1), "Amel", UUID(int=2), Role.ADVISER, "agence")


@pytest.mark.parametrize(
    ("by", "kept", "details"),
    [
        (ACTOR, str(ACTOR.account), {"fields": 2, "membership": str(ACTOR.membership)}),
        (Author.of(ACTOR), str(ACTOR.account), {"fields": 2, "membership": str(ACTOR.membership)}),
        (ACTOR.account, str(ACTOR.account), {"fields": 2}),
        (Author("Zoé Petit, mairie", through="tear-off code"), "tear-off code", {"fields": 2}),
        ("operator", "operator", {"fields": 2}),
    ],
)
def test_who_acted_is_an_account_or_a_job(by, kept, details):
    record_event(by=by, what="edit_person", subject="person:1", at=NOON, details={"fields": 2})

    event = AuditEvent.objects.get()
    assert (event.by, event.details) == (kept, details)


@pytest.fixture
def event() -> AuditEvent:
    record_event(by="amel", what="import_file", subject="communes a.csv", at=NOON, details={"read": 3})
    return AuditEvent.objects.get()


def test_an_event_is_kept_as_it_was_said(event):
    assert (event.at, event.by, event.what, event.subject, event.details) == (
        NOON,
        "amel",
        "import_file",
        "communes a.csv",
        {"read": 3},
    )


def test_an_event_cannot_be_changed(event):
    event.by = "bruno"

    with pytest.raises(JournalIsAppendOnly):
        event.save()


def test_an_event_cannot_be_written_over_another(event):
    with pytest.raises(JournalIsAppendOnly):
        AuditEvent.objects.filter(pk=event.pk).update(by="bruno")
    with pytest.raises(JournalIsAppendOnly):
        AuditEvent.objects.bulk_update([event], ["by"])


def test_an_event_cannot_be_removed(event):
    with pytest.raises(JournalIsAppendOnly):
        event.delete()
    with pytest.raises(JournalIsAppendOnly):
        AuditEvent.objects.all().delete()

    assert AuditEvent.objects.count() == 1
