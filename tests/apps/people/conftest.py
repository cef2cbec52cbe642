"""The cast: Amel and Anna follow people at the agency, Bruno receives them at the Mission locale."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from maillage.apps.people.drafts import PersonDraft
from maillage.apps.people.use_cases import create_person, open_link
from maillage.apps.territories import demonstration as territories
from maillage.domain.accounts import Actor, Role

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ON = date(2026, 3, 2)
AGENCY, MISSION, ASSOCIATION = "agence-le-blanc", "mission-locale-indre", "association-mobilite"
NAMES = frozenset({"given_name", "family_name", "telephone"})


def actor(name: str, role: Role, organisation: str, **places) -> Actor:
    return Actor(account=uuid4(), name=name, membership=uuid4(), role=role, organisation=organisation, **places)


@pytest.fixture
def places(db) -> None:
    territories.load(by="tests", at=AT)


@pytest.fixture
def site() -> UUID:
    return uuid4()


@pytest.fixture
def amel(site) -> Actor:
    return actor("Amel", Role.ADVISER, AGENCY, site=site)


@pytest.fixture
def anna(site) -> Actor:
    return actor("Anna", Role.ADVISER, AGENCY, site=site)


@pytest.fixture
def bruno() -> Actor:
    return actor("Bruno", Role.PARTNER_ADVISER, MISSION, site=uuid4())


@pytest.fixture
def driss(places, amel) -> UUID:
    return create_person(by=amel, draft=draft(), at=AT)


def draft(**facts) -> PersonDraft:
    known = {
        "given_name": "Driss",
        "family_name": "Benali",
        "municipality": "36018",
        "birth_date": date(2006, 5, 31),
        "telephone": "06 01 02 03 04",
        "registered": True,
        "registered_since": date(2025, 1, 2),
        "target_groups": ("jeunes", "RQTH"),
        "barriers": ("mobilite", "sante"),
        "boe": True,
        "external_id": "1234567A",
    }
    return PersonDraft(**{**known, **facts})


def referred(by: Actor, person: UUID, to: Actor, **choices) -> UUID:
    """Open the link of a referral; give its subject."""
    subject = uuid4()
    known = {"organisation": to.organisation, "site": to.site, "fields": NAMES, "at": AT, "agreement": "2024-x"}
    open_link(by=by, person=person, kind="REFERRAL", subject=subject, **{**known, **choices})
    return subject
