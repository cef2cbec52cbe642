"""The cast: Gaëlle and Amel at France Travail, Hugo and Bruno at the Mission locale."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from maillage.apps.accounts import models, queries
from maillage.domain.accounts import Actor, Role

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = date(2026, 11, 22)
FT, ML = "france-travail", "mission-locale"
PASSPHRASE = "quatre mots sans lien aucun"


def open_account(name: str, **fields) -> models.Account:
    account = models.Account(email=f"{name.lower()}@exemple.invalid", name=name, opened_at=AT, **fields)
    account.set_password(PASSPHRASE)
    account.save()
    return account


def give_role(account: models.Account, role: Role, organisation: str, site: UUID | None = None) -> UUID:
    return models.Membership.objects.create(
        account=account, role=role.value, organisation=organisation, site_id=site, valid_from=date(2026, 1, 1)
    ).pk


def acting(membership: UUID) -> Actor:
    row = models.Membership.objects.get(pk=membership)
    actor = queries.actor_of(row.account_id, row.pk, TODAY)
    assert actor is not None
    return actor


@pytest.fixture
def gaelle(db) -> Actor:
    return acting(give_role(open_account("Gaelle"), Role.ADMINISTRATOR, FT))


@pytest.fixture
def amel(db) -> Actor:
    return acting(give_role(open_account("Amel"), Role.ADVISER, FT))


@pytest.fixture
def yann(db) -> Actor:
    return acting(give_role(open_account("Yann"), Role.ADVISER, FT))


@pytest.fixture
def hugo(db) -> Actor:
    return acting(give_role(open_account("Hugo"), Role.ADMINISTRATOR, ML))


@pytest.fixture
def bruno(db) -> Actor:
    return acting(give_role(open_account("Bruno"), Role.PARTNER_ADVISER, ML))
