"""Who could be given which place: openings proposed within the places there are, in the order that the articles give.

A proposal, which advisers confirm one by one: nobody is scored, and nothing here is a decision. A person is proposed one
place at most: the first of their open doors, by need then distance, that has one for them. A limited place goes first to
the priority groups of the article that opens the door, then by the wait, then by a drawn number. Nobody is passed over at
a door whose place is held by somebody who comes after them in that order: a place held may have to be given up while the
proposal is made (deferred acceptance), so that the result depends on nothing but the facts, the texts and the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from maillage.domain.agreements import Delegates, consolidated
from maillage.domain.shared import MaillageError
from maillage.engine.capacity_kernels import MORE, UNLIMITED, Held, Pools, hold_places
from maillage.engine.columnar import Index
from maillage.engine.crowds import answer_crowd, laid_flat, sheet_on
from maillage.engine.kernels import Ints, Small
from maillage.engine.people_files import People
from maillage.engine.planning import group_mask
from maillage.engine.sieve import Crowd

DOORS_AT_FIRST = 6
DOORS_AT_ONCE = 4_000_000
"""How many doors are looked at in one go: people times doors each."""


class CapacityImpossible(MaillageError):
    """The places said and the volumes of the texts cannot be held together."""


@dataclass(frozen=True)
class Limits:
    """The pools that places are held in, and what each stands for: the id of a service, or agreement and clause."""

    pools: Pools
    names: tuple[str, ...]
    may_close: Small
    """int32 by service: the one pool that all its doors take from, -1 when there is none or there are several."""
    has_priority: NDArray[np.bool_]
    """By service: whether an article that could open it puts some groups first."""


@dataclass(frozen=True)
class Proposal:
    """The place proposed to each person, and the first door each would have without any limit, -1 none.

    ``held``: the proposal. ``first`` and ``first_clauses`` int32[people]: the service of the first open door, and what
    opens it. ``seed``: that of the draw.
    """

    on: date
    seed: int
    limits: Limits
    held: Held
    first: Small
    first_clauses: Small


def limits_of(index: Index, places: Mapping[str, int], people: int, *, on: date) -> Limits:
    """Make the pools: one for each service whose places are said, one for each delegation whose text gives a volume.

    A delegation's volume is shared by all the services it opens. Where its one service has places said too, the smaller
    number counts.

    Raises:
        CapacityImpossible: places are said for one of several services that share a volume.
    """
    offer = index.offer
    volumes = _volumes_on(index, on)
    opened: dict[int, list[str]] = {clause: [] for clause in volumes}
    for service in index.place_of:  # services to employers are no door for a person, and hold no place
        for clause in volumes.keys() & set(offer.opened_by.get(service, ())):
            opened[clause].append(service)
    of_service = np.full(len(index.services), UNLIMITED, np.int32)
    of_clause = np.full(len(offer.clauses), UNLIMITED, np.int32)
    names: list[str] = []
    sizes: list[int] = []
    for name, count in sorted(places.items()):
        of_service[index.place_of[name]] = len(names)
        names.append(name)
        sizes.append(count)
    for clause, volume in sorted(volumes.items()):
        said = [name for name in opened[clause] if name in places]
        if said and len(opened[clause]) > 1:
            text = offer.clauses[clause]
            raise CapacityImpossible(
                f"{said[0]} shares the {volume:,} places of {text.agreement}, article {text.article}, with "
                f"{len(opened[clause]) - 1} other services: take it out of the file of places."
            )
        of_clause[clause] = len(names)
        names.append(f"{offer.clauses[clause].agreement} {offer.clauses[clause].clause}")
        sizes.append(min([volume, *(places[name] for name in said)]))
    bounded = np.minimum(np.array(sizes, np.int64), people)
    pools = Pools(
        of_service=of_service,
        of_clause=of_clause,
        priority=np.array([group_mask(clause.priority) for clause in offer.clauses], np.int64),
        places=bounded,
        start=np.concatenate(([0], np.cumsum(bounded))).astype(np.int64),
        held=np.zeros(int(bounded.sum()), np.int64),
        taken=np.zeros(len(names), np.int64),
    )
    return Limits(pools, tuple(names), *_closing(index, pools))


def _volumes_on(index: Index, on: date) -> dict[int, int]:
    """Give the volume of each clause that delegates with one, by its position."""
    offer = index.offer
    found = {
        (agreement.id, article.number, clause.id): clause.body.volume.count
        for agreement in offer.agreements
        for article in consolidated(agreement, on=on).articles
        for clause in article.clauses
        if isinstance(clause.body, Delegates) and clause.body.volume is not None
    }
    keys = [(one.agreement, one.article, one.clause) for one in offer.clauses]
    return {place: found[key] for place, key in enumerate(keys) if key in found and on in offer.clauses[place].standing}


def _closing(index: Index, pools: Pools) -> tuple[Small, NDArray[np.bool_]]:
    may_close = pools.of_service.copy()
    has_priority = np.zeros(len(index.services), np.bool_)
    for service, place in index.place_of.items():
        clauses = list(index.offer.opened_by.get(service, ()))
        if clauses:
            has_priority[place] = bool(pools.priority[clauses].any())
            if (pools.of_clause[clauses] != UNLIMITED).any():
                may_close[place] = UNLIMITED
    return may_close, has_priority


def order_of_wait(waiting_since: Small, *, seed: int) -> Ints:
    """Order people by the day they have waited since, those of whom it is unknown last; equals as drawn from the seed."""
    drawn = np.random.default_rng(seed).permutation(len(waiting_since))
    since = np.where(waiting_since < 0, np.iinfo(np.int32).max, waiting_since)
    return np.lexsort((drawn, since)).astype(np.int64)


def propose(  # noqa: PLR0913 (keyword-only: the day, the seed, how it is shown)
    index: Index,
    people: People,
    places: Mapping[str, int],
    *,
    on: date,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> Proposal:
    """Propose a place at most to each person; never more than there are.

    ``progress`` is told how many people have been looked at. Cost: about twice that of answering them, 40 bytes a person.

    Raises:
        CapacityImpossible: the places and the volumes cannot be held together.
    """
    size = len(people.ids)
    limits = limits_of(index, places, size, on=on)
    by_rank = order_of_wait(people.waiting_since, seed=seed)
    rank = np.empty(size, np.int64)
    rank[by_rank] = np.arange(size)
    held = Held(np.full(size, -1, np.int32), np.full(size, -1, np.int32), np.full(size, -1, np.int32))
    sheet, groups = sheet_on(index, index.shelves, on), laid_flat(people.crowd).groups
    waiting, top, done = by_rank, DOORS_AT_FIRST, 0
    while len(waiting):
        again = []
        step = max(1, DOORS_AT_ONCE // top)
        for begin in range(0, len(waiting), step):
            who = waiting[begin : begin + step]
            left = _left(limits, int(rank[who[0]]), size)
            crowd = _some(people.crowd, who)
            doors = answer_crowd(index, index.shelves, crowd, people.wanted, on=on, top=top, left=left, sheet=sheet)
            became, displaced = np.empty(len(who), np.uint8), np.empty(len(who), np.int64)
            count = hold_places(who, rank, by_rank, *doors, groups, limits.pools, held, became, displaced)
            again += [displaced[:count], who[became == MORE]]
            done = min(size, done + len(who))
            if progress is not None:
                progress(done)
        # Who gave a place up asks again from the first door on: what refused them once will again.
        waiting = by_rank[np.unique(rank[np.concatenate(again)])]
        top = min(2 * top, len(index.services) + 1)  # a list with room left is known to have ended
    first, clauses, _ = answer_crowd(index, index.shelves, people.crowd, people.wanted, on=on, top=1, sheet=sheet)
    return Proposal(on, seed, limits, held, first[:, 0], clauses[:, 0])


def _some(crowd: Crowd, who: Ints) -> Crowd:
    return Crowd._make(column[who] for column in crowd)


def _left(limits: Limits, first_rank: int, people: int) -> Small:
    """Close the services that would refuse everybody from a rank on: 0, else -1.

    That is when all places are held by people who come before any of them, even those of a priority group.
    """
    pools = limits.pools
    is_full = pools.taken >= pools.places
    last = np.full(len(pools.places), -1, np.int64)
    filled = is_full & (pools.places > 0)
    last[filled] = pools.held[pools.start[:-1][filled]]
    earliest = np.where(limits.has_priority, 0, people) + first_rank
    left = np.full(len(limits.may_close), -1, np.int32)
    limited = np.flatnonzero(limits.may_close != UNLIMITED)
    pool = limits.may_close[limited]
    left[limited[is_full[pool] & (last[pool] < earliest[limited])]] = 0
    return left
