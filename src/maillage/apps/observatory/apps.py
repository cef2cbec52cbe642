from __future__ import annotations

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    name = "maillage.apps.observatory"

    def ready(self) -> None:
        from maillage.apps.imports.formats import register  # noqa: PLC0415 (models are ready only now)
        from maillage.apps.observatory.importers import QuarterlyUnemployment  # noqa: PLC0415

        register(QuarterlyUnemployment)
