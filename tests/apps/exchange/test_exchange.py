"""What leaves for other systems: read again, it says what happened, names nobody, and runs in no spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from maillage.apps.audit.models import AuditEvent, Reading
from maillage.apps.exchange.answers import COLUMNS, answers_file
from maillage.apps.exchange.fhir import PROFILES, REQUEST_STATUS, ExchangeProfile, fhir_bundle
from maillage.apps.referrals.use_cases.sending import Address, Request, redirect
from maillage.apps.sharing.use_cases import mark_discreet
from maillage.domain.accounts import Role
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from maillage.domain.referrals.states import FHIR_STATUS
from tests.apps.referrals.conftest import (  # noqa: F401 (fixtures)
    AGENCY,
    AT,
    ON,
    POST,
    amel,
    bruno,
    driss,
    member,
    moved,
    offer,
    person,
    sent,
    uptake,
)

pytestmark = pytest.mark.django_db
TRAINING = OutcomeSaid(OutcomeKind.TRAINING, ON + timedelta(days=2), OutcomeSource.PARTNER)
TASK_STATUSES = {"draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold", "failed", "completed", "entered-in-error"}  # fmt: skip


def read(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def test_the_weekly_file_says_answers_and_outcomes_under_the_identifier(amel, bruno):  # noqa: F811
    who = person(amel, external_id="=FT 123")
    uptake = sent(amel, who).uptakes[0].uptake  # noqa: F811
    moved(bruno, uptake, Move.RECEIVE, days=1)
    moved(bruno, uptake, Move.COMPLETE, days=2, outcome=TRAINING)

    content = answers_file(amel, at=AT + timedelta(days=3))

    rows = read(content)
    assert tuple(rows[0]) == COLUMNS
    assert [row["evenement"] for row in rows] == ["COMPLETE", "RECEIVE", "ACCEPT"]
    assert (rows[0]["resultat"], rows[0]["date_resultat"]) == ("TRAINING", "2026-11-04")
    assert {row["identifiant"] for row in rows} == {"'=FT 123"}
    assert {row["reference"] for row in rows} == {str(uptake)}
    assert [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))] == []
    assert "Driss" not in content
    assert "Benali" not in content
    assert Reading.objects.filter(person=who, what="weekly file").count() == 1
    assert AuditEvent.objects.get(what="export_answers").details["lines"] == 3


def test_the_weekly_file_holds_a_week_and_one_s_own_people(amel, bruno, uptake):  # noqa: F811
    moved(bruno, uptake, Move.ACCEPT, days=1)
    stranger = member("Zoé", Role.ADVISER, "agence-ailleurs")

    assert len(read(answers_file(amel, at=AT + timedelta(days=2)))) == 1
    assert read(answers_file(amel, at=AT + timedelta(days=9))) == []
    assert read(answers_file(stranger, at=AT + timedelta(days=2))) == []


@pytest.mark.parametrize("profile", ExchangeProfile)
def test_a_referral_is_written_under_the_profile_that_is_named(amel, bruno, driss, uptake, profile):  # noqa: F811
    moved(bruno, uptake, Move.REFUSE, days=1, reason="NO_PLACE")

    bundle = fhir_bundle(amel, uptake, profile, at=AT + timedelta(days=1))

    request, task = (entry["resource"] for entry in bundle["entry"])
    assert (request["resourceType"], request["status"], request["intent"]) == ("ServiceRequest", "revoked", "order")
    assert (task["resourceType"], task["status"], task["intent"]) == ("Task", "rejected", "order")
    assert [one["meta"]["profile"] for one in (request, task)] == [
        [PROFILES[profile]["ServiceRequest"]],
        [PROFILES[profile]["Task"]],
    ]
    assert task["focus"]["reference"] == bundle["entry"][0]["fullUrl"]
    assert task["businessStatus"]["coding"][0]["code"] == "REFUSED"
    assert task["statusReason"]["text"] == "The request is refused: there is no place left."
    assert request["subject"]["reference"] == task["for"]["reference"] == f"urn:uuid:{driss}"
    assert "Benali" not in str(bundle)


def test_what_is_redirected_names_what_it_is_based_on(amel, bruno, uptake):  # noqa: F811
    moved(bruno, uptake, Move.REFUSE, days=1, reason="NO_PLACE")
    made = redirect(actor=amel, uptake=uptake, request=Request((Address("accueil"),)), at=AT + timedelta(days=2))
    after = fhir_bundle(amel, made.uptakes[0].uptake, ExchangeProfile.BSER, at=AT + timedelta(days=2))

    assert after["entry"][0]["resource"]["basedOn"] == [{"reference": f"urn:uuid:{uptake}"}]
    assert "supportingInfo" not in after["entry"][0]["resource"]
    assert "statusReason" not in after["entry"][1]["resource"]


def test_who_may_not_see_it_is_given_nothing(uptake):  # noqa: F811
    assert fhir_bundle(member("Zoé", Role.PARTNER_ADVISER, POST), uptake, ExchangeProfile.BSER, at=AT) is None


@pytest.mark.parametrize("state", UptakeState)
def test_every_state_has_a_status_of_fhir_r4(state):
    assert FHIR_STATUS[state] in TASK_STATUSES
    assert REQUEST_STATUS.get(state, "active") in {
        "draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown",
    }  # fmt: skip


def test_a_sender_whose_name_would_tell_a_condition_is_a_partner_to_who_receives(amel, bruno, uptake):  # noqa: F811
    mark_discreet(by=member("Ada", Role.ADMINISTRATOR, AGENCY), at=AT)

    for actor, requester in ((bruno, {"display": "a partner"}), (amel, {"identifier": {"value": AGENCY}})):
        bundle = fhir_bundle(actor, uptake, ExchangeProfile.GRAVITY, at=AT)
        assert [entry["resource"]["requester"] for entry in bundle["entry"]] == [requester, requester]
