"""Crowds of people answered on all threads: from rows or columns of facts to services, clauses and distances."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np

from maillage.engine.columnar import THREADS, Index
from maillage.engine.kernels import Ints, Masks, Small
from maillage.engine.planes import WORD, Planes, theme_planes
from maillage.engine.planning import words_for
from maillage.engine.sieve import Crowd, Needs, Sheet, sieve_people, status_on, workbench_for

NO_LIMIT = np.zeros(0, np.int32)
KINDS = (np.int32, np.int8, np.int8, np.int16, np.int32, np.int16, np.int8, np.int8, np.int8, np.int32, np.int32)


def planes_of(index: Index) -> Planes:
    """Lay out the planes of an index, for all municipalities and any day."""
    return index.shelves


def needs_for(index: Index, lists: Sequence[tuple[str, ...]]) -> Needs:
    """Write distinct lists of needs (themes or families, in the order given) for the kernels; an empty list: no need."""
    masks = [index.needs_of(tuple(wanted)) for wanted in lists]
    themes = np.concatenate([*masks, np.zeros((0, words_for(len(index.theme_bit))), np.uint64)])
    start = np.cumsum([0, *(len(one) for one in masks)]).astype(np.int64)
    plane_of_theme = theme_planes(len(index.theme_bit))
    planes, earlier = np.zeros(len(themes), np.uint64), np.zeros(len(themes), np.uint64)
    for theme, plane in enumerate(plane_of_theme.tolist()):
        planes |= _bit_of(themes, theme) << np.uint64(plane)
    exact = np.ones(len(themes), np.uint8)
    for theme, plane in enumerate(plane_of_theme.tolist()):
        exact &= (_bit_of(themes, theme) == (planes >> np.uint64(plane)) & np.uint64(1)).astype(np.uint8)
    for first, last in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        for line in range(first + 1, last):
            earlier[line] = earlier[line - 1] | planes[line - 1]
            exact[line] &= exact[line - 1]
    return Needs(themes, planes, earlier, exact, start)


def _bit_of(themes: Masks, theme: int) -> Masks:
    found: Masks = (themes[:, theme >> 6] >> np.uint64(theme & 63)) & np.uint64(1)
    return found


def sheet_on(index: Index, shelves: Planes, on: date) -> Sheet:
    """Open the sheet of a day: what can be open on it is written word by word, when people of the place are answered."""
    usable = index.usable_on(on)
    words = len(shelves.doors) // WORD
    status = status_on(index.layout.rules, index.layout.places.profile, usable)
    live, sure = np.zeros(words, np.uint64), np.zeros(words, np.uint64)
    return Sheet(usable.clauses, status, live, sure, np.zeros(words, np.uint8))


def crowd_of(rows: Ints, needs: Small) -> Crowd:
    """Make columns of rows int64[people, facts] in the order of ``planning.COLUMNS``, and of each one's list of needs."""
    columns = (np.ascontiguousarray(rows[:, place], kind) for place, kind in enumerate(KINDS))
    return Crowd._make((*columns, needs.astype(np.int32)))


def in_home_order(homes: Small) -> Ints:
    """Give the positions of people, those of one municipality side by side, in the order they came in."""
    # Narrow numbers are sorted by radix, several times faster; there are fewer municipalities than 65,536.
    narrow = homes.astype(np.uint16) if homes.max(initial=0) < 1 << 16 else homes
    return np.argsort(narrow, kind="stable")


def answer_crowd(  # noqa: PLR0913 (keyword-only: the day, how many, what is left)
    index: Index,
    shelves: Planes,
    crowd: Crowd,
    needs: Needs,
    *,
    on: date,
    top: int = 10,
    left: Small = NO_LIMIT,
    sheet: Sheet | None = None,
    threads: int = THREADS,
) -> tuple[Small, Small, Small]:
    """Answer a crowd: ``services``, ``clauses`` and ``metres``, int32[people, top], in the order of the crowd.

    ``services``: positions in the offer's services, -1 none; ``clauses``: positions in the offer's clauses, -1 own basis;
    ``metres``: to the nearest metre, -1 no distance. ``left``: places left by service, -1 no limit; a service without any
    left is passed over. ``sheet``: that of the day, when several crowds are asked about it. May be called from several threads or processes, on crowds of any size; a batch of some hundreds
    of thousands keeps blocks full. Memory: 12 bytes an opening.
    """
    size = len(crowd.home)
    found = tuple(np.empty((size, top), np.int32) for _ in range(3))
    order = in_home_order(crowd.home)
    sheet = sheet_on(index, shelves, on) if sheet is None else sheet

    def answer_part(part: Ints) -> None:
        bench = workbench_for(index.layout.rules)
        sieve_people(index.layout, shelves, index.points, sheet, crowd, needs, part, bench, 1, left, *found)

    parts = [part for part in np.array_split(order, threads) if len(part)]
    if len(parts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(answer_part, parts))
    else:
        for part in parts:
            answer_part(part)
    services, clauses, metres = found
    return services, clauses, metres
