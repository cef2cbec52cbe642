"""The demonstration's stories, and who steers them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts import demonstration as accounts
from maillage.apps.accounts.queries import account_with, actor_of, memberships_of
from maillage.apps.referrals import demonstration as stories
from maillage.domain.accounts import Actor
from tests.web.conftest import load_demonstration
from tests.web.partners.conftest import browser_of


def cast(name: str) -> Actor:
    """Give somebody of the demonstration."""
    today = timezone.localdate()
    account = account_with(f"{name}@{accounts.DOMAIN}")
    found = actor_of(account, memberships_of(account, today)[0].membership, today)
    assert found is not None
    return found


@pytest.fixture
def told(db) -> None:
    load_demonstration()
    accounts.load(by="tests", at=timezone.now())
    stories.load(at=timezone.now())


@pytest.fixture
def chloe(told) -> Client:
    return browser_of(cast("chloe"))
