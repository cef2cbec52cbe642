"""Conditions as a peer's expert would write them: what a place settles is settled beforehand, the rest is an expression.

SQL, Polars and this language all combine truth values as Kleene did, with null for unknown; so a condition is written
as it stands, and what is null at the end opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from bench.crowds import FREE_CODES
from maillage.domain.people import FACTS, FactKind
from maillage.domain.rules import (
    All,
    Always,
    Among,
    Between,
    Condition,
    Equals,
    LivesIn,
    LivesInCatchmentArea,
    Not,
)
from maillage.domain.rules import Any as AnyOf
from maillage.domain.territories import TerritoryRef

Kept = Condition | bool | None
"""A condition, or what it is for everybody of a place: true, false, or never known (``None``)."""
NO_BOUND = 1_000_000


def simplified(condition: Condition, holds: Mapping[frozenset[TerritoryRef], bool]) -> Kept:  # noqa: PLR0911 (one for each kind of node)
    """Settle what depends on where people live only; ``holds`` says in which areas they do."""
    match condition:
        case Always():
            return True
        case LivesIn(territories):
            return holds[territories]
        case LivesInCatchmentArea():
            return None
        case Not(part):
            inner = simplified(part, holds)
            return not inner if isinstance(inner, bool) else None if inner is None else Not(inner)
        case All(parts):
            return _combined(All, [simplified(part, holds) for part in parts], settling=False)
        case AnyOf(parts):
            return _combined(AnyOf, [simplified(part, holds) for part in parts], settling=True)
    return condition


def _combined(kind: type[All | AnyOf], parts: list[Kept], *, settling: bool) -> Kept:
    if any(part is settling for part in parts):
        return settling
    left = [part for part in parts if not isinstance(part, bool)]
    if not left:
        return not settling
    if all(part is None for part in left):
        return None
    # What is never known stays as a test that nobody's facts can settle.
    written = tuple(LivesInCatchmentArea() if part is None else part for part in left)
    return written[0] if len(written) == 1 else kind(written)


def in_sql(condition: Kept) -> str:  # noqa: PLR0911 (one for each kind of node)
    """Write a condition over the columns of people; null is unknown."""
    match condition:
        case bool():
            return str(condition).lower()
        case None | LivesInCatchmentArea():
            return "cast(null as boolean)"
        case Not(part):
            return f"(not {in_sql(part)})"
        case All(parts):
            return f"({' and '.join(in_sql(part) for part in parts)})"
        case AnyOf(parts):
            return f"({' or '.join(in_sql(part) for part in parts)})"
    fact, low, high, mask = bounds_of(condition)
    if mask is not None:
        return f"(({fact} & {mask}) <> 0)"
    return f"({fact} = {low})" if low == high else f"({fact} between {low} and {high})"


def in_polars(condition: Kept) -> pl.Expr:  # noqa: PLR0911 (one for each kind of node)
    """Write a condition over the columns of people; null is unknown."""
    match condition:
        case bool():
            return pl.lit(condition)
        case None | LivesInCatchmentArea():
            return pl.lit(None, pl.Boolean)
        case Not(part):
            return ~in_polars(part)
        case All(parts):
            return reduce(and_, [in_polars(part) for part in parts])
        case AnyOf(parts):
            return reduce(or_, [in_polars(part) for part in parts])
    fact, low, high, mask = bounds_of(condition)
    column = pl.col(fact)
    if mask is not None:
        return (column & mask) != 0
    return column == low if low == high else column.is_between(low, high)


Facts = Mapping[str, int | None]


def in_python(condition: Kept) -> Callable[[Facts], bool | None]:  # noqa: PLR0911 (one for each kind of node)
    """Write a condition as a function of one person's facts; ``None`` is unknown."""
    match condition:
        case None | bool():
            return lambda _facts: condition
        case LivesInCatchmentArea():
            return lambda _facts: None
        case Not(part):
            inner = in_python(part)
            return lambda facts: None if (found := inner(facts)) is None else not found
        case All(parts):
            return _several([in_python(part) for part in parts], settling=False)
        case AnyOf(parts):
            return _several([in_python(part) for part in parts], settling=True)
    fact, low, high, mask = bounds_of(condition)
    if mask is not None:
        return lambda facts: None if (value := facts[fact]) is None else value & mask != 0
    return lambda facts: None if (value := facts[fact]) is None else low <= value <= high


def _several(parts: list[Callable[[Facts], bool | None]], *, settling: bool) -> Callable[[Facts], bool | None]:
    def read(facts: Facts) -> bool | None:
        found: bool | None = not settling
        for part in parts:
            truth = part(facts)
            if truth is settling:
                return settling
            if truth is None:
                found = None
        return found

    return read


def bounds_of(test: Any) -> tuple[str, int, int, int | None]:
    """Give what a test compares: its fact, two bounds both included, or a mask (no bounds then)."""
    match test:
        case Equals(fact, value):
            return fact, int(value), int(value), None
        case Between(fact, low, high):
            return fact, 0 if low is None else low, NO_BOUND if high is None else high, None
        case Among(fact, codes) if FACTS[fact].kind is FactKind.CODES:
            return fact, 0, 0, sum(1 << FACTS[fact].codes.index(code) for code in codes)
        case Among(fact, codes):
            # A free code is a place in a list; "one of these" is a mask of one bit for each place.
            return (
                f"{fact}_bit",
                0,
                0,
                sum(1 << FREE_CODES[fact].index(code) for code in codes if code in FREE_CODES[fact]),
            )
    raise TypeError(f"{test}: not a test")
