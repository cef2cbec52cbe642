"""Question, finding, grounds and obstacles: what an answer about a person is made of, and how findings combine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from maillage.domain.agreements import Force
from maillage.domain.people import PersonFacts
from maillage.domain.rules import Truth
from maillage.domain.services import DEFAULT_REACH_KM


class Finding(Enum):
    """Whether a door is open to a person."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def of(cls, truth: Truth) -> Finding:
        """Say a truth value as a finding."""
        return {Truth.FALSE: cls.CLOSED, Truth.TRUE: cls.OPEN, Truth.UNKNOWN: cls.UNKNOWN}[truth]


class Basis(Enum):
    """By virtue of what a door is open."""

    AGREEMENT = "AGREEMENT"
    LAW = "LAW"
    OWN_MISSION = "OWN_MISSION"


@dataclass(frozen=True)
class Settings:
    """The parameters of the computation, dated because they are part of every answer's version."""

    default_reach_km: float = DEFAULT_REACH_KM
    dated_on: date = date(2026, 11, 1)


@dataclass(frozen=True)
class Question:
    """Who, on which day, for which needs.

    ``themes`` in the order that matters to the person (empty: all); ``limit`` how many open doors are wanted.
    """

    person: PersonFacts
    on: date
    themes: tuple[str, ...] = ()
    limit: int = 20


@dataclass(frozen=True, order=True)
class Ground:
    """One basis of a door, in citable form; the last three are empty unless the basis is an agreement."""

    basis: str
    agreement: str = ""
    article: str = ""
    version: str = ""
    clause: str = ""


class ObstacleKind(Enum):
    """What forbids a door."""

    NOT_AVAILABLE = "NOT_AVAILABLE"
    """The service does not exist on that day."""
    ZONE = "ZONE"
    AGE = "AGE"
    PUBLICS = "PUBLICS"
    NOT_IN_FORCE = "NOT_IN_FORCE"
    """The clause that would open it is not in force."""
    TERRITORY = "TERRITORY"
    """The person does not live where the clause applies."""
    CONDITION = "CONDITION"
    """The person does not meet the clause's condition."""
    NO_CLAUSE = "NO_CLAUSE"
    """The service is reserved and no known agreement opens it."""


@dataclass(frozen=True)
class Obstacle:
    """One thing that forbids a door; ``ground`` is the clause concerned, ``force`` why it is not in force."""

    kind: ObstacleKind
    ground: Ground | None = None
    force: Force | None = None


@dataclass(frozen=True)
class Verdict:
    """The answer for one service at one location, before any sentence is made.

    ``distance_km`` is ``None`` for what has no distance (remote, or not located). ``grounds`` are what opens it, the
    agreements first; ``missing`` the facts to ask for when UNKNOWN; ``obstacles`` what forbids it when CLOSED;
    ``priority_groups`` the target groups the opening articles put first and the person belongs to.
    """

    service: str
    organisation: str
    location: str | None
    distance_km: float | None
    finding: Finding
    grounds: tuple[Ground, ...] = ()
    missing: frozenset[str] = frozenset()
    obstacles: tuple[Obstacle, ...] = ()
    priority_groups: tuple[str, ...] = ()
    theme: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a door is open, closed or uncertain, in a sentence a person can read, with what it rests on.

    ``quote`` is the passage of the text (empty unless the basis is an agreement); ``change`` what would open a closed
    door (empty when nothing can be said); ``agreement``, ``article``, ``version`` are empty unless the basis is an
    agreement; ``is_number_ours`` when Maillage numbered the passage.
    """

    basis: Basis
    source: str
    sentence: str
    agreement: str = ""
    article: str = ""
    version: str = ""
    quote: str = ""
    change: str = ""
    is_number_ours: bool = False
