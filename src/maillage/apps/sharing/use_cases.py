"""Recording what a person allows, refuses and is told; whatever changes reaches the partner's next look."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.people.acting import as_system
from maillage.apps.people.queries import open_links, open_links_everywhere
from maillage.apps.people.use_cases import hide_from, narrow_link, show_again
from maillage.apps.people.use_cases.records import permitted
from maillage.apps.sharing import models
from maillage.apps.sharing.permissions import PERMISSIONS
from maillage.apps.sharing.queries import digest_of, is_objected, what_passes
from maillage.domain.accounts import Actor
from maillage.domain.permissions import Relation, require
from maillage.domain.personal_data import refuse_national_number
from maillage.domain.shared import MaillageError
from maillage.domain.sharing import ConsentMeans

FOLLOW_DAYS = 90
"""How long a private link works, unless said otherwise."""
LONGEST_FOLLOW_DAYS = 400
TOKEN_BYTES = 32


class WillUnknown(MaillageError):
    """No such consent, objection or link of this person."""

    def __init__(self) -> None:
        super().__init__("There is nothing like this in the file of this person: read the file again.")


class DaysOutOfBounds(MaillageError):
    """A consent or a private link was given days that cannot be."""


def give_consent(  # noqa: PLR0913 (keyword-only: what was allowed, to whom, how, when)
    *,
    by: Actor,
    person: UUID,
    organisation: str,
    agreement: str,
    clause: str,
    fields: Collection[str],
    how: ConsentMeans,
    at: datetime,
    purpose: str = "",
    until: date | None = None,
) -> UUID:
    """Record that a person agrees, today, that some fields pass to one organisation under one clause.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
        DaysOutOfBounds: the consent would have ended before it begins.
    """
    on = timezone.localdate(at)
    permitted(by, person, "record_will", on=on)
    if until is not None and until <= on:
        raise DaysOutOfBounds(f"A consent cannot end on {until}: choose a later day, or none.")
    row = models.Consent(
        id=uuid4(),
        person_id=person,
        organisation=organisation,
        agreement=agreement,
        clause=clause,
        fields=sorted(fields),
        purpose=purpose,
        how=how.value,
        given_on=on,
        recorded_at=at,
        until=until,
    )
    with transaction.atomic():
        row.save(force_insert=True)
        details = {"organisation": organisation, "agreement": agreement, "clause": clause, "fields": sorted(fields)}
        record_event(by=by, what="give_consent", subject=f"person:{person}", at=at, details=details)
        review_links(person=person, at=at)
    return row.pk


def revoke_consent(*, by: Actor, person: UUID, consent: UUID, at: datetime) -> None:
    """Record that a person takes a consent back: from the next request on, the partner no longer sees what it let pass.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
        WillUnknown: no such consent of this person still holds.
    """
    permitted(by, person, "record_will", on=timezone.localdate(at))
    with transaction.atomic():
        rows = models.Consent.objects.filter(pk=consent, person_id=person, revoked_at=None)
        if not rows.update(revoked_at=at):
            raise WillUnknown
        record_event(by=by, what="revoke_consent", subject=f"person:{person}", at=at, details={"consent": str(consent)})
        review_links(person=person, at=at)


def object_to(*, by: Actor, person: UUID, organisation: str, at: datetime, reason: str = "") -> tuple[UUID, ...]:
    """Record that a person refuses that an organisation sees them (any partner when empty); it is hidden at once.

    Gives the referrals and delegations whose links were hidden, for who sent them to say so.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
        NationalNumberRefused: the reason holds a national identity number.
    """
    on = timezone.localdate(at)
    permitted(by, person, "record_will", on=on)
    refuse_national_number("The reason", reason)
    with transaction.atomic():
        models.Objection.objects.create(
            person_id=person, organisation=organisation, made_on=on, recorded_at=at, reason=reason[:500]
        )
        record_event(
            by=by,
            what="object",
            subject=f"person:{person}",
            at=at,
            details={"organisation": organisation},
        )
        return hide_from(by=by, person=person, organisation=organisation, at=at)


def lift_objection(*, by: Actor, person: UUID, organisation: str, at: datetime) -> int:
    """Record that a person changes their mind; gives how many links show again.

    A link stays hidden while another objection holds against its organisation.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
        WillUnknown: no such objection holds.
    """
    permitted(by, person, "record_will", on=timezone.localdate(at))
    with transaction.atomic():
        rows = models.Objection.objects.filter(person_id=person, organisation=organisation, lifted_at=None)
        if not rows.update(lifted_at=at):
            raise WillUnknown
        details = {"organisation": organisation}
        record_event(by=by, what="lift_objection", subject=f"person:{person}", at=at, details=details)
        if is_objected(person, organisation):
            return 0
        count = show_again(by=by, person=person, organisation=organisation, at=at)
        review_links(person=person, at=at)
    return count


def record_information(  # noqa: PLR0913 (keyword-only: what was told, how, when)
    *, by: Actor, person: UUID, subject: UUID, content: Mapping[str, object], how: str, at: datetime
) -> None:
    """Keep what a person was told of one sharing: the sentences of the sheet, how it was given, when.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
    """
    permitted(by, person, "record_will", on=timezone.localdate(at))
    with transaction.atomic():
        models.InformationSheet.objects.create(
            person_id=person, subject=subject, content=dict(content), how=how[:20], told_at=at
        )
        details = {"subject": str(subject), "how": how[:20]}
        record_event(by=by, what="tell_person", subject=f"person:{person}", at=at, details=details)


def make_follow_link(*, by: Actor, person: UUID, subject: UUID, at: datetime, days: int = FOLLOW_DAYS) -> str:
    """Make the private link of one referral; gives its token, which is shown this once and kept by nobody.

    An earlier link of the same referral stops working.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
        DaysOutOfBounds: it would work for no day, or for more than ``LONGEST_FOLLOW_DAYS``.
    """
    permitted(by, person, "make_follow_link", on=timezone.localdate(at))
    if not 1 <= days <= LONGEST_FOLLOW_DAYS:
        raise DaysOutOfBounds(f"A private link works from 1 to {LONGEST_FOLLOW_DAYS} days.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        models.FollowLink.objects.filter(person_id=person, subject=subject, revoked_at=None).update(revoked_at=at)
        models.FollowLink.objects.create(
            person_id=person,
            subject=subject,
            token_hash=digest_of(token),
            made_at=at,
            until=at + timedelta(days=days),
        )
        details = {"subject": str(subject), "days": days}
        record_event(by=by, what="make_follow_link", subject=f"person:{person}", at=at, details=details)
    return token


def revoke_follow_link(*, by: Actor, person: UUID, subject: UUID, at: datetime) -> None:
    """Have the private link of one referral lead nowhere from now on.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
        WillUnknown: the referral has no link that works.
    """
    permitted(by, person, "make_follow_link", on=timezone.localdate(at))
    with transaction.atomic():
        rows = models.FollowLink.objects.filter(person_id=person, subject=subject, revoked_at=None)
        if not rows.update(revoked_at=at):
            raise WillUnknown
        details = {"subject": str(subject)}
        record_event(by=by, what="revoke_follow_link", subject=f"person:{person}", at=at, details=details)


def review_links(*, at: datetime, person: UUID | None = None) -> int:
    """Make what open links pass what the texts and the consents say today; gives how many were looked at.

    Called when a person's will changes (that person's links), and each day by the clock (all of them): a consent that
    ends, an amendment or the end of a text reach the partners' view without anybody's doing.
    """
    on = timezone.localdate(at)
    with as_system("sharing.review_links"):
        found = open_links(person) if person is not None else open_links_everywhere()
        for owner, lead, link in found:
            shared = what_passes(person=owner, agreement=link.agreement, sender=lead, receiver=link.organisation, on=on)
            narrow_link(by="review of links", link=link.id, fields=shared.fields, at=at)
    return len(found)


def mark_discreet(*, by: Actor, at: datetime, is_discreet: bool = True) -> None:
    """Say that the name of the actor's own organisation would tell a condition: the others read « un partenaire ».

    Raises:
        NotPermitted: the role does not say it.
    """
    require(PERMISSIONS, "mark_discreet", by, Relation.ORGANISATION)
    with transaction.atomic():
        if is_discreet:
            models.DiscreetOrganisation.objects.get_or_create(organisation=by.organisation, defaults={"marked_at": at})
        else:
            models.DiscreetOrganisation.objects.filter(organisation=by.organisation).delete()
        details = {"is_discreet": is_discreet}
        record_event(by=by, what="mark_discreet", subject=by.organisation, at=at, details=details)
