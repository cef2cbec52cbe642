"""Where an uptake stands after its events: whose turn, what is due, when it is reminded and when silence ends it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from maillage.domain.referrals import (
    EventsDoNotFollow,
    Move,
    Standing,
    Terms,
    Turn,
    UptakeEvent,
    UptakeState,
    due_on,
    expire_on,
    remind_on,
    standing_of,
)
from maillage.domain.referrals.standing import answer_due_on, counting

MONDAY = date(2026, 11, 2)


def events(*moves, on: date = MONDAY, **more) -> tuple[UptakeEvent, ...]:
    """Give events of these moves, all of one day; a pair is a move with what it carries."""
    found = []
    for sequence, move in enumerate(moves, start=1):
        name, carried = move if isinstance(move, tuple) else (move, {})
        at = datetime(2026, 11, 2, 9, tzinfo=UTC)
        found.append(UptakeEvent(sequence, name, at, carried.pop("on", on), **more, **carried))
    return tuple(found)


SENT = (Move.PREPARE, Move.SEND)
# Moves after the sending -> state, turn, due, reminded from, ended by silence on.
STANDINGS = [
    ((Move.PREPARE,), "DRAFT", Turn.SENDER, None, None, None),
    (SENT, "SENT", Turn.RECIPIENT, date(2026, 12, 15), date(2026, 11, 17), date(2026, 12, 16)),
    ((*SENT, Move.OPEN), "UNDER_STUDY", Turn.RECIPIENT, date(2026, 12, 15), date(2026, 11, 17), date(2026, 12, 16)),
    (
        (*SENT, (Move.OPEN, {"day": date(2027, 1, 15)})),
        "UNDER_STUDY",
        Turn.RECIPIENT,
        date(2027, 1, 22),
        date(2027, 1, 18),
        date(2027, 1, 25),
    ),
    (
        (*SENT, Move.OPEN, (Move.SET_DECISION_DATE, {"day": date(2026, 11, 20)})),
        "UNDER_STUDY",
        Turn.RECIPIENT,
        date(2026, 12, 15),
        date(2026, 11, 23),
        date(2026, 12, 16),
    ),
    ((*SENT, Move.ACCEPT), "ACCEPTED", Turn.RECIPIENT, date(2026, 11, 17), date(2026, 11, 18), None),
    (
        (*SENT, Move.WAIT_FOR_PLACE),
        "WAITING_FOR_PLACE",
        Turn.RECIPIENT,
        date(2026, 12, 15),
        date(2026, 12, 16),
        date(2027, 1, 29),
    ),
    (
        (*SENT, (Move.WAIT_FOR_PLACE, {"day": date(2027, 1, 4), "rank": 2})),
        "WAITING_FOR_PLACE",
        Turn.RECIPIENT,
        date(2027, 1, 4),
        date(2027, 1, 5),
        date(2027, 2, 16),
    ),
    (
        (*SENT, Move.ACCEPT, (Move.APPOINT, {"day": date(2026, 11, 12)})),
        "APPOINTED",
        Turn.RECIPIENT,
        date(2026, 11, 12),
        date(2026, 11, 13),
        None,
    ),
    (
        (*SENT, Move.ACCEPT, (Move.APPOINT, {"day": MONDAY}), Move.MISS),
        "NO_SHOW",
        Turn.RECIPIENT,
        date(2026, 11, 17),
        date(2026, 11, 18),
        None,
    ),
    ((*SENT, Move.ACCEPT, Move.RECEIVE), "RECEIVED", Turn.RECIPIENT, date(2027, 1, 28), date(2027, 1, 29), None),
    ((*SENT, Move.ACCEPT, Move.RECEIVE, Move.COMPLETE), "COMPLETED", Turn.NOBODY, None, None, None),
    ((*SENT, Move.REFUSE), "REFUSED", Turn.SENDER, date(2026, 11, 9), None, None),
    ((*SENT, Move.REFUSE, Move.ACKNOWLEDGE), "REFUSED", Turn.NOBODY, None, None, None),
    ((*SENT, Move.EXPIRE), "EXPIRED", Turn.SENDER, date(2026, 11, 9), None, None),
    (
        (*SENT, Move.EXPIRE, (Move.WAKE, {"on": date(2026, 12, 16)})),
        "SENT",
        Turn.RECIPIENT,
        date(2027, 1, 29),
        date(2026, 12, 31),
        date(2027, 2, 1),
    ),
    ((*SENT, Move.WITHDRAW), "WITHDRAWN", Turn.NOBODY, None, None, None),
    ((*SENT, Move.REDIRECT), "REDIRECTED", Turn.NOBODY, None, None, None),
    ((*SENT, Move.DECLARE_ERROR), "ENTERED_IN_ERROR", Turn.NOBODY, None, None, None),
]


@pytest.mark.parametrize(("moves", "state", "turn", "due", "reminded", "ends"), STANDINGS)
def test_where_it_stands(moves, state, turn, due, reminded, ends) -> None:
    standing = standing_of(events(*((move[0], dict(move[1])) if isinstance(move, tuple) else move for move in moves)))

    found = (standing.state, standing.turn, due_on(standing, Terms()), remind_on(standing, Terms()))
    assert found == (UptakeState[state], turn, due, reminded)
    assert expire_on(standing, Terms()) == ends


def test_it_is_reminded_once_in_each_state() -> None:
    reminded = standing_of(events(*SENT, Move.REMIND))
    accepted = standing_of(events(*SENT, Move.REMIND, Move.ACCEPT))

    assert remind_on(reminded, Terms()) is None
    assert remind_on(accepted, Terms()) == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("days", "due", "reminded"),
    [
        (None, date(2026, 12, 15), date(2026, 11, 17)),
        (15, date(2026, 11, 24), date(2026, 11, 9)),
        (1, date(2026, 11, 3), MONDAY),
    ],
)
def test_an_article_says_its_own_delay(days, due, reminded) -> None:
    terms = Terms.of_article(days)
    standing = standing_of(events(*SENT))

    assert (due_on(standing, terms), remind_on(standing, terms)) == (due, reminded)


def test_alsace_moselle_does_not_work_on_its_holidays() -> None:
    standing = standing_of(events(*SENT, on=date(2026, 3, 19)))

    local = Terms.of_article(15, alsace_moselle=True)
    assert (due_on(standing, Terms.of_article(15)), due_on(standing, local)) == (date(2026, 4, 10), date(2026, 4, 13))


def test_places_are_told_again() -> None:
    standing = standing_of(
        events(
            *SENT,
            (Move.WAIT_FOR_PLACE, {"rank": 5}),
            (Move.UPDATE_PLACE, {"rank": 1, "day": date(2026, 12, 1)}),
        )
    )

    assert (standing.rank, standing.expected_on) == (1, date(2026, 12, 1))


def test_absences_and_outcomes_are_counted() -> None:
    standing = standing_of(
        events(
            *SENT,
            Move.ACCEPT,
            (Move.APPOINT, {"day": MONDAY}),
            Move.MISS,
            (Move.APPOINT, {"day": MONDAY}),
            Move.MISS,
            (Move.APPOINT, {"day": MONDAY}),
            Move.RECEIVE,
            Move.ADD_OUTCOME,
            (Move.COMPLETE, {"day": MONDAY}),
            Move.ADD_OUTCOME,
        )
    )

    assert (standing.absence_count, standing.outcome_count, standing.state) == (2, 3, UptakeState.COMPLETED)


def test_taking_and_passing_on_change_nothing_of_it() -> None:
    assert standing_of(events(*SENT, Move.TAKE, Move.HAND_OVER, Move.RETURN)) == standing_of(events(*SENT))


def test_a_correction_goes_back_to_before_what_was_noted() -> None:
    log = (
        *events(*SENT),
        *(
            UptakeEvent(number, move, datetime(2026, 11, 3, tzinfo=UTC), MONDAY, reported=True)
            for number, move in ((3, Move.ACCEPT), (4, Move.RECEIVE))
        ),
        UptakeEvent(5, Move.CORRECT_REPORT, datetime(2026, 11, 4, tzinfo=UTC), MONDAY, corrects=3),
        UptakeEvent(6, Move.REFUSE, datetime(2026, 11, 4, tzinfo=UTC), MONDAY, reason="NO_PLACE"),
    )

    assert standing_of(log[:4]).is_reported
    assert standing_of(log[:5]).state is UptakeState.SENT
    assert not standing_of(log[:5]).is_reported
    assert standing_of(log).state is UptakeState.REFUSED
    assert [event.sequence for event in counting(log)] == [1, 2, 5, 6]


@pytest.mark.parametrize("moves", [(), (Move.SEND,), (Move.PREPARE, Move.ACCEPT), (Move.PREPARE, Move.PREPARE)])
def test_a_log_that_cannot_be_is_told(moves) -> None:
    with pytest.raises(EventsDoNotFollow):
        standing_of(events(*moves))


def test_nothing_is_awaited_of_what_was_never_sent() -> None:
    nowhere = Standing(UptakeState.SENT, MONDAY)

    assert answer_due_on(nowhere, Terms()) is None
    assert remind_on(nowhere, Terms()) is None
