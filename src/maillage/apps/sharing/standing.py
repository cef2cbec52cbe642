"""What stands of a person's will today: what they were told, what they allowed and refused, which links work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from maillage.apps.people.walls import visible_to
from maillage.apps.sharing import models
from maillage.domain.accounts import Actor
from maillage.domain.sharing import ConsentMeans


@dataclass(frozen=True, slots=True)
class ConsentSeen:
    """A consent as the file shows it."""

    id: UUID
    organisation: str
    agreement: str
    clause: str
    fields: frozenset[str]
    how: ConsentMeans
    given_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class ObjectionSeen:
    """An objection as the file shows it; ``organisation`` is empty when it holds against every partner."""

    organisation: str
    made_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """A sheet that a person was given for one request: its sentences as they were, how and when."""

    subject: UUID
    content: dict[str, object]
    how: str
    told_at: datetime


def told_to(actor: Actor, person: UUID, *, on: date) -> tuple[Told, ...]:
    """List what a person was told and that the actor sees, the latest first."""
    rows = models.InformationSheet.objects.filter(
        visible_to("sharing_informationsheet", actor, on=on), person_id=person
    )
    return tuple(Told(row.subject, row.content, row.how, row.told_at) for row in rows.order_by("-told_at", "-pk"))


def standing_consents(actor: Actor, person: UUID, *, on: date) -> tuple[ConsentSeen, ...]:
    """List the consents of a person that hold on a day and that the actor sees, the latest first."""
    rows = models.Consent.objects.filter(
        visible_to("sharing_consent", actor, on=on), person_id=person, revoked_at=None
    ).order_by("-recorded_at", "-pk")
    return tuple(
        ConsentSeen(
            row.pk,
            row.organisation,
            row.agreement,
            row.clause,
            frozenset(row.fields),
            ConsentMeans(row.how),
            row.given_on,
            row.until,
        )
        for row in rows
        if row.until is None or on < row.until
    )


def standing_objections(actor: Actor, person: UUID, *, on: date) -> tuple[ObjectionSeen, ...]:
    """List the objections of a person that hold and that the actor sees, the latest first."""
    rows = models.Objection.objects.filter(
        visible_to("sharing_objection", actor, on=on), person_id=person, lifted_at=None
    )
    return tuple(ObjectionSeen(row.organisation, row.made_on, row.reason) for row in rows.order_by("-recorded_at"))


def working_links(actor: Actor, person: UUID, *, at: datetime, on: date) -> dict[UUID, datetime]:
    """Give the private links of a person that work at an instant and that the actor sees: request -> until when."""
    rows = models.FollowLink.objects.filter(
        visible_to("sharing_followlink", actor, on=on), person_id=person, revoked_at=None, until__gt=at
    )
    return dict(rows.values_list("subject", "until"))
