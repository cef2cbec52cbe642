"""The addresses of the API; its documented page is elsewhere, among those that have a language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from maillage.api.v1.application import api, openapi
from maillage.api.v1.problems import problem


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """Say to a machine, not to a reader, that the address is none of ours."""
    return problem(request, 404)


urlpatterns = [path("openapi.json", openapi, name="api-contract"), path("", api.urls), re_path(r"", not_found)]
