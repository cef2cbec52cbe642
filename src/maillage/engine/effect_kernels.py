"""The loop that compares two offers for many people; with compilation off it is the same plain Python."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillage.engine.blocks import BLOCK, NO_BIT, ONE, Block, Crowd, Workbench, bare, lowest_bit, read_clause
from maillage.engine.kernels import Ints, Layout, Lines, Masks, Row, Rules, Small, Usable, compiled, is_near_too

BEFORE, AFTER = 0, 1
NO_PROFILE = -1
"""The profile of a service that is out of reach, out of its zone or not available on a side."""


class Twins(NamedTuple):
    """What each position of the services stands for: the number of a service, and its side, ``BEFORE`` or ``AFTER``.

    ``own`` by profile: the number of what it asks of people itself, agreements left aside; many profiles ask the same.
    """

    number: Small
    side: NDArray[np.int8]
    own: Small


class Tally(NamedTuple):
    """Where a thread counts.

    ``gaining`` and ``losing`` int64 by service: people; ``gained`` and ``lost`` int32 by person: services.
    ``profiles`` int32[services, 2] and ``listed`` int32 by service hold what is at hand in one municipality. ``own_true``
    uint64 by ``Twins.own``: the people of a block, as bits, who are what is asked; read for the block of that stamp.
    """

    gaining: Ints
    losing: Ints
    gained: Small
    lost: Small
    profiles: Small
    listed: Small
    own_true: Masks
    own_stamp: Ints


@compiled
def list_services(layout: Layout, usable: Usable, row: Row, twins: Twins, tally: Tally) -> int:
    """List the services at hand in a municipality with their profile on each side; gives how many.

    They are sorted by their two profiles: those alike are open to the same people.
    """
    near, wide = len(row.near), len(row.far_wide)
    count = 0
    for step in range(near + wide + len(row.far_local)):
        if step < near:
            if row.near[step] & 1 == 1:  # out of its zone
                continue
            service = row.near[step] >> 1
        else:
            service = row.far_wide[step - near] if step < near + wide else row.far_local[step - near - wide]
            if is_near_too(layout.places, row, service):
                continue
        if usable.services[service] == 1:
            number = twins.number[service]
            if tally.profiles[number, BEFORE] == NO_PROFILE and tally.profiles[number, AFTER] == NO_PROFILE:
                tally.listed[count] = number
                count += 1
            tally.profiles[number, twins.side[service]] = layout.places.profile[service]
    profiles = len(layout.rules.profile) + 1
    keys = np.empty(count, np.int64)
    for place in range(count):
        both = tally.profiles[tally.listed[place]]
        keys[place] = (both[BEFORE] + 1) * profiles + both[AFTER] + 1
    tally.listed[:count] = tally.listed[:count][np.argsort(keys, kind="mergesort")]
    return count


@bare
def meeting_own(rules: Rules, profile: int, own: int, crowd: Crowd, block: Block, tally: Tally) -> np.uint64:
    """Give the people of a block, as bits, who are what a profile asks itself; read once a block."""
    if tally.own_stamp[own] == block.stamp:
        known: np.uint64 = tally.own_true[own]
        return known
    publics, low, high = rules.profile[profile, 0], rules.profile[profile, 1], rules.profile[profile, 2]
    found = NO_BIT
    for place in range(len(block.who)):
        person = block.who[place]
        age, groups = crowd.age[person], crowd.groups[person]
        if (publics == 0 or (groups >= 0 and groups & publics != 0)) and (
            (low < 0 and high < 0) or (age >= 0 and age >= low and (high < 0 or age <= high))
        ):
            found |= ONE << np.uint64(place)
    tally.own_true[own], tally.own_stamp[own] = found, block.stamp
    return found


@bare
def open_to(
    rules: Rules,
    profile: int,
    usable: Usable,
    crowd: Crowd,
    block: Block,
    bench: Workbench,
    twins: Twins,
    tally: Tally,
) -> np.uint64:
    """Give the people of a block, as bits, to whom a profile is open."""
    if profile == NO_PROFILE or rules.profile[profile, 3] == 0:
        return NO_BIT
    found, by_clause = meeting_own(rules, profile, twins.own[profile], crowd, block, tally), NO_BIT
    if rules.profile[profile, 4] == 0 or found == NO_BIT:
        return found
    for line in range(rules.profile_start[profile], rules.profile_start[profile + 1]):
        clause = rules.profile_clauses[line]
        if bench.clause_stamp[clause] != block.stamp:
            read_clause(rules, clause, usable.clauses, crowd, block, bench)
        by_clause |= bench.clause_true[clause]
    return found & by_clause


@bare
def compare_block(
    rules: Rules,
    usable: Usable,
    crowd: Crowd,
    block: Block,
    bench: Workbench,
    count: int,
    twins: Twins,
    tally: Tally,
    start: Ints,
    pairs: Small,
) -> None:
    """Compare the two sides for a block of people, for the services listed where they live."""
    before, after, was, now = NO_PROFILE, NO_PROFILE, NO_BIT, NO_BIT
    for place in range(count):
        number = tally.listed[place]
        # Those of the same profiles follow each other: they are decided once.
        if tally.profiles[number, BEFORE] != before:
            before = tally.profiles[number, BEFORE]
            was = open_to(rules, before, usable, crowd, block, bench, twins, tally)
        if tally.profiles[number, AFTER] != after:
            after = tally.profiles[number, AFTER]
            now = open_to(rules, after, usable, crowd, block, bench, twins, tally)
        changed = was ^ now
        while changed != NO_BIT:
            bit = lowest_bit(changed)
            changed &= changed - ONE
            person, is_lost = block.who[bit], (was >> np.uint64(bit)) & ONE != NO_BIT
            if len(pairs) > 0:
                pairs[start[person] + tally.gained[person] + tally.lost[person]] = number * 2 + (1 if is_lost else 0)
            if is_lost:
                tally.losing[number] += 1
                tally.lost[person] += 1
            else:
                tally.gaining[number] += 1
                tally.gained[person] += 1


@compiled
def compare_people(
    layout: Layout,
    usable: Usable,
    lines: Lines,
    crowd: Crowd,
    who: Ints,
    bench: Workbench,
    twins: Twins,
    tally: Tally,
    start: Ints,
    pairs: Small,
) -> None:
    """Compare the two sides for the people of ``who`` (positions in ``crowd``), those of a municipality side by side.

    ``pairs``: when it is not empty, those of person ``i`` are written from ``start[i]`` on: service * 2, + 1 when lost.
    """
    first, stamp = 0, 1
    while first < len(who):
        home, last = crowd.home[who[first]], first + 1
        while last < len(who) and crowd.home[who[last]] == home:
            last += 1
        line, department = lines.row_of[home], lines.wide_of[home]
        row = Row(
            lines.near[lines.near_start[line] : lines.near_start[line + 1]],
            lines.wide[lines.wide_start[department] : lines.wide_start[department + 1]],
            lines.local[lines.local_start[home] : lines.local_start[home + 1]],
            lines.points[home, 0],
            lines.points[home, 1],
        )
        count = list_services(layout, usable, row, twins, tally)
        for begin in range(first, last if count > 0 else first, BLOCK):
            block = Block(home, who[begin : min(last, begin + BLOCK)], stamp)
            stamp += 1
            compare_block(layout.rules, usable, crowd, block, bench, count, twins, tally, start, pairs)
        for number in tally.listed[:count]:
            tally.profiles[number, BEFORE], tally.profiles[number, AFTER] = NO_PROFILE, NO_PROFILE
        first = last
