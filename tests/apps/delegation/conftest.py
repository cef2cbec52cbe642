"""The cast of referrals: a delegation is proposed by a referral."""

from __future__ import annotations

from tests.apps.referrals.conftest import amel, bruno, chloe, driss, offer, uptake

__all__ = ["amel", "bruno", "chloe", "driss", "offer", "uptake"]
