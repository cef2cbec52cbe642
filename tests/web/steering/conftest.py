"""The demonstration's stories, and who steers them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts import demonstration as accounts
from maillage.apps.accounts.queries import account_with, actor_of, memberships_of
from maillage.apps.referrals import demonstration as stories
from maillage.domain.accounts import Actor
from tests.conftest import journals_open
from tests.web.conftest import load_demonstration
from tests.web.partners.conftest import browser_of


def cast(name: str) -> Actor:
    """Give somebody of the demonstration."""
    today = timezone.localdate()
    account = account_with(f"{name}@{accounts.DOMAIN}")
    found = actor_of(account, memberships_of(account, today)[0].membership, today)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def told_once(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Tell the stories once a file, each step by its use case: what a test changes is undone by its own transaction."""
    with django_db_blocker.unblock():
        load_demonstration()
        accounts.load(by="tests", at=timezone.now())
        stories.load(at=timezone.now())
    yield
    with django_db_blocker.unblock(), journals_open():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def told(told_once, db) -> None:
    return None


@pytest.fixture
def chloe(told) -> Client:
    return browser_of(cast("chloe"))
