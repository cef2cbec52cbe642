"""What happens to the people of the demonstration: invented stories, step by step, in days since the sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import OutcomeKind

PORTABLE = "063998{:04d}"
"""A range of mobile numbers that the French regulator keeps for works of fiction: nobody answers."""
GIVEN = (
    "Nadia", "Karim", "Sylvie", "Théo", "Inès", "Marc", "Lina", "Hervé", "Zoé", "Omar", "Colette", "Bastien", "Awa",
    "Gilles", "Manon", "Driss", "Josiane", "Enzo", "Fatou", "Loïc", "Rosalie", "Idir", "Mireille", "Noé", "Samia",
)  # fmt: skip
FAMILY = (
    "Fougère", "Mésange", "Bouleau", "Alouette", "Genêt", "Sablier", "Galet", "Pommier", "Lisière", "Noisette", "Ravine",
    "Tisane", "Domino", "Horloge", "Falaise", "Cigogne", "Verger", "Ardoise", "Marmite", "Lavande", "Roseau", "Pivert",
)  # fmt: skip
"""Common nouns, so that nobody takes these people for somebody."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done some days after the sending; ``ahead`` is how many days later the appointment or the answer falls."""

    after: int
    move: Move
    reason: str = ""
    ahead: int = 0
    outcome: OutcomeKind | None = None
    is_by_sender: bool = False
    reported_with: str = ""


def _met(outcome: OutcomeKind | None = None, after: int = 30) -> tuple[Step, ...]:
    steps = (Step(1, Move.OPEN), Step(3, Move.APPOINT, ahead=6), Step(9, Move.RECEIVE))
    return steps if outcome is None else (*steps, Step(9 + after, Move.COMPLETE, outcome=outcome))


def _refused(reason: str, after: int = 4) -> tuple[Step, ...]:
    return Step(1, Move.OPEN), Step(after, Move.REFUSE, reason=reason)


STORIES: Mapping[str, tuple[Step, ...]] = {
    "job": _met(OutcomeKind.JOB_LASTING),
    "short-job": _met(OutcomeKind.JOB_SHORT, after=20),
    "training": _met(OutcomeKind.TRAINING, after=25),
    "help": (Step(2, Move.RECEIVE), Step(3, Move.COMPLETE, outcome=OutcomeKind.HELP_GIVEN)),
    "next": _met(OutcomeKind.NEXT_STEP, after=12),
    "nothing": _met(OutcomeKind.NOTHING_FOUND, after=28),
    "received": _met(),
    "missed": (Step(1, Move.OPEN), Step(2, Move.APPOINT, ahead=5), Step(7, Move.MISS, reason="UNKNOWN")),
    "absent": (
        Step(1, Move.OPEN),
        Step(2, Move.APPOINT, ahead=5),
        Step(7, Move.MISS, reason="NOT_EXCUSED"),
        Step(8, Move.APPOINT, ahead=6),
        Step(14, Move.MISS, reason="UNKNOWN"),
        Step(15, Move.APPOINT, ahead=6),
        Step(21, Move.MISS, reason="UNKNOWN"),
        Step(24, Move.FAIL, reason="REPEATED_ABSENCE"),
    ),
    "unreachable": (
        Step(1, Move.OPEN),
        Step(2, Move.ACCEPT),
        Step(5, Move.NOTE_CALL),
        Step(9, Move.NOTE_CALL),
        Step(20, Move.FAIL, reason="UNREACHABLE"),
    ),
    "full": _refused("NO_PLACE"),
    "outside": _refused("OUTSIDE_TERRITORY", after=2),
    "declined": _refused("PERSON_DECLINES", after=6),
    "waiting": (Step(1, Move.OPEN), Step(3, Move.WAIT_FOR_PLACE, ahead=60)),
    "commission": (Step(1, Move.OPEN), Step(2, Move.SET_DECISION_DATE, ahead=15)),
    "study": (Step(1, Move.OPEN),),
    "accepted": (Step(1, Move.OPEN), Step(2, Move.ACCEPT)),
    "telephone": (Step(4, Move.ACCEPT, is_by_sender=True, reported_with="l’accueil"),),
    "appointed": (Step(1, Move.OPEN), Step(2, Move.APPOINT, ahead=7)),
    "silence": (),
    "called-back": (Step(1, Move.WITHDRAW, is_by_sender=True),),
    "withdrawn": (Step(1, Move.OPEN), Step(3, Move.WITHDRAW, reason="PERSON_ASKED", is_by_sender=True)),
    "error": (Step(0, Move.DECLARE_ERROR, reason="WRONG_SERVICE", is_by_sender=True),),
}
"""What may happen, by name; what would fall after the day of loading has not happened yet."""

FORMER_DIGITAL = (
    ("help", 13), ("next", 2), ("received", 1), ("missed", 1), ("declined", 2), ("silence", 2), ("unreachable", 1)
)  # fmt: skip
RECENT_DIGITAL = (
    ("help", 8), ("next", 1), ("received", 2), ("declined", 3), ("full", 3), ("silence", 4), ("withdrawn", 1),
    ("telephone", 1), ("called-back", 1), ("error", 1), ("study", 1),
)  # fmt: skip
FORMER_DELEGATED = (
    ("job", 5), ("training", 4), ("short-job", 3), ("nothing", 2), ("received", 2), ("absent", 2), ("full", 2),
    ("outside", 1), ("declined", 1), ("unreachable", 1),
)  # fmt: skip
RECENT_DELEGATED = (
    ("job", 3), ("training", 2), ("received", 3), ("full", 5), ("declined", 2), ("absent", 1), ("missed", 1),
    ("unreachable", 2), ("waiting", 2), ("commission", 1), ("accepted", 1), ("silence", 2),
)  # fmt: skip
"""How often each happens in the three months before, and in the last three."""


def laid_out(stories: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    """Write the stories one after the other, mixed: a month is never one story alone."""
    left = [[name] * count for name, count in stories]
    mixed: list[str] = []
    while any(left):
        mixed += [names.pop() for names in left if names]
    return tuple(mixed)
