"""From the rows of people to what the pages and the other contexts read, narrowed to what may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from uuid import UUID

from maillage.apps.people import models
from maillage.domain.people import PersonFacts
from maillage.domain.personal_data import HEALTH_BARRIERS, HEALTH_GROUPS
from maillage.domain.visibility import LeadSide, PartnerSide


@dataclass(frozen=True, slots=True)
class PersonLink:
    """Why a partner sees a person; ``fields`` are the stored fields it is shown."""

    id: UUID
    kind: str
    subject: UUID
    organisation: str
    site: UUID | None
    team: UUID | None
    holder: UUID | None
    agreement: str
    article: str
    fields: frozenset[str]
    opened_at: datetime
    until: date | None
    closed_at: datetime | None
    objected_at: datetime | None

    def is_open(self, *, on: date) -> bool:
        """Tell whether the link shows the person on a day."""
        ended = self.closed_at is not None or self.objected_at is not None
        return not ended and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person as one actor is shown them: what is withheld is empty, and ``shown`` names the fields that are not.

    ``None`` in a fact is unknown. Health data are ``boe`` and the codes of groups and barriers that reveal health.
    """

    id: UUID
    lead_organisation: str
    lead_site: UUID | None
    lead_team: UUID | None
    lead_adviser: UUID | None
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    municipality: str = ""
    telephone: str = ""
    email: str = ""
    prefers_to_be_called: bool = False
    no_voicemail: bool = False
    language: str = ""
    needs_interpreter: bool = False
    external_id: str = ""
    registered: bool | None = None
    registered_since: date | None = None
    target_groups: tuple[str, ...] | None = None
    barriers: tuple[str, ...] | None = None
    minimum_income: bool | None = None
    priority_neighbourhood: bool | None = None
    qualification: str = ""
    occupation: str = ""
    themes: tuple[str, ...] = ()
    boe: bool | None = None
    last_contact_on: date | None = None
    version: int = 0
    shown: frozenset[str] = frozenset()
    links: tuple[PersonLink, ...] = ()

    @property
    def name(self) -> str:
        """The name said to people: given name first."""
        return f"{self.given_name} {self.family_name}".strip()


PLACED = ("id", "lead_organisation", "lead_site", "lead_team", "lead_adviser", "version")
"""What is not about the person but about who follows them; it is always given."""
HEALTH_FIELDS = frozenset({"boe", "health_groups", "health_barriers"})
RECORD_FIELDS = frozenset(field.name for field in fields(PersonRecord)) - {*PLACED, "shown", "links"} | HEALTH_FIELDS
"""The stored fields that can be shown or withheld, by name."""
_LISTS = ("target_groups", "barriers", "themes")


def record_of(
    row: models.Person, shown: Iterable[str], *, external_id: str = "", links: tuple[PersonLink, ...] = ()
) -> PersonRecord:
    """Give the record of a row with the fields that may be shown, and nothing of the others."""
    names = frozenset(shown) & RECORD_FIELDS
    kept = {name: getattr(row, name) for name in PLACED}
    plain = names - HEALTH_FIELDS - {"external_id", *_LISTS}
    kept |= {name: getattr(row, name) for name in plain}
    kept |= {name: _codes(getattr(row, name)) for name in _LISTS if name in names}
    if "external_id" in names:
        kept["external_id"] = external_id
    record = PersonRecord(**kept, shown=names, links=links)
    return _with_health(record, row, names) if names & HEALTH_FIELDS else record


def _with_health(record: PersonRecord, row: models.Person, names: frozenset[str]) -> PersonRecord:
    health = health_of(row)
    if health is None:
        return record
    groups = _joined(record.target_groups, health.target_groups) if "health_groups" in names else record.target_groups
    barriers = _joined(record.barriers, health.barriers) if "health_barriers" in names else record.barriers
    boe = health.boe if "boe" in names else None
    return replace(record, target_groups=groups, barriers=barriers, boe=boe)


def health_of(row: models.Person) -> models.HealthFacts | None:
    """Give the health data of a row, ``None`` when there are none or they may not be seen."""
    return models.HealthFacts.objects.filter(person_id=row.pk).first()


def _codes(stored: list[str] | None) -> tuple[str, ...] | None:
    return None if stored is None else tuple(stored)


def _joined(plain: tuple[str, ...] | None, apart: list[str] | None) -> tuple[str, ...] | None:
    return plain if apart is None else (*(plain or ()), *apart)


def split_codes(codes: Iterable[str] | None, revealing: frozenset[str]) -> tuple[list[str] | None, list[str] | None]:
    """Part the codes that reveal health from the others; unknown stays unknown on both sides."""
    if codes is None:
        return None, None
    given = list(dict.fromkeys(codes))
    return [one for one in given if one not in revealing], [one for one in given if one in revealing]


def split_groups(codes: Iterable[str] | None) -> tuple[list[str] | None, list[str] | None]:
    """Part the target groups that reveal health from the others."""
    return split_codes(codes, HEALTH_GROUPS)


def split_barriers(codes: Iterable[str] | None) -> tuple[list[str] | None, list[str] | None]:
    """Part the barriers that reveal health from the others."""
    return split_codes(codes, HEALTH_BARRIERS)


def facts_from(row: models.Person, *, on: date) -> PersonFacts:
    """Give the facts a rule asks, on a day; where health data may not be seen, what they are part of is unknown."""
    health = health_of(row)
    groups = _joined(_codes(row.target_groups), health.target_groups) if health else None
    barriers = _joined(_codes(row.barriers), health.barriers) if health else None
    return PersonFacts(
        municipality=row.municipality,
        age=None if row.birth_date is None else completed_years(row.birth_date, on=on),
        registered=row.registered,
        registered_for_months=months_since(row.registered_since, on=on) if row.registered else None,
        target_groups=None if groups is None else frozenset(groups),
        barriers=None if barriers is None else frozenset(barriers),
        boe=health.boe if health else None,
        minimum_income=row.minimum_income,
        priority_neighbourhood=row.priority_neighbourhood,
        qualification=row.qualification or None,
        occupation=row.occupation or None,
    )


def completed_years(birth_date: date, *, on: date) -> int:
    """Count the completed years on a day; who was born on 29 February is a year older on 1 March."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def months_since(begun: date | None, *, on: date) -> int | None:
    """Count the completed months from a day, ``None`` when it is not known; 0 before it."""
    if begun is None:
        return None
    months = (on.year - begun.year) * 12 + on.month - begun.month - (on.day < begun.day)
    return max(0, months)


def link_of(row: models.Link) -> PersonLink:
    """Give a link as it is read elsewhere."""
    return PersonLink(
        id=row.pk,
        kind=row.kind,
        subject=row.subject,
        organisation=row.organisation,
        site=row.site,
        team=row.team,
        holder=row.holder,
        agreement=row.agreement,
        article=row.article,
        fields=frozenset(row.passed_fields),
        opened_at=row.opened_at,
        until=row.until,
        closed_at=row.closed_at,
        objected_at=row.objected_at,
    )


def lead_side_of(row: models.Person | models.Link) -> LeadSide:
    """Give who follows, as the rule of visibility reads it."""
    return LeadSide(row.lead_organisation, row.lead_site, row.lead_team, row.lead_adviser)


def partner_side_of(link: models.Link) -> PartnerSide:
    """Give who receives, as the rule of visibility reads it."""
    return PartnerSide(
        organisation=link.organisation,
        site=link.site,
        team=link.team,
        holder=link.holder,
        is_closed=link.closed_at is not None,
        is_objected=link.objected_at is not None,
        until=link.until,
        passes_health=link.passes_health,
    )
