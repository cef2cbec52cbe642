"""What a move needs besides a state that allows it: a reason of the list, a day, an outcome, enough absences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum

from maillage.domain.referrals.moves import Move, MoveRefused, refusal_of_move
from maillage.domain.referrals.reasons import Absence, ErrorReason, FailureReason, RefusalReason, WithdrawalReason
from maillage.domain.referrals.standing import Standing, Terms, UptakeEvent, counting, expire_on
from maillage.domain.referrals.states import UptakeState

REASONS: Mapping[Move, type[Enum]] = {
    Move.REFUSE: RefusalReason,
    Move.FAIL: FailureReason,
    Move.WITHDRAW: WithdrawalReason,
    Move.DECLARE_ERROR: ErrorReason,
    Move.MISS: Absence,
}
"""The closed list that the reason of each move is taken from."""

_NEEDS_DAY = frozenset({Move.APPOINT, Move.SET_DECISION_DATE})
_OPTIONAL_REASON = frozenset({UptakeState.DRAFT, UptakeState.SENT})
"""Nobody has read it yet: it is called back without having to say why."""


def obstacle_to(standing: Standing, event: UptakeEvent, terms: Terms, *, today: date) -> MoveRefused | None:
    """Say what forbids an event from where an uptake stands, the state first; ``None`` when nothing does."""
    refused = refusal_of_move(standing.state, event.move)
    if refused is not None:
        return refused
    sentences = (
        _about_the_reason(standing, event)
        or _about_the_day(standing, event, today)
        or _about_what_came_before(standing, event, terms, today)
    )
    return MoveRefused(standing.state, event.move, *sentences) if sentences else None


def _about_the_reason(standing: Standing, event: UptakeEvent) -> tuple[str, str] | None:
    reasons = REASONS.get(event.move)
    if reasons is None:
        return None
    if not event.reason and event.move is Move.WITHDRAW and standing.state in _OPTIONAL_REASON:
        return None
    if event.reason in reasons.__members__:
        return None
    return ("Dites pourquoi : choisissez un motif de la liste.", "Say why: choose a reason of the list.")


def _about_the_day(standing: Standing, event: UptakeEvent, today: date) -> tuple[str, str] | None:
    if event.effective_on > today:
        return (
            "Ce jour n’est pas encore venu : notez ce qui a eu lieu, au plus tard aujourd’hui.",
            "That day has not come yet: note what has happened, today at the latest.",
        )
    if event.move is Move.MISS and standing.appointment_on is not None and event.effective_on < standing.appointment_on:
        return (
            "Le rendez-vous n’a pas encore eu lieu : attendez son jour, ou fixez-en un autre.",
            "The appointment has not taken place yet: wait for its day, or give another one.",
        )
    if event.move in _NEEDS_DAY and (event.day is None or event.day < event.effective_on):
        return ("Donnez un jour à venir.", "Give a day to come.")
    return None


def _about_what_came_before(
    standing: Standing, event: UptakeEvent, terms: Terms, today: date
) -> tuple[str, str] | None:
    if event.move is Move.COMPLETE and standing.outcome_count == 0 and event.day is None:
        return (
            "Dites ce que cela a donné pour la personne : c’est ce qui termine la demande.",
            "Say what came of it for the person: this is what completes the request.",
        )
    too_few = standing.absence_count < terms.allowed_absences
    if event.move is Move.FAIL and standing.state is UptakeState.NO_SHOW and too_few:
        return (
            f"Un autre rendez-vous peut être proposé : on n’arrête qu’après {terms.allowed_absences} rendez-vous manqués.",
            f"Another appointment can be given: it ends only after {terms.allowed_absences} missed appointments.",
        )
    ends_on = expire_on(standing, terms)
    if event.move is Move.EXPIRE and ends_on is not None and today < ends_on:
        return (
            f"Le délai court encore : la réponse est attendue avant le {ends_on:%d/%m/%Y}.",
            f"The delay still runs: the answer is awaited before {ends_on.isoformat()}.",
        )
    return None


def obstacle_to_correction(events: tuple[UptakeEvent, ...], first: int) -> tuple[str, str] | None:
    """Say why the recipient cannot correct from event ``first`` on; ``None`` when all of it was noted on its behalf."""
    concerned = [event for event in events if event.sequence >= first and event.move not in _BESIDE]
    if concerned and all(event.reported for event in concerned):
        return None
    return (
        "Seul ce qui a été noté en votre nom peut être corrigé, et si rien n’a suivi de votre part.",
        "Only what was noted on your behalf can be corrected, and only where nothing of yours followed.",
    )


def reported_from(events: tuple[UptakeEvent, ...]) -> int | None:
    """Give the first event of what was last noted on the recipient's behalf; ``None`` when it said the last word itself."""
    told = [event for event in counting(events) if event.move not in _BESIDE]
    if not told or not told[-1].reported:
        return None
    return min(event.sequence for event in told if event.reported and event.recorded_at == told[-1].recorded_at)


_BESIDE = frozenset({Move.REMIND, Move.NOTE_CALL, Move.TAKE, Move.HAND_OVER, Move.RETURN, Move.ACKNOWLEDGE})
