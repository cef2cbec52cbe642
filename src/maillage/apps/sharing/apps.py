"""Sharing: consents, objections, what a person was told, and the private link to follow one's own referral."""

from __future__ import annotations

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "maillage.apps.sharing"
