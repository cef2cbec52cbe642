"""Amel follows Driss for France Travail; Paul receives him at Passerelle, by a fictional framework."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from maillage.apps.people.use_cases import create_person
from maillage.domain.accounts import Actor, Role
from tests.apps.people.conftest import actor, draft, places

__all__ = ["places"]
FICTIONAL = Path(__file__).parents[2] / "agreements" / "fictional"
AT = datetime(2024, 3, 4, 9, tzinfo=UTC)
ON = date(2024, 3, 4)
FRAMEWORK = "2023-passerelle-national"
SERVICE, PASSERELLE = "france-travail", "passerelle"
SHARED = frozenset({"given_name", "family_name", "birth_date", "registered", "registered_since"})


@pytest.fixture(autouse=True)
def fictional_agreements(settings) -> None:
    settings.MAILLAGE_AGREEMENTS = FICTIONAL


@pytest.fixture
def amel() -> Actor:
    return actor("Amel", Role.ADVISER, SERVICE)


@pytest.fixture
def paul() -> Actor:
    return actor("Paul", Role.PARTNER_ADVISER, PASSERELLE)


@pytest.fixture
def driss(places, amel) -> UUID:
    return create_person(by=amel, draft=draft(birth_date=date(2004, 5, 31), registered_since=date(2023, 1, 2)), at=AT)


@pytest.fixture
def subject() -> UUID:
    return uuid4()
