"""What a recipient does beside the plain moves: appointments, hands that an item goes through, answers by telephone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from icalendar import Calendar, Event

from maillage.apps.accounts.queries import find_member
from maillage.apps.delegation.writing import writing_as
from maillage.apps.referrals.queries import UptakeSeen, last_reported
from maillage.apps.referrals.use_cases.moving import PLACE_MOST, Moved, Said, move_uptake
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move, MoveRefused, UptakeState
from maillage.domain.referrals.reasons import Manner
from maillage.domain.shared import MaillageError
from maillage.domain.visibility import RECEIVING_ROLES

MEETING = timedelta(hours=1)


class ColleagueUnknown(MaillageError):
    """An item can be passed on only to a present member of the organisation that received it."""

    sentence_fr = "Choisissez un collègue en poste de votre organisme : la demande ne sort pas de chez vous."
    sentence_en = "Choose a present colleague of your organisation: the request does not leave it."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


def appoint(  # noqa: PLR0913 (keyword-only: who, when, where, how)
    *,
    actor: Actor,
    uptake: UUID,
    starts_at: datetime,
    at: datetime,
    place: str = "",
    manner: Manner = Manner.ON_SITE,
    reported_with: str = "",
    sequence: int | None = None,
    key: str = "",
) -> Moved:
    """Give an appointment: its time, its place, its manner; giving another one replaces it.

    Raises:
        UptakeNotFound, NotPermitted, MoveRefused, UptakeChanged: as for any move; the time must be to come.
    """
    details = {"starts_at": starts_at.isoformat(), "place": place.strip()[:PLACE_MOST], "manner": manner.value}
    said = Said(day=timezone.localdate(starts_at), reported_with=reported_with, details=details)
    return move_uptake(actor=actor, uptake=uptake, move=Move.APPOINT, said=said, at=at, sequence=sequence, key=key)


def take(*, actor: Actor, uptake: UUID, at: datetime) -> Moved:
    """Take an item of the inbox of one's site or team.

    Raises:
        UptakeNotFound, NotPermitted, MoveRefused, UptakeChanged: as for any move.
    """
    return move_uptake(
        actor=actor, uptake=uptake, move=Move.TAKE, said=Said(details={"to": str(actor.membership)}), at=at
    )


def hand_over(*, actor: Actor, uptake: UUID, to: UUID, at: datetime) -> Moved:
    """Pass an item on to a colleague.

    Raises:
        ColleagueUnknown: the colleague is no present member of the organisation, or receives nobody.
        UptakeNotFound, NotPermitted, MoveRefused, UptakeChanged: as for any move.
    """
    member = find_member(to, organisation=actor.organisation)
    if member is None or member.ended_at is not None or member.is_frozen or member.role not in RECEIVING_ROLES:
        raise ColleagueUnknown
    return move_uptake(actor=actor, uptake=uptake, move=Move.HAND_OVER, said=Said(details={"to": str(to)}), at=at)


def return_to_team(*, actor: Actor, uptake: UUID, at: datetime) -> Moved:
    """Put an item back in the inbox of the site or team.

    Raises:
        UptakeNotFound, NotPermitted, MoveRefused, UptakeChanged: as for any move.
    """
    return move_uptake(actor=actor, uptake=uptake, move=Move.RETURN, at=at)


def correct_report(  # noqa: PLR0913 (keyword-only: who, what instead, when)
    *,
    actor: Actor,
    uptake: UUID,
    at: datetime,
    first: int | None = None,
    move: Move | None = None,
    said: Said | None = None,
    sequence: int | None = None,
) -> Moved:
    """Correct what the sender noted on one's behalf, from event ``first`` on, and say what is true instead.

    ``first`` is the last thing that was noted when ``None``. ``move`` is what was really answered; ``None`` puts the request back to where it stood.

    Raises:
        UptakeNotFound, NotPermitted, MoveRefused, UptakeChanged: as for any move; nothing of both is kept then.
    """
    with writing_as(actor, on=timezone.localdate(at)):
        corrected = Said(corrects=last_reported(uptake) if first is None else first)
        moved = move_uptake(
            actor=actor, uptake=uptake, move=Move.CORRECT_REPORT, said=corrected, at=at, sequence=sequence
        )
        if move is None:
            return moved
        return move_uptake(actor=actor, uptake=uptake, move=move, said=said or Said(), at=at)


def calendar_of(uptake: UptakeSeen, *, made_at: datetime, title: str) -> bytes:
    """Write the appointment of an uptake as an iCalendar file; it names nobody.

    Raises:
        MoveRefused: no appointment is given.
    """
    if uptake.appointment_at is None or uptake.state is not UptakeState.APPOINTED:
        raise MoveRefused(
            uptake.state,
            Move.APPOINT,
            "Aucun rendez-vous n’est fixé : il n’y a rien à mettre à l’agenda.",
            "No appointment is given: there is nothing to put in the calendar.",
        )
    event = Event()
    event.add("uid", f"{uptake.id}@maillage")
    event.add("dtstamp", made_at)
    event.add("sequence", uptake.sequence)
    event.add("dtstart", uptake.appointment_at)
    event.add("dtend", uptake.appointment_at + MEETING)
    event.add("summary", title)
    if uptake.appointment_place:
        event.add("location", uptake.appointment_place)
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Referrals//FR")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
