"""What goes on under another name: links that are woken, a referral that becomes a delegation, a person who comes back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from maillage.apps.audit.use_cases import record_event
from maillage.apps.people import models
from maillage.apps.people.acting import as_system
from maillage.domain.accounts import Actor, Author, Member


def reopen_link(*, by: Actor | Author | str, subject: UUID, until: date | None, at: datetime) -> bool:
    """Show a person again by a referral that goes on after it had ended; gives whether the link was closed.

    Called inside the use case that permitted it; the fields are those that passed, and an objection still hides.
    """
    with as_system("people.reopen_link"), transaction.atomic():
        rows = models.Link.objects.filter(subject=subject).exclude(closed_at=None)
        people = list(rows.values_list("person_id", flat=True))
        rows.update(closed_at=None, until=until)
        for person in people:
            details: dict[str, object] = {"subject": str(subject)}
            record_event(by=by, what="reopen_link", subject=f"person:{person}", at=at, details=details)
    return bool(people)


def carry_link(*, by: Actor | Author | str, subject: UUID, to: UUID, kind: str, at: datetime) -> bool:
    """Open the link of a delegation as that of the referral it began with: same partner, same fields, same people.

    A delegation that begins again, after a correction, opens its own link again. Called inside the use case that
    permitted it; gives whether the referral had a link.
    """
    with as_system("people.carry_link"), transaction.atomic():
        link = models.Link.objects.filter(subject=subject).first()
        if link is None:
            return False
        former = models.Link.objects.filter(kind=models.LinkKind(kind), subject=to).first()
        link.pk = former.pk if former else uuid4()
        link.kind, link.subject = models.LinkKind(kind), to
        link.opened_at, link.closed_at = at, None
        link.save(force_insert=former is None)
        details: dict[str, object] = {"subject": str(to), "organisation": link.organisation}
        record_event(by=by, what="open_link", subject=f"person:{link.person_id}", at=at, details=details)
    return True


def name_adviser(*, by: Actor | Author | str, person: UUID, organisation: str, adviser: Member, at: datetime) -> bool:
    """Put a person who comes back from a delegation in the hands of a named adviser of the organisation that follows.

    The adviser's site follows them from then on, and their team where it already did.

    Called inside the use case that permitted it; gives false, and changes nothing, when another organisation follows
    the person now.
    """
    with as_system("people.name_adviser"), transaction.atomic():
        rows = models.Person.objects.filter(pk=person, lead_organisation=organisation)
        row = rows.select_for_update().first()
        if row is None:
            return False
        team = row.lead_team if row.lead_team in adviser.teams else None
        lead = {"lead_adviser": adviser.membership, "lead_site": adviser.site, "lead_team": team}
        rows.update(**lead, version=F("version") + 1)
        models.Link.objects.filter(person=person, lead_organisation=organisation).update(**lead)
        details: dict[str, object] = {"adviser": str(adviser.membership)}
        record_event(by=by, what="name_adviser", subject=f"person:{person}", at=at, details=details)
    return True
