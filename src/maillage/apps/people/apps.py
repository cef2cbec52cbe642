"""People: the minimum of facts, the links that let a partner see them, and the wall around both."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "maillage.apps.people"

    def ready(self) -> None:
        """Have the walls raised whenever the tables change."""
        post_migrate.connect(raise_after_migration, sender=self)


def raise_after_migration(*, using: str, **_: Any) -> None:
    """Make the role and the policies those of the code; nothing elsewhere than on PostgreSQL."""
    from maillage.apps.people.acting import prepare_roles  # noqa: PLC0415 (the models are loaded by now)

    prepare_roles(connections[using])
