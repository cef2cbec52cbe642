"""Who could be given which place: openings proposed within the places there are, in the order that the articles give.

A proposal, which advisers confirm one by one: nobody is scored, and nothing here is a decision. A person is proposed one
place at most: the first of their open doors, by need then distance, that has one for them. A limited place goes first to
the priority groups of the article that opens the door, then by the wait, then by a drawn number. Nobody is passed over at
a door whose place is held by somebody who comes after them in that order: a place held may have to be given up while the
proposal is made (deferred acceptance), so that the result depends on nothing but the facts, the texts and the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from maillage.domain.agreements import Delegates, Volume, consolidated, term_of
from maillage.domain.shared import MaillageError, Period
from maillage.engine.alone import NO_LIMIT
from maillage.engine.blocks import Crowd
from maillage.engine.capacity_kernels import (
    MORE,
    NOBODY,
    PLACES,
    ROOM_AT_FIRST,
    START,
    UNLIMITED,
    Doors,
    Held,
    Pools,
    hold_places,
    mark_first,
)
from maillage.engine.columnar import Index
from maillage.engine.crowds import answer_crowd, in_home_order
from maillage.engine.kernels import Ints, Small
from maillage.engine.people_files import People
from maillage.engine.planning import group_mask

DOORS_AT_FIRST = 4
PEOPLE_AT_FIRST = 1 << 16
"""How many people of neighbouring municipalities ask in one go: few enough for a cache of the processor."""
DOORS_AT_ONCE = 2_000_000
"""How many doors are looked at in one go for those who ask again: people times doors each."""
DRAWN_BITS = 32


class CapacityImpossible(MaillageError):
    """The places said and the volumes of the texts cannot be held together."""


@dataclass(frozen=True)
class Limits:
    """The pools that places are held in, and what each stands for: the id of a service, or agreement and clause."""

    pools: Pools
    names: tuple[str, ...]
    volumes: tuple[tuple[Volume, Period] | None, ...]
    """By pool: the volume of the delegation and the days that its places are for; ``None``, the places of a service."""
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

    A delegation's volume, whole for the period that holds the day, is shared by all the services it opens. Where its one
    service has places said too, the smaller number counts.

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
    names: list[str] = sorted(places)
    sizes: list[int] = [places[name] for name in names]
    of_service[[index.place_of[name] for name in names]] = np.arange(len(names))
    for clause, (volume, _) in sorted(volumes.items()):
        text, said = offer.clauses[clause], [name for name in opened[clause] if name in places]
        if said and len(opened[clause]) > 1:
            raise CapacityImpossible(
                f"{said[0]} shares the {volume.count:,} places of {text.agreement}, article {text.article}, with "
                f"{len(opened[clause]) - 1} other services: take it out of the file of places."
            )
        of_clause[clause] = len(names)
        names.append(f"{text.agreement} {text.clause}")
        sizes.append(min([volume.count, *(places[name] for name in said)]))
    table = np.zeros((len(names), 4), np.int64)
    table[:, PLACES] = sizes
    pools = Pools(
        of_service=of_service,
        of_clause=of_clause,
        priority=np.array([group_mask(clause.priority) for clause in offer.clauses], np.int64),
        table=table,
        # Rooms double: those given up and those in use are never more than four times those who hold.
        held=np.empty(ROOM_AT_FIRST * people, np.int32),
        used=np.zeros(1, np.int64),
    )
    days = (*(None for _ in places), *(volumes[clause] for clause in sorted(volumes)))
    return Limits(pools, tuple(names), days, *_closing(index, pools))


def _volumes_on(index: Index, on: date) -> dict[int, tuple[Volume, Period]]:
    """Give the volume of each clause that delegates with one on a day, by its position, and the days it is for."""
    offer, in_force = index.offer, index.usable_on(on).clauses
    found = {}
    for agreement in offer.agreements:
        text = consolidated(agreement, on=on)
        for article in text.articles:
            for clause in article.clauses:
                if isinstance(clause.body, Delegates) and clause.body.volume is not None:
                    found[agreement.id, article.number, clause.id] = (clause.body.volume, term_of(text))
    days = {}
    for place, one in enumerate(offer.clauses):
        key = (one.agreement, one.article, one.clause)
        if in_force[place] == 1 and key in found:
            volume, term = found[key]
            days[place] = (volume, volume.period_on(on).intersection(term).intersection(one.standing))
    return days


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


def order_of_wait(waiting_since: Small, *, seed: int) -> Small:
    """Order people by the day they have waited since, those of whom it is unknown last; equals as drawn from the seed."""
    drawn = np.random.default_rng(seed).permutation(len(waiting_since))
    since = np.where(waiting_since < 0, np.iinfo(np.int32).max, waiting_since).astype(np.int64)
    keys = np.sort(since << DRAWN_BITS | drawn)
    found: Small = _inverse(drawn)[keys & ((1 << DRAWN_BITS) - 1)]
    return found


def _inverse(places: NDArray[np.signedinteger]) -> Small:
    found = np.empty(len(places), np.int32)
    found[places] = np.arange(len(places), dtype=np.int32)
    return found


@dataclass(frozen=True)
class _Run:
    """A proposal while it is made."""

    index: Index
    people: People
    on: date
    limits: Limits
    by_rank: Small
    rank: Small
    held: Held

    def doors(self, who: Ints, left: Small, top: int) -> Doors:
        """Look up the first doors of some people, passing over the services that have no place left."""
        index, crowd = self.index, Crowd._make(column[who] for column in self.people.crowd)
        found = answer_crowd(index, crowd, self.people.wanted, on=self.on, top=top, left=left)
        is_first = np.zeros(found[0].shape, np.uint8)
        usable = index.usable_on(self.on).clauses
        mark_first(index.layout, usable, crowd, *found[:2], self.limits.pools, is_first)
        return Doors(who, *found, is_first)

    def hold(self, doors: Doors) -> list[Ints]:
        """Let people ask for their doors; gives those who have to ask again."""
        size, ranks = len(doors.who), self.rank[doors.who]
        became, displaced, lines = np.empty(size, np.uint8), np.empty(size, np.int64), np.argsort(ranks)
        count = hold_places(
            doors,
            lines,
            ranks[lines],
            self.by_rank,
            self.limits.pools,
            self.held,
            np.zeros(size, np.int32),
            became,
            displaced,
        )
        return [displaced[:count], doors.who[became == MORE]]

    def ordered(self, who: list[Ints]) -> Ints:
        """Put people in the order of the wait, each once."""
        return self.by_rank[np.unique(self.rank[np.concatenate(who)])].astype(np.int64)


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

    ``progress`` is told how many people have been looked at. All ask first, those of a municipality together; then those
    who were refused or gave a place up, in the order of the wait, so that full services are passed over for them. Cost:
    about 1 µs and 60 bytes a person.

    Raises:
        CapacityImpossible: the places and the volumes cannot be held together.
    """
    size = len(people.ids)
    by_rank = order_of_wait(people.waiting_since, seed=seed)
    # What is kept of a person, or of a pool, lies side by side: it is read and written together.
    held = Held(np.full((size, 4), NOBODY, np.int32))
    limits = limits_of(index, places, size, on=on)
    run = _Run(index, people, on, limits, by_rank, _inverse(by_rank), held)
    first, clauses = np.empty(size, np.int32), np.empty(size, np.int32)
    again: list[Ints] = [np.zeros(0, np.int64)]
    done, top = 0, DOORS_AT_FIRST
    for who in _in_pieces(in_home_order(people.crowd.home), PEOPLE_AT_FIRST):
        doors = run.doors(who, NO_LIMIT, top)
        first[who], clauses[who] = doors.services[:, 0], doors.clauses[:, 0]
        again += run.hold(doors)
        done += len(who)
        if progress is not None:
            progress(done)
    waiting = run.ordered(again)
    while len(waiting):
        # Who gave a place up asks again from the first door on: what refused them once will again.
        again = []
        for who in _in_pieces(waiting, max(1, DOORS_AT_ONCE // top)):
            left = _left(limits, int(run.rank[who[0]]), size)
            again += run.hold(run.doors(who, left, top))
        waiting, top = run.ordered(again), min(2 * top, len(index.services) + 1)  # a list with room left has ended
    return Proposal(on, seed, limits, held, first, clauses)


def _in_pieces(who: Ints, step: int) -> Iterator[Ints]:
    return (who[begin : begin + step] for begin in range(0, len(who), step))


def _left(limits: Limits, first_rank: int, people: int) -> Small:
    """Close the services that would refuse everybody from a rank on: 0, else -1.

    That is when all places are held by people who come before any of them, even those of a priority group.
    """
    pools = limits.pools
    is_full = pools.taken >= pools.places
    last = np.full(len(pools.places), -1, np.int64)
    filled = is_full & (pools.places > 0)
    last[filled] = pools.held[pools.table[filled, START]]
    earliest = np.where(limits.has_priority, 0, people) + first_rank
    left = np.full(len(limits.may_close), -1, np.int32)
    limited = np.flatnonzero(limits.may_close != UNLIMITED)
    pool = limits.may_close[limited]
    left[limited[is_full[pool] & (last[pool] < earliest[limited])]] = 0
    return left
