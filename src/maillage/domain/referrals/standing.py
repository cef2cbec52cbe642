"""Where an uptake stands: the fold of its events, whose turn it is, what is due and by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from maillage.domain.referrals.days import working_days_after
from maillage.domain.referrals.moves import LEADS_TO, Move, can
from maillage.domain.referrals.states import OPEN_STATES, WAITING_FOR_ANSWER, Turn, UptakeState
from maillage.domain.shared import MaillageError

_S = UptakeState


@dataclass(frozen=True)
class Terms:
    """The delays of an uptake, all in working days.

    ``answer_days``: how long the recipient has to answer; the article's ``answer_within_days`` when it says one.
    ``reminder_days``: when it is reminded. ``grace_days``: what is left after the day announced for a decision.
    ``allowed_absences``: how many missed appointments before it may be ended for that.
    """

    answer_days: int = 30
    reminder_days: int = 10
    grace_days: int = 5
    appointment_days: int = 10
    place_days: int = 30
    outcome_days: int = 60
    sender_days: int = 5
    allowed_absences: int = 2
    alsace_moselle: bool = False

    @classmethod
    def of_article(cls, answer_within_days: int | None, *, alsace_moselle: bool = False) -> Terms:
        """Give the terms of an article; one that says a delay is reminded of at a third of it, as the default is."""
        if answer_within_days is None:
            return cls(alsace_moselle=alsace_moselle)
        return cls(answer_days=answer_within_days, reminder_days=answer_within_days // 3, alsace_moselle=alsace_moselle)

    def after(self, day: date, count: int) -> date:
        """Give the day ``count`` working days after another, where the recipient works."""
        return working_days_after(day, count, alsace_moselle=self.alsace_moselle)


@dataclass(frozen=True)
class UptakeEvent:
    """One thing that happened to an uptake.

    ``sequence`` counts from 1 in the uptake; ``recorded_at`` when it was written, ``effective_on`` the civil day it
    happened; ``day`` the day it announces (decision, expected place, appointment); ``reported`` when the sender noted
    it on the recipient's behalf; ``corrects`` the first event that a correction annuls.
    """

    sequence: int
    move: Move
    recorded_at: datetime
    effective_on: date
    reason: str = ""
    reported: bool = False
    day: date | None = None
    rank: int | None = None
    corrects: int | None = None


@dataclass(frozen=True)
class Standing:
    """What the events of an uptake amount to.

    ``since`` is the day the state began; the other days are ``None`` as long as that did not happen.
    """

    state: UptakeState
    since: date
    sent_on: date | None = None
    woken_on: date | None = None
    opened_on: date | None = None
    accepted_on: date | None = None
    received_on: date | None = None
    decision_on: date | None = None
    expected_on: date | None = None
    rank: int | None = None
    appointment_on: date | None = None
    absence_count: int = 0
    outcome_count: int = 0
    is_reminded: bool = False
    is_acknowledged: bool = False
    is_reported: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether the recipient is linked to the person."""
        return self.state in OPEN_STATES

    @property
    def turn(self) -> Turn:
        """Who must do the next thing."""
        if self.is_open:
            return Turn.RECIPIENT
        if self.state is _S.DRAFT:
            return Turn.SENDER
        awaits_sender = self.state in {_S.REFUSED, _S.FAILED, _S.EXPIRED}
        return Turn.SENDER if awaits_sender and not self.is_acknowledged else Turn.NOBODY


class EventsDoNotFollow(MaillageError):
    """The log of an uptake holds a move that could not be made: it was written by something else than a use case."""


def counting(events: Iterable[UptakeEvent]) -> tuple[UptakeEvent, ...]:
    """Give the events that count: a correction by the recipient annuls those it names and what followed them."""
    kept: list[UptakeEvent] = []
    for event in events:
        if event.corrects is not None:
            kept = [earlier for earlier in kept if earlier.sequence < (event.corrects or 0)]
        kept.append(event)
    return tuple(kept)


def standing_of(events: Sequence[UptakeEvent]) -> Standing:
    """Fold the events of an uptake, in their order, into where it stands.

    Raises:
        EventsDoNotFollow: the first is no preparation, or a later one is no possible move.
    """
    counted = counting(events)
    if not counted or counted[0].move is not Move.PREPARE:
        raise EventsDoNotFollow("An uptake begins by being prepared.")
    standing = Standing(_S.DRAFT, counted[0].effective_on)
    for event in counted[1:]:
        standing = after(standing, event)
    return standing


def after(standing: Standing, event: UptakeEvent) -> Standing:
    """Give where an uptake stands after one more event.

    Raises:
        EventsDoNotFollow: the move cannot be made from there.
    """
    if event.move is Move.CORRECT_REPORT:
        return replace(standing, is_reported=False)
    if not can(standing.state, event.move):
        raise EventsDoNotFollow(f"Event {event.sequence}: {event.move.value} cannot follow {standing.state.value}.")
    noted = _noted(standing, event)
    state = LEADS_TO.get(event.move)
    if state is None:
        return noted
    changed = replace(
        noted,
        state=state,
        since=event.effective_on,
        is_reminded=False,
        is_acknowledged=False,
        is_reported=event.reported,
    )
    return _dated(changed, event)


def _noted(standing: Standing, event: UptakeEvent) -> Standing:
    match event.move:
        case Move.SET_DECISION_DATE:
            return replace(standing, decision_on=event.day, is_reminded=False)
        case Move.UPDATE_PLACE:
            return replace(standing, expected_on=event.day, rank=event.rank, is_reminded=False)
        case Move.REMIND:
            return replace(standing, is_reminded=True)
        case Move.ADD_OUTCOME | Move.COMPLETE:
            more = event.move is Move.ADD_OUTCOME or event.day is not None
            return replace(standing, outcome_count=standing.outcome_count + more)
        case Move.ACKNOWLEDGE:
            return replace(standing, is_acknowledged=True)
        case _:
            return standing


def _dated(standing: Standing, event: UptakeEvent) -> Standing:  # noqa: PLR0911 (one case for each move)
    on = event.effective_on
    match event.move:
        case Move.SEND:
            return replace(standing, sent_on=on)
        case Move.WAKE:
            return replace(standing, woken_on=on, decision_on=None, opened_on=None)
        case Move.OPEN:
            return replace(standing, opened_on=on, decision_on=event.day)
        case Move.ACCEPT:
            return replace(standing, accepted_on=on)
        case Move.WAIT_FOR_PLACE:
            return replace(standing, expected_on=event.day, rank=event.rank)
        case Move.APPOINT:
            return replace(standing, appointment_on=event.day)
        case Move.MISS:
            return replace(standing, absence_count=standing.absence_count + 1)
        case Move.RECEIVE:
            return replace(standing, received_on=on)
        case _:
            return standing


def answer_due_on(standing: Standing, terms: Terms) -> date | None:
    """Give the last day to answer; ``None`` when no answer is awaited.

    A decision announced for a day leaves the grace days after it, and never shortens the delay.
    """
    asked_on = standing.woken_on or standing.sent_on
    if standing.state not in WAITING_FOR_ANSWER or asked_on is None:
        return None
    due = terms.after(asked_on, terms.answer_days)
    if standing.decision_on is None:
        return due
    return max(due, terms.after(standing.decision_on, terms.grace_days))


def due_on(standing: Standing, terms: Terms) -> date | None:  # noqa: PLR0911 (one case for each state)
    """Give the last day for the next thing to be done, by whose turn it is; ``None`` when nobody must do anything."""
    match standing.state:
        case _S.SENT | _S.UNDER_STUDY:
            return answer_due_on(standing, terms)
        case _S.ACCEPTED | _S.NO_SHOW:
            return terms.after(standing.since, terms.appointment_days)
        case _S.WAITING_FOR_PLACE:
            return standing.expected_on or terms.after(standing.since, terms.place_days)
        case _S.APPOINTED:
            return standing.appointment_on
        case _S.RECEIVED:
            return terms.after(standing.since, terms.outcome_days)
        case _ if standing.turn is Turn.SENDER and standing.state is not _S.DRAFT:
            return terms.after(standing.since, terms.sender_days)
        case _:
            return None


def remind_on(standing: Standing, terms: Terms) -> date | None:
    """Give the day from which the recipient is reminded, once in each state; ``None`` when it is not.

    While a decision is announced, the reminder waits for the day after it.
    """
    if not standing.is_open or standing.is_reminded:
        return None
    if standing.decision_on is not None and standing.state is _S.UNDER_STUDY:
        return terms.after(standing.decision_on, 1)
    asked_on = standing.woken_on or standing.sent_on
    if standing.state in WAITING_FOR_ANSWER and asked_on is not None:
        return terms.after(asked_on, terms.reminder_days)
    due = due_on(standing, terms)
    return None if due is None else terms.after(due, 1)


def expire_on(standing: Standing, terms: Terms) -> date | None:
    """Give the first day on which silence ends the uptake; ``None`` when silence does not end it.

    A place waited for is given up when nothing was said long after the day it was expected.
    """
    if standing.state is _S.WAITING_FOR_PLACE:
        due = standing.expected_on or terms.after(standing.since, terms.place_days)
        return terms.after(due, terms.place_days + 1)
    last = answer_due_on(standing, terms)
    return None if last is None else terms.after(last, 1)
