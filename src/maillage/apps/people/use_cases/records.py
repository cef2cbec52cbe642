"""Opening, correcting and bringing together the files of people."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.people import models
from maillage.apps.people.acting import as_system
from maillage.apps.people.drafts import PersonDraft, check, plain_telephone
from maillage.apps.people.identifiers import hash_of, seal_identifier
from maillage.apps.people.mapping import split_barriers, split_groups
from maillage.apps.people.permissions import PERMISSIONS, relations_to
from maillage.apps.people.queries import PersonNotFound, people_visible_to
from maillage.apps.territories.queries import geography
from maillage.domain.accounts import Actor
from maillage.domain.permissions import Relation, require
from maillage.domain.shared import MaillageError


class EditConflict(MaillageError):
    """Somebody else changed the file meanwhile; nothing was kept."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed this file while you were writing. Nothing of yours was lost nor kept: read the file "
            "again, then send your change."
        )


class NotTheSamePerson(MaillageError):
    """Two files cannot be brought together."""


def create_person(  # noqa: PLR0913 (keyword-only: what is known, who follows)
    *,
    by: Actor,
    draft: PersonDraft,
    at: datetime,
    adviser: UUID | None = None,
    team: UUID | None = None,
    site: UUID | None = None,
) -> UUID:
    """Open the file of a person whom the actor's organisation follows; the actor does where nobody is named.

    Raises:
        NotPermitted: the role opens no file.
        PersonRefused: a field cannot be kept.
    """
    require(PERMISSIONS, "create_person", by, Relation.ORGANISATION)
    on = timezone.localdate(at)
    check(draft, on=on)
    named = adviser is not None or team is not None or site is not None
    row = models.Person(
        id=uuid4(),
        lead_organisation=by.organisation,
        lead_site=site if named else by.site,
        lead_team=team,
        lead_adviser=adviser if named else by.membership,
        last_contact_on=on,
        created_at=at,
        **_columns_of(draft, by.organisation),
    )
    with as_system("people.create_person"), transaction.atomic():
        row.save(force_insert=True)
        models.HealthFacts.objects.create(person=row, **_health_of(draft))
        record_event(by=by, what="create_person", subject=f"person:{row.pk}", at=at)
    return row.pk


def edit_person(*, by: Actor, person: UUID, draft: PersonDraft, version: int, at: datetime) -> int:
    """Replace what is written about a person, if nobody did since ``version``; gives the new version.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
        PersonRefused: a field cannot be kept.
        EditConflict: the file is no longer the one that was read.
    """
    on = timezone.localdate(at)
    row = permitted_person(by, person, "edit_person", on=on)
    check(draft, on=on)
    columns, health = _columns_of(draft, row.lead_organisation), _health_of(draft)
    with transaction.atomic():
        changed = _names_of_changes(row, columns, health)
        rows = models.Person.objects.filter(pk=person, version=version)
        if not rows.update(**columns, version=F("version") + 1, last_contact_on=max(row.last_contact_on, on)):
            raise EditConflict
        models.HealthFacts.objects.filter(person_id=person).update(**health)
        # The journal says which fields, never what they held.
        record_event(by=by, what="edit_person", subject=f"person:{person}", at=at, details={"fields": changed})
    return version + 1


def note_contact(*, person: UUID, on: date) -> None:
    """Put off the day on which the data leave: somebody spoke with the person, or moved their referral, on that day.

    Called inside the use case that tells of the contact, which writes the event.
    """
    with as_system("people.note_contact"):
        models.Person.objects.filter(pk=person, last_contact_on__lt=on).update(last_contact_on=on)


def merge_people(*, by: Actor, kept: UUID, merged: UUID, at: datetime) -> None:
    """Bring two files of one person together: the links follow, both histories stay, and nothing is thrown away.

    The merged record stays as it was, out of the lists, and names the one kept.

    Raises:
        PersonNotFound: one of the two is not to be seen.
        NotPermitted: the actor does not follow both.
        NotTheSamePerson: they are one record, or followed by two organisations.
    """
    on = timezone.localdate(at)
    first = permitted_person(by, kept, "merge_people", on=on)
    second = permitted_person(by, merged, "merge_people", on=on)
    if first.pk == second.pk or first.lead_organisation != second.lead_organisation:
        raise NotTheSamePerson("A file is brought together with another one that the same organisation follows.")
    lead = {name: getattr(first, name) for name in ("lead_organisation", "lead_site", "lead_team", "lead_adviser")}
    with as_system("people.merge_people"), transaction.atomic():
        if not models.Person.objects.filter(pk=merged, merged_into=None).update(
            merged_into=kept, version=F("version") + 1
        ):
            raise EditConflict
        moved = models.Link.objects.filter(person_id=merged).update(person_id=kept, **lead)
        models.Person.objects.filter(pk=kept).update(last_contact_on=max(first.last_contact_on, second.last_contact_on))
        details = {"merged": str(merged), "links": moved}
        record_event(by=by, what="merge_people", subject=f"person:{kept}", at=at, details=details)
        record_event(by=by, what="merged_into", subject=f"person:{merged}", at=at, details={"kept": str(kept)})


def permitted_person(by: Actor, person: UUID, action: str, *, on: date) -> models.Person:
    """Give the row of a person on whom the actor may act.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: seen, but not theirs to act on.
    """
    row = people_visible_to(by, on=on).filter(pk=person).first()
    if row is None:
        raise PersonNotFound
    require(PERMISSIONS, action, by, relations_to(by, row))
    return row


def permitted(by: Actor, person: UUID, action: str, *, on: date) -> None:
    """Let an action on a person through, for the contexts above.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: seen, but not theirs to act on.
    """
    permitted_person(by, person, action, on=on)


def draft_of(row: models.Person, health: models.HealthFacts | None, external_id: str) -> PersonDraft:
    """Give the draft that would change nothing, for what edits only some fields."""
    names = set(PersonDraft.__dataclass_fields__) - {"external_id", "target_groups", "barriers", "boe", "themes"}
    groups = _joined(row.target_groups, health.target_groups if health else None)
    barriers = _joined(row.barriers, health.barriers if health else None)
    plain = PersonDraft(**{name: getattr(row, name) for name in names}, external_id=external_id)
    boe = health.boe if health else None
    return replace(plain, target_groups=groups, barriers=barriers, boe=boe, themes=tuple(row.themes))


def _joined(plain: list[str] | None, apart: list[str] | None) -> tuple[str, ...] | None:
    return None if plain is None and apart is None else (*(plain or ()), *(apart or ()))


def _columns_of(draft: PersonDraft, organisation: str) -> dict[str, object]:
    columns = asdict(draft)
    identifier = columns.pop("external_id")
    columns.pop("boe")
    columns["target_groups"] = split_groups(draft.target_groups)[0]
    columns["barriers"] = split_barriers(draft.barriers)[0]
    columns["themes"] = list(draft.themes)
    home = geography().find(draft.municipality)
    columns["municipality"] = home.code if home is not None else draft.municipality
    columns["telephone"] = plain_telephone(draft.telephone)
    columns |= {name: str(columns[name]).strip() for name in ("given_name", "family_name")}
    columns["external_id_sealed"] = seal_identifier(identifier.strip())
    columns["external_id_hash"] = hash_of(identifier, organisation)
    return columns


def _health_of(draft: PersonDraft) -> dict[str, object]:
    groups, barriers = split_groups(draft.target_groups)[1], split_barriers(draft.barriers)[1]
    return {"boe": draft.boe, "target_groups": groups, "barriers": barriers}


def _names_of_changes(row: models.Person, columns: dict[str, object], health: dict[str, object]) -> list[str]:
    stored = models.HealthFacts.objects.filter(person_id=row.pk).first()
    changed = [name for name, value in columns.items() if name != "external_id_sealed" and getattr(row, name) != value]
    return changed + [f"health {name}" for name, value in health.items() if getattr(stored, name, None) != value]
