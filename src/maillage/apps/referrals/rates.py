"""What became of what was sent: rates over the sent of a cohort, with those still open shown, small cells suppressed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from maillage.apps.people.acting import as_system
from maillage.apps.referrals.models import AccessPointVisit, Uptake
from maillage.apps.referrals.permissions import TABLE
from maillage.domain.accounts import Actor
from maillage.domain.permissions import Relation, require
from maillage.domain.referrals import UptakeState

SMALLEST_CELL = 5


class Cut(Enum):
    """What a cohort is cut by; the value is the column."""

    NOTHING = ""
    AGREEMENT = "agreement"
    TERRITORY = "department"
    TARGET_GROUP = "groups__group"
    RECIPIENT = "recipient_organisation"
    ACCESS_POINT = "access_point"
    """Only those sent to a place where people are received: whether they went."""


@dataclass(frozen=True)
class Cohort:
    """What was sent from ``start`` included to ``end`` excluded, narrowed to an agreement, a department, a group.

    Empty texts narrow nothing. Drafts, errors of entry and people who came by themselves are not of it: nobody sent
    them.
    """

    start: date
    end: date
    agreement: str = ""
    department: str = ""
    group: str = ""
    recipient: str = ""


@dataclass(frozen=True)
class Rates:
    """What became of the sent of a cell; ``None`` in a count is suppressed, being small or deducible.

    ``median_days`` from sending to first meeting, ``None`` when fewer than five came. A share is over ``sent``.
    """

    name: str
    sent: int | None
    answered: int | None = None
    accepted: int | None = None
    accepted_never_received: int | None = None
    received: int | None = None
    closed_loop: int | None = None
    outcome_known: int | None = None
    outcome_positive: int | None = None
    still_open: int | None = None
    median_days: float | None = None
    is_suppressed: bool = False

    def share(self, count: str) -> float | None:
        """Give a count as a share of the sent, from 0 to 1; ``None`` when one of the two is not shown."""
        number = getattr(self, count)
        return None if number is None or not self.sent else number / self.sent


COUNTS = (
    "answered",
    "accepted",
    "accepted_never_received",
    "received",
    "closed_loop",
    "outcome_known",
    "outcome_positive",
    "still_open",
)
_CLOSED = [
    state.value
    for state in UptakeState
    if state in {UptakeState.COMPLETED, UptakeState.FAILED, UptakeState.REFUSED, UptakeState.REDIRECTED}
]
_ACCEPTED = Q(accepted_on__isnull=False) | Q(appointment_on__isnull=False) | Q(received_on__isnull=False)
_COUNTED: Mapping[str, Q] = {
    "answered": Q(answered_on__isnull=False),
    "accepted": _ACCEPTED,
    # Whoever is still awaited may yet come: only what has ended without a meeting counts.
    "accepted_never_received": _ACCEPTED & Q(received_on__isnull=True, is_open=False),
    "received": Q(received_on__isnull=False),
    "closed_loop": Q(state__in=_CLOSED),
    "outcome_known": Q(outcome_known=True),
    "outcome_positive": Q(outcome_positive=True),
    "still_open": Q(is_open=True),
}


def rates(actor: Actor, cohort: Cohort, cut: Cut) -> tuple[Rates, ...]:
    """Give the rates of each cell of a cohort that the actor's organisation sent or received, by name.

    Cells of fewer than five people are suppressed; when only one is, the smallest other too, so that the total does
    not tell it. The first row is the whole (``name`` empty) and is shown alone when nothing is cut.

    Raises:
        NotPermitted: the role reads no rates.
    """
    require(TABLE, "READ_RATES", actor, Relation.ORGANISATION)
    with as_system("referrals.rates"):
        sent = sent_of(actor, cohort)
        (whole,) = _cells(sent, "")
        if cut is Cut.NOTHING:
            return (_suppressed(whole),)
        cells = _cells(sent, cut.value)
    # What has no name in this cut is not listed, but the whole less the others would tell it: it is hidden among them.
    return (_suppressed(whole), *(cell for cell in suppress(cells) if cell.name))


def sent_of(actor: Actor, cohort: Cohort) -> QuerySet[Uptake]:
    """Give the sent of a cohort that the actor's organisation sent or received; ask it as the system."""
    ours = Q(sender_organisation=actor.organisation) | Q(recipient_organisation=actor.organisation)
    rows = Uptake.objects.filter(ours, sent_on__gte=cohort.start, sent_on__lt=cohort.end, is_walk_in=False)
    rows = rows.exclude(state=UptakeState.ENTERED_IN_ERROR.value)
    named = {
        "agreement": cohort.agreement,
        "department": cohort.department,
        "groups__group": cohort.group,
        "recipient_organisation": cohort.recipient,
    }
    return rows.filter(**{column: value for column, value in named.items() if value})


def _cells(rows: QuerySet[Uptake], column: str) -> list[Rates]:
    """Count every cell of a cut in one query, and the days to the first meeting in another; the whole without a cut."""
    counts = {key: Count("pk", filter=which) for key, which in _COUNTED.items()}
    days = _days_to_meeting(rows, column)
    if not column:
        return [Rates(name="", median_days=_median(days.get("", [])), **rows.aggregate(sent=Count("pk"), **counts))]
    found = rows.values(column).annotate(sent=Count("pk"), **counts).order_by(column)
    return [
        Rates(name=cell[column] or "", median_days=_median(days.get(cell[column], [])), **_counts_of(cell))
        for cell in found
    ]


def _counts_of(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {name: cell[name] for name in ("sent", *COUNTS)}


def _days_to_meeting(rows: QuerySet[Uptake], column: str) -> dict[str, list[int]]:
    """Give the days from sending to first meeting of those who came, by cell."""
    met = rows.filter(received_on__isnull=False, received_on__gte=F("sent_on"))
    found: dict[str, list[int]] = {}
    for name, start, end in met.values_list(column or "basis", "sent_on", "received_on").iterator(chunk_size=10_000):
        if start and end:
            found.setdefault(name if column else "", []).append((end - start).days)
    return found


def _median(days: list[int]) -> float | None:
    return float(median(days)) if len(days) >= SMALLEST_CELL else None


def suppress(cells: Iterable[Rates]) -> tuple[Rates, ...]:
    """Hide the cells too small to be published, and one more when a total would tell the only one hidden."""
    given = list(cells)
    small = {cell.name for cell in given if not _may_be_shown(cell)}
    if len(small) == 1:
        others = sorted(
            (cell for cell in given if cell.name not in small), key=lambda cell: (cell.sent or 0, cell.name)
        )
        small |= {cell.name for cell in others[:1]}
    return tuple(_columns_hidden([_hidden(cell) if cell.name in small else _suppressed(cell) for cell in given]))


def _columns_hidden(cells: list[Rates]) -> list[Rates]:
    """Hide one more count of each column where a single one is hidden: the whole less the others would tell it."""
    for name in COUNTS:
        shown = [cell for cell in cells if getattr(cell, name) is not None]
        if not shown or len(cells) - len(shown) != 1:
            continue
        found = min(shown, key=lambda cell: (getattr(cell, name) == 0, getattr(cell, name), cell.name))
        more: dict[str, Any] = {name: None, "is_suppressed": True}
        if name == "received":
            more["median_days"] = None
        cells = [replace(cell, **more) if cell is found else cell for cell in cells]
    return cells


def _may_be_shown(cell: Rates) -> bool:
    return (cell.sent or 0) >= SMALLEST_CELL


def _hidden(cell: Rates) -> Rates:
    return Rates(cell.name, None, is_suppressed=True)


def _suppressed(cell: Rates) -> Rates:
    """Hide the counts of a cell that tell of fewer than five people, or by difference of fewer than five others."""
    if not _may_be_shown(cell):
        return _hidden(cell)
    hidden: dict[str, Any] = {name: None for name in COUNTS if _tells(getattr(cell, name), cell.sent or 0)}
    if "received" in hidden:
        return replace(cell, **hidden, median_days=None, is_suppressed=True)
    return replace(cell, **hidden, is_suppressed=True) if hidden else cell


def _tells(count: int, sent: int) -> bool:
    return 0 < count < SMALLEST_CELL or 0 < sent - count < SMALLEST_CELL


@dataclass(frozen=True)
class Fall:
    """A rate that fell from one cohort to the next: shares from 0 to 1, and how many were sent in each."""

    name: str
    count: str
    before: float
    now: float
    sent_before: int
    sent_now: int


def fallen(before: Iterable[Rates], now: Iterable[Rates], *, by: float = 0.05) -> tuple[Fall, ...]:
    """List the shares that fell by more than ``by`` between two cohorts, of the cells shown in both; the worst first."""
    former = {cell.name: cell for cell in before}
    falls = []
    for cell in now:
        for count in ("answered", "accepted", "received", "closed_loop", "outcome_known", "outcome_positive"):
            then = former[cell.name].share(count) if cell.name in former else None
            today = cell.share(count)
            if then is not None and today is not None and then - today > by:
                falls.append(Fall(cell.name, count, then, today, former[cell.name].sent or 0, cell.sent or 0))
    return tuple(sorted(falls, key=lambda fall: (fall.now - fall.before, fall.name, fall.count)))


@dataclass(frozen=True)
class Late:
    """How many requests an organisation is late with, and since when the oldest is due."""

    organisation: str
    site: UUID | None
    count: int
    oldest_due_on: date


def late(actor: Actor, *, on: date) -> tuple[Late, ...]:
    """List who is late to do the next thing, among recipients of what the actor's organisation sent or received.

    Raises:
        NotPermitted: the role reads no rates.
    """
    require(TABLE, "READ_RATES", actor, Relation.ORGANISATION)
    with as_system("referrals.rates"):
        ours = Q(sender_organisation=actor.organisation) | Q(recipient_organisation=actor.organisation)
        rows = Uptake.objects.filter(ours, is_open=True, due_on__lt=on)
        found: dict[tuple[str, UUID | None], list[date]] = {}
        keys = rows.values_list("recipient_organisation", "recipient_site", "due_on").order_by("due_on")
        for organisation, site, due in keys.iterator(chunk_size=10_000):
            if due is not None:
                found.setdefault((organisation, site), []).append(due)
    told = [Late(organisation, site, len(days), days[0]) for (organisation, site), days in found.items()]
    return tuple(sorted(told, key=lambda one: (-one.count, one.oldest_due_on, one.organisation)))


@dataclass(frozen=True)
class Visits:
    """How many visits an access point had in a period, by help given; ``None`` is suppressed."""

    access_point: str
    total: int | None
    by_help: Mapping[str, int | None]


def visits(*, start: date, end: date, access_points: Iterable[str] = ()) -> tuple[Visits, ...]:
    """Count the visits of access points from ``start`` included to ``end`` excluded; small numbers are suppressed."""
    rows = AccessPointVisit.objects.filter(on__gte=start, on__lt=end)
    wanted = list(access_points)
    if wanted:
        rows = rows.filter(access_point__in=wanted)
    found: dict[str, dict[str, int]] = {}
    for point, help_given, count in rows.values_list("access_point", "help_given").annotate(Sum("count")):
        found.setdefault(point, {})[help_given] = count
    return tuple(_visits(point, found[point]) for point in sorted(found))


def _visits(point: str, counts: Mapping[str, int]) -> Visits:
    total = sum(counts.values())
    small = {name for name, count in counts.items() if count < SMALLEST_CELL}
    if len(small) == 1 and len(counts) > 1:
        small |= {min((name for name in counts if name not in small), key=lambda name: (counts[name], name))}
    shown = {name: None if name in small else count for name, count in sorted(counts.items())}
    return Visits(point, total if total >= SMALLEST_CELL else None, shown)


def former(cohort: Cohort) -> Cohort:
    """Give the cohort of the same length just before."""
    length: timedelta = cohort.end - cohort.start
    return replace(cohort, start=cohort.start - length, end=cohort.start)
