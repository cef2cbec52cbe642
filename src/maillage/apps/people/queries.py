"""Asking about people: only those one may see, and every look at one is written in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from maillage.apps.audit.queries import LISTED
from maillage.apps.people import models
from maillage.apps.people.identifiers import hash_of, open_identifier
from maillage.apps.people.mapping import (
    RECORD_FIELDS,
    PersonLink,
    PersonRecord,
    facts_from,
    lead_side_of,
    link_of,
    partner_side_of,
    record_of,
)
from maillage.apps.people.walls import visible_to
from maillage.apps.people.watching import look_at
from maillage.domain.accounts import Actor
from maillage.domain.people import PersonFacts
from maillage.domain.shared import MaillageError
from maillage.domain.visibility import follows, receives

FOLLOWED = "follows the person"


class PersonNotFound(MaillageError):
    """No such person, or none that one may see: the two are told alike."""

    def __init__(self) -> None:
        super().__init__("No such person among those you follow or receive.")


def people_visible_to(actor: Actor, *, on: date) -> QuerySet[models.Person]:
    """Give the people an actor may see on a day; those merged into another record are left out."""
    return models.Person.objects.filter(visible_to("people_person", actor, on=on), merged_into=None)


def links_visible_to(actor: Actor, *, on: date) -> QuerySet[models.Link]:
    """Give the links an actor may see on a day: of those one follows, and those by which one receives."""
    return models.Link.objects.filter(visible_to("people_link", actor, on=on))


def may_see(actor: Actor, person: UUID, *, on: date) -> bool:
    """Tell whether an actor may see a person on a day, without looking: nothing is written in the journal."""
    return people_visible_to(actor, on=on).filter(pk=person).exists()


def lead_organisation_of(actor: Actor, person: UUID, *, on: date) -> str | None:
    """Give the organisation that follows a person whom an actor may see; ``None`` when they may not."""
    found: str | None = (
        people_visible_to(actor, on=on).filter(pk=person).values_list("lead_organisation", flat=True).first()
    )
    return found


def person_for(actor: Actor, person: UUID, *, at: datetime, why: str) -> PersonRecord:
    """Give a person as an actor may see them, and write the look in the journal.

    The side that follows sees all; a partner the fields its open links pass. ``why`` says which page or command asks.

    Raises:
        PersonNotFound: no such person, or not to be seen; the attempt is written too.
        AccountFrozen: this look was one too many; nothing is shown.
    """
    on = _day_of(at)
    row = people_visible_to(actor, on=on).filter(pk=person).first()
    if row is None:
        look_at(actor=actor, people=[person], what=why, at=at, was_refused=True)
        raise PersonNotFound
    links = tuple(models.Link.objects.filter(person=row).filter(visible_to("people_link", actor, on=on)))
    basis = _basis_for(actor, row, links, on=on)
    look_at(actor=actor, people=[person], what=why, at=at, basis=basis, is_own=is_own(actor, row))
    return _shown_to(actor, row, links, on=on)


def people_listed_for(actor: Actor, rows: Iterable[models.Person], *, at: datetime, why: str) -> list[PersonRecord]:
    """Give the records of a page of a list, and write one look for each in the journal.

    ``rows`` come from ``people_visible_to``, one page at a time.

    Raises:
        AccountFrozen: these looks were too many; nothing is shown.
    """
    on = _day_of(at)
    page = list(rows)
    links = _links_by_person(actor, [row.pk for row in page], on=on)
    own = [row.pk for row in page if is_own(actor, row)]
    look_at(actor=actor, people=own, what=why, at=at, basis=LISTED, is_own=True)
    others = {row.pk: _basis_for(actor, row, links.get(row.pk, ()), on=on) for row in page if row.pk not in own}
    look_at(actor=actor, people=others, what=why, at=at, basis=others)
    return [_shown_to(actor, row, links.get(row.pk, ()), on=on) for row in page]


def own_people(actor: Actor, *, most: int, at: datetime, why: str) -> list[PersonRecord]:
    """Give the people in the actor's own hands, or in those of somebody they stand in for, by name; each look written.

    ``most`` bounds how many. Raises:
        AccountFrozen: these looks were too many; nothing is shown.
    """
    rows = people_visible_to(actor, on=_day_of(at)).filter(lead_adviser__in=actor.memberships)
    return people_listed_for(actor, rows.order_by("family_name", "given_name", "pk")[:most], at=at, why=why)


def names_seen(actor: Actor, people: Iterable[UUID], *, at: datetime, why: str) -> dict[UUID, str]:
    """Name some people whom the actor follows or receives, each look written; the others are left out.

    Raises:
        AccountFrozen: these looks were too many; nothing is shown.
    """
    rows = people_visible_to(actor, on=_day_of(at)).filter(pk__in=list(people))
    return {one.id: one.name for one in people_listed_for(actor, rows, at=at, why=why)}


def facts_of(person: UUID, *, actor: Actor, on: date) -> PersonFacts:
    """Give the facts a rule asks about a person on a day, to who follows them: nothing is shown, nothing is written.

    Raises:
        PersonNotFound: no such person, or the actor is not on the side that follows.
    """
    row = people_visible_to(actor, on=on).filter(pk=person).first()
    if row is None or not follows(actor, lead_side_of(row)):
        raise PersonNotFound
    return facts_from(row, on=on)


def open_links(person: UUID) -> tuple[tuple[UUID, str, PersonLink], ...]:
    """List the open links of a person with the person and who follows them, for use cases that act on all of them."""
    return _with_lead(models.Link.objects.filter(person=person))


def open_links_everywhere() -> tuple[tuple[UUID, str, PersonLink], ...]:
    """List the open links of everybody with their person and who follows them, for the clock."""
    return _with_lead(models.Link.objects.all())


def _with_lead(rows: QuerySet[models.Link]) -> tuple[tuple[UUID, str, PersonLink], ...]:
    still = rows.filter(closed_at=None, objected_at=None).order_by("opened_at", "pk")
    return tuple((row.person_id, row.lead_organisation, link_of(row)) for row in still)


def found_by_identifier(actor: Actor, identifier: str, *, on: date) -> UUID | None:
    """Find the person that the organisation knows under an identifier, among those one may see."""
    found = people_visible_to(actor, on=on).filter(external_id_hash=hash_of(identifier, actor.organisation)).first()
    return None if found is None else found.pk


def is_own(actor: Actor, row: models.Person) -> bool:
    """Tell whether a person is in the actor's own hands, or in those of somebody they stand in for."""
    return row.lead_adviser in actor.memberships


def _shown_to(actor: Actor, row: models.Person, links: Iterable[models.Link], *, on: date) -> PersonRecord:
    told = tuple(link_of(link) for link in links)
    if follows(actor, lead_side_of(row)):
        identifier = open_identifier(row.external_id_sealed)
        return record_of(row, RECORD_FIELDS, external_id=identifier, links=told)
    open_links = [link for link in links if receives(actor, partner_side_of(link), on=on)]
    shown = frozenset(name for link in open_links for name in link.passed_fields)
    return record_of(row, shown, external_id=open_identifier(row.external_id_sealed), links=told)


def _basis_for(actor: Actor, row: models.Person, links: Iterable[models.Link], *, on: date) -> str:
    if follows(actor, lead_side_of(row)):
        return FOLLOWED
    opened = [link for link in links if receives(actor, partner_side_of(link), on=on)]
    return "; ".join(f"{link.kind} {link.subject} {link.agreement} {link.article}".strip() for link in opened)[:300]


def _links_by_person(actor: Actor, people: list[UUID], *, on: date) -> dict[UUID, tuple[models.Link, ...]]:
    found: dict[UUID, tuple[models.Link, ...]] = {}
    for link in links_visible_to(actor, on=on).filter(person__in=people):
        found[link.person_id] = (*found.get(link.person_id, ()), link)
    return found


def _day_of(at: datetime) -> date:
    return timezone.localdate(at)
