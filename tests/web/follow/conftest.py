"""Driss, with the link he was handed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from maillage.apps.referrals.models import Uptake
from maillage.apps.sharing.use_cases import make_follow_link
from tests.apps.referrals.conftest import amel, bruno, driss, offer
from tests.web.partners.conftest import uptake

__all__ = ["amel", "bruno", "driss", "offer", "uptake"]


@pytest.fixture
def link(amel, driss, uptake) -> str:
    referral = Uptake.objects.get().referral_id
    token = make_follow_link(by=amel, person=driss, subject=referral, at=timezone.now())
    return f"/suivi/{token}/"
