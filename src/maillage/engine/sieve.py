"""The loops that answer many people: planes sieve the doors of a municipality, profiles decide those they let through.

People are taken in blocks of at most 64 of one municipality. What a clause says is read for the whole block at once, as
two masks of people (for whom it is true, for whom it is false; unknown is neither), when the first of them meets a door
that names it. Compiled by numba; with compilation off they are the same plain Python.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba.cpython.unsafe.numbers import trailing_zeros
from numba.extending import overload

from maillage.engine.kernels import (
    ALL,
    ALWAYS,
    MASK,
    NEVER_KNOWN,
    NOT,
    OWN,
    RANGE,
    STACK_DEPTH,
    TEST,
    Bytes,
    Ints,
    Layout,
    Masks,
    Rules,
    Small,
    Usable,
    compiled,
    distance,
    has_bit,
    meets_need,
)
from maillage.engine.planes import AGE_STARTS, FIRST_GROUP, FOR_ALL, NO_DOOR, PLANES, UNKNOWN_AGE, Planes

BLOCK = 64
CLOSED = -2
"""What is decided of a door that is not open; else the clause that opens it, or ``OWN``."""
NEVER, FREELY, BY_CLAUSES = 0, 1, 2
"""What a profile can be on a day in a municipality: never open, open without any clause, to be read from clauses."""
FACTS_OF_A_PERSON = 11
NO_BIT = np.uint64(0)
ONE = np.uint64(1)
EVERYBODY = np.uint64(0xFFFFFFFFFFFFFFFF)
CLASS_OF_AGE = np.searchsorted(np.array(AGE_STARTS), np.arange(128), side="right").astype(np.int8) - 1


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


class Needs(NamedTuple):
    """The distinct lists of needs: those of list ``n`` are the lines ``start[n]`` to ``start[n + 1]``.

    ``themes`` uint64[lines, words]: the themes that meet each need. ``planes`` uint64: the planes of those themes.
    """

    themes: Masks
    planes: Masks
    start: Ints


class Workbench(NamedTuple):
    """Where a thread writes while it answers a block; what bears another stamp than the block's is not of it.

    ``fact`` int64[facts, 64]: the facts of the block's people, read when first asked. ``clause_true`` and the two of
    ``test`` are masks of people; ``state`` what each profile can be (``NEVER``...). ``stack`` uint64[depth, 2].
    ``groups`` and ``wanted`` int64[64]: the planes of a person's groups and of a need.
    """

    fact: Ints
    fact_stamp: Ints
    test_true: Masks
    test_false: Masks
    test_stamp: Ints
    clause_true: Masks
    clause_stamp: Ints
    state: Small
    state_stamp: Ints
    stack: Masks
    groups: Ints
    wanted: Ints


class Block(NamedTuple):
    """The people answered together: where they live, who they are, and the stamp of what is read for them."""

    home: int
    who: Ints
    stamp: int


@compiled
def workbench_for(rules: Rules) -> Workbench:
    """Make what a thread needs to answer with these rules."""
    tests, clauses, profiles = len(rules.test_kind), len(rules.clause_territory), len(rules.profile)
    return Workbench(
        np.empty((FACTS_OF_A_PERSON, BLOCK), np.int64),
        np.zeros(FACTS_OF_A_PERSON, np.int64),
        np.empty(tests, np.uint64),
        np.empty(tests, np.uint64),
        np.zeros(tests, np.int64),
        np.empty(clauses, np.uint64),
        np.zeros(clauses, np.int64),
        np.empty(profiles, np.int32),
        np.zeros(profiles, np.int64),
        np.empty((STACK_DEPTH, 2), np.uint64),
        np.empty(PLANES, np.int64),
        np.empty(PLANES, np.int64),
    )


def lowest_bit(word: np.uint64) -> int:
    """Give the place of the lowest bit of a word that is not 0."""
    return (int(word) & -int(word)).bit_length() - 1


@overload(lowest_bit)
def _lowest_bit_compiled(word):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 - numba reads the signature
    return lambda word: np.int64(trailing_zeros(word))  # type: ignore[call-arg]


@compiled
def fact_of(crowd: Crowd, fact: int, person: int) -> int:
    """Give one fact of one person, -1 when unknown."""
    if fact == 0:
        return int(crowd.home[person])
    if fact == 1:
        return int(crowd.age[person])
    if fact == 2:
        return int(crowd.registered[person])
    if fact == 3:
        return int(crowd.months[person])
    if fact == 4:
        return int(crowd.groups[person])
    if fact == 5:
        return int(crowd.barriers[person])
    if fact == 6:
        return int(crowd.boe[person])
    if fact == 7:
        return int(crowd.minimum_income[person])
    if fact == 8:
        return int(crowd.neighbourhood[person])
    if fact == 9:
        return int(crowd.qualification[person])
    return int(crowd.occupation[person])


@compiled
def read_test_of_all(rules: Rules, test: int, crowd: Crowd, block: Block, bench: Workbench) -> None:
    """Read one test for all the people of a block."""
    bench.test_stamp[test] = block.stamp
    kind, fact = rules.test_kind[test], rules.test_fact[test]
    if kind in (ALWAYS, NEVER_KNOWN):
        bench.test_true[test] = EVERYBODY if kind == ALWAYS else NO_BIT
        bench.test_false[test] = NO_BIT
        return
    if bench.fact_stamp[fact] != block.stamp:
        bench.fact_stamp[fact] = block.stamp
        for place in range(len(block.who)):
            bench.fact[fact, place] = fact_of(crowd, fact, block.who[place])
    low, high = rules.test_low[test], rules.test_high[test]
    holds, known = NO_BIT, NO_BIT
    for place in range(len(block.who)):
        value = bench.fact[fact, place]
        if value >= 0:
            if kind == RANGE:
                is_held = low <= value <= high
            elif kind == MASK:
                is_held = value & low != 0
            else:
                is_held = has_bit(rules.bits, low, value)
            person = ONE << np.uint64(place)
            known |= person
            holds |= person if is_held else NO_BIT
    bench.test_true[test] = holds
    bench.test_false[test] = known & ~holds


@compiled
def read_clause_of_all(rules: Rules, clause: int, crowd: Crowd, block: Block, bench: Workbench) -> np.uint64:
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


@compiled
def is_live(rules: Rules, clause: int, home: int, usable: Bytes) -> bool:
    """Tell whether a clause can open anything on the day in a municipality."""
    return usable[clause] == 1 and has_bit(rules.bits, rules.clause_territory[clause], home)


@compiled
def state_of(rules: Rules, profile: int, home: int, usable: Bytes) -> int:
    """Tell what a profile can be on the day in a municipality."""
    if rules.profile[profile, 3] == 0:
        return NEVER
    for place in range(rules.profile_start[profile], rules.profile_start[profile + 1]):
        if is_live(rules, rules.profile_clauses[place], home, usable):
            return BY_CLAUSES
    return NEVER if rules.profile[profile, 4] == 1 else FREELY


@compiled
def decide_bases(
    rules: Rules, profile: int, usable: Bytes, crowd: Crowd, block: Block, bench: Workbench, person: np.uint64
) -> int:
    """Give the first clause that opens a profile to a person of a block (a bit), else ``OWN`` or ``CLOSED``."""
    for place in range(rules.profile_start[profile], rules.profile_start[profile + 1]):
        clause = rules.profile_clauses[place]
        if bench.clause_stamp[clause] != block.stamp:
            bench.clause_stamp[clause] = block.stamp
            bench.clause_true[clause] = NO_BIT
            if is_live(rules, clause, block.home, usable):
                bench.clause_true[clause] = read_clause_of_all(rules, clause, crowd, block, bench)
        if bench.clause_true[clause] & person != NO_BIT:
            return int(clause)
    return CLOSED if rules.profile[profile, 4] == 1 else OWN


@compiled
def decide(rules: Rules, profile: int, usable: Bytes, crowd: Crowd, block: Block, bench: Workbench, place: int) -> int:
    """Decide a profile exactly for one person of a block: the clause that opens it, ``OWN`` or ``CLOSED``."""
    if bench.state_stamp[profile] != block.stamp:
        bench.state_stamp[profile] = block.stamp
        bench.state[profile] = state_of(rules, profile, block.home, usable)
    state = bench.state[profile]
    if state == NEVER:
        return CLOSED
    person = block.who[place]
    publics, low, high = rules.profile[profile, 0], rules.profile[profile, 1], rules.profile[profile, 2]
    age, groups = int(crowd.age[person]), int(crowd.groups[person])
    if (low >= 0 or high >= 0) and (age < 0 or age < low or 0 <= high < age):
        return CLOSED
    if publics != 0 and (groups < 0 or groups & publics == 0):
        return CLOSED
    if state == FREELY:
        return OWN
    return decide_bases(rules, profile, usable, crowd, block, bench, ONE << np.uint64(place))


@compiled
def planes_of_groups(groups: int, found: Ints) -> int:
    """List the planes of the services that could be for somebody who holds some groups (a mask, -1 unknown)."""
    found[0] = FOR_ALL
    count = 1
    group = 0
    while groups >> group > 0:
        if (groups >> group) & 1 == 1:
            found[count] = FIRST_GROUP + group
            count += 1
        group += 1
    return count


@compiled
def planes_in(mask: np.uint64, found: Ints) -> int:
    """List the planes of a mask; gives how many."""
    count = 0
    while mask != NO_BIT:
        found[count] = lowest_bit(mask)
        mask &= mask - ONE
        count += 1
    return count


@compiled
def is_also_near(layout: Layout, points: np.typing.NDArray[np.float64], home: int, service: int) -> bool:
    """Tell whether a remote service is also delivered within reach, where it stands on the near shelf."""
    places = layout.places
    if places.is_placed[service] == 0:
        return False
    away = distance(points[home, 0], points[home, 1], places.latitude[service], places.longitude[service])
    return bool(away <= places.reach_km[service])


@compiled
def sieve_people(
    layout: Layout,
    shelves: Planes,
    points: np.typing.NDArray[np.float64],
    usable: Usable,
    crowd: Crowd,
    needs: Needs,
    order: Ints,
    bench: Workbench,
    stamp: int,
    left: Small,
    services: Small,
    clauses: Small,
    metres: Small,
) -> int:
    """Answer the people of ``order`` (positions in ``crowd``), those of one municipality side by side.

    The first open doors of person ``i`` are written in line ``i`` of ``services`` (``NO_DOOR``: none left), ``clauses``
    (``OWN``: own basis) and ``metres`` (``NO_DISTANCE``: no distance), all int32[people, doors wanted]. ``left`` int32 by
    service: a service of which 0 places are left is passed over, -1 is no limit; an empty array limits nothing. Nothing is
    taken from it: whoever hands out places answers one person at a time and takes them between two calls. Gives the next
    stamp that is free on the workbench; the first is 1.
    """
    first, limit = 0, services.shape[1]
    while first < len(order):
        home, last = crowd.home[order[first]], first + 1
        while last < len(order) and last - first < BLOCK and crowd.home[order[last]] == home:
            last += 1
        block = Block(home, order[first:last], stamp)
        for place in range(last - first):
            person = order[first + place]
            count = answer_one(
                layout, shelves, points, usable, crowd, needs, block, bench, place, left,
                services[person], clauses[person], metres[person],
            )  # fmt: skip
            for rank in range(count, limit):
                services[person, rank], clauses[person, rank], metres[person, rank] = NO_DOOR, OWN, -1
        stamp += 1
        first = last
    return stamp


@compiled
def answer_one(
    layout: Layout,
    shelves: Planes,
    points: np.typing.NDArray[np.float64],
    usable: Usable,
    crowd: Crowd,
    needs: Needs,
    block: Block,
    bench: Workbench,
    place: int,
    left: Small,
    services: Small,
    clauses: Small,
    metres: Small,
) -> int:
    """Write the first open doors of one person of a block; gives how many."""
    rules, places, planes = layout.rules, layout.places, shelves.planes
    person, home, limit, written = block.who[place], block.home, len(services), 0
    age = int(crowd.age[person])
    age_plane = UNKNOWN_AGE if age < 0 else int(CLASS_OF_AGE[age])
    held = planes_of_groups(int(crowd.groups[person]), bench.groups)
    first_need, last_need = needs.start[crowd.needs[person]], needs.start[crowd.needs[person] + 1]
    wanted_themes = needs.themes[first_need:last_need]
    has_needs = last_need > first_need
    for need in range(max(1, last_need - first_need)):
        themes = planes_in(needs.planes[first_need + need], bench.wanted) if has_needs else 0
        if has_needs and themes == 0:
            continue
        for shelf in range(2):
            start = shelves.near_start[home] if shelf == 0 else shelves.far_start[home]
            words = int(shelves.near_words[home]) if shelf == 0 else int(shelves.far_words[home])
            for word in range(words):
                base = start * PLANES + word
                asked = planes[base + FOR_ALL * words]
                for number in range(1, held):
                    asked |= planes[base + bench.groups[number] * words]
                asked &= planes[base + age_plane * words]
                if has_needs:
                    served = NO_BIT
                    for number in range(themes):
                        served |= planes[base + bench.wanted[number] * words]
                    asked &= served
                while asked != NO_BIT:
                    door = (start + word) * 64 + lowest_bit(asked)
                    asked &= asked - ONE
                    service = shelves.doors[door]
                    if usable.services[service] == 0 or (len(left) > 0 and left[service] == 0):
                        continue
                    if has_needs and not meets_need(places.themes, service, wanted_themes, need):
                        continue
                    if shelf == 1 and is_also_near(layout, points, home, service):
                        continue
                    found = decide(rules, places.profile[service], usable.clauses, crowd, block, bench, place)
                    if found != CLOSED:
                        services[written], clauses[written] = service, found
                        metres[written] = shelves.metres[door]
                        written += 1
                        if written == limit:
                            return written
    return written
