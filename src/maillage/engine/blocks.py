"""Blocks of people: what is asked of them, and what a clause says of all of them, read at once.

People are taken in blocks of at most 64 of one municipality. What a clause says is two masks of people (for whom it is
true, for whom it is false; unknown is neither). Compiled by numba; with compilation off they are the same plain Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numba.cpython.unsafe.numbers import trailing_zeros
from numba.extending import overload

from maillage.engine.kernels import (
    ALL,
    ALWAYS,
    MASK,
    NEVER_KNOWN,
    NOT,
    RANGE,
    STACK_DEPTH,
    TEST,
    Bytes,
    Ints,
    Masks,
    Rules,
    Small,
    compiled,
    has_bit,
)
from maillage.engine.planes import PART_WORDS, PLANES, WORD

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., Any])

    def bare(function: F) -> F:
        """Compile a loop that makes no array, so that arrays handed over are not counted at each call."""
        return function

    def within(function: F) -> F:
        """Compile a short loop within those that call it, though it stays one function to the reader and the compiler."""
        return function

    def merged(function: F) -> F:
        """Compile a loop into whoever calls it, arrays and all: a call would copy some forty of them."""
        return function

else:
    bare = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
    within = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)
    merged = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, inline="always")

BLOCK = 64
FACTS_OF_A_PERSON = 11
HOME, AGE, GROUPS = 0, 1, 4
"""Where they stand among the facts of a person, in the order of ``planning.COLUMNS``."""
MOST = np.iinfo(np.int64).max
AT_ONCE = 2
"""How many doors of a word are listed without asking whether there are so many: most have no more."""
NO_BIT = np.uint64(0)
ONE = np.uint64(1)
EVERYBODY = np.uint64(0xFFFFFFFFFFFFFFFF)


class Crowd(NamedTuple):
    """People as columns, in any order; -1 is unknown. The first eleven are those of ``planning.COLUMNS``.

    ``home`` int32: the municipality's position, known. ``age`` int8, years; ``registered`` int8; ``months`` int16: since
    registration; ``groups`` int32, a mask of target groups; ``barriers`` int16, a mask; ``boe``, ``minimum_income``,
    ``neighbourhood`` int8; ``qualification``, ``occupation`` int32: numbers of free codes; ``needs`` int32: the number
    of a list in ``Needs``, known.
    """

    home: Small
    age: np.typing.NDArray[np.int8]
    registered: np.typing.NDArray[np.int8]
    months: np.typing.NDArray[np.int16]
    groups: Small
    barriers: np.typing.NDArray[np.int16]
    boe: np.typing.NDArray[np.int8]
    minimum_income: np.typing.NDArray[np.int8]
    neighbourhood: np.typing.NDArray[np.int8]
    qualification: Small
    occupation: Small
    needs: Small


class Workbench(NamedTuple):
    """Where a thread writes while it answers a block; what bears another stamp than the block's is not of it.

    ``fact`` int64[facts, 64]: the facts of the block's people, read when first asked. ``clause_true`` and the two of
    ``test`` are masks of people. ``stack`` uint64[depth, 2]. ``groups``, ``wanted`` and ``earlier`` int64[64]: the planes of
    a person's groups, of a need and of those before it. ``needs`` int64[64]: the list of needs of the block's people.
    ``asked`` and ``joined`` uint64: a word for each of a part, the doors that are left and those on some planes.
    ``listed`` int64: the doors to be decided next.
    """

    fact: Ints
    fact_stamp: Ints
    known: Masks
    test_true: Masks
    test_false: Masks
    test_stamp: Ints
    clause_true: Masks
    clause_stamp: Ints
    stack: Masks
    groups: Ints
    wanted: Ints
    earlier: Ints
    needs: Ints
    asked: Masks
    joined: Masks
    listed: Ints


class Block(NamedTuple):
    """The people answered together: where they live, who they are, and the stamp of what is read for them."""

    home: int
    who: Ints
    stamp: int


@compiled
def workbench_for(rules: Rules) -> Workbench:
    """Make what a thread needs to answer with these rules."""
    tests, clauses = len(rules.test_kind), len(rules.clause_territory)
    return Workbench(
        np.empty((FACTS_OF_A_PERSON, BLOCK), np.int64),
        np.zeros(FACTS_OF_A_PERSON, np.int64),
        np.empty(FACTS_OF_A_PERSON, np.uint64),
        np.empty(tests, np.uint64),
        np.empty(tests, np.uint64),
        np.zeros(tests, np.int64),
        np.empty(clauses, np.uint64),
        np.zeros(clauses, np.int64),
        np.empty((STACK_DEPTH, 2), np.uint64),
        np.empty(PLANES, np.int64),
        np.empty(PLANES, np.int64),
        np.empty(PLANES, np.int64),
        np.empty(BLOCK, np.int64),
        np.empty(PART_WORDS, np.uint64),
        np.empty(PART_WORDS, np.uint64),
        np.empty(PART_WORDS * WORD + AT_ONCE, np.int64),
    )


def lowest_bit(word: np.uint64) -> int:
    """Give the place of the lowest bit of a word that is not 0."""
    return (int(word) & -int(word)).bit_length() - 1


@overload(lowest_bit)
def _lowest_bit_compiled(word):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 - numba reads the signature  # pragma: no cover
    return lambda word: np.int64(trailing_zeros(word))  # type: ignore[call-arg]


@within
def gather(column: np.typing.NDArray[np.signedinteger[Any]], who: Ints, values: Ints) -> None:
    """Copy what a column says of some people; together, so that the memory is asked for all of them at once."""
    for place in range(len(who)):
        values[place] = column[who[place]]


@within
def read_fact(crowd: Crowd, fact: int, who: Ints, values: Ints) -> None:
    """Read one fact of some people, -1 when unknown."""
    if fact == HOME:
        gather(crowd.home, who, values)
    elif fact == AGE:
        gather(crowd.age, who, values)
    elif fact == 2:
        gather(crowd.registered, who, values)
    elif fact == 3:
        gather(crowd.months, who, values)
    elif fact == GROUPS:
        gather(crowd.groups, who, values)
    elif fact == 5:
        gather(crowd.barriers, who, values)
    elif fact == 6:
        gather(crowd.boe, who, values)
    elif fact == 7:
        gather(crowd.minimum_income, who, values)
    elif fact == 8:
        gather(crowd.neighbourhood, who, values)
    elif fact == 9:
        gather(crowd.qualification, who, values)
    else:
        gather(crowd.occupation, who, values)


@within
def people_within(values: Ints, count: int, low: int, high: int) -> np.uint64:
    """Give those of some people, as bits, of whom a value lies between two bounds."""
    found = NO_BIT
    for place in range(count):
        found |= np.uint64((values[place] >= low) & (values[place] <= high)) << np.uint64(place)
    return found


@within
def people_among(values: Ints, count: int, codes: int) -> np.uint64:
    """Give those of some people, as bits, of whom a known mask has one of some codes."""
    found = NO_BIT
    for place in range(count):
        found |= np.uint64((values[place] >= 0) & (values[place] & codes != 0)) << np.uint64(place)
    return found


@within
def people_listed(values: Ints, count: int, bits: Bytes, offset: int) -> np.uint64:
    """Give those of some people, as bits, of whom a known value is in a table."""
    found = NO_BIT
    for place in range(count):
        # A value that is not known reads the table at 0: people differ too much for a branch to be foreseen.
        is_listed = has_bit(bits, offset, max(values[place], 0)) & (values[place] >= 0)
        found |= np.uint64(is_listed) << np.uint64(place)
    return found


@merged
def read_test_of_all(rules: Rules, test: int, crowd: Crowd, block: Block, bench: Workbench) -> None:
    """Read one test for all the people of a block."""
    bench.test_stamp[test] = block.stamp
    kind, fact, low, high = rules.test_kind[test], rules.test_fact[test], rules.test_low[test], rules.test_high[test]
    if kind in (ALWAYS, NEVER_KNOWN):
        bench.test_true[test] = EVERYBODY if kind == ALWAYS else NO_BIT
        bench.test_false[test] = NO_BIT
        return
    values, count = bench.fact[fact], len(block.who)
    if bench.fact_stamp[fact] != block.stamp:
        bench.fact_stamp[fact] = block.stamp
        read_fact(crowd, fact, block.who, values)
        bench.known[fact] = people_within(values, count, 0, MOST)
    if kind == RANGE:
        holds = people_within(values, count, max(low, 0), high)
    elif kind == MASK:
        holds = people_among(values, count, low)
    else:
        holds = people_listed(values, count, rules.bits, low)
    bench.test_true[test] = holds
    bench.test_false[test] = bench.known[fact] & ~holds


@merged
def read_condition(rules: Rules, clause: int, crowd: Crowd, block: Block, bench: Workbench) -> np.uint64:
    """Run the program of a clause's condition for all the people of a block; gives those for whom it is true."""
    stack, depth = bench.stack, 0
    for step in range(rules.root[clause], rules.root[clause + 1]):
        op, arg = rules.op[step], rules.arg[step]
        if op == TEST:
            if bench.test_stamp[arg] != block.stamp:
                read_test_of_all(rules, arg, crowd, block, bench)
            stack[depth, 0], stack[depth, 1] = bench.test_true[arg], bench.test_false[arg]
            depth += 1
        elif op == NOT:
            swapped = stack[depth - 1, 0]
            stack[depth - 1, 0] = stack[depth - 1, 1]
            stack[depth - 1, 1] = swapped
        else:
            first = depth - arg
            holds, fails = stack[first, 0], stack[first, 1]
            for part in range(first + 1, depth):
                holds = holds & stack[part, 0] if op == ALL else holds | stack[part, 0]
                fails = fails | stack[part, 1] if op == ALL else fails & stack[part, 1]
            stack[first, 0], stack[first, 1] = holds, fails
            depth = first + 1
    found: np.uint64 = stack[0, 0]
    return found


@merged
def read_clause(rules: Rules, clause: int, usable: Bytes, crowd: Crowd, block: Block, bench: Workbench) -> None:
    """Read a clause for all the people of a block."""
    bench.clause_stamp[clause] = block.stamp
    bench.clause_true[clause] = NO_BIT
    if usable[clause] == 1 and has_bit(rules.bits, rules.clause_territory[clause], block.home):
        bench.clause_true[clause] = read_condition(rules, clause, crowd, block, bench)


@within
def read_people(crowd: Crowd, block: Block, bench: Workbench) -> None:
    """Read what the planes are chosen by, for all the people of a block."""
    for fact in (AGE, GROUPS):
        read_fact(crowd, fact, block.who, bench.fact[fact])
        bench.fact_stamp[fact] = block.stamp
        bench.known[fact] = people_within(bench.fact[fact], len(block.who), 0, MOST)
    gather(crowd.needs, block.who, bench.needs)
