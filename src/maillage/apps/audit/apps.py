"""Audit: who did what, when; written once, never changed."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "maillage.apps.audit"

    def ready(self) -> None:
        """Have the database itself refuse changes to the journals."""
        connection_created.connect(introduce_connection)
        post_migrate.connect(keep_after_migration, sender=self)


def introduce_connection(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Tell a new connection whether rows of the journals may leave."""
    from maillage.apps.audit.sealing import introduce  # noqa: PLC0415 (the models are loaded by now)

    introduce(connection)


def keep_after_migration(*, using: str, **_: Any) -> None:
    """Put the triggers back whenever the tables change."""
    from maillage.apps.audit.sealing import keep_journals  # noqa: PLC0415 (the models are loaded by now)

    keep_journals(connections[using])
