"""Amel at her desk, with the cast of the referrals."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.apps.referrals.conftest import amel, bruno, chloe, driss, offer
from tests.web.partners.conftest import browser_of, uptake

__all__ = ["amel", "bruno", "chloe", "driss", "offer", "uptake"]


@pytest.fixture
def adviser(amel) -> Client:
    return browser_of(amel)
