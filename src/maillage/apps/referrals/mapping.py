"""Events as rows and as the domain reads them; what they amount to, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from maillage.apps.referrals.models import Uptake, UptakeEvent
from maillage.domain.accounts import Author
from maillage.domain.referrals import Move, Standing, Terms, UptakeState, due_on, expire_on, remind_on
from maillage.domain.referrals import UptakeEvent as Happened
from maillage.domain.referrals.days import ALSACE_MOSELLE
from maillage.domain.referrals.standing import counting

NOT_SHOWN = frozenset({UptakeState.DRAFT, UptakeState.ENTERED_IN_ERROR})
ANSWERS = frozenset({Move.ACCEPT, Move.REFUSE, Move.WAIT_FOR_PLACE, Move.APPOINT, Move.RECEIVE})


CLOCK = Author("maillage clock", through="maillage clock")


def happened(row: UptakeEvent) -> Happened:
    """Read a row as the domain does."""
    day = row.data.get("day")
    return Happened(
        sequence=row.sequence,
        move=Move(row.kind),
        recorded_at=row.recorded_at,
        effective_on=row.effective_on,
        reason=row.reason,
        reported=row.reported,
        day=date.fromisoformat(day) if day else None,
        rank=row.data.get("rank"),
        corrects=row.data.get("corrects"),
    )


def events_of(uptake: UUID) -> tuple[Happened, ...]:
    """Read the events of an uptake, in their order."""
    return tuple(happened(row) for row in UptakeEvent.objects.filter(uptake=uptake).order_by("sequence"))


def event_row(
    uptake: UUID, event: Happened, author: Author, *, data: Mapping[str, object], reported_with: str = ""
) -> UptakeEvent:
    """Write an event as a row."""
    carried: dict[str, Any] = {
        **data,
        "day": event.day.isoformat() if event.day else None,
        "rank": event.rank,
        "corrects": event.corrects,
    }
    return UptakeEvent(
        uptake_id=uptake,
        sequence=event.sequence,
        kind=event.move.value,
        by=author.account,
        membership=author.membership,
        by_name=author.name,
        role=author.role,
        organisation=author.organisation,
        recorded_at=event.recorded_at,
        effective_on=event.effective_on,
        reason=event.reason,
        reported=event.reported,
        reported_with=reported_with,
        data={name: value for name, value in carried.items() if value is not None and value != ""},
    )


def terms_of(uptake: Uptake) -> Terms:
    """Give the delays of an uptake: its article's, in the working days of the person's department."""
    return Terms.of_article(uptake.answer_days, alsace_moselle=uptake.department in ALSACE_MOSELLE)


def columns_of(standing: Standing, events: Iterable[Happened], terms: Terms, *, at: datetime) -> dict[str, object]:
    """Give what the events amount to, as the columns that repeat it."""
    withdrawn_unread = standing.state is UptakeState.WITHDRAWN and standing.opened_on is None
    answers = [event.effective_on for event in counting(events) if event.move in ANSWERS]
    return {
        "state": standing.state.value,
        "turn": standing.turn.value,
        "is_open": standing.is_open,
        "hidden_at": at if standing.state in NOT_SHOWN or withdrawn_unread else None,
        "is_reported": standing.is_reported,
        "since": standing.since,
        "due_on": due_on(standing, terms),
        "remind_on": remind_on(standing, terms),
        "expire_on": expire_on(standing, terms),
        "sent_on": standing.sent_on,
        "answered_on": answers[0] if answers else None,
        "accepted_on": standing.accepted_on,
        "received_on": standing.received_on,
        "appointment_on": standing.appointment_on,
        "expected_on": standing.expected_on,
        "decision_on": standing.decision_on,
        "rank": standing.rank,
        "absence_count": standing.absence_count,
        "outcome_known": standing.outcome_count > 0,
    }
