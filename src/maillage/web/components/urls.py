"""The addresses that pages of several audiences call."""

from __future__ import annotations

from django.urls import path

from maillage.web.components.views import map_ground, municipality_choices

app_name = "components"
urlpatterns = [
    path("completion/communes/", municipality_choices, name="municipalities"),
    path("fond-de-carte/", map_ground, name="map-ground"),
]
