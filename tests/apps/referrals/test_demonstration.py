"""The demonstration's people: invented, in every state, told once, and true to what the pages count."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from maillage.apps.accounts import demonstration as accounts
from maillage.apps.accounts.models import Account
from maillage.apps.accounts.queries import account_with, actor_of, memberships_of
from maillage.apps.catalogue import demonstration as catalogue
from maillage.apps.people.drafts import PersonDraft
from maillage.apps.people.models import Person
from maillage.apps.people.use_cases import create_person
from maillage.apps.referrals import demonstration
from maillage.apps.referrals.models import Uptake, WalkIn
from maillage.apps.referrals.queries import inbox, stored_states_that_differ
from maillage.apps.referrals.rates import Cohort, Cut, fallen, rates
from maillage.apps.referrals.use_cases.moving import move_uptake
from maillage.apps.referrals.use_cases.sending import Address, Request, send_referral
from maillage.apps.territories import demonstration as territories
from maillage.domain.referrals import Move, UptakeState

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 18, 9, tzinfo=UTC)
TODAY = AT.date()


@pytest.fixture
def told(db) -> int:
    territories.load(by="tests", at=AT)
    catalogue.load(by="tests", at=AT)
    accounts.load(by="tests", at=AT)
    return demonstration.load(at=AT)


def actor(name: str):
    account = account_with(f"{name}@{accounts.DOMAIN}")
    return actor_of(account, memberships_of(account, TODAY)[0].membership, TODAY)


def test_every_state_is_there_and_every_column_is_what_its_events_amount_to(told):
    states = Counter(Uptake.objects.values_list("state", flat=True))

    assert told == len(demonstration.stories())
    assert {UptakeState(state) for state in states} == set(UptakeState)
    assert stored_states_that_differ() == ()


def test_the_inboxes_of_the_day_have_something_in_each_list(told):
    for name in ("bruno", "farid"):
        found = inbox(actor(name), on=TODAY)
        assert (bool(found.to_answer), bool(found.expected), bool(found.late)) == (True, True, True), name


def test_what_the_partner_sends_to_the_agency_of_haguenau_is_somebody_s_to_answer(told):
    draft = PersonDraft(given_name="Lina", family_name="Inventée", municipality="67180", birth_date=date(2004, 3, 1))
    lina = create_person(by=actor("bruno"), draft=draft, at=AT)
    request = Request((Address("france-travail--67125--accueil"),))
    sent = send_referral(actor=actor("bruno"), person=lina, request=request, at=AT).uptakes[0].uptake

    assert [one.id for one in inbox(actor("ines"), on=TODAY).to_answer] == [sent]
    assert move_uptake(actor=actor("ines"), uptake=sent, move=Move.ACCEPT, at=AT).state is UptakeState.ACCEPTED


def test_the_officer_has_rates_that_fell(told):
    length = timedelta(days=demonstration.HALF)
    now = Cohort(TODAY - length, TODAY + timedelta(days=1))
    before = Cohort(TODAY - 2 * length, TODAY - length)
    chloe = actor("chloe")

    fell = fallen(rates(chloe, before, Cut.AGREEMENT), rates(chloe, now, Cut.AGREEMENT))

    assert "received" in {one.count for one in fell}


def test_nobody_can_be_taken_for_a_real_person(told):
    for person in Person.objects.all():
        assert person.telephone == "" or person.telephone.startswith("063998")
        assert person.email == ""
    assert WalkIn.objects.filter(answered_at=None).count() == 1


def test_loading_again_changes_nothing(told):
    before = Uptake.objects.count()

    assert demonstration.load(at=AT + timedelta(days=3)) == 0
    assert Uptake.objects.count() == before


def test_it_is_never_told_beside_the_accounts_of_an_operator(db):
    accounts.load(by="tests", at=AT)
    Account.objects.create(email="real@example.org", name="Real", opened_at=AT)

    assert demonstration.load(at=AT) == 0
    assert not Person.objects.exists()
