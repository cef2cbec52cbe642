"""The documented page of the API, drawn from its contract: no script, nothing from elsewhere, in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from maillage.api.v1.application import METHODS, contract
from maillage.api.v1.descriptions import FACTS
from maillage.api.v1.examples import EXAMPLES, page_words
from maillage.api.v1.wording import DETAILS, TITLES
from maillage.engine.wording import Language

FEW_CODES = 8


@dataclass(frozen=True)
class Parameter:
    """One thing to give: where, of which kind, whether it must be."""

    name: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """One operation, as a reader sees it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    example: str


@dataclass(frozen=True)
class Error:
    """One status that is an error, and what to do about it."""

    status: int
    title: str
    detail: str


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """Show what can be asked, with an example of each question."""
    language: Language = "en" if (get_language() or "fr").startswith("en") else "fr"
    site = request.build_absolute_uri("/").rstrip("/")
    schema = contract(language)
    context = {
        "words": page_words(language),
        "about": schema["info"]["description"],
        "groups": _groups(schema, site, language),
        "errors": [Error(status, title, DETAILS[language][status]) for status, title in TITLES[language].items()],
        "contract": reverse("api-contract"),
        "site": site,
    }
    return render(request, "api/page.html", context)


def _groups(schema: dict[str, Any], site: str, language: Language) -> list[tuple[str, str, list[Operation]]]:
    """Put the operations together by subject, in the order of the contract."""
    titles = page_words(language)["groups"]
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                found = methods[method]
                groups.setdefault(found["tags"][0], []).append(
                    _operation(schema, path, method, found, site, FACTS[language])
                )
    return [(tag, titles[tag], operations) for tag, operations in groups.items()]


def _operation(  # noqa: PLR0913, PLR0917 (what is shown, and the words for it)
    schema: dict[str, Any], path: str, method: str, found: dict[str, Any], site: str, facts: Mapping[str, str]
) -> Operation:
    parameters = [
        Parameter(one["name"], _kind(schema, one["schema"]), one["required"], one.get("description", ""))
        for one in found["parameters"]
    ]
    body = found.get("requestBody")
    if body:
        content = _resolved(schema, body["content"]["application/json"]["schema"])
        required = content.get("required", [])
        parameters += [
            Parameter(name, _kind(schema, details), name in required, facts[name])
            for name, details in content["properties"].items()
        ]
    return Operation(
        id=found["operationId"],
        method=method.upper(),
        path=path,
        summary=found["summary"],
        description=found["description"],
        parameters=tuple(parameters),
        example=_example(found["operationId"], path, site),
    )


def _example(operation: str, path: str, site: str) -> str:
    """Write the command that asks the question of the example."""
    example = EXAMPLES.get(operation, "")
    if isinstance(example, dict):
        text = json.dumps(example, ensure_ascii=False)
        return f"curl {site}{path} \\\n  -H 'Content-Type: application/json' \\\n  -d '{text}'"
    return f"curl '{site}{example or path}'"


def _resolved(schema: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    reference = found.get("$ref")
    if not reference:
        return found
    resolved: dict[str, Any] = schema["components"]["schemas"][reference.rpartition("/")[2]]
    return resolved


def _kind(schema: dict[str, Any], found: dict[str, Any]) -> str:
    """Say the kind of a value in the words of JSON Schema, with its bounds."""
    one = next((part for part in found.get("anyOf", []) if part.get("type") != "null"), found)
    one = _resolved(schema, one)
    if one.get("enum"):
        codes = one["enum"]
        return " | ".join(codes) if len(codes) <= FEW_CODES else f"{' | '.join(codes[:3])} | …"
    if one.get("type") == "array":
        return f"[{_kind(schema, one['items'])}]"
    low, high = one.get("minimum"), one.get("maximum")
    bounds = f" {low}–{high}" if low is not None and high is not None else ""
    return f"{one.get('format') or one.get('type', '')}{bounds}"
