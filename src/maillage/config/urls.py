"""The addresses of the site: each audience brings its own."""

from __future__ import annotations

from django.urls import include, path

from maillage.config.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
]
