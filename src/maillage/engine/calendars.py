"""Which clauses and services can be used on a day, read from arrays of intervals: no day is kept in the index.

A day is counted as ``date.toordinal``; an interval holds its first day and not its last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from maillage.domain.agreements import Agreement, AgreementSet, Force, force_of
from maillage.domain.shared import Period
from maillage.engine.kernels import SILENT, Bytes, Small, Usable
from maillage.engine.offer import Offer

FIRST_DAY, NO_LAST_DAY = 0, date.max.toordinal() + 1


class Intervals(NamedTuple):
    """Days of what has a number: int32 numbers, first days, first days excluded."""

    number: Small
    start: Small
    end: Small

    def holding(self, day: int) -> Small:
        """Give the numbers that an interval around a day holds."""
        return self.number[(self.start <= day) & (day < self.end)]


@dataclass(frozen=True)
class Calendar:
    """The days on which the clauses of an offer can be used.

    ``in_force``: intervals of agreements; ``agreement``: the number of each clause's; ``standing`` int32[clauses, 2];
    ``silent``: the intervals in which another reading of an amended clause speaks.
    """

    in_force: Intervals
    agreement: Small
    agreement_count: int
    standing: Small
    silent: Intervals

    def clauses_on(self, day: int) -> Bytes:
        """Say of each clause whether it can be used: 0 not in force, 1 in force, ``SILENT``. Cost: some microseconds."""
        force = np.zeros(self.agreement_count, np.bool_)
        force[self.in_force.holding(day)] = True
        usable = force[self.agreement] & (self.standing[:, 0] <= day) & (day < self.standing[:, 1])
        found = usable.astype(np.uint8)
        found[self.silent.holding(day)] = SILENT
        return found


def usable_on(calendar: Calendar, service_days: Small, on: date) -> Usable:
    """Say what can be used on a day. ``service_days`` int32[services, 2]."""
    day = on.toordinal()
    available = (service_days[:, 0] <= day) & (day < service_days[:, 1])
    return Usable(calendar.clauses_on(day), available.view(np.uint8))


def calendar_of(offer: Offer) -> Calendar:
    """Write the days of an offer's clauses as intervals. Cost: some tens of microseconds an agreement."""
    ids = sorted(offer.agreements.agreements)
    number_of = {agreement: number for number, agreement in enumerate(ids)}
    in_force = [
        (number_of[agreement.id], start, end)
        for agreement in offer.agreements
        for start, end in _in_force(agreement, offer.agreements)
    ]
    return Calendar(
        in_force=_intervals(in_force),
        agreement=np.array([number_of[clause.agreement] for clause in offer.clauses], np.int32),
        agreement_count=len(ids),
        standing=days_of(clause.standing for clause in offer.clauses),
        silent=_intervals([interval for readings in offer.retold for interval in _silent(offer, readings)]),
    )


def days_of(periods: Iterable[Period]) -> Small:
    """Write periods as int32[n, 2]: the first day, and the first excluded."""
    return np.array(
        [
            (
                period.start.toordinal() if period.start else FIRST_DAY,
                period.end.toordinal() if period.end else NO_LAST_DAY,
            )
            for period in periods
        ],
        np.int32,
    ).reshape(-1, 2)


def _in_force(agreement: Agreement, known: AgreementSet) -> list[tuple[int, int]]:
    """Give the intervals in which an agreement is in force: asked on each day on which it or a text above changes."""
    days: set[date] = set()
    seen: set[str] = set()
    above: Agreement | None = agreement
    while above is not None and above.id not in seen:
        seen.add(above.id)
        days |= _days_of_change(above)
        above = known.find(above.framework)
    return [
        (start, end)
        for start, end in _between(days)
        if force_of(agreement, known, on=date.fromordinal(max(start, 1))) is Force.IN_FORCE
    ]


def _days_of_change(agreement: Agreement) -> set[date]:
    days = {agreement.effective_from, agreement.signed_on, agreement.effective_until}
    for amendment in agreement.amendments:
        days |= {amendment.effective_from, amendment.new_until}
    return {day for day in days if day is not None}


def _silent(offer: Offer, readings: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Give the intervals in which readings of one clause count for nothing."""
    periods = [offer.clauses[position].standing for position in readings]
    days = {day for period in periods for day in (period.start, period.end) if day is not None}
    return [
        (position, start, end)
        for start, end in _between(days)
        for position in offer.silent_among(readings, date.fromordinal(max(start, 1)))
    ]


def _between(days: Iterable[date]) -> Iterable[tuple[int, int]]:
    """Give the intervals that some days cut time into."""
    return pairwise([FIRST_DAY, *sorted(day.toordinal() for day in days), NO_LAST_DAY])


def _intervals(found: Sequence[tuple[int, int, int]]) -> Intervals:
    table = np.array(found, np.int32).reshape(-1, 3)
    return Intervals(*(np.ascontiguousarray(table[:, column]) for column in range(3)))
