"""What a move needs besides a state that allows it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from maillage.domain.referrals import Move, Standing, Terms, UptakeEvent, UptakeState
from maillage.domain.referrals.guards import REASONS, obstacle_to, obstacle_to_correction, reported_from
from maillage.domain.referrals.reasons import (
    OUTCOME_LABELS,
    POSITIVE_OUTCOMES,
    REASON_LABELS,
    OutcomeKind,
)

TODAY = date(2026, 11, 20)
TOMORROW = date(2026, 11, 21)
SENT_ON = date(2026, 11, 2)


def standing(state: str, **more) -> Standing:
    return Standing(UptakeState[state], SENT_ON, sent_on=SENT_ON, **more)


def asked(move: Move, *, on: date = TODAY, **more) -> UptakeEvent:
    return UptakeEvent(9, move, datetime(2026, 11, 20, tzinfo=UTC), on, **more)


# Where it stands, what is asked, and the beginning of the sentence that refuses it (nothing: it is let through).
CASES = [
    (standing("DRAFT"), asked(Move.ACCEPT), "La demande est en préparation"),
    (standing("SENT"), asked(Move.ACCEPT), ""),
    (standing("SENT"), asked(Move.ACCEPT, on=TOMORROW), "Ce jour n’est pas encore venu"),
    (standing("SENT"), asked(Move.REFUSE), "Dites pourquoi"),
    (standing("SENT"), asked(Move.REFUSE, reason="UNREACHABLE"), "Dites pourquoi"),
    (standing("SENT"), asked(Move.REFUSE, reason="NO_PLACE"), ""),
    (standing("SENT"), asked(Move.WITHDRAW), ""),
    (standing("DRAFT"), asked(Move.WITHDRAW), ""),
    (standing("UNDER_STUDY"), asked(Move.WITHDRAW), "Dites pourquoi"),
    (standing("UNDER_STUDY"), asked(Move.WITHDRAW, reason="NEED_GONE"), ""),
    (standing("SENT"), asked(Move.DECLARE_ERROR), "Dites pourquoi"),
    (standing("SENT"), asked(Move.DECLARE_ERROR, reason="DUPLICATE"), ""),
    (standing("ACCEPTED"), asked(Move.APPOINT), "Donnez un jour à venir"),
    (standing("ACCEPTED"), asked(Move.APPOINT, day=date(2026, 11, 19)), "Donnez un jour à venir"),
    (standing("ACCEPTED"), asked(Move.APPOINT, day=TODAY), ""),
    (standing("UNDER_STUDY"), asked(Move.SET_DECISION_DATE), "Donnez un jour à venir"),
    (standing("APPOINTED", appointment_on=TOMORROW), asked(Move.MISS, reason="UNKNOWN"), "Le rendez-vous n’a pas"),
    (standing("APPOINTED", appointment_on=TODAY), asked(Move.MISS, reason="UNKNOWN"), ""),
    (standing("RECEIVED"), asked(Move.COMPLETE), "Dites ce que cela a donné"),
    (standing("RECEIVED"), asked(Move.COMPLETE, day=TODAY), ""),
    (standing("RECEIVED", outcome_count=1), asked(Move.COMPLETE), ""),
    (standing("NO_SHOW", absence_count=1), asked(Move.FAIL, reason="REPEATED_ABSENCE"), "Un autre rendez-vous"),
    (standing("NO_SHOW", absence_count=2), asked(Move.FAIL, reason="REPEATED_ABSENCE"), ""),
    (standing("ACCEPTED"), asked(Move.FAIL, reason="UNREACHABLE"), ""),
    (standing("SENT"), asked(Move.EXPIRE), "Le délai court encore"),
    (standing("SENT"), asked(Move.EXPIRE, on=TODAY), "Le délai court encore"),
]


@pytest.mark.parametrize(("where", "event", "sentence"), CASES)
def test_what_forbids_a_move(where, event, sentence) -> None:
    refused = obstacle_to(where, event, Terms(), today=TODAY)

    assert bool(refused) == bool(sentence)
    assert refused is None or refused.sentence_fr.startswith(sentence)
    assert refused is None or refused.sentence_en


def test_silence_ends_it_the_day_after_the_last_one_to_answer() -> None:
    first = date(2026, 12, 16)

    assert obstacle_to(standing("SENT"), asked(Move.EXPIRE, on=first), Terms(), today=first) is None


def report(number: int, move: Move, *, reported: bool = True) -> UptakeEvent:
    return UptakeEvent(number, move, datetime(2026, 11, 20, tzinfo=UTC), TODAY, reported=reported)


@pytest.mark.parametrize(
    ("log", "first", "possible"),
    [
        ((report(3, Move.ACCEPT),), 3, True),
        ((report(3, Move.ACCEPT), report(4, Move.REMIND, reported=False)), 3, True),
        ((report(3, Move.ACCEPT), report(4, Move.APPOINT, reported=False)), 3, False),
        ((report(3, Move.ACCEPT, reported=False),), 3, False),
        ((), 1, False),
    ],
)
def test_only_what_was_noted_on_ones_behalf_is_corrected(log, first, possible) -> None:
    assert (obstacle_to_correction(log, first) is None) == possible


@pytest.mark.parametrize(
    ("log", "first"),
    [
        ((report(3, Move.ACCEPT), report(4, Move.APPOINT)), 3),
        ((report(3, Move.OPEN, reported=False), report(4, Move.ACCEPT), report(5, Move.TAKE, reported=False)), 4),
        ((report(3, Move.ACCEPT), report(4, Move.APPOINT, reported=False)), None),
        ((), None),
    ],
)
def test_what_was_last_noted_on_ones_behalf_is_found(log, first) -> None:
    assert reported_from(log) == first


def test_every_reason_and_outcome_has_its_words() -> None:
    assert {reason for reasons in REASONS.values() for reason in reasons} == set(REASON_LABELS)
    assert set(OUTCOME_LABELS) == set(OutcomeKind)
    assert POSITIVE_OUTCOMES.isdisjoint({OutcomeKind.NOT_KNOWN, OutcomeKind.NOTHING_FOUND})
