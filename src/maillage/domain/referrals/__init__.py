"""Referral: a person sent to a partner, followed to the outcome; one uptake for each recipient.

The state of an uptake is derived from its events and never written by hand: ``standing_of`` folds them.
"""

from __future__ import annotations

from maillage.domain.referrals.moves import LEADS_TO, ORIGINS, Move, MoveRefused, moves_from, refusal_of_move, steps_of
from maillage.domain.referrals.standing import (
    EventsDoNotFollow,
    Standing,
    Terms,
    UptakeEvent,
    due_on,
    expire_on,
    remind_on,
    standing_of,
)
from maillage.domain.referrals.states import FHIR_STATUS, OPEN_STATES, TRANSITIONS, Turn, UptakeState

__all__ = [
    "FHIR_STATUS",
    "LEADS_TO",
    "OPEN_STATES",
    "ORIGINS",
    "TRANSITIONS",
    "EventsDoNotFollow",
    "Move",
    "MoveRefused",
    "Standing",
    "Terms",
    "Turn",
    "UptakeEvent",
    "UptakeState",
    "due_on",
    "expire_on",
    "moves_from",
    "refusal_of_move",
    "remind_on",
    "standing_of",
    "steps_of",
]
