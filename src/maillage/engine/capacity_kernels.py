"""The loop that holds places for people, one door at a time; with compilation off it is the same plain Python."""

from __future__ import annotations

from typing import NamedTuple

from maillage.engine.kernels import Bytes, Ints, Small, compiled

FOUND, ENDED, MORE = 0, 1, 2
"""What became of a person: a door is theirs; none of their doors has a place; there may be doors further on."""
TAKEN, REFUSED = -1, -2
UNLIMITED = -1


class Pools(NamedTuple):
    """Where places are held.

    ``of_service`` and ``of_clause`` int32: the pool of each, -1 for none; that of a clause comes first. ``priority`` int64
    by clause: the mask of the groups that its article puts first. ``places`` int64 by pool. Those who hold a place of pool
    ``p`` are ``held[start[p]:start[p] + taken[p]]``, a heap with the last of them in the article's order on top.
    """

    of_service: Small
    of_clause: Small
    priority: Ints
    places: Ints
    start: Ints
    held: Ints
    taken: Ints


class Held(NamedTuple):
    """The door held by each person, int32[people]: service (-1 none), clause (-1 own basis) and metres (-1 no distance)."""

    services: Small
    clauses: Small
    metres: Small


@compiled
def take_place(pools: Pools, pool: int, key: int) -> int:
    """Take a place for a key (the lower, the earlier): ``TAKEN``, ``REFUSED``, or the key that gives its place up."""
    first, size = pools.start[pool], pools.taken[pool]
    if size < pools.places[pool]:
        at = size
        pools.taken[pool] += 1
        while at > 0 and pools.held[first + (at - 1) // 2] < key:
            pools.held[first + at] = pools.held[first + (at - 1) // 2]
            at = (at - 1) // 2
        pools.held[first + at] = key
        return TAKEN
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


@compiled
def hold_places(
    who: Ints,
    rank: Ints,
    by_rank: Ints,
    services: Small,
    clauses: Small,
    metres: Small,
    groups: Small,
    pools: Pools,
    held: Held,
    became: Bytes,
    displaced: Ints,
) -> int:
    """Let people ask for their doors in their order, each until one has a place for them.

    ``who``: the people, whose doors are the lines of ``services``, ``clauses`` and ``metres``. ``rank`` by person and
    ``by_rank`` back: the order of the wait, then of the draw. A place goes to the priority groups of the article that opens
    the door first, then by rank; who holds it may have to give it up. Those are written in ``displaced``; gives how many.
    """
    people, count = len(rank), 0
    for line in range(len(who)):
        person = who[line]
        became[line] = MORE
        for door in range(services.shape[1]):
            service, clause = services[line, door], clauses[line, door]
            if service < 0:
                became[line] = ENDED
                break
            pool, tier = pools.of_service[service], 1
            if clause >= 0:
                if pools.of_clause[clause] >= 0:
                    pool = pools.of_clause[clause]
                if groups[person] > 0 and groups[person] & pools.priority[clause] != 0:
                    tier = 0
            answer = TAKEN if pool == UNLIMITED else take_place(pools, pool, tier * people + rank[person])
            if answer == REFUSED:
                continue
            if answer != TAKEN:
                other = by_rank[answer % people]
                held.services[other] = -1
                displaced[count] = other
                count += 1
            held.services[person], held.clauses[person] = service, clause
            held.metres[person] = metres[line, door]
            became[line] = FOUND
            break
    return count
