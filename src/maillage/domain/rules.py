"""What a rule is made of: conditions over facts, in a closed language with three truth values.

Closed on purpose: no loop, no arithmetic beyond comparison, no code. So a condition can be told in a sentence, turned
round ("what would be needed"), checked for gaps and compiled to arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from maillage.domain.territories import TerritoryRef


class Truth(IntEnum):
    """Kleene's three values; the numbers are those of the arrays of the columnar engine."""

    FALSE = 0
    TRUE = 1
    UNKNOWN = 2


@dataclass(frozen=True)
class Always:
    """The condition of an article that asks nothing."""


@dataclass(frozen=True)
class Equals:
    """A boolean fact has this value."""

    fact: str
    value: bool


@dataclass(frozen=True)
class Between:
    """A number lies between two bounds, both included; ``None`` is no bound on that side."""

    fact: str
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Among:
    """One of these codes is held: for a set of codes, the two meet; for one code, it is in the list."""

    fact: str
    codes: frozenset[str]


@dataclass(frozen=True)
class LivesIn:
    """The person lives in one of these territories."""

    territories: frozenset[TerritoryRef]


@dataclass(frozen=True)
class LivesInCatchmentArea:
    """The person lives in the catchment area of the organisation that the clause opens or delegates to.

    It is replaced by ``LivesIn`` when the agreement meets the catalogue, which knows the area; where nobody recorded
    one, it stays and answers UNKNOWN.
    """


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Condition


Test = Always | Equals | Between | Among | LivesIn | LivesInCatchmentArea
Condition = Test | All | Any | Not
CATCHMENT_AREA = "catchment_area"
"""The name that stands for an unrecorded catchment area among the missing facts."""


def all_of(truths: Iterable[Truth]) -> Truth:
    """Combine as "every": FALSE wins, then UNKNOWN; nothing to combine is TRUE."""
    found = set(truths)
    if Truth.FALSE in found:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.TRUE


def any_of(truths: Iterable[Truth]) -> Truth:
    """Combine as "at least one": TRUE wins, then UNKNOWN; nothing to combine is FALSE."""
    found = set(truths)
    if Truth.TRUE in found:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.FALSE


def opposite_of(truth: Truth) -> Truth:
    """Turn TRUE and FALSE round; what is unknown stays so."""
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}[truth]


def parts_of(condition: Condition) -> Iterator[Condition]:
    """Walk a condition and all that it is made of, the whole first."""
    yield condition
    if isinstance(condition, All | Any):
        for part in condition.parts:
            yield from parts_of(part)
    elif isinstance(condition, Not):
        yield from parts_of(condition.part)


def with_catchment_area(condition: Condition, area: LivesIn | None) -> Condition:
    """Put a recorded catchment area where the condition only names it; ``None`` leaves it unknown."""
    if isinstance(condition, LivesInCatchmentArea):
        return condition if area is None else area
    if isinstance(condition, All):
        return All(tuple(with_catchment_area(part, area) for part in condition.parts))
    if isinstance(condition, Any):
        return Any(tuple(with_catchment_area(part, area) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(with_catchment_area(condition.part, area))
    return condition
