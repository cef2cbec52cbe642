"""Data leave on time: what referrals and delegations keep of a person goes with the file, or is told to nobody."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models as fields

from maillage.apps.accounts.models import Invitation, SignInAttempt
from maillage.apps.delegation.keeping import KEPT as KEPT_BY_DELEGATION
from maillage.apps.delegation.models import Delegation, LeadOrganisationDecision
from maillage.apps.people.models import Person
from maillage.apps.people.queries import PersonNotFound
from maillage.apps.referrals.models import RequestKept, Uptake, UptakeGroup, WalkIn
from maillage.apps.referrals.queries import stored_states_that_differ
from maillage.apps.referrals.rights import KEPT, everything_about
from maillage.apps.referrals.use_cases import retention
from maillage.apps.referrals.use_cases.retention import erase_everything, let_everything_leave
from maillage.apps.sharing.rights import KEPT as KEPT_BY_SHARING
from maillage.apps.sharing.rights import as_json
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import AGENCY, AT, MISSION, ON, moved, sent

pytestmark = pytest.mark.django_db
SECRETS = ("Sort de prison", "Veut du maraîchage", "derrière la gare", "contrat vu", "Mme Tell", "raison intime")
LATER = AT + timedelta(days=800)
JOURNALS = {"audit.auditevent", "audit.reading"}


@pytest.fixture
def told(amel, bruno, driss):
    """Driss was sent twice, met, found something, and his support was passed on."""
    uptake = sent(amel, driss, why=SECRETS[0], wish=SECRETS[1]).uptakes[0].uptake
    sent(amel, driss, "accompagnement", agreed_on=ON)
    moved(bruno, uptake, Move.APPOINT, day=ON + timedelta(days=2), details={"place": SECRETS[2]})
    moved(amel, uptake, Move.RECEIVE, days=3, reported_with=SECRETS[4])
    outcome = OutcomeSaid(OutcomeKind.TRAINING, ON + timedelta(days=4), OutcomeSource.PERSON, SECRETS[3])
    moved(bruno, uptake, Move.COMPLETE, days=5, outcome=outcome)
    LeadOrganisationDecision.objects.create(
        person=driss, from_organisation=AGENCY, to_organisation=MISSION, decided_by="département", decided_on=ON,
        reason=SECRETS[5], recorded_by=amel.membership, recorded_at=AT,
    )  # fmt: skip
    Person.objects.filter(pk=driss).update(last_contact_on=ON)
    return driss


def everything_stored() -> str:
    """Read every text of every table but the journals, which hold ids alone."""
    found = []
    for model in apps.get_models():
        if model._meta.label_lower in JOURNALS:
            continue
        names = [f.name for f in model._meta.fields if isinstance(f, (fields.CharField, fields.TextField, fields.JSONField, fields.UUIDField))]  # fmt: skip
        found += [str(row) for row in model._base_manager.values_list(*names)] if names else []
    return "\n".join(found)


def test_all_that_was_said_leaves_with_the_file(told):
    before = everything_stored()
    assert [text for text in (*SECRETS, str(told)) if text not in before] == []

    let_everything_leave(at=LATER)

    after = everything_stored()
    assert [text for text in (*SECRETS, str(told)) if text in after] == []


def test_what_is_counted_remains_and_names_nobody(told):
    let_everything_leave(at=LATER)

    assert (Uptake.objects.count(), Delegation.objects.count(), UptakeGroup.objects.count()) == (2, 1, 0)
    assert stored_states_that_differ() == ()


def test_what_is_stopped_half_way_is_not_begun(told, monkeypatch):
    monkeypatch.setattr(retention, "forget_delegations", lambda _people: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        let_everything_leave(at=LATER)

    assert Person.objects.filter(pk=told).exists()


def test_a_person_who_asks_is_forgotten_everywhere(told, amel):
    erase_everything(by=amel, person=told, asked_on=AT.date(), at=AT)

    assert [text for text in (*SECRETS, str(told)) if text in everything_stored()] == []
    with pytest.raises(PersonNotFound):
        everything_about(by=amel, person=told, at=AT)


def test_what_is_over_leaves_the_logs():
    old = AT - timedelta(days=400)
    for at in (old, AT):
        SignInAttempt.objects.create(at=at, means="passphrase", succeeded=False)
        Invitation.objects.create(digest=str(at), email="a@example.org", organisation="a", made_at=at, expires_at=at)
        Session.objects.create(session_key=uuid4().hex, session_data="", expire_date=at + timedelta(days=1))
        RequestKept.objects.create(membership=uuid4(), key="k", what="SEND", made={}, at=at)
        WalkIn.objects.create(
            recipient_organisation=MISSION, recipient_membership=uuid4(), asked_organisation=AGENCY, service="atelier",
            came_on=date(2025, 1, 1), family_name="Benali", told_at=at,
        )  # fmt: skip

    let_everything_leave(at=AT)

    kept = [model.objects.count() for model in (SignInAttempt, Invitation, Session, RequestKept)]
    assert kept == [1, 1, 1, 1]
    assert WalkIn.objects.filter(family_name="Benali").count() == 1


def test_the_person_reads_what_every_context_keeps(told, amel, bruno):
    text = as_json(everything_about(by=amel, person=told, at=AT + timedelta(days=6)))
    kept = json.loads(text)

    assert [secret for secret in SECRETS if secret not in text] == ["Mme Tell"]
    assert [len(kept[name]) for name in (*KEPT, *KEPT_BY_DELEGATION)] == [2, 2, 8, 1, 2, 1, 1, 1]
    assert str(bruno.account) not in text
    assert "code_digest" not in text


def test_no_table_about_people_is_left_out_of_what_is_read():
    """Every table that names a person, or hangs on one that does, is told or is a journal."""
    told_here = {model for model, *_ in (*KEPT.values(), *KEPT_BY_DELEGATION.values())} | set(KEPT_BY_SHARING)
    named = {
        model
        for model in apps.get_models()
        if model._meta.app_label in {"referrals", "delegation", "sharing"}
        and {"person", "person_id", "uptake", "delegation"} & {field.name for field in model._meta.fields}
    }

    assert named - told_here == {WalkIn}, "a walk-in is told by the request it became, and is blanked"
