"""Opening, moving, narrowing and closing the links by which partners see people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.people import models
from maillage.apps.people.acting import as_system
from maillage.apps.people.mapping import HEALTH_FIELDS
from maillage.apps.people.queries import PersonNotFound, people_visible_to
from maillage.domain.accounts import Actor, Author


def open_link(  # noqa: PLR0913 (keyword-only: who may see whom, by virtue of what)
    *,
    by: Actor,
    person: UUID,
    kind: str,
    subject: UUID,
    organisation: str,
    fields: Collection[str],
    at: datetime,
    site: UUID | None = None,
    team: UUID | None = None,
    holder: UUID | None = None,
    agreement: str = "",
    article: str = "",
    until: date | None = None,
) -> UUID:
    """Let a partner see a person: the fields named, while the referral or the delegation ``subject`` lasts.

    ``fields`` come from ``sharing.queries.what_passes``, ``until`` from ``domain.visibility.visible_until``. The use
    case that sends has permitted it; this one makes sure that the sender sees the person.

    Raises:
        PersonNotFound: the sender does not see the person.
    """
    row = people_visible_to(by, on=timezone.localdate(at)).filter(pk=person).first()
    if row is None:
        raise PersonNotFound
    link = models.Link(
        id=uuid4(),
        person=row,
        kind=models.LinkKind(kind),
        subject=subject,
        lead_organisation=row.lead_organisation,
        lead_site=row.lead_site,
        lead_team=row.lead_team,
        lead_adviser=row.lead_adviser,
        organisation=organisation,
        site=site,
        team=team,
        holder=holder,
        agreement=agreement,
        article=article,
        passed_fields=sorted(fields),
        passes_health=not HEALTH_FIELDS.isdisjoint(fields),
        opened_at=at,
        until=until,
    )
    with as_system("people.open_link"), transaction.atomic():
        link.save(force_insert=True)
        details = {"organisation": organisation, "agreement": agreement, "article": article, "fields": sorted(fields)}
        record_event(by=by, what="open_link", subject=f"person:{person}", at=at, details=details)
    return link.pk


def close_link(*, by: Actor | Author | str, subject: UUID, at: datetime) -> bool:
    """Stop showing a person by a referral or a delegation, from the next request on; gives whether it was open.

    ``by`` names the job when a clock acts.
    """
    with as_system("people.close_link"), transaction.atomic():
        rows = models.Link.objects.filter(subject=subject, closed_at=None)
        people = list(rows.values_list("person_id", flat=True))
        rows.update(closed_at=at)
        for person in people:
            record_event(by=by, what="close_link", subject=f"person:{person}", at=at, details=_about(subject))
    return bool(people)


def move_link(*, subject: UUID, site: UUID | None, team: UUID | None, holder: UUID | None) -> None:
    """Follow an item that was taken, passed on or put back: who receives inside the partner's organisation.

    Called inside the use case that moves the item, which writes the event.
    """
    with as_system("people.move_link"):
        models.Link.objects.filter(subject=subject).update(site=site, team=team, holder=holder)


def narrow_link(*, by: Actor | Author | str, link: UUID, fields: Collection[str], at: datetime) -> None:
    """Show a partner other fields than before: a consent was given or withdrawn, or the text changed."""
    with as_system("people.narrow_link"), transaction.atomic():
        row = models.Link.objects.get(pk=link)
        if row.passed_fields == sorted(fields):
            return
        passes_health = not HEALTH_FIELDS.isdisjoint(fields)
        models.Link.objects.filter(pk=link).update(passed_fields=sorted(fields), passes_health=passes_health)
        details = {"organisation": row.organisation, "fields": sorted(fields)}
        record_event(by=by, what="narrow_link", subject=f"person:{row.person_id}", at=at, details=details)


def hide_from(*, by: Actor | Author | str, person: UUID, organisation: str, at: datetime) -> tuple[UUID, ...]:
    """Stop showing a person to a partner (to every one when ``organisation`` is empty), from the next request on.

    A closed link is marked too: woken later, it shows nothing. Gives the subjects of the links hidden, so that the
    referrals say it too.
    """
    with as_system("people.hide_from"), transaction.atomic():
        rows = models.Link.objects.filter(person_id=person, objected_at=None)
        if organisation:
            rows = rows.filter(organisation=organisation)
        subjects = tuple(rows.values_list("subject", flat=True))
        rows.update(objected_at=at)
        details = {"organisation": organisation, "links": len(subjects)}
        record_event(by=by, what="hide_person", subject=f"person:{person}", at=at, details=details)
    return subjects


def show_again(*, by: Actor | Author | str, person: UUID, organisation: str, at: datetime) -> int:
    """Undo ``hide_from`` when the person changes their mind; gives how many links show again."""
    with as_system("people.show_again"), transaction.atomic():
        rows = models.Link.objects.filter(person_id=person).exclude(objected_at=None)
        if organisation:
            rows = rows.filter(organisation=organisation)
        count = rows.filter(closed_at=None).count()
        rows.update(objected_at=None)
        details = {"organisation": organisation, "links": count}
        record_event(by=by, what="show_person_again", subject=f"person:{person}", at=at, details=details)
    return count


def _about(subject: UUID) -> dict[str, object]:
    return {"subject": str(subject)}
