"""Somebody came by themselves, or with a paper: the partner says so, and who follows the person confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.delegation.writing import writing_as, writing_as_system
from maillage.apps.notifications.use_cases import put_in_outbox
from maillage.apps.people.queries import facts_of, person_for
from maillage.apps.people.walls import visible_to
from maillage.apps.referrals.basis import SendingRefused, basis_of_sending
from maillage.apps.referrals.models import Referral, Uptake, WalkIn
from maillage.apps.referrals.permissions import TABLE
from maillage.apps.referrals.use_cases.moving import Moved, Said, UptakeNotFound, record_move
from maillage.apps.referrals.use_cases.sending import Address, draft_uptake, open_to_recipient
from maillage.domain.accounts import Actor, Author
from maillage.domain.permissions import Relation, require
from maillage.domain.personal_data import refuse_national_number
from maillage.domain.referrals import Move

NAME_MOST = 100


@dataclass(frozen=True)
class Visitor:
    """Who came, as they said it to the partner; ``asked`` is who follows them, as far as they know."""

    family_name: str
    given_name: str
    birth_date: date | None
    asked_organisation: str
    asked_site: UUID | None = None


def tell_walk_in(*, actor: Actor, visitor: Visitor, service: str, came_on: date, at: datetime) -> UUID:
    """Tell that somebody came without being sent, so that who follows them confirms it.

    The partner learns nothing from it: neither whether the person is known, nor by whom.

    Raises:
        NotPermitted: the actor receives nobody.
        SendingRefused: a name is missing, or the day is to come.
        NationalNumberRefused: a name holds a national identity number.
    """
    require(TABLE, "TELL_WALK_IN", actor, Relation.RECIPIENT)
    refuse_national_number("The name", visitor.family_name, visitor.given_name)
    on = timezone.localdate(at)
    if not visitor.family_name.strip() or not visitor.given_name.strip() or came_on > on:
        raise SendingRefused(
            "Notez le prénom, le nom et le jour de la venue, au plus tard aujourd’hui.",
            "Note the given name, the family name and the day of the visit, today at the latest.",
        )
    with writing_as(actor, on=on):
        row = WalkIn.objects.create(
            recipient_organisation=actor.organisation,
            recipient_site=actor.site,
            recipient_membership=actor.membership,
            asked_organisation=visitor.asked_organisation,
            asked_site=visitor.asked_site,
            service=service,
            came_on=came_on,
            family_name=visitor.family_name.strip()[:NAME_MOST],
            given_name=visitor.given_name.strip()[:NAME_MOST],
            birth_date=visitor.birth_date,
            told_at=at,
        )
        record_event(by=actor, what="tell_walk_in", subject=f"walk_in:{row.id}", at=at)
        put_in_outbox(
            kind="walk_in.told",
            organisation=row.asked_organisation,
            site=row.asked_site,
            once=f"walk_in:{row.id}",
            data={"walk_in": str(row.id)},
            at=at,
        )
        return row.id


def confirm_walk_in(
    *, actor: Actor, walk_in: UUID, person: UUID, at: datetime, confirmed: frozenset[str] = frozenset()
) -> Moved:
    """Confirm that somebody one follows came to a partner: the referral is opened as received, on the day they came.

    Raises:
        UptakeNotFound: no such visit to confirm.
        PersonNotFound: no such person among those the actor follows.
        NotPermitted: the actor follows nobody.
        SendingRefused: the service is not open to the person, or facts are missing.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        row = _to_confirm(actor, walk_in, on)
        require(TABLE, "CONFIRM_WALK_IN", actor, Relation.SENDER)
        facts = facts_of(person, actor=actor, on=on)
        record = person_for(actor, person, at=at, why="confirm_walk_in")
        basis = basis_of_sending(facts, row.service, on=on, confirmed=confirmed)
        made = uuid4()
        referral = Referral.objects.create(
            id=made,
            person=person,
            sender_organisation=actor.organisation,
            sender_site=record.lead_site or actor.site,
            sender_team=record.lead_team,
            sender_membership=record.lead_adviser or actor.membership,
            chain=made,
            is_walk_in=True,
            made_at=at,
        )
        address = Address(row.service, row.recipient_site, row.recipient_team)
        uptake = draft_uptake(actor, record, referral, basis, address, at)
        moved = _received(actor, uptake, row.came_on, at)
        _answer(row, moved.uptake, at)
        record_event(by=actor, what="confirm_walk_in", subject=f"walk_in:{row.id}", at=at)
        return moved


def dismiss_walk_in(*, actor: Actor, walk_in: UUID, at: datetime) -> None:
    """Answer that the person who came is not among those one follows; what was said of them is blanked.

    Raises:
        UptakeNotFound: no such visit to confirm.
        NotPermitted: the actor follows nobody.
    """
    on = timezone.localdate(at)
    with writing_as(actor, on=on):
        row = _to_confirm(actor, walk_in, on)
        require(TABLE, "CONFIRM_WALK_IN", actor, Relation.SENDER)
        _answer(row, None, at)
        record_event(by=actor, what="dismiss_walk_in", subject=f"walk_in:{row.id}", at=at)


def _to_confirm(actor: Actor, walk_in: UUID, on: date) -> WalkIn:
    rows = WalkIn.objects.filter(
        visible_to("referrals_walkin", actor, on=on), asked_organisation=actor.organisation, answered_at=None
    )
    row = rows.filter(pk=walk_in).first()
    if row is None:
        raise UptakeNotFound
    return row


def _received(actor: Actor, uptake: Uptake, came_on: date, at: datetime) -> Moved:
    author = Author.of(actor)
    record_move(uptake, Move.SEND, Said(effective_on=came_on, details={"walk_in": True}), author, at=at)
    open_to_recipient(actor, uptake, at=at)
    return record_move(uptake, Move.RECEIVE, Said(effective_on=came_on), author, at=at)


def _answer(row: WalkIn, uptake: UUID | None, at: datetime) -> None:
    with writing_as_system("referrals.walk_in"):
        WalkIn.objects.filter(pk=row.pk, answered_at=None).update(
            answered_at=at, uptake=uptake, family_name="", given_name="", birth_date=None
        )
