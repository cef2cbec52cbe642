"""One person answered with the planes: what a day makes of them, what is needed, and where a thread writes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maillage.engine.handles import Desk, Handle
from maillage.engine.kernels import (
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
from maillage.engine.sieve import CLOSED_TO_ALL, SURE, TO_DECIDE, Crowd, Needs, Sheet, workbench_for

NO_LIMIT = np.zeros(0, np.int32)
HANDLES_KEPT = 64
KINDS = (np.int32, np.int8, np.int8, np.int16, np.int32, np.int16, np.int8, np.int8, np.int8, np.int32, np.int32)
"""What the facts of a crowd are written as, in the order of ``planning.COLUMNS``."""


def open_sheet(layout: Layout, shelves: Planes, usable: Usable) -> Sheet:
    """Open the sheet of a day: what can be open on it is written word by word, when people of the place are answered."""
    words = len(shelves.doors) // WORD
    status = status_on(layout.rules, layout.places.profile, usable)
    live, sure = np.zeros(words, np.uint64), np.zeros(words, np.uint64)
    return Sheet(usable.clauses, status, live, sure, np.zeros(words, np.uint8))


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


class Seat:
    """Where a thread answers one person at a time, kept between questions."""

    def __init__(self, rules: Rules) -> None:
        """Make room for one person."""
        self.bench = workbench_for(rules)
        self.person = Crowd._make((*(np.empty(1, kind) for kind in KINDS), np.zeros(1, np.int32)))
        self.stamp = 0
        self.handles: dict[tuple[int, int, int], Handle] = {}

    def answer(  # noqa: PLR0913, PLR0917 (all that the kernel reads)
        self,
        layout: Layout,
        shelves: Planes,
        points: Reals,
        sheet: Sheet,
        needs: Needs,
        facts: Sequence[int],
        limit: int,
    ) -> tuple[list[int], list[int], list[float], list[int]]:
        """Give the first open doors of one person: services, clauses, kilometres (not a number: none) and needs.

        ``facts``: in the order of ``planning.COLUMNS``, -1 unknown. ``needs``: one list. A seat is of one layout and its
        shelves.
        """
        handle = self.handles.get((id(sheet), id(needs), limit))
        if handle is None:
            handle = self._lay_out(layout, shelves, points, sheet, needs, limit)
        self.stamp += 1
        count = handle.answer(self.stamp, facts)
        desk = handle.desk
        return (
            desk.services[0, :count].tolist(),
            desk.clauses[0, :count].tolist(),
            desk.away[:count].tolist(),
            desk.need[:count].tolist(),
        )

    def _lay_out(  # noqa: PLR0913, PLR0917 (all that the kernel reads)
        self, layout: Layout, shelves: Planes, points: Reals, sheet: Sheet, needs: Needs, limit: int
    ) -> Handle:
        """Lay a desk out for a day and needs; a handle holds its arrays, so that an id is never another's."""
        if len(self.handles) >= HANDLES_KEPT:
            self.handles.clear()
        services, clauses, metres = (np.empty((1, limit), np.int32) for _ in range(3))
        desk = Desk(
            layout, shelves, points, sheet, self.person, needs, np.zeros(1, np.int64), self.bench, NO_LIMIT,
            services, clauses, metres, np.empty(limit), np.empty(limit, np.int64),
        )  # fmt: skip
        handle = self.handles[id(sheet), id(needs), limit] = Handle(desk)
        return handle


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
