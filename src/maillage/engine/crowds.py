"""Crowds of people answered on all threads: from rows or columns of facts to services, clauses and distances."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np

from maillage.engine.alone import KINDS, NO_LIMIT, plan_needs
from maillage.engine.blocks import Crowd, workbench_for
from maillage.engine.columnar import THREADS, Index
from maillage.engine.kernels import Ints, Small
from maillage.engine.sieve import Needs, sieve_people

PIECE = 1 << 16
"""How many people a thread takes at a time, when there are more for each."""


def needs_for(index: Index, lists: Sequence[tuple[str, ...]]) -> Needs:
    """Write distinct lists of needs (themes or families, in the order given) for the kernels; an empty list: no need."""
    return plan_needs([index.needs_of(tuple(wanted)) for wanted in lists], len(index.theme_bit))


def crowd_of(rows: Ints, needs: Small) -> Crowd:
    """Make columns of rows int64[people, facts] in the order of ``planning.COLUMNS``, and of each one's list of needs."""
    columns = (np.ascontiguousarray(rows[:, place], kind) for place, kind in enumerate(KINDS))
    return Crowd._make((*columns, needs.astype(np.int32)))


def laid_flat(crowd: Crowd) -> Crowd:
    """Give columns as compiled loops read them: what nothing is known of takes no memory before."""
    return Crowd._make(np.require(column, requirements=("C", "W")) for column in crowd)


def in_home_order(homes: Small) -> Ints:
    """Give the positions of people, those of one municipality side by side, in the order they came in."""
    # Narrow numbers are sorted by radix, several times faster; there are fewer municipalities than 65,536.
    narrow = homes.astype(np.uint16) if homes.max(initial=0) < 1 << 16 else homes
    return np.argsort(narrow, kind="stable")


def answer_crowd(  # noqa: PLR0913 (keyword-only: the day, how many, what is left)
    index: Index,
    crowd: Crowd,
    needs: Needs,
    *,
    on: date,
    top: int = 10,
    left: Small = NO_LIMIT,
    threads: int = THREADS,
) -> tuple[Small, Small, Small]:
    """Answer a crowd: ``services``, ``clauses`` and ``metres``, int32[people, top], in the order of the crowd.

    ``services``: positions in the offer's services, -1 none; ``clauses``: positions in the offer's clauses, -1 own basis;
    ``metres``: to the nearest metre, -1 no distance. ``left``: places left by service, -1 no limit; a service without any
    left is passed over. May be called from several threads or processes, on crowds of any size; a batch of some hundreds
    of thousands keeps blocks full. Memory: 12 bytes an opening.
    """
    size, crowd = len(crowd.home), laid_flat(crowd)
    found = tuple(np.empty((size, top), np.int32) for _ in range(3))
    order = in_home_order(crowd.home)
    sheet, shelves = index.sheet_on(on), index.shelves

    def answer_part(part: Ints) -> None:
        bench = workbench_for(index.layout.rules)
        sieve_people(index.layout, shelves, index.points, sheet, crowd, needs, part, bench, 1, left, *found)

    # Pieces enough that no thread waits long for another at the end.
    parts = [part for part in np.array_split(order, max(threads, size // PIECE)) if len(part)]
    if len(parts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(answer_part, parts))
    else:
        for part in parts:
            answer_part(part)
    services, clauses, metres = found
    return services, clauses, metres
