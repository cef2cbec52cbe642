"""The loops that answer many people: planes sieve the doors of a municipality, profiles decide those they let through.

People are taken in blocks of at most 64 of one municipality. What a clause says is read for the whole block at once, as
two masks of people (for whom it is true, for whom it is false; unknown is neither), when the first of them meets a door
that names it. Compiled by numba; with compilation off they are the same plain Python.
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
    OWN,
    RANGE,
    STACK_DEPTH,
    TEST,
    Bytes,
    Ints,
    Layout,
    Masks,
    Places,
    Reals,
    Rules,
    Small,
    compiled,
    distance,
    has_bit,
    meets_need,
)
from maillage.engine.planes import AGE_STARTS, FIRST_GROUP, FOR_ALL, NO_DISTANCE, NO_DOOR, PLANES, UNKNOWN_AGE, Planes

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., Any])

    def bare(function: F) -> F:
        """Compile a loop that makes no array, so that arrays handed over are not counted at each call."""
        return function

    def merged(function: F) -> F:
        """Compile a loop into whoever calls it, arrays and all: a call would copy some forty of them."""
        return function

else:
    bare = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
    merged = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, inline="always")

BLOCK = 64
CLOSED = -2
"""What is decided of a door that is not open; else the clause that opens it, or ``OWN``."""
CLOSED_TO_ALL, TO_DECIDE, SURE = 0, 1, 2
"""What a service can be on a day: open to nobody, to be decided from its profile, open to all that planes let through."""
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

    ``themes`` uint64[lines, words]: the themes that meet each need. ``planes`` uint64: the planes of those themes, and
    ``earlier`` those of the needs before it. ``exact`` uint8: 1 when both hold no other theme, so that planes say all.
    """

    themes: Masks
    planes: Masks
    earlier: Masks
    exact: Bytes
    start: Ints


class Sheet(NamedTuple):
    """What a day makes of the shelves, word by word, written when a word is first met.

    ``clauses`` is that of ``Usable``; ``status`` uint8 by service: ``CLOSED_TO_ALL``, ``TO_DECIDE`` or ``SURE``. Of each
    word, ``live`` uint64: the doors that can be open on the day; ``sure`` uint64: those that the planes let through
    rightly, with nothing left to decide; ``is_read`` uint8.
    """

    clauses: Bytes
    status: Bytes
    live: Masks
    sure: Masks
    is_read: Bytes


class Workbench(NamedTuple):
    """Where a thread writes while it answers a block; what bears another stamp than the block's is not of it.

    ``fact`` int64[facts, 64]: the facts of the block's people, read when first asked. ``clause_true`` and the two of
    ``test`` are masks of people. ``stack`` uint64[depth, 2]. ``groups``, ``wanted`` and ``earlier`` int64[64]: the planes of
    a person's groups, of a need and of those before it.
    """

    fact: Ints
    fact_stamp: Ints
    test_true: Masks
    test_false: Masks
    test_stamp: Ints
    clause_true: Masks
    clause_stamp: Ints
    stack: Masks
    groups: Ints
    wanted: Ints
    earlier: Ints


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
        np.empty(tests, np.uint64),
        np.empty(tests, np.uint64),
        np.zeros(tests, np.int64),
        np.empty(clauses, np.uint64),
        np.zeros(clauses, np.int64),
        np.empty((STACK_DEPTH, 2), np.uint64),
        np.empty(PLANES, np.int64),
        np.empty(PLANES, np.int64),
        np.empty(PLANES, np.int64),
    )


def lowest_bit(word: np.uint64) -> int:
    """Give the place of the lowest bit of a word that is not 0."""
    return (int(word) & -int(word)).bit_length() - 1


@overload(lowest_bit)
def _lowest_bit_compiled(word):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 - numba reads the signature  # pragma: no cover
    return lambda word: np.int64(trailing_zeros(word))  # type: ignore[call-arg]


@bare
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


@merged
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


@bare
def read_word(doors: Small, sheet: Sheet, word: int) -> None:
    """Write what a day makes of the doors of one word."""
    live, sure = NO_BIT, NO_BIT
    for place in range(64):
        service = doors[word * 64 + place]
        if service != NO_DOOR and sheet.status[service] != CLOSED_TO_ALL:
            door = ONE << np.uint64(place)
            live |= door
            sure |= door if sheet.status[service] == SURE else NO_BIT
    sheet.live[word], sheet.sure[word] = live, sure
    # Last, because another thread may be reading: at worst both write the same.
    sheet.is_read[word] = 1


@merged
def read_clause(rules: Rules, clause: int, usable: Bytes, crowd: Crowd, block: Block, bench: Workbench) -> None:
    """Read a clause for all the people of a block."""
    bench.clause_stamp[clause] = block.stamp
    bench.clause_true[clause] = NO_BIT
    if usable[clause] == 1 and has_bit(rules.bits, rules.clause_territory[clause], block.home):
        bench.clause_true[clause] = read_condition(rules, clause, crowd, block, bench)


@merged
def decide(rules: Rules, profile: int, usable: Bytes, crowd: Crowd, block: Block, bench: Workbench, place: int) -> int:
    """Decide a profile exactly for one person of a block: the first clause that opens it, ``OWN`` or ``CLOSED``."""
    person = block.who[place]
    publics, low, high = rules.profile[profile, 0], rules.profile[profile, 1], rules.profile[profile, 2]
    age, groups = crowd.age[person], crowd.groups[person]
    found = OWN if rules.profile[profile, 4] == 0 else CLOSED
    if (
        rules.profile[profile, 3] == 0
        or (publics != 0 and (groups < 0 or groups & publics == 0))
        or ((low >= 0 or high >= 0) and (age < 0 or age < low or 0 <= high < age))
    ):
        found = CLOSED
    else:
        one = ONE << np.uint64(place)
        for line in range(rules.profile_start[profile], rules.profile_start[profile + 1]):
            clause = rules.profile_clauses[line]
            if bench.clause_stamp[clause] != block.stamp:
                read_clause(rules, clause, usable, crowd, block, bench)
            if bench.clause_true[clause] & one != NO_BIT:
                found = clause
                break
    return found


@bare
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


@bare
def planes_in(mask: np.uint64, found: Ints) -> int:
    """List the planes of a mask; gives how many."""
    count = 0
    while mask != NO_BIT:
        found[count] = lowest_bit(mask)
        mask &= mask - ONE
        count += 1
    return count


@bare
def any_plane(planes: Masks, base: int, words: int, wanted: Ints, count: int) -> np.uint64:
    """Give the doors of a word that are on one of some planes."""
    found = NO_BIT
    for number in range(count):
        found |= planes[base + wanted[number] * words]
    return found


@merged
def serving(planes: Masks, base: int, words: int, bench: Workbench, themes: int, before: int) -> np.uint64:
    """Give the doors of a word that are on a plane of a need and on none of the needs before it."""
    found = any_plane(planes, base, words, bench.wanted, themes)
    return found & ~any_plane(planes, base, words, bench.earlier, before)


@merged
def suiting(planes: Masks, base: int, words: int, bench: Workbench, held: int, age_plane: int) -> np.uint64:
    """Give the doors of a word that could be open to somebody of an age and of some groups."""
    of_age: np.uint64 = planes[base + age_plane * words]
    return of_age & any_plane(planes, base, words, bench.groups, held)


@bare
def plane_of_age(age: int) -> int:
    """Give the plane of an age in years, -1 unknown."""
    return UNKNOWN_AGE if age < 0 else int(CLASS_OF_AGE[age])


@bare
def is_also_near(places: Places, latitude: float, longitude: float, service: int) -> bool:
    """Tell whether a remote service is also delivered within reach, where it stands on the near shelf."""
    if places.is_placed[service] == 0:
        return False
    away = distance(latitude, longitude, places.latitude[service], places.longitude[service])
    return bool(away <= places.reach_km[service])


@bare
def sieve_people(
    layout: Layout,
    shelves: Planes,
    points: Reals,
    sheet: Sheet,
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
            count = answer_one(
                layout, shelves, points, sheet, crowd, needs, block, bench, place, left, services, clauses, metres
            )
            for rank in range(count, limit):
                person = block.who[place]
                services[person, rank], clauses[person, rank], metres[person, rank] = NO_DOOR, OWN, NO_DISTANCE
        stamp += 1
        first = last
    return stamp


@merged
def answer_one(
    layout: Layout,
    shelves: Planes,
    points: Reals,
    sheet: Sheet,
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
    planes, person, home, limit, written = shelves.planes, block.who[place], block.home, services.shape[1], 0
    age_plane = plane_of_age(crowd.age[person])
    held = planes_of_groups(crowd.groups[person], bench.groups)
    need, last_need = needs.start[crowd.needs[person]], needs.start[crowd.needs[person] + 1]
    first_need, has_needs = need, last_need > need
    is_going_on = limit > 0
    while is_going_on:
        is_exact = not has_needs or needs.exact[need] == 1
        themes = planes_in(needs.planes[need], bench.wanted) if has_needs else 0
        before = planes_in(needs.earlier[need], bench.earlier) if has_needs and is_exact else 0
        for shelf in range(2):
            number = home if shelf == 0 else shelves.far_shelf[home]
            for part in range(shelves.first_part[number], shelves.first_part[number + 1]):
                start, words = shelves.start[part], shelves.words[part]
                for word in range(start, start + words if is_going_on else start):
                    if sheet.is_read[word] == 0:
                        read_word(shelves.doors, sheet, word)
                    base = start * PLANES + word - start
                    asked = sheet.live[word] & suiting(planes, base, words, bench, held, age_plane)
                    if has_needs:
                        asked &= serving(planes, base, words, bench, themes, before)
                    while asked != NO_BIT and is_going_on:
                        door = word * 64 + lowest_bit(asked)
                        asked &= asked - ONE
                        service, found = shelves.doors[door], OWN
                        if not is_exact and not meets_need(
                            layout.places.themes, service, needs.themes[first_need:last_need], need - first_need
                        ):
                            continue
                        if len(left) > 0 and left[service] == 0:
                            continue
                        if shelf == 1 and is_also_near(layout.places, points[home, 0], points[home, 1], service):
                            continue
                        if (sheet.sure[word] >> np.uint64(door & 63)) & ONE == NO_BIT:
                            profile = layout.places.profile[service]
                            found = decide(layout.rules, profile, sheet.clauses, crowd, block, bench, place)
                        if found != CLOSED:
                            services[person, written], clauses[person, written] = service, found
                            metres[person, written] = shelves.metres[door]
                            written += 1
                            is_going_on = written < limit
        need += 1
        is_going_on = is_going_on and need < last_need
    return written
