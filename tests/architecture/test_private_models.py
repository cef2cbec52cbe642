"""What an app remembers is its own: others ask it through queries and use cases."""

from __future__ import annotations

import grimp
import pytest
from django.apps import apps

GRAPH = grimp.build_graph("maillage")
OWN_APPS = sorted(name for name in GRAPH.find_children("maillage.apps") if f"{name}.models" in GRAPH.modules)


@pytest.mark.parametrize("app", OWN_APPS)
def test_models_are_imported_by_their_own_app_alone(app: str) -> None:
    importers = GRAPH.find_modules_that_directly_import(f"{app}.models")

    assert importers, "the models of an app that nobody reads"
    assert {name for name in importers if not name.startswith(f"{app}.")} == set()


def test_foreign_keys_stay_inside_an_app() -> None:
    crossing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("maillage.")
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model._meta.app_label != model._meta.app_label
    ]

    assert crossing == []


def test_every_app_has_its_place_in_the_settings() -> None:
    assert {config.name for config in apps.get_app_configs() if config.name.startswith("maillage.")} == set(OWN_APPS)
