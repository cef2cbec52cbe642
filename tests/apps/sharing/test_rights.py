from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from maillage.apps.audit.models import AuditEvent
from maillage.apps.people.queries import PersonNotFound, person_for
from maillage.apps.people.use_cases import let_leave, open_link
from maillage.apps.sharing import models
from maillage.apps.sharing.rights import as_json, as_text, everything_about, forget
from maillage.apps.sharing.use_cases import make_follow_link, object_to
from maillage.domain.accounts import Role
from tests.apps.people.conftest import actor
from tests.apps.sharing.conftest import AT, PASSERELLE, SERVICE
from tests.apps.sharing.test_use_cases import consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(driss, amel, paul):
    """Driss has a link, a consent, an objection and a private link, and was looked at."""
    open_link(
        by=amel,
        person=driss,
        kind="REFERRAL",
        subject=uuid4(),
        organisation=PASSERELLE,
        fields={"family_name"},
        at=AT,
        agreement="2024-x",
    )
    person_for(paul, driss, at=AT, why="inbox")
    consent(amel, driss)
    make_follow_link(by=amel, person=driss, subject=uuid4(), at=AT)
    object_to(by=amel, person=driss, organisation="another", at=AT, reason="préfère attendre")
    return driss


def test_a_person_reads_all_that_is_kept_about_them(known, amel):
    kept = json.loads(as_json(everything_about(by=amel, person=known, at=AT)))

    assert (kept["person"]["family_name"], kept["person"]["external_id"], kept["person"]["boe"]) == (
        "Benali",
        "1234567A",
        True,
    )
    assert [link["organisation"] for link in kept["links"]] == [PASSERELLE]
    assert (len(kept["consent"]), kept["objection"][0]["reason"]) == (1, "préfère attendre")
    assert [(look["organisation"], look["page"]) for look in kept["looks"]][-1] == (PASSERELLE, "inbox")
    assert "create_person" in {event["what"] for event in kept["events"]}


def test_the_export_tells_neither_token_nor_colleague(known, amel, paul):
    text = as_json(everything_about(by=amel, person=known, at=AT))

    assert models.FollowLink.objects.get().token_hash not in text
    assert str(paul.account) not in text


def test_the_same_is_written_in_lines_that_a_person_reads(known, amel):
    lines = as_text(everything_about(by=amel, person=known, at=AT)).splitlines()

    assert "  family name: Benali" in lines
    assert "  birth date: 2004-05-31" in lines
    assert not any("None" in line for line in lines)


def test_the_export_is_itself_in_the_journal(known, amel):
    everything_about(by=amel, person=known, at=AT)

    assert AuditEvent.objects.filter(what="export_person", subject=f"person:{known}").count() == 1


def test_nobody_else_takes_it_away(known):
    with pytest.raises(PersonNotFound):
        everything_about(by=actor("Élise", Role.ADVISER, SERVICE), person=known, at=AT)


def test_what_sharing_keeps_leaves_with_the_file(known):
    people = let_leave(at=AT + timedelta(days=731)).people

    assert people == (known,)
    assert forget(people) == 3
    assert not any(
        model.objects.exists()
        for model in (models.Consent, models.Objection, models.InformationSheet, models.FollowLink)
    )
