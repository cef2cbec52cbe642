"""One person answered with the planes: what a day makes of them, what is needed, and where a thread writes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct
from typing import Any

import numpy as np

from maillage.domain.people import BARRIERS, with_implied
from maillage.engine.alone_kernels import Day, Desk
from maillage.engine.handles import Handle, first_doors
from maillage.engine.kernels import (
    STACK_DEPTH,
    Bytes,
    Layout,
    Masks,
    Reals,
    Rules,
    Small,
    Usable,
    compiled,
)
from maillage.engine.planes import AGE_STARTS, WORD, Planes, theme_planes
from maillage.engine.planning import COLUMNS, group_mask
from maillage.engine.sieve import CLOSED_TO_ALL, SURE, TO_DECIDE, Needs, Sheet

NO_LIMIT = np.zeros(0, np.int32)
DOORS_AT_FIRST = 64
SETS_KEPT = 4_096
"""How many distinct sets of codes are kept with their masks."""
write_facts = Struct(f"{len(COLUMNS)}q").pack_into
KINDS = (np.int32, np.int8, np.int8, np.int16, np.int32, np.int16, np.int8, np.int8, np.int8, np.int32, np.int32)
"""What the facts of a crowd are written as, in the order of ``planning.COLUMNS``."""


def open_sheet(layout: Layout, shelves: Planes, usable: Usable) -> Sheet:
    """Open the sheet of a day: what can be open on it is written word by word, when people of the place are answered."""
    words, day = len(shelves.doors) // WORD, read_day(layout, usable)
    live, sure = np.zeros(words, np.uint64), np.zeros(words, np.uint64)
    return Sheet(day.clauses, day.status, live, sure, np.zeros(len(shelves.start), np.uint8))


def read_day(layout: Layout, usable: Usable) -> Day:
    """Say what each service can be on a day."""
    return Day(usable.clauses, status_on(layout.rules, layout.places.profile, usable))


def plan_needs(masks: Sequence[Masks], theme_count: int) -> Needs:
    """Write distinct lists of needs for the kernels; each is uint64[needs, words], a mask of themes for each need."""
    themes = np.concatenate([*masks, np.zeros((0, -(-max(1, theme_count) // WORD)), np.uint64)])
    start = np.cumsum([0, *(len(one) for one in masks)]).astype(np.int64)
    planes, earlier = np.zeros(len(themes), np.uint64), np.zeros(len(themes), np.uint64)
    plane_of_theme = theme_planes(theme_count).tolist()
    for theme, plane in enumerate(plane_of_theme):
        planes |= _bit_of(themes, theme) << np.uint64(plane)
    exact = np.ones(len(themes), np.uint8)
    for theme, plane in enumerate(plane_of_theme):
        exact &= (_bit_of(themes, theme) == (planes >> np.uint64(plane)) & np.uint64(1)).astype(np.uint8)
    for first, last in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        for line in range(first + 1, last):
            earlier[line] = earlier[line - 1] | planes[line - 1]
            exact[line] &= exact[line - 1]
    return Needs(themes, planes, earlier, exact, start)


def _bit_of(themes: Masks, theme: int) -> Masks:
    found: Masks = (themes[:, theme >> 6] >> np.uint64(theme & 63)) & np.uint64(1)
    return found


@lru_cache(SETS_KEPT)
def held_mask(groups: frozenset[str] | None) -> int:
    """Give the mask of a person's target groups with what they imply; -1 is unknown."""
    held = with_implied(groups)
    return -1 if held is None else group_mask(held)


@lru_cache(SETS_KEPT)
def barriers_mask(barriers: frozenset[str] | None) -> int:
    """Give the mask of a person's barriers; -1 is unknown."""
    return -1 if barriers is None else sum(1 << BARRIERS.index(code) for code in barriers)


class Seat:
    """Where a thread answers one person at a time, kept between questions; of one layout and its shelves."""

    def __init__(self, layout: Layout, shelves: Planes, points: Reals) -> None:
        """Make room for one person and a few doors."""
        stack = np.zeros((STACK_DEPTH, 2), np.int64)
        person, doors, away = np.empty(len(COLUMNS), np.int64), np.empty(0, np.int64), np.empty(0)
        self._lay_out(Desk(layout, shelves, points, stack, person, doors, away), DOORS_AT_FIRST)

    def _lay_out(self, desk: Desk, limit: int) -> None:
        """Make room for so many doors."""
        self.limit = limit
        self.desk = Handle(desk._replace(doors=np.empty(3 * limit, np.int64), away=np.empty(limit)))
        # Seen as memory, because a few numbers are read from it faster than from an array.
        self.person, self.doors = self.desk.table.person.data, self.desk.table.doors.data
        self.away: Any = self.desk.table.away.data

    def answer(
        self, day: Handle[Day], needs: Handle[Needs], facts: Sequence[int], limit: int
    ) -> tuple[list[int], list[float]]:
        """Give the first open doors of one person: service, clause and need of each, and kilometres (not a number: none).

        ``facts``: in the order of ``planning.COLUMNS``, -1 unknown. ``needs``: one list. ``limit``: at least 1.
        """
        if limit > self.limit:
            self._lay_out(self.desk.table, limit)
        write_facts(self.person, 0, *facts)
        count = first_doors(self.desk, day, needs, limit)
        return self.doors[: 3 * count].tolist(), self.away[:count].tolist()


@compiled
def status_on(rules: Rules, profile_of: Small, usable: Usable) -> Bytes:
    """Tell what each service can be on a day, wherever people live: ``CLOSED_TO_ALL``, ``TO_DECIDE`` or ``SURE``."""
    of_profile = np.empty(len(rules.profile), np.uint8)
    for profile in range(len(of_profile)):
        is_exact = is_age_exact(rules.profile[profile, 1], rules.profile[profile, 2])
        status = CLOSED_TO_ALL if rules.profile[profile, 4] == 1 else SURE if is_exact else TO_DECIDE
        for place in range(rules.profile_start[profile], rules.profile_start[profile + 1]):
            clause = rules.profile_clauses[place]
            # A profile that no service has any more may name clauses that are gone.
            if clause < len(usable.clauses) and usable.clauses[clause] == 1:
                status = TO_DECIDE
        of_profile[profile] = CLOSED_TO_ALL if rules.profile[profile, 3] == 0 else status
    found = np.empty(len(profile_of), np.uint8)
    for service in range(len(found)):
        found[service] = of_profile[profile_of[service]] if usable.services[service] == 1 else CLOSED_TO_ALL
    return found


@compiled
def is_age_exact(low: int, high: int) -> bool:
    """Tell whether the classes of age say all of two bounds (-1: none)."""
    has_low, has_high = low <= 0, high < 0
    for start in AGE_STARTS:
        has_low = has_low or start == low
        has_high = has_high or start == high + 1
    return has_low and has_high
