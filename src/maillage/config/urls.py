"""The addresses of the site: each audience brings its own."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from maillage.api.v1.documentation import api_page
from maillage.config.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("api/v1/", include("maillage.api.v1.urls")),
    # French has no prefix; /en/ is the same pages in English, without a cookie.
    *i18n_patterns(
        path("", include("maillage.web.components.urls")),
        path("", include("maillage.web.advisers.urls")),
        path("", include("maillage.web.public.urls")),
        path("", include("maillage.web.figures.urls")),
        path("", include("maillage.web.agreements.urls")),
        path("", include("maillage.web.accounts.urls")),
        path("", include("maillage.web.partners.urls")),
        path("", include("maillage.web.own_forms.urls")),
        path("", include("maillage.web.portfolio.urls")),
        path("", include("maillage.web.follow.urls")),
        path("", include("maillage.web.steering.urls")),
        path("api/", api_page, name="api-page"),
        prefix_default_language=False,
    ),
]
