"""Conditions as rows of a table: alternatives of bounds and masks, which one comparison a column reads for a person.

A condition is written as alternatives, each a list of tests that must all hold. Kleene's logic lets it: the alternatives are
true together for the same people. A test on an unknown fact is not true: what stands for an unknown fact is outside all
bounds and has a bit of its own in masks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import and_

from bench.conditions import NO_BOUND, Kept, bounds_of
from maillage.domain.rules import All, LivesInCatchmentArea, Not
from maillage.domain.rules import Any as AnyOf

BOUNDED = ("age", "registered", "registered_for_months", "boe", "minimum_income", "priority_neighbourhood")
MASKED = {"target_group": 3, "barrier": 2, "qualification_bit": 1, "occupation_bit": 1}
"""The facts that are masks, with how many masks an alternative may ask one bit of each of: people have one bit of the last."""
ALWAYS, UNKNOWN = 1 << 29, 1 << 30
"""The bits that everybody has, and that those have of whom the fact is unknown."""

Test = tuple[str, int, int, int | None, bool]
"""A fact, two bounds both included or a mask, and whether it must hold (else be known not to)."""
Alternatives = list[list[Test]]

COLUMNS = (
    *(f"{fact}_{end}" for fact in BOUNDED for end in ("low", "high")),
    *(
        f"{fact}_{part}"
        for fact, most in MASKED.items()
        for part in (*(f"any{number}" for number in range(most)), "none")
    ),
)


def alternatives(condition: Kept, *, holds: bool = True) -> Alternatives:  # noqa: PLR0911 (one for each kind of node)
    """Write when a condition is true (or known to be false) as alternatives of tests; none when it never is."""
    match condition:
        case bool():
            return [[]] if condition is holds else []
        case None | LivesInCatchmentArea():
            return []
        case Not(part):
            return alternatives(part, holds=not holds)
        case All(parts) | AnyOf(parts):
            each = [alternatives(part, holds=holds) for part in parts]
            if isinstance(condition, All) is not holds:
                return [one for found in each for one in found]
            together: Alternatives = [[]]
            for found in each:
                together = [[*one, *other] for one in together for other in found]
            return together
    fact, low, high, mask = bounds_of(condition)
    if mask is not None or holds:
        return [[(fact, low, high, mask, holds)]]
    return [[(fact, 0, low - 1, None, True)], [(fact, high + 1, NO_BOUND, None, True)]]


def terms(condition: Kept) -> Iterator[list[int]]:
    """Write a condition as rows of ``COLUMNS``; alternatives that nobody can meet are left out."""
    for tests in alternatives(condition):
        bounds = dict.fromkeys(BOUNDED, (-1, NO_BOUND))
        wanted: dict[str, list[int]] = {fact: [] for fact in MASKED}
        unwanted = dict.fromkeys(MASKED, 0)
        for fact, low, high, mask, holds in tests:
            if mask is None:
                bounds[fact] = max(bounds[fact][0], low), min(bounds[fact][1], high)
            elif holds:
                wanted[fact].append(mask)
            else:
                unwanted[fact] |= mask | UNKNOWN
        if all(low <= high for low, high in bounds.values()):
            masks = [number for fact in MASKED for number in (*_padded(fact, wanted[fact]), unwanted[fact])]
            yield [*(end for both in bounds.values() for end in both), *masks]


def _padded(fact: str, masks: list[int]) -> list[int]:
    most = MASKED[fact]
    distinct = sorted(set(masks))
    if most == 1 and distinct:
        distinct = [reduce(and_, distinct)]
    if len(distinct) > most:
        raise ValueError(f"{fact}: {len(distinct)} masks in one alternative, room is made for {most}")
    return [*distinct, *[ALWAYS] * (most - len(distinct))]


def is_met() -> str:
    """Write that a person ``p`` meets a row ``t``; their masks have the bits ``ALWAYS`` and ``UNKNOWN``."""
    bounds = [f"p.{fact} between t.{fact}_low and t.{fact}_high" for fact in BOUNDED]
    any_of = [f"(p.{fact} & t.{fact}_any{number}) <> 0" for fact, most in MASKED.items() for number in range(most)]
    none_of = [f"(p.{fact} & t.{fact}_none) = 0" for fact in MASKED]
    return " and ".join((*bounds, *any_of, *none_of))


def known(fact: str, parameter: str) -> str:
    """Write a fact of a person as rows compare it."""
    if fact in BOUNDED:
        return f"coalesce({parameter}, -1) as {fact}"
    return f"coalesce({parameter}, {UNKNOWN}) | {ALWAYS} as {fact}"
