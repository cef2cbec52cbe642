"""Data leave on time: what is kept of a person is emptied field by field, then the file goes, by the catalogue's days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.people import models
from maillage.apps.people.acting import as_system
from maillage.apps.people.identifiers import add_key, drop_old_keys, hash_of, open_identifier, seal_identifier
from maillage.apps.people.use_cases.records import permitted_person
from maillage.domain.accounts import Actor
from maillage.domain.personal_data import TWO_YEARS, Category, Since, StoredField, add_months
from maillage.domain.stored_fields import STORED_FIELDS

CLOCK = "retention"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What left on a day: the people whose files went, and how many rows lost each field before that."""

    people: tuple[UUID, ...]
    emptied: dict[str, int]


def let_leave(*, at: datetime) -> Leaving:
    """Empty the fields whose time is over and remove the files of people nobody spoke with for two years.

    The contexts above remove what they keep of the people given; ``maillage retention`` calls them in turn.
    """
    on = timezone.localdate(at)
    with as_system("people.let_leave"), transaction.atomic():
        emptied = {field.name: _empty(field, on) for field in _fields_that_leave_sooner()}
        rows = models.Person.objects.filter(last_contact_on__lte=add_months(on, -TWO_YEARS.months))
        people = tuple(rows.values_list("pk", flat=True))
        for person in people:
            record_event(by=CLOCK, what="let_person_leave", subject=f"person:{person}", at=at)
        rows.delete()
        if counts := {name: count for name, count in emptied.items() if count}:
            record_event(by=CLOCK, what="empty_fields", subject="people", at=at, details=counts)
    return Leaving(people, {name: count for name, count in emptied.items() if count})


def erase_person(*, by: Actor, person: UUID, asked_on: date, at: datetime) -> None:
    """Remove the file of a person at once, because they asked for it on a day and nothing obliges to keep it.

    The journal keeps the request and the day it was done: the proof, under an id that leads to nothing.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
    """
    permitted_person(by, person, "erase_person", on=timezone.localdate(at))
    asked = {"asked_on": asked_on.isoformat()}
    with as_system("people.erase_person"), transaction.atomic():
        models.Person.objects.filter(pk=person).delete()
        record_event(by=by, what="erase_person", subject=f"person:{person}", at=at, details=asked)


def _fields_that_leave_sooner() -> tuple[StoredField, ...]:
    """The fields of a file that the catalogue keeps a shorter time than the file itself."""
    return tuple(
        entry
        for entry in STORED_FIELDS.values()
        if entry.name.startswith(("people.Person.", "people.HealthFacts."))
        and entry.category is not Category.TECHNICAL
        and entry.terms.retention.since is Since.LAST_CONTACT
        and entry.terms.retention.months < TWO_YEARS.months
    )


def _empty(entry: StoredField, on: date) -> int:
    model = models.HealthFacts if ".HealthFacts." in entry.name else models.Person
    of_the_person = "person__last_contact_on__lte" if model is models.HealthFacts else "last_contact_on__lte"
    empty = model()
    nothing = getattr(empty, entry.short_name)
    rows = model.objects.filter(**{of_the_person: add_months(on, -entry.terms.retention.months)})
    return rows.exclude(
        **{entry.short_name: nothing} if nothing is not None else {f"{entry.short_name}__isnull": True}
    ).update(**{entry.short_name: nothing})


def rotate_keys(*, by: str, at: datetime) -> int:
    """Seal every identifier anew under a new key, and drop the former ones; gives how many were sealed.

    Interrupted half-way, the former key is still there and the next run ends the work.
    """
    add_key()
    with as_system("people.rotate_keys"), transaction.atomic():
        rows = models.Person.objects.exclude(external_id_sealed="").select_for_update()
        count = 0
        for row in rows.only("pk", "external_id_sealed", "lead_organisation").iterator(chunk_size=1000):
            identifier = open_identifier(row.external_id_sealed)
            models.Person.objects.filter(pk=row.pk).update(
                external_id_sealed=seal_identifier(identifier),
                external_id_hash=hash_of(identifier, row.lead_organisation),
            )
            count += 1
        record_event(by=by, what="rotate_keys", subject="identifiers", at=at, details={"identifiers": count})
    drop_old_keys()
    return count
