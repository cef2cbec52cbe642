"""A person refuses a partner: whatever it was asked, it sees nothing more; a change of mind shows it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maillage.apps.people.acting import as_actor
from maillage.apps.people.queries import may_see
from maillage.apps.referrals.codes import code_of
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.queries import find_uptake, referral_of, stored_states_that_differ
from maillage.apps.referrals.use_cases.clock import run_clock
from maillage.apps.referrals.use_cases.tear_off import CodeRefused, answer_with_code
from maillage.apps.referrals.use_cases.wills import accept_partner_again, refuse_partner
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import AT, MISSION, ON, POST, moved

pytestmark = pytest.mark.django_db
BEFORE = {
    "sent": (),
    "opened": ((Move.OPEN, {}),),
    "received": ((Move.RECEIVE, {}),),
    "refused": ((Move.REFUSE, {"reason": "NO_PLACE"}),),
    "completed": (
        (Move.RECEIVE, {}),
        (Move.COMPLETE, {"outcome": OutcomeSaid(OutcomeKind.TRAINING, ON, OutcomeSource.PERSON, "")}),
    ),
}


def shown(actor, uptake) -> bool:
    with as_actor(actor, on=ON):
        return find_uptake(actor, uptake, on=ON) is not None or referral_of(actor, uptake, on=ON) is not None


@pytest.mark.parametrize("stage", BEFORE)
@pytest.mark.parametrize("organisation", [MISSION, ""])
def test_nothing_asked_of_the_partner_is_shown_any_more(stage, organisation, amel, bruno, driss, uptake):
    for move, said in BEFORE[stage]:
        moved(bruno, uptake, move, **said)
    assert shown(bruno, uptake)

    refuse_partner(actor=amel, person=driss, organisation=organisation, at=AT)

    assert not shown(bruno, uptake)
    assert not may_see(bruno, driss, on=ON)
    assert shown(amel, uptake)
    assert stored_states_that_differ() == ()


def test_what_had_not_begun_is_withdrawn_with_its_reason(amel, driss, uptake):
    assert refuse_partner(actor=amel, person=driss, organisation=MISSION, at=AT) == (uptake,)

    assert Uptake.objects.get(pk=uptake).state == UptakeState.WITHDRAWN.value


def test_another_partner_sees_what_it_saw(amel, bruno, driss, uptake):
    assert refuse_partner(actor=amel, person=driss, organisation=POST, at=AT) == ()

    assert shown(bruno, uptake)


def test_a_change_of_mind_shows_what_was_begun(amel, bruno, driss, uptake):
    moved(bruno, uptake, Move.RECEIVE)
    refuse_partner(actor=amel, person=driss, organisation=MISSION, at=AT)
    refuse_partner(actor=amel, person=driss, organisation="", at=AT)

    accept_partner_again(actor=amel, person=driss, organisation=MISSION, at=AT)
    assert not shown(bruno, uptake), "the person still refuses every partner"
    accept_partner_again(actor=amel, person=driss, organisation="", at=AT)

    assert shown(bruno, uptake)
    assert may_see(bruno, driss, on=ON)


def test_what_had_expired_and_is_woken_shows_nothing(amel, bruno, driss, uptake):
    run_clock(at=AT + timedelta(days=90))
    assert Uptake.objects.get(pk=uptake).state == UptakeState.EXPIRED.value
    refuse_partner(actor=amel, person=driss, organisation=MISSION, at=AT + timedelta(days=91))

    moved(amel, uptake, Move.WAKE, days=92)

    assert not shown(bruno, uptake)
    assert not may_see(bruno, driss, on=ON)


def test_the_slip_of_paper_answers_nothing_more(amel, bruno, driss, uptake):
    moved(bruno, uptake, Move.APPOINT, day=ON + timedelta(days=3))
    said = {"code": code_of(uptake), "move": Move.RECEIVE, "network_address": "192.0.2.1", "at": AT + timedelta(days=4)}
    Uptake.objects.filter(pk=uptake).update(objected_at=AT)
    with pytest.raises(CodeRefused):
        answer_with_code(**said)

    Uptake.objects.filter(pk=uptake).update(objected_at=None)
    assert answer_with_code(**said).state is UptakeState.RECEIVED
