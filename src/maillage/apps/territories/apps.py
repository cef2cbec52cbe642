from __future__ import annotations

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    name = "maillage.apps.territories"

    def ready(self) -> None:
        from maillage.apps.territories.importers import register_all  # noqa: PLC0415 (models are ready only now)

        register_all()
