"""What a person reads by their private link: where each part of their request stands, and what was passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.accounts.queries import site_of
from maillage.apps.people.acting import as_system
from maillage.apps.people.queries import open_links
from maillage.apps.referrals.models import Referral, Uptake
from maillage.apps.referrals.queries import UptakeSeen, seen
from maillage.apps.sharing.queries import clauses_between, find_followed, is_objected
from maillage.domain.referrals import UptakeState


@dataclass(frozen=True)
class FollowedPart:
    """One partner's part; ``fields`` are the stored fields it sees today, none once it has ended or was refused."""

    uptake: UptakeSeen
    fields: frozenset[str]
    purposes: tuple[str, ...]
    until: date | None
    is_objected: bool


@dataclass(frozen=True)
class FollowedReferral:
    """What a private link leads to; ``direct_line`` is the telephone of who sent the person."""

    person: UUID
    referral: UUID
    sender_organisation: str
    direct_line: str
    made_on: date
    until: datetime
    parts: tuple[FollowedPart, ...]


def followed_by(token: str, *, at: datetime) -> FollowedReferral | None:
    """Find what a private link shows; ``None`` when it was never made, was revoked, or is past: the three are alike."""
    found = find_followed(token, at=at)
    if found is None:
        return None
    on = timezone.localdate(at)
    with as_system("referrals.followed_by"):
        referral = Referral.objects.filter(pk=found.subject, person=found.person).first()
        if referral is None:
            return None
        shown = Uptake.objects.filter(referral=referral).exclude(
            state__in=[UptakeState.DRAFT.value, UptakeState.ENTERED_IN_ERROR.value]
        )
        links = {link.subject: link for _, _, link in open_links(found.person) if link.is_open(on=on)}
        parts = tuple(
            FollowedPart(
                uptake=seen(row, on=on),
                fields=links[row.pk].fields if row.pk in links else frozenset(),
                purposes=_purposes(row, on),
                until=links[row.pk].until if row.pk in links else None,
                is_objected=is_objected(found.person, row.recipient_organisation),
            )
            for row in shown.order_by("pk")
        )
    site = site_of(referral.sender_membership)
    return FollowedReferral(
        person=found.person,
        referral=referral.pk,
        sender_organisation=referral.sender_organisation,
        direct_line=site.telephone if site else "",
        made_on=timezone.localdate(referral.made_at),
        until=found.until,
        parts=parts,
    )


def _purposes(row: Uptake, on: date) -> tuple[str, ...]:
    clauses = clauses_between(row.agreement, sender=row.sender_organisation, receiver=row.recipient_organisation, on=on)
    return tuple(dict.fromkeys(clause.purpose for clause in clauses if clause.purpose and clause.is_about_people))
