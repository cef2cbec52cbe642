"""The API itself: its operations, its contract in OpenAPI 3.1, in French or in English."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI

from maillage.api.v1 import agreements, catalogue, codes, complementarity, coverage, openings, referrals, territories
from maillage.api.v1.asking import refuse_strangers
from maillage.api.v1.descriptions import ABOUT, OPERATIONS, PARAMETERS
from maillage.api.v1.exports import addresses
from maillage.api.v1.keyed import answer_refusals, answer_to_keys
from maillage.api.v1.problems import MEDIA_TYPE, answer_errors
from maillage.api.v1.wording import TITLES, language_of
from maillage.engine.wording import Language

TITLE = "Maillage"
METHODS = ("get", "post")

api = NinjaAPI(title=TITLE, version="1", urls_namespace="api-v1", docs_url=None, openapi_url=None)
answer_errors(api)
answer_refusals(api)
for prefix, router in (
    ("/openings", openings.router),
    ("", catalogue.router),
    ("", territories.router),
    ("", agreements.router),
    ("", coverage.router),
    ("", complementarity.router),
    ("", codes.router),
    ("/exports", addresses.router),
):
    router.add_decorator(refuse_strangers, mode="view")
    api.add_router(prefix, router)
for router in (referrals.router,):
    router.add_decorator(refuse_strangers, mode="view")
    router.add_decorator(answer_to_keys, mode="view")
    api.add_router("", router)


def contract(language: Language) -> dict[str, Any]:
    """Give the contract of the API, its sentences in a language."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="api/v1/"))
    schema["info"] = {
        "title": TITLE,
        "version": version("maillage"),
        "description": ABOUT[language],
        "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    }
    schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path in schema["paths"].values():
        for method in METHODS:
            if method in path:
                _describe(path[method], language)
    return schema


def _describe(operation: dict[str, Any], language: Language) -> None:
    """Put the sentences of a language on an operation, and what every operation may answer besides."""
    summary, description = OPERATIONS[language][operation["operationId"]]
    operation |= {"summary": summary, "description": description}
    for parameter in operation["parameters"]:
        parameter["description"] = PARAMETERS[language][parameter["name"]]
    answers = operation["responses"]
    for status in [status for status in answers if status >= 400]:
        answers[status]["description"] = TITLES[language][status]
        answers[status]["content"] = {MEDIA_TYPE: next(iter(answers[status]["content"].values()))}
    answers.setdefault(200, {})["description"] = summary
    if 401 in answers:
        operation["security"] = [{"key": []}]
    elif "requestBody" not in operation:
        answers[304] = {"description": {"fr": "Rien n’a changé", "en": "Nothing has changed"}[language]}


def openapi(request: HttpRequest) -> JsonResponse:
    """Give the contract as JSON."""
    return JsonResponse(contract(language_of(request)))
