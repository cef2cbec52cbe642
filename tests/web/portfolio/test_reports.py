"""What a partner says by telephone is noted to the end: the waiting list, the decision, the absence, what it gave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.apps.referrals.models import Outcome, Uptake
from maillage.apps.referrals.use_cases.answering import appoint
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from tests.web.portfolio.test_people import page, post

TODAY = timezone.localdate()
LATER = (TODAY + timedelta(days=9)).isoformat()


def answer(client, uptake, status: int = 302, **typed) -> str:
    said = {"with_whom": "Bruno", **typed}
    return post(client, f"/demandes/{uptake}/report/", status, **{f"report-{name}": one for name, one in said.items()})


@pytest.mark.parametrize(
    ("before", "typed", "state", "column"),
    [
        ((), {"answer": "OPEN", "day": LATER}, "UNDER_STUDY", "decision_on"),
        ((Move.OPEN,), {"answer": "SET_DECISION_DATE", "day": LATER}, "UNDER_STUDY", "decision_on"),
        ((), {"answer": "WAIT_FOR_PLACE", "day": LATER}, "WAITING_FOR_PLACE", "expected_on"),
        ((Move.WAIT_FOR_PLACE,), {"answer": "RECEIVE"}, "RECEIVED", "received_on"),
        ((Move.RECEIVE,), {"answer": "COMPLETE", "kind": "TRAINING"}, "COMPLETED", "outcome_known"),
        ((Move.RECEIVE,), {"answer": "FAIL", "failure": "MOVED_AWAY"}, "FAILED", "received_on"),
    ],
)
def test_each_answer_is_noted_from_where_it_stands(adviser, bruno, uptake, before, typed, state, column):
    for move in before:
        move_uptake(actor=bruno, uptake=uptake, move=move, at=timezone.now())
    assert "Noter ce qu’il a répondu au téléphone" in page(adviser, f"/demandes/{uptake}/")

    answer(adviser, uptake, **typed)

    noted = Uptake.objects.get(pk=uptake)
    assert noted.state == state
    assert "après un échange avec Bruno" in page(adviser, f"/demandes/{uptake}/")
    assert getattr(noted, column)


def test_after_an_absence_another_appointment_is_noted(adviser, bruno, uptake):
    now = timezone.now()
    appoint(actor=bruno, uptake=uptake, starts_at=now + timedelta(minutes=1), at=now)
    missed = Said(reason="UNKNOWN", effective_on=timezone.localdate(now + timedelta(minutes=1)))
    move_uptake(actor=bruno, uptake=uptake, move=Move.MISS, said=missed, at=now + timedelta(minutes=2))

    answer(adviser, uptake, answer="APPOINT", day=LATER, hour="09:00")

    assert Uptake.objects.get(pk=uptake).state == "APPOINTED"


@pytest.mark.parametrize(
    ("before", "typed", "sentence"),
    [
        ((), {"answer": "OPEN"}, "Écrivez le jour de la décision."),
        ((Move.RECEIVE,), {"answer": "COMPLETE"}, "Dites ce que cela a donné"),
        ((Move.RECEIVE,), {"answer": "FAIL"}, "Dites pourquoi"),
        ((Move.RECEIVE,), {"answer": "APPOINT", "day": LATER, "hour": "09:00"}, "Choisissez une réponse de la liste."),
    ],
)
def test_what_is_missing_is_asked_and_nothing_is_lost(adviser, bruno, uptake, before, typed, sentence):
    for move in before:
        move_uptake(actor=bruno, uptake=uptake, move=move, at=timezone.now())

    shown = answer(adviser, uptake, 422, **typed)

    assert sentence in shown
    assert 'value="Bruno"' in shown


def test_what_is_learnt_of_somebody_who_came_ends_the_request(adviser, bruno, uptake):
    move_uptake(actor=bruno, uptake=uptake, move=Move.RECEIVE, at=timezone.now())

    shown = page(adviser, f"/demandes/{uptake}/")

    assert "C’est terminé, et voici ce que cela a donné" in shown
    assert "Ajouter ce que l’on a appris" not in shown


@pytest.mark.parametrize(
    ("typed", "source"), [({}, "ADVISER"), ({"source": "PERSON"}, "PERSON"), ({"source": "EMPLOYER"}, "EMPLOYER")]
)
def test_what_the_adviser_learns_later_is_said_by_who_says_it(adviser, bruno, uptake, typed, source):
    now = timezone.now()
    found = OutcomeSaid(OutcomeKind.TRAINING, timezone.localdate(now), OutcomeSource.PARTNER)
    move_uptake(actor=bruno, uptake=uptake, move=Move.RECEIVE, at=now)
    move_uptake(actor=bruno, uptake=uptake, move=Move.COMPLETE, said=Said(outcome=found), at=now)
    asked = {"kind": "JOB_LASTING", "on": timezone.localdate(now).isoformat(), **typed}

    post(
        adviser,
        f"/demandes/{uptake}/add-outcome/",
        **{f"add-outcome-{name}": value for name, value in asked.items()},
    )

    assert list(Outcome.objects.order_by("sequence").values_list("source", flat=True)) == ["PARTNER", source]
