"""The cast of the referrals, at the keyboard."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts.models import Account
from maillage.web.accounts.sessions import BACKEND
from maillage.web.components.identity import MEMBERSHIP, OPENED_AT, SEEN_AT
from tests.apps.referrals.conftest import amel, bruno, chloe, driss, offer, sent

__all__ = ["amel", "bruno", "chloe", "driss", "offer"]


def browser_of(actor) -> Client:
    """Give a browser signed in under a membership."""
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account), backend=BACKEND)
    session = client.session
    now = timezone.now().isoformat()
    session.update({MEMBERSHIP: str(actor.membership), OPENED_AT: now, SEEN_AT: now})
    session.save()
    return client


@pytest.fixture
def uptake(amel, driss):
    return sent(amel, driss, at=timezone.now(), why="Inscrit depuis 14 mois.", wish="Un atelier.").uptakes[0].uptake


@pytest.fixture
def partner(bruno) -> Client:
    return browser_of(bruno)
