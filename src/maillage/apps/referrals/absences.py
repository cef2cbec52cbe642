"""An absence stays inside the referral: what leaves for another system tells it only where a clause names attendance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from maillage.apps.referrals.queries import UptakeSeen
from maillage.apps.referrals.wording import Told
from maillage.apps.sharing.queries import what_passes
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.moves import STATE_LABELS
from maillage.domain.referrals.reasons import FailureReason
from maillage.domain.sharing import ATTENDANCE

UNDER_WAY = "UNDER_WAY"
"""The state that is told in place of an absence."""
UNDER_WAY_LABELS = ("en cours", "under way")
_STOPPED = ("La démarche s’est arrêtée.", "It ended on the way.")


def passes_absence(*, person: UUID, agreement: str, sender: str, recipient: str, on: date) -> bool:
    """Tell whether a clause, with the consent it asks, lets the sender's other systems know of an absence."""
    shared = what_passes(person=person, agreement=agreement, sender=recipient, receiver=sender, on=on)
    return ATTENDANCE in shared.fields


def tells_absences(actor: Actor, found: UptakeSeen, *, on: date) -> bool:
    """Tell whether what an actor takes out may tell an absence: to who received the person it is its own."""
    return actor.organisation == found.recipient_organisation or passes_absence(
        person=found.person,
        agreement=found.agreement,
        sender=found.sender_organisation,
        recipient=found.recipient_organisation,
        on=on,
    )


def state_told(found: UptakeSeen, *, is_told: bool) -> str:
    """Give the code of where an uptake stands; an absence that is not told is under way."""
    return UNDER_WAY if found.state is UptakeState.NO_SHOW and not is_told else found.state.value


def label_told(found: UptakeSeen, *, is_told: bool) -> tuple[str, str]:
    """Say where an uptake stands, in French and in English, in the same way."""
    return UNDER_WAY_LABELS if state_told(found, is_told=is_told) == UNDER_WAY else STATE_LABELS[found.state]


def history_told(history: Iterable[Told], *, is_told: bool) -> tuple[Told, ...]:
    """Leave absences out of what happened, and out of why it stopped."""
    return tuple(history) if is_told else tuple(_quiet(one) for one in history if one.move is not Move.MISS)


def _quiet(told: Told) -> Told:
    if told.reason != FailureReason.REPEATED_ABSENCE.name:
        return told
    return replace(told, sentence_fr=_STOPPED[0], sentence_en=_STOPPED[1])
