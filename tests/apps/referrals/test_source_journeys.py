"""What the articles tell, from the opening to the outcome, on the demonstration's offer and the agreements shipped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from maillage.apps.catalogue import demonstration as catalogue
from maillage.apps.delegation.models import Delegation
from maillage.apps.eligibility.queries import offered_on, verdicts_of
from maillage.apps.people.queries import facts_of, may_see, person_for
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.queries import history_of, outcomes_of
from maillage.apps.referrals.rates import visits
from maillage.apps.referrals.use_cases.answering import appoint
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.apps.referrals.use_cases.receptions import HelpGiven, count_visits
from maillage.apps.referrals.use_cases.sending import Address, Request, send_referral
from maillage.apps.territories import demonstration as territories
from maillage.domain.accounts import Role
from maillage.domain.eligibility import Finding, Question
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import member, person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ON = date(2026, 11, 2)
AGENCY, MISSION, POST = "france-travail-bas-rhin", "mission-locale--67180S00", "la-poste-centre-val-de-loire"


@pytest.fixture
def shipped(db):
    territories.load(by="tests", at=AT)
    catalogue.load(by="tests", at=AT)


def open_doors(by, who):
    """Give the open doors of somebody, with what opens each."""
    question = Question(facts_of(who, actor=by, on=ON), ON)
    return verdicts_of(offered_on(ON), question, frozenset({Finding.OPEN}))


def move(by, uptake, what, *, days=0, **said):
    return move_uptake(actor=by, uptake=uptake, move=what, said=Said(**said), at=AT + timedelta(days=days))


def test_haguenau_the_support_of_a_young_jobseeker_is_delegated(shipped):
    """004: « Pôle emploi nous délègue l’accompagnement des jeunes », 16 à 25 ans, in the catchment area (D2, D3, D4, D5)."""
    amel, bruno = member("Amel", Role.ADVISER, AGENCY), member("Bruno", Role.PARTNER_ADVISER, MISSION)
    driss = person(amel, municipality="67180", birth_date=date(2007, 3, 1), telephone="06 01 02 03 04")
    (door,) = [
        one for one in open_doors(amel, driss) if any(ground.clause == "delegation-16-25" for ground in one.grounds)
    ]

    request = Request((Address(door.service),), why="Accompagnement", agreed_on=ON)
    uptake = send_referral(actor=amel, person=driss, request=request, at=AT).uptakes[0].uptake
    passed = person_for(bruno, driss, at=AT, why="page")
    appoint(actor=bruno, uptake=uptake, starts_at=AT + timedelta(days=8), at=AT + timedelta(days=3))
    move(bruno, uptake, Move.RECEIVE, days=8)

    row = Uptake.objects.get()
    assert (row.agreement, row.article) == ("2021-ml-alsace-nord", "P3")
    assert row.version.startswith("2021-12-04+")
    assert (passed.given_name, passed.telephone, passed.birth_date) == ("Driss", "0601020304", None)
    delegation = Delegation.objects.get()
    assert (delegation.state, delegation.review_due_on) == ("RUNNING", date(2033, 3, 1))

    job = OutcomeSaid(OutcomeKind.JOB_LASTING, ON + timedelta(days=60), OutcomeSource.PERSON, "contrat de travail")
    move(bruno, uptake, Move.COMPLETE, days=60, outcome=job)
    assert outcomes_of(amel, uptake, on=ON) == (job,)
    assert may_see(bruno, driss, on=ON)  # the delegation goes on


def test_le_blanc_a_person_is_sent_to_the_nearest_digital_point_and_went(shipped):
    """000 and 001: an adviser sends somebody to a digital point and knows whether they went; visits are counted (G3, G5)."""
    amel = member("Amel", Role.ADVISER, "france-travail-indre")
    host = member("Léa", Role.ACCESS_POINT_STAFF, POST)
    elise = person(amel, "Élise", municipality="36018", birth_date=date(1992, 5, 1), target_groups=("LONG_TERM",))
    near = [one for one in open_doors(amel, elise) if one.organisation == POST and one.location]
    door = min(near, key=lambda one: one.distance_km or 0)

    uptake = send_referral(actor=amel, person=elise, request=Request((Address(door.service),)), at=AT).uptakes[0].uptake
    went = move(host, uptake, Move.RECEIVE, days=1)
    total = count_visits(actor=host, access_point=door.location, help_given=HelpGiven.ONLINE_PROCEDURE, at=AT, count=6)

    assert went.state is UptakeState.RECEIVED
    assert history_of(amel, uptake, on=ON)[-1].sentence_fr == "La personne est venue."
    (counted,) = visits(start=ON, end=ON + timedelta(days=1))
    assert (total, counted.access_point, counted.total) == (6, door.location, 6)


def test_each_partner_informs_and_refers_to_the_services_of_the_other(shipped):
    """003: « informer et orienter les publics accompagnés par chacun vers les services de l’autre » (D1)."""
    bruno = member("Bruno", Role.PARTNER_ADVISER, MISSION)
    chantal = member("Chantal", Role.ADVISER, AGENCY)
    farid = person(bruno, "Farid", municipality="67180", birth_date=date(2004, 1, 1))
    door = next(one for one in open_doors(bruno, farid) if one.organisation == AGENCY)

    uptake = send_referral(actor=bruno, person=farid, request=Request((Address(door.service),)), at=AT).uptakes[0]
    move(chantal, uptake.uptake, Move.OPEN)
    move(chantal, uptake.uptake, Move.REFUSE, reason="ALREADY_FOLLOWED")

    assert history_of(bruno, uptake.uptake, on=ON)[-1].sentence_fr.startswith(
        "La demande est refusée : la personne est"
    )
