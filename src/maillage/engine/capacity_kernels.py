"""The loops that hold places for people, one door at a time; with compilation off they are the same plain Python."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from maillage.engine.blocks import FACTS_OF_A_PERSON, Crowd, bare, read_fact
from maillage.engine.kernels import STACK_DEPTH, TRUE, Bytes, Ints, Layout, Small, compiled, has_bit, read_root

FOUND, ENDED, MORE = 0, 1, 2
"""What became of a person: a door is theirs; none of their doors has a place; there may be doors further on."""
GIVEN, REFUSED = -1, -2
UNLIMITED = -1
NOBODY = -1
ROOM_AT_FIRST = 4
PLACES, START, ROOM, TAKEN = range(4)
SERVICE, CLAUSE, METRES, IS_FIRST = range(4)


class Pools(NamedTuple):
    """Where places are held.

    ``of_service`` and ``of_clause`` int32: the pool of each, -1 for none; that of a clause comes first. ``priority`` int64
    by clause: the mask of the groups that its article puts first. ``table`` int64[pools, 4]: the places of a pool, where
    its holders begin, the room there, and how many they are. The keys of those who hold a place are one after the other
    in ``held``, a heap with the last of them in the order on top; when there is no more room it moves to the first free
    place (``used``): memory follows the people, not the places.
    """

    of_service: Small
    of_clause: Small
    priority: Ints
    table: Ints
    held: Small
    used: Ints

    @property
    def places(self) -> Ints:
        """The places of each pool."""
        return self.table[:, PLACES]

    @property
    def taken(self) -> Ints:
        """The places held of each pool."""
        return self.table[:, TAKEN]


class Held(NamedTuple):
    """The door held by each person: ``table`` int32[people, 4], -1 everywhere when there is none."""

    table: Small

    @property
    def services(self) -> Small:
        """The service, -1 none."""
        return self.table[:, SERVICE]

    @property
    def clauses(self) -> Small:
        """The clause that opens it, -1 its own basis; what it is of who holds none means nothing, as for the two others."""
        return self.table[:, CLAUSE]

    @property
    def metres(self) -> Small:
        """The distance, -1 none."""
        return self.table[:, METRES]

    @property
    def is_first(self) -> Small:
        """1 when an article puts the person first there."""
        return self.table[:, IS_FIRST]


class Doors(NamedTuple):
    """The doors of some people, in their order: ``who`` int64, and a line of each of the others for each of them.

    ``is_first`` uint8: whether the articles put the person first at the door.
    """

    who: Ints
    services: Small
    clauses: Small
    metres: Small
    is_first: Bytes


@compiled
def mark_first(
    layout: Layout, usable: Bytes, crowd: Crowd, services: Small, clauses: Small, pools: Pools, is_first: Bytes
) -> None:
    """Mark the doors at which an article puts people first, line ``i`` being the doors of person ``i`` of a crowd.

    That is an article in force that opens the door to them and names a group they are known to hold. The places of a
    delegation are in the order of its own article alone.
    """
    facts, stack = np.empty(FACTS_OF_A_PERSON, np.int64), np.zeros((STACK_DEPTH, 2), np.int64)
    who = np.empty(1, np.int64)
    for person in range(len(services)):
        groups, is_read = crowd.groups[person], False
        for door in range(services.shape[1] if groups > 0 else 0):
            service, cited = services[person, door], clauses[person, door]
            if cited < 0:  # no clause opens it, or there is no such door
                continue
            if pools.priority[cited] & groups != 0:
                is_first[person, door] = 1
            elif pools.of_clause[cited] == UNLIMITED:
                if not is_read:
                    who[0] = person
                    for fact in range(FACTS_OF_A_PERSON):
                        read_fact(crowd, fact, who, facts[fact : fact + 1])
                    is_read = True
                if is_put_first(layout, usable, layout.places.profile[service], cited, facts, pools.priority, stack):
                    is_first[person, door] = 1


@compiled
def is_put_first(
    layout: Layout, usable: Bytes, profile: int, cited: int, facts: Ints, priority: Ints, stack: Ints
) -> bool:
    """Tell whether a clause that comes after the one cited opens a profile to a person, and puts them first."""
    rules, is_after = layout.rules, False
    for place in range(rules.profile_start[profile], rules.profile_start[profile + 1]):
        clause = rules.profile_clauses[place]
        if (
            is_after
            and priority[clause] & facts[4] != 0
            and usable[clause] == 1
            and has_bit(rules.bits, rules.clause_territory[clause], facts[0])
            and read_root(rules, clause, facts, stack)[0] == TRUE
        ):
            return True
        is_after = is_after or clause == cited
    return False


@bare
def make_room(pools: Pools, pool: Ints) -> None:
    """Make room for one more holder of a pool (a line of the table), at the end of what is used."""
    size, first = pool[TAKEN], pools.used[0]
    for at in range(size):
        pools.held[first + at] = pools.held[pool[START] + at]
    pool[START], pool[ROOM] = first, max(ROOM_AT_FIRST, 2 * size)
    pools.used[0] += pool[ROOM]


@bare
def take_place(pools: Pools, pool: Ints, key: int) -> int:
    """Take a place for a key (the lower, the earlier): ``GIVEN``, ``REFUSED``, or the key that gives its place up."""
    size = pool[TAKEN]
    if size < pool[PLACES]:
        if size == pool[ROOM]:
            make_room(pools, pool)
        first, at = pool[START], size
        pool[TAKEN] += 1
        while at > 0 and pools.held[first + (at - 1) // 2] < key:
            pools.held[first + at] = pools.held[first + (at - 1) // 2]
            at = (at - 1) // 2
        pools.held[first + at] = key
        return GIVEN
    first = pool[START]
    if size == 0 or pools.held[first] < key:
        return REFUSED
    last, at = pools.held[first], 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and pools.held[first + child + 1] > pools.held[first + child]:
            child += 1
        if pools.held[first + child] < key:
            break
        pools.held[first + at] = pools.held[first + child]
        at = child
    pools.held[first + at] = key
    return int(last)


@bare
def ask_doors(
    doors: Doors, line: int, rank: int, people: int, at: Small, pools: Pools, held: Held, became: Bytes
) -> int:
    """Let a person ask from their door ``at`` on; gives the rank of who gives a place up for them, else ``NOBODY``."""
    person = doors.who[line]
    for door in range(at[line], doors.services.shape[1]):
        service, clause = doors.services[line, door], doors.clauses[line, door]
        if service < 0:
            became[line] = ENDED
            return NOBODY
        at[line] = door + 1
        pool = pools.of_service[service]
        if clause >= 0 and pools.of_clause[clause] != UNLIMITED:
            pool = pools.of_clause[clause]
        key = rank + (0 if doors.is_first[line, door] == 1 else people)
        answer = GIVEN if pool == UNLIMITED else take_place(pools, pools.table[pool], key)
        if answer != REFUSED:
            held.table[person, SERVICE], held.table[person, CLAUSE] = service, clause
            held.table[person, METRES], held.table[person, IS_FIRST] = (
                doors.metres[line, door],
                doors.is_first[line, door],
            )
            became[line] = FOUND
            return NOBODY if answer == GIVEN else int(answer % people)
    became[line] = MORE
    return NOBODY


@bare
def place_among(ranks: Small, rank: int) -> int:
    """Find a rank among some that rise, else ``NOBODY``."""
    low, high = 0, len(ranks)
    while low < high:
        middle = (low + high) // 2
        if ranks[middle] < rank:
            low = middle + 1
        else:
            high = middle
    return low if low < len(ranks) and ranks[low] == rank else NOBODY


@bare
def hold_places(
    doors: Doors,
    lines: Ints,
    ranks: Small,
    by_rank: Small,
    pools: Pools,
    held: Held,
    at: Small,
    became: Bytes,
    displaced: Ints,
) -> int:
    """Let people ask for their doors, each until one has a place for them, ``lines`` being them all by their ``ranks``.

    ``by_rank``: everybody, in the order of the wait, then of the draw. ``at`` int32 by line: the door to ask for first.
    Who has to give a place up asks on from their next door; those whose doors are not among these are written in
    ``displaced``; gives how many, at most one for each line. What comes out does not hang on the order in which people
    ask.
    """
    count = 0
    for first in range(len(lines)):
        line, rank = lines[first], int(ranks[first])
        while line != NOBODY:
            rank = ask_doors(doors, line, rank, len(by_rank), at, pools, held, became)
            line = NOBODY
            if rank != NOBODY:
                held.table[by_rank[rank], SERVICE] = NOBODY
                place = place_among(ranks, rank)
                if place != NOBODY:
                    line = lines[place]
                else:
                    displaced[count] = by_rank[rank]
                    count += 1
    return count
