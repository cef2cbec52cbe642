"""Asking about referrals: inboxes, the uptakes of a person, what happened to one, how recipients take people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from maillage.apps.people.acting import as_system
from maillage.apps.people.queries import people_visible_to
from maillage.apps.people.walls import visible_to
from maillage.apps.referrals.mapping import columns_of, events_of, terms_of
from maillage.apps.referrals.models import Outcome, Reception, Referral, Uptake, UptakeEvent, WalkIn
from maillage.apps.referrals.wording import Told, told_of
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move, Turn, UptakeState, moves_from, standing_of
from maillage.domain.referrals.guards import reported_from
from maillage.domain.referrals.reasons import Channel, Manner, OutcomeKind, OutcomeSaid, OutcomeSource
from maillage.domain.referrals.standing import counting
from maillage.domain.visibility import OVERSEEING_ROLES

LISTED_MOST = 200


@dataclass(frozen=True)
class UptakeSeen:
    """One uptake as lists and pages show it: between whom, by virtue of what, where it stands, whose turn, by when.

    ``holder`` is the membership that took it; ``appointment_place`` (empty: not said) and ``appointment_manner``
    are those of the last appointment given; ``is_late`` whether the day due has passed.
    """

    id: UUID
    referral: UUID
    person: UUID
    service: str
    service_name: str
    sender_organisation: str
    sender_site: UUID | None
    sender_membership: UUID
    recipient_organisation: str
    recipient_site: UUID | None
    recipient_team: UUID | None
    access_point: str
    holder: UUID | None
    channel: Channel
    basis: str
    agreement: str
    article: str
    clause: str
    version: str
    state: UptakeState
    turn: Turn
    sequence: int
    is_open: bool
    is_reported: bool
    is_walk_in: bool
    since: date
    due_on: date | None
    sent_on: date | None
    answered_on: date | None
    received_on: date | None
    appointment_on: date | None
    appointment_at: datetime | None
    appointment_place: str
    appointment_manner: Manner | None
    expected_on: date | None
    decision_on: date | None
    rank: int | None
    absence_count: int
    outcome_known: bool
    is_late: bool

    @property
    def moves(self) -> tuple[Move, ...]:
        """What can be done from where it stands, by whoever may."""
        return moves_from(self.state)


@dataclass(frozen=True)
class Inbox:
    """What a recipient has to do: to answer, expected today, late; each oldest first, and how many there are in all.

    What is late is in that list alone. ``going_on`` is what was answered and waits for its day.
    """

    to_answer: tuple[UptakeSeen, ...]
    expected: tuple[UptakeSeen, ...]
    late: tuple[UptakeSeen, ...]
    going_on: tuple[UptakeSeen, ...]
    to_answer_count: int
    expected_count: int
    late_count: int
    going_on_count: int


@dataclass(frozen=True)
class ReceptionSeen:
    """How a recipient takes people; ``closed_until`` is the first day it takes them again."""

    organisation: str
    site: UUID | None
    channel: Channel
    closed_from: date | None
    closed_until: date | None
    closed_why: str
    commission_days: tuple[date, ...]

    def is_closed(self, *, on: date) -> bool:
        """Tell whether it takes nobody new on a day."""
        if self.closed_from is None or on < self.closed_from:
            return False
        return self.closed_until is None or on < self.closed_until

    def next_commission(self, *, on: date) -> date | None:
        """Give the next day its commission decides, that day included."""
        return min((day for day in self.commission_days if day >= on), default=None)


@dataclass(frozen=True)
class ReferralSeen:
    """One request with its uptakes, and where it stands in its chain."""

    id: UUID
    person: UUID
    chain: UUID
    based_on: UUID | None
    gathering: UUID | None
    why: str
    wish: str
    is_walk_in: bool
    made_at: datetime
    uptakes: tuple[UptakeSeen, ...]


@dataclass(frozen=True)
class WalkInSeen:
    """Somebody who came to a partner without being sent, to be confirmed."""

    id: UUID
    recipient_organisation: str
    recipient_site: UUID | None
    service: str
    came_on: date
    family_name: str
    given_name: str
    birth_date: date | None
    told_at: datetime


# Uptakes


def uptakes_visible_to(actor: Actor, *, on: date) -> QuerySet[Uptake]:
    """Give the uptakes an actor may see on a day."""
    return Uptake.objects.filter(visible_to("referrals_uptake", actor, on=on))


def find_uptake(actor: Actor, uptake: UUID, *, on: date) -> UptakeSeen | None:
    """Find an uptake among those an actor sees; ``None`` for any other, whether it exists or not."""
    row = uptakes_visible_to(actor, on=on).filter(pk=uptake).first()
    return seen(row, on=on) if row else None


def uptakes_of(actor: Actor, person: UUID, *, on: date) -> tuple[UptakeSeen, ...]:
    """List the uptakes of a person that an actor sees, the latest first."""
    rows = uptakes_visible_to(actor, on=on).filter(person=person).order_by("-since", "-sent_on", "pk")
    return tuple(seen(row, on=on) for row in rows[:LISTED_MOST])


def referrals_of(actor: Actor, person: UUID, *, on: date) -> tuple[ReferralSeen, ...]:
    """List the requests of a person with their uptakes, of those an actor sees, the latest first. Two queries."""
    rows = uptakes_visible_to(actor, on=on).filter(person=person).select_related("referral")
    by_referral: dict[UUID, tuple[Referral, list[UptakeSeen]]] = {}
    for row in rows.order_by("-referral__made_at", "pk")[:LISTED_MOST]:
        by_referral.setdefault(row.referral_id, (row.referral, []))[1].append(seen(row, on=on))
    return tuple(_referral_seen(referral, uptakes) for referral, uptakes in by_referral.values())


def referral_of(actor: Actor, uptake: UUID, *, on: date) -> ReferralSeen | None:
    """Find the request that an uptake answers, with those of its uptakes that an actor sees; ``None`` when none."""
    row = uptakes_visible_to(actor, on=on).filter(pk=uptake).select_related("referral").first()
    if row is None:
        return None
    others = uptakes_visible_to(actor, on=on).filter(referral=row.referral_id).order_by("pk")
    return _referral_seen(row.referral, [seen(one, on=on) for one in others])


def latest_overseen(actor: Actor, *, on: date, limit: int = 50) -> tuple[UptakeSeen, ...]:
    """List what an officer's organisation sent or receives, the latest sent first; what is in preparation is not yet."""
    rows = uptakes_visible_to(actor, on=on).exclude(sent_on=None).order_by("-sent_on", "pk")
    return tuple(seen(row, on=on) for row in rows[:limit])


def chain_of(actor: Actor, chain: UUID, *, on: date) -> tuple[UptakeSeen, ...]:
    """List what followed from a first request, through its redirections, of what an actor sees, the first first."""
    rows = uptakes_visible_to(actor, on=on).filter(referral__chain=chain)
    return tuple(seen(row, on=on) for row in rows.order_by("referral__made_at", "pk")[:LISTED_MOST])


def inbox(actor: Actor, *, on: date, limit: int = 50) -> Inbox:
    """Give what the actor's organisation has to do as a recipient, oldest first.

    What is nobody's or whose holder is absent belongs to the team: it is in the inbox of all who may take it.
    """
    rows = uptakes_visible_to(actor, on=on).filter(
        recipient_organisation=actor.organisation, turn=Turn.RECIPIENT.value, is_open=True
    )
    return _laid_out(rows, on, limit)


def awaited(actor: Actor, *, on: date, limit: int = 50) -> tuple[UptakeSeen, ...]:
    """List what is the sender's turn: what was refused, failed or left without an answer, and not seen yet."""
    rows = uptakes_visible_to(actor, on=on).filter(turn=Turn.SENDER.value)
    if actor.role in OVERSEEING_ROLES:
        rows = rows.filter(sender_organisation=actor.organisation)
    else:
        rows = rows.filter(person__in=_followed(actor, on))
    return tuple(seen(row, on=on) for row in rows.order_by("due_on", "pk")[:limit])


def news_for(actor: Actor, *, since: datetime, on: date, limit: int = 50) -> tuple[tuple[UptakeSeen, Told], ...]:
    """List what recipients recorded about the people one sent, the latest first: « Elle est venue le 3 »."""
    mine = uptakes_visible_to(actor, on=on).filter(person__in=_followed(actor, on))
    rows = (
        UptakeEvent.objects.filter(uptake__in=mine, recorded_at__gte=since)
        .exclude(organisation=actor.organisation)
        .exclude(kind__in=[Move.TAKE.value, Move.HAND_OVER.value, Move.RETURN.value, Move.REMIND.value])
        .select_related("uptake")
        .order_by("-recorded_at", "-sequence")
    )
    return tuple((seen(row.uptake, on=on), told_of(row)) for row in rows[:limit])


def _followed(actor: Actor, on: date) -> list[UUID]:
    """List whom an actor follows today, whoever sent them: a portfolio may have been transferred since."""
    rows = people_visible_to(actor, on=on).filter(lead_organisation=actor.organisation)
    return list(rows.values_list("pk", flat=True))


def _laid_out(rows: QuerySet[Uptake], on: date, limit: int) -> Inbox:
    """Part what is awaited into its lists: one short look at all of it, then the rows that are shown."""
    lists: tuple[list[tuple[object, UUID]], ...] = ([], [], [], [])
    for pk, state, due, sent, appointed, starts_at in rows.values_list(
        "pk", "state", "due_on", "sent_on", "appointment_on", "appointment_at"
    ):
        is_today = state == UptakeState.APPOINTED.value and appointed == on
        if due is not None and due < on:
            lists[2].append((due, pk))
        elif state in _TO_ANSWER:
            lists[0].append((sent or on, pk))
        elif is_today:
            lists[1].append((str(starts_at or ""), pk))
        else:
            lists[3].append((due or date.max, pk))
    shown = [[pk for _, pk in sorted(found, key=_by_text)[:limit]] for found in lists]
    read = {row.pk: seen(row, on=on) for row in Uptake.objects.filter(pk__in=[pk for part in shown for pk in part])}
    to_answer, expected, late, going_on = (tuple(read[pk] for pk in part) for part in shown)
    return Inbox(to_answer, expected, late, going_on, *(len(found) for found in lists))


_TO_ANSWER = frozenset({UptakeState.SENT.value, UptakeState.UNDER_STUDY.value})


def _by_text(item: tuple[object, UUID]) -> tuple[str, str]:
    return str(item[0]), str(item[1])


def history_of(actor: Actor, uptake: UUID, *, on: date) -> tuple[Told, ...]:
    """Tell what happened to an uptake, in plain words, the first event first; empty when one may not see it."""
    return histories_of(actor, [uptake], on=on).get(uptake, ())


def histories_of(actor: Actor, uptakes: Collection[UUID], *, on: date) -> dict[UUID, tuple[Told, ...]]:
    """Tell what happened to each of some uptakes, those that one may not see left out. One query."""
    visible = uptakes_visible_to(actor, on=on).filter(pk__in=list(uptakes))
    told: dict[UUID, list[Told]] = {}
    for row in UptakeEvent.objects.filter(uptake__in=visible).order_by("sequence"):
        told.setdefault(row.uptake_id, []).append(told_of(row))
    return {uptake: tuple(events) for uptake, events in told.items()}


def outcomes_of(actor: Actor, uptake: UUID, *, on: date) -> tuple[OutcomeSaid, ...]:
    """List what came of an uptake, in the order it was recorded, without what was corrected; empty when unseen."""
    if not uptakes_visible_to(actor, on=on).filter(pk=uptake).exists():
        return ()
    counted = [event.sequence for event in counting(events_of(uptake))]
    rows = Outcome.objects.filter(uptake=uptake, sequence__in=counted).order_by("sequence")
    return tuple(OutcomeSaid(OutcomeKind(row.kind), row.on, OutcomeSource(row.source), row.proof) for row in rows)


def last_reported(uptake: UUID) -> int | None:
    """Give the first event of what was last noted on the recipient's behalf; ``None`` when nothing of it can be corrected."""
    return reported_from(events_of(uptake))


def seen(row: Uptake, *, on: date) -> UptakeSeen:
    """Read a row as pages show it."""
    same = {
        name: getattr(row, name)
        for name in UptakeSeen.__dataclass_fields__
        if name not in {"referral", "channel", "state", "turn", "is_late", "appointment_manner"}
    }
    return UptakeSeen(
        referral=row.referral_id,
        channel=Channel(row.channel),
        state=UptakeState(row.state),
        turn=Turn(row.turn),
        appointment_manner=Manner[row.appointment_manner] if row.appointment_manner else None,
        is_late=row.due_on is not None and row.due_on < on,
        **same,
    )


def _referral_seen(row: Referral, uptakes: Iterable[UptakeSeen]) -> ReferralSeen:
    return ReferralSeen(
        row.id,
        row.person,
        row.chain,
        row.based_on_id,
        row.gathering,
        row.why,
        row.wish,
        row.is_walk_in,
        row.made_at,
        tuple(uptakes),
    )


# Receptions and walk-ins


def reception_of(organisation: str, site: UUID | None) -> ReceptionSeen | None:
    """Give how a site takes people: as it says, else as its organisation says; ``None`` when neither said anything."""
    rows = Reception.objects.filter(organisation=organisation).filter(Q(site=site) | Q(site=None))
    found = sorted(rows, key=lambda row: row.site is None)
    if not found:
        return None
    row = found[0]
    days = tuple(sorted(date.fromisoformat(day) for day in row.commission_days))
    return ReceptionSeen(
        row.organisation, row.site, Channel(row.channel), row.closed_from, row.closed_until, row.closed_why, days
    )


def channel_of(organisation: str, site: UUID | None) -> Channel:
    """Give the channel a recipient prefers: its inbox when it said nothing."""
    reception = reception_of(organisation, site)
    return Channel.INBOX if reception is None else reception.channel


def walk_ins_to_confirm(actor: Actor, *, on: date) -> tuple[WalkInSeen, ...]:
    """List those who came to partners without being sent and whom the actor's organisation is asked to confirm."""
    rows = WalkIn.objects.filter(
        visible_to("referrals_walkin", actor, on=on), asked_organisation=actor.organisation, answered_at=None
    )
    fields = WalkInSeen.__dataclass_fields__
    return tuple(
        WalkInSeen(**{name: getattr(row, name) for name in fields})
        for row in rows.order_by("told_at", "pk")[:LISTED_MOST]
    )


# What must agree


def stored_states_that_differ(*, since: date | None = None) -> tuple[UUID, ...]:
    """Give the uptakes whose columns are not what their events amount to; there should be none.

    ``since`` looks only at those whose state began from that day on.
    """
    with as_system("referrals.check"):
        rows = Uptake.objects.order_by("pk")
        if since is not None:
            rows = rows.filter(since__gte=since)
        return tuple(row.id for row in rows.iterator(chunk_size=1000) if _differs(row))


def _differs(row: Uptake) -> bool:
    events = events_of(row.id)
    if not events or events[-1].sequence != row.sequence:
        return True
    expected = columns_of(standing_of(events), events, terms_of(row), at=events[-1].recorded_at)
    hidden = expected.pop("hidden_at")
    same = all(getattr(row, name) == value for name, value in expected.items())
    return not same or (row.hidden_at is None) != (hidden is None)
