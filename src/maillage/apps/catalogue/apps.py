from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "maillage.apps.catalogue"

    def ready(self) -> None:
        from maillage.apps.catalogue.importers import register_all  # noqa: PLC0415 - the models are not ready before

        register_all()
