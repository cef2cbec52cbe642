"""Whether a condition can hold at all, and whether one adds anything to another: decided by trying every situation.

A situation gives each fact that the conditions ask one of the values that they can tell apart, unknown included. More
situations are tried than people exist (territories are not nested, for instance), so what is said of all of them is
true of every person; where they are too many, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from math import prod

from maillage.domain.people import FACTS, HIGHEST_AGE, FactKind
from maillage.domain.rules import (
    CATCHMENT_AREA,
    All,
    Always,
    Among,
    Any,
    Between,
    Condition,
    Equals,
    LivesIn,
    LivesInCatchmentArea,
    Not,
    Truth,
    all_of,
    any_of,
    opposite_of,
    parts_of,
)
from maillage.domain.territories import TerritoryKind, TerritoryRef

SITUATION_COUNT_MAX = 20_000
HIGHEST = {"age": HIGHEST_AGE, "registered_for_months": 12 * HIGHEST_AGE}

Value = bool | int | str | frozenset[str] | frozenset[TerritoryRef] | None
Situation = Mapping[str, Value]


def can_hold(condition: Condition) -> bool | None:
    """Tell whether some person can satisfy a condition; ``None`` when there is too much to try."""
    tried = situations_of([condition])
    return None if tried is None else any(truth_of(condition, one) is Truth.TRUE for one in tried)


def adds_nothing(condition: Condition, to: Condition) -> bool | None:
    """Tell whether nobody is answered otherwise when a condition is put beside another that already opens.

    ``None`` when there is too much to try.
    """
    tried = situations_of([condition, to])
    if tried is None:
        return None
    answers = ((truth_of(to, one), truth_of(condition, one)) for one in tried)
    return all(any_of((alone, added)) is alone for alone, added in answers)


def truth_of(condition: Condition, situation: Situation) -> Truth:
    """Evaluate a condition in a situation, with three values."""
    match condition:
        case All(parts):
            return all_of(truth_of(part, situation) for part in parts)
        case Any(parts):
            return any_of(truth_of(part, situation) for part in parts)
        case Not(part):
            return opposite_of(truth_of(part, situation))
        case Always():
            return Truth.TRUE
        case _:
            found = situation[_fact_of(condition)]
            return Truth.UNKNOWN if found is None else Truth(_passes(condition, found))


def _passes(test: Condition, found: object) -> bool:
    match test, found:
        case Equals(value=value), _:
            return found is value
        case Between(low=low, high=high), int(number):
            return (low is None or low <= number) and (high is None or number <= high)
        case ((Among(codes=names) | LivesIn(territories=names)), frozenset()):
            return bool(names & found)
        case Among(codes=codes), _:
            return found in codes
        case _:
            return found is True  # the catchment area, in or out


def _fact_of(test: Condition) -> str:
    if isinstance(test, Equals | Between | Among):
        return test.fact
    return CATCHMENT_AREA if isinstance(test, LivesInCatchmentArea) else "lives_in"


def situations_of(conditions: Sequence[Condition]) -> Iterator[Situation] | None:
    """Walk the situations that the conditions can tell apart; ``None`` when they are too many."""
    tests: dict[str, list[Condition]] = {}
    for condition in conditions:
        for part in parts_of(condition):
            if not isinstance(part, Always | All | Any | Not):
                tests.setdefault(_fact_of(part), []).append(part)
    if sum(_choice_count(found) for found in tests.values()) > SITUATION_COUNT_MAX:
        return None  # before making lists that memory could not hold
    choices = {fact: _choices(found) for fact, found in tests.items()}
    if prod(len(found) for found in choices.values()) > SITUATION_COUNT_MAX:
        return None
    return (dict(zip(choices, values, strict=True)) for values in product(*choices.values()))


def _choice_count(tests: Sequence[Condition]) -> int:
    """Bound from above how many choices a fact has, without making them."""
    codes = {code for test in tests if isinstance(test, Among) for code in test.codes}
    areas = {area for test in tests if isinstance(test, LivesIn) for area in test.territories}
    return int(2 ** min(len(codes) + len(areas), 64))


def _choices(tests: Sequence[Condition]) -> list[Value]:
    first = tests[0]
    if isinstance(first, Between):
        return [None, *_numbers(tests, HIGHEST[first.fact])]
    if isinstance(first, Among):
        return [None, *_codes(first.fact, tests)]
    if isinstance(first, LivesIn):
        return list(_places(tests))  # where the person lives is always known
    return [None, True, False]


def _numbers(tests: Sequence[Condition], highest: int) -> list[int]:
    """Give the first number of each stretch that no bound cuts."""
    bounds = [test for test in tests if isinstance(test, Between)]
    lows = {test.low for test in bounds if test.low is not None}
    highs = {test.high + 1 for test in bounds if test.high is not None}
    return sorted(number for number in {0} | lows | highs if 0 <= number <= highest)


def _codes(fact: str, tests: Sequence[Condition]) -> list[Value]:
    named = sorted({code for test in tests if isinstance(test, Among) for code in test.codes})
    if FACTS[fact].kind is FactKind.CODE:
        return [*named, ""]  # the last is any other code
    held = [frozenset(codes) for size in range(len(named) + 1) for codes in combinations(named, size)]
    # Whoever is in very long-term unemployment is in long-term unemployment.
    return [codes for codes in held if not ("VERY_LONG_TERM" in codes and "LONG_TERM" in set(named) - codes)]


def _places(tests: Sequence[Condition]) -> Iterator[frozenset[TerritoryRef]]:
    """Give the sets of named territories that one municipality may lie in.

    Two territories of one kind exclude each other, but for municipalities: an old code and a current one may name the
    same. Everybody lives in France.
    """
    named = sorted({area for test in tests if isinstance(test, LivesIn) for area in test.territories})
    france = {area for area in named if area.kind is TerritoryKind.FRANCE}
    others = [area for area in named if area not in france]
    for size in range(len(others) + 1):
        for areas in combinations(others, size):
            kinds = [area.kind for area in areas if area.kind is not TerritoryKind.MUNICIPALITY]
            if len(kinds) == len(set(kinds)):
                yield frozenset(areas) | france
