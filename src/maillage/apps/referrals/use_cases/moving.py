"""Recording what happens to an uptake: permitted, guarded, written once, audited, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.delegation.writing import writing_as, writing_as_system
from maillage.apps.notifications.use_cases import STAYS_INSIDE, put_in_outbox
from maillage.apps.people.walls import visible_to
from maillage.apps.referrals import following
from maillage.apps.referrals.absences import passes_absence
from maillage.apps.referrals.mapping import columns_of, event_row, events_of, terms_of
from maillage.apps.referrals.models import Outcome, Uptake, UptakeEvent
from maillage.apps.referrals.permissions import REPORTABLE, TABLE
from maillage.apps.referrals.requests import made_under, remember
from maillage.domain.accounts import Actor, Author
from maillage.domain.permissions import NotPermitted, Relation, refusal_of
from maillage.domain.personal_data import refuse_national_number
from maillage.domain.referrals import (
    Move,
    MoveRefused,
    Standing,
    Terms,
    UptakeState,
    refusal_of_move,
    standing_of,
    steps_of,
)
from maillage.domain.referrals import UptakeEvent as Happened
from maillage.domain.referrals.guards import obstacle_to, obstacle_to_correction
from maillage.domain.referrals.reasons import POSITIVE_OUTCOMES, OutcomeSaid
from maillage.domain.referrals.standing import after, counting
from maillage.domain.shared import MaillageError
from maillage.domain.visibility import OVERSEEING_ROLES

PLACE_MOST = 200
"""How long the place of an appointment may be, in characters."""


class UptakeNotFound(MaillageError):
    """No such request, or none that one may see: the two are told alike."""

    def __init__(self) -> None:
        super().__init__("No such request among those you sent or received.")


class UptakeChanged(MaillageError):
    """Somebody else acted on the same request in the meantime; nothing of this attempt was kept."""

    sentence_fr = "Quelqu’un vient d’agir sur cette demande : relisez-la, puis recommencez s’il le faut."
    sentence_en = "Somebody has just acted on this request: read it again, then start over if need be."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


@dataclass(frozen=True)
class Said:
    """What a move carries.

    ``effective_on`` is the civil day it happened (the day of recording when ``None``); ``day`` the day it announces;
    ``reported_with`` names who was on the telephone when the sender notes the recipient's answer. ``details`` are
    storable as JSON: ``place``, ``manner``, ``starts_at`` of an appointment, ``to`` of a hand-over.
    """

    effective_on: date | None = None
    reason: str = ""
    day: date | None = None
    rank: int | None = None
    corrects: int | None = None
    outcome: OutcomeSaid | None = None
    reported_with: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


NOTHING_MORE = Said()


@dataclass(frozen=True)
class Moved:
    """What was made of an uptake: where it stands and the number of its last event, for the next change."""

    uptake: UUID
    state: UptakeState
    sequence: int


def move_uptake(  # noqa: PLR0913 (keyword-only: who, what, when, and what keeps it from counting twice)
    *,
    actor: Actor,
    uptake: UUID,
    move: Move,
    at: datetime,
    said: Said = NOTHING_MORE,
    sequence: int | None = None,
    key: str = "",
) -> Moved:
    """Record a move of an uptake by somebody, an implied acceptance first.

    ``sequence`` is the number of the last event that the actor saw (``None``: whatever it is); ``key`` makes the same
    request made twice count once.

    Raises:
        UptakeNotFound: no such uptake, or not theirs to see.
        NotPermitted: their role or their place forbids it.
        MoveRefused: it is not at that point, or something is missing; the sentence says what to do.
        UptakeChanged: somebody else acted in the meantime.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        if (kept := made_under(actor, key)) is not None:
            return _moved_again(kept)
        row = visible_uptake(actor, uptake, on=on)
        permit(actor, row, move, is_reported=bool(said.reported_with))
        if sequence is not None and row.sequence != sequence:
            raise UptakeChanged
        moved = record_move(row, move, said, Author.of(actor), at=at)
        remember(actor, key, move.value, {"uptake": str(uptake), "state": moved.state.value, "n": moved.sequence}, at)
        return moved


def visible_uptake(actor: Actor, uptake: UUID, *, on: date) -> Uptake:
    """Find an uptake among those an actor sees.

    Raises:
        UptakeNotFound: there is none.
    """
    row = Uptake.objects.filter(visible_to("referrals_uptake", actor, on=on), pk=uptake).first()
    if row is None:
        raise UptakeNotFound
    return row


def relations_of(actor: Actor, row: Uptake) -> frozenset[Relation]:
    """Give what an actor who sees an uptake is to it: its sender's side, its recipient's, who wrote it, its officer."""
    relations = set()
    if actor.organisation == row.recipient_organisation:
        relations.add(Relation.RECIPIENT)
    # Who sees it without receiving it follows the person today: the portfolio may have been transferred.
    if actor.organisation == row.sender_organisation or not relations:
        relations.add(Relation.SENDER)
    if actor.role in OVERSEEING_ROLES:
        relations.add(Relation.PARTY)
    if UptakeEvent.objects.filter(uptake=row, sequence=1, membership__in=actor.memberships).exists():
        relations.add(Relation.OWN)
    return frozenset(relations)


def permit(actor: Actor, row: Uptake, move: Move, *, is_reported: bool) -> None:
    """Let a permitted move through; a wrong state is told by the sentence of the move, who may by the table.

    Raises:
        NotPermitted: the role or the place forbids it.
        MoveRefused: it is not at that point.
    """
    action = f"REPORT_{move.value}" if is_reported and move in REPORTABLE else move.value
    state = UptakeState(row.state)
    refusal = refusal_of(TABLE, action, actor, relations_of(actor, row), state)
    refused = refusal_of_move(state, move)
    if refusal is not None and (refused is None or not refusal.code.endswith(":STATE")):
        raise NotPermitted(refusal)
    if refused is not None:
        raise refused


def record_move(row: Uptake, move: Move, said: Said, author: Author, *, at: datetime) -> Moved:
    """Record a move that was permitted; the guards are asked here, for people, the clock and the code alike.

    Raises:
        MoveRefused: something is missing.
        NationalNumberRefused: a text holds a national identity number.
        UptakeChanged: somebody else acted in the meantime.
    """
    _refuse_numbers(said)
    before = events_of(row.id)
    standing = standing_of(before)
    if move is Move.CORRECT_REPORT:
        _refuse_correction(standing, before, said)
    terms = terms_of(row)
    fresh = _steps(standing, move, said, terms, at=at, last=row.sequence)
    ends = standing_of((*before, *fresh))
    with writing_as_system("referrals.move"):
        columns = columns_of(ends, (*before, *fresh), terms, at=at) | _columns_said(move, said)
        if move is Move.CORRECT_REPORT:
            columns["outcome_positive"] = _is_still_positive(row.id, (*before, *fresh))
        claim(row.id, row.sequence, fresh[-1].sequence, columns)
        UptakeEvent.objects.bulk_create(
            event_row(row.id, event, author, data=_carried(said, event, move), reported_with=said.reported_with)
            for event in fresh
        )
        if said.outcome is not None:
            _keep_outcome(row.id, fresh[-1].sequence, said.outcome, at)
        row.refresh_from_db()
        on = said.effective_on or timezone.localdate(at)
        following.follow_up(row, standing, ends, move, author, on=on, at=at)
        _tell(row, move, author, at=at)
    return Moved(row.id, ends.state, fresh[-1].sequence)


def _refuse_numbers(said: Said) -> None:
    proof = said.outcome.proof if said.outcome else ""
    place = said.details.get("place")
    refuse_national_number("What is noted", said.reported_with, proof, place if isinstance(place, str) else "")


def _refuse_correction(standing: Standing, events: tuple[Happened, ...], said: Said) -> None:
    sentences = obstacle_to_correction(events, said.corrects or 0)
    if sentences is not None:
        raise MoveRefused(standing.state, Move.CORRECT_REPORT, *sentences)


def claim(uptake: UUID, read: int, last: int, columns: Mapping[str, object]) -> None:
    """Change an uptake only where its last event is still the one that was read.

    Raises:
        UptakeChanged: another event came meanwhile; the transaction must not go on.
    """
    if not Uptake.objects.filter(pk=uptake, sequence=read).update(sequence=last, **columns):
        raise UptakeChanged


def _steps(  # noqa: PLR0913 (where it stands, what is asked, when)
    standing: Standing, move: Move, said: Said, terms: Terms, *, at: datetime, last: int
) -> tuple[Happened, ...]:
    today = timezone.localdate(at)
    asked = Happened(
        sequence=last + 1,
        move=move,
        recorded_at=at,
        effective_on=said.effective_on or today,
        reason=said.reason,
        reported=bool(said.reported_with),
        day=said.outcome.on if said.outcome else said.day,
        rank=said.rank,
        corrects=said.corrects,
    )
    refused = obstacle_to(standing, asked, terms, today=today)
    if refused is not None:
        raise refused
    steps = []
    for number, step in enumerate(steps_of(standing.state, move), start=last + 1):
        event = replace(asked, sequence=number, move=step)
        steps.append(event if step is move else replace(event, day=None, rank=None))
        if step is not Move.CORRECT_REPORT:
            standing = after(standing, steps[-1])
    return tuple(steps)


def _carried(said: Said, event: Happened, move: Move) -> Mapping[str, object]:
    return said.details if event.move is move else {"implied_by": move.value}


def _columns_said(move: Move, said: Said) -> dict[str, object]:
    columns: dict[str, object] = {}
    if move is Move.APPOINT:
        starts_at = said.details.get("starts_at")
        columns["appointment_at"] = datetime.fromisoformat(str(starts_at)) if starts_at else None
        columns["appointment_place"] = str(said.details.get("place") or "")[:PLACE_MOST]
        columns["appointment_manner"] = said.details.get("manner") or ""
    if move in {Move.TAKE, Move.HAND_OVER}:
        columns["holder"] = said.details.get("to")
    if move is Move.RETURN:
        columns["holder"] = None
    if said.outcome is not None and said.outcome.kind in POSITIVE_OUTCOMES:
        columns["outcome_positive"] = True
    return columns


def _is_still_positive(uptake: UUID, events: tuple[Happened, ...]) -> bool:
    """Tell whether an outcome that a correction leaves is a solution found."""
    counted = [event.sequence for event in counting(events)]
    positive = [kind.value for kind in POSITIVE_OUTCOMES]
    return Outcome.objects.filter(uptake=uptake, sequence__in=counted, kind__in=positive).exists()


def _keep_outcome(uptake: UUID, sequence: int, said: OutcomeSaid, at: datetime) -> None:
    Outcome.objects.create(
        uptake_id=uptake,
        sequence=sequence,
        kind=said.kind.value,
        on=said.on,
        source=said.source.value,
        proof=said.proof,
        recorded_at=at,
    )


_TOLD_TO_SENDER = frozenset(
    {
        Move.ACCEPT,
        Move.WAIT_FOR_PLACE,
        Move.APPOINT,
        Move.MISS,
        Move.RECEIVE,
        Move.COMPLETE,
        Move.FAIL,
        Move.REFUSE,
        Move.EXPIRE,
        Move.SET_DECISION_DATE,
        Move.UPDATE_PLACE,
        Move.CORRECT_REPORT,
    }
)
_TOLD_TO_RECIPIENT = frozenset({Move.SEND, Move.WAKE, Move.WITHDRAW, Move.REMIND, Move.REDIRECT})


def _tell(row: Uptake, move: Move, author: Author, *, at: datetime) -> None:
    record_event(
        by=author,
        what=f"uptake.{move.value.lower()}",
        subject=f"uptake:{row.id}",
        at=at,
        details={"sequence": row.sequence},
    )
    once = f"uptake:{row.id}:{row.sequence}"
    data: dict[str, object] = {"uptake": str(row.id), "sequence": row.sequence}
    kind = f"uptake.{move.value.lower()}"
    both = move is Move.ADD_OUTCOME
    if move in _TOLD_TO_RECIPIENT or (both and author.organisation != row.recipient_organisation):
        put_in_outbox(
            kind=kind,
            organisation=row.recipient_organisation,
            site=row.recipient_site,
            membership=row.holder,
            once=f"{once}:recipient",
            data=data,
            at=at,
        )
    if move is Move.MISS and not _leaves(row, on=timezone.localdate(at)):
        data[STAYS_INSIDE] = True
    if move in _TOLD_TO_SENDER or (both and author.organisation != row.sender_organisation):
        put_in_outbox(
            kind=kind,
            organisation=row.sender_organisation,
            site=row.sender_site,
            membership=row.sender_membership,
            once=f"{once}:sender",
            data=data,
            at=at,
        )


def _leaves(row: Uptake, *, on: date) -> bool:
    return passes_absence(
        person=row.person,
        agreement=row.agreement,
        sender=row.sender_organisation,
        recipient=row.recipient_organisation,
        on=on,
    )


def _moved_again(kept: Mapping[str, object]) -> Moved:
    return Moved(UUID(str(kept["uptake"])), UptakeState(str(kept["state"])), int(str(kept["n"])))
