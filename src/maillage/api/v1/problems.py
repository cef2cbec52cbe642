"""Errors as problem details (RFC 9457): what happened and what to do, never what was asked about the person."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from maillage.api.v1.wording import DETAILS, TITLES, expected, language_of
from maillage.engine.loading import NoAgreement
from maillage.engine.reading import AgreementMistakes

MEDIA_TYPE = "application/problem+json"
LONGEST_FIELD = 80
ERRORS_AT_MOST = 20
UNREADABLE_TEXTS = (AgreementMistakes, NoAgreement)
_log = logging.getLogger(__name__)


class FieldProblem(Schema):
    """One value to correct."""

    field: str = Field(max_length=LONGEST_FIELD + 1)
    sentence: str


class Problem(Schema):
    """An error, as RFC 9457 writes it."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[FieldProblem] = []


class Refused(Exception):
    """A question that cannot be answered as it is asked: the fields at fault, each with what is wrong with it."""

    def __init__(self, field: str, kind: str) -> None:
        """Keep the name of the field and a key of the sentences."""
        self.errors: list[Mapping[str, Any]] = [{"loc": (field,), "type": kind}]
        super().__init__(field, kind)


def problem(
    request: HttpRequest,
    status: int,
    errors: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    detail: str = "",
) -> HttpResponse:
    """Make the answer that says an error; ``detail`` says it better than the words of the status."""
    language = language_of(request)
    said = status if status in TITLES[language] else 400 if status < 500 else 500
    content = {
        "type": f"/api/#problem-{said}",
        "title": TITLES[language][said],
        "status": status,
        "detail": detail or DETAILS[language][said],
        "errors": [_field_problem(request, error) for error in list(errors)[:ERRORS_AT_MOST]],
    }
    return HttpResponse(json.dumps(content), status=status, content_type=MEDIA_TYPE, headers=headers)


def _field_problem(request: HttpRequest, error: Mapping[str, Any]) -> dict[str, str]:
    """Say what is wrong with a field; the value stays out, it may be a fact about a person."""
    place = [str(part) for part in error["loc"] if part not in {"body", "query", "path", "question"}]
    name = next((part for part in reversed(place) if not part.isdecimal()), "")
    sentence = expected(name, error["type"], language_of(request), **error.get("ctx", {}))
    field = ".".join(place)
    return {"field": field[:LONGEST_FIELD] + ("…" if len(field) > LONGEST_FIELD else ""), "sentence": sentence}


def answer_errors(api: NinjaAPI) -> None:
    """Make every error of the API a problem."""
    for kind in (Http404, RequestDataTooBig, SuspiciousOperation, HttpError, ValidationError, Refused):
        api.add_exception_handler(kind, _told)
    for unreadable in UNREADABLE_TEXTS:
        api.add_exception_handler(unreadable, texts_unreadable)
    api.add_exception_handler(Exception, _failed)


def _told(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer an error of the question."""
    if isinstance(error, ValidationError | Refused):
        return problem(request, 422, error.errors)
    statuses = {Http404: 404, RequestDataTooBig: 413}
    status = error.status_code if isinstance(error, HttpError) else statuses.get(type(error), 400)
    return problem(request, status)


def texts_unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer 503 while a text of the operator's folder is in error; the journal says file, line and mistake."""
    _log.error("The agreements cannot be read:\n%s", error)
    return problem(request, 503, headers={"Retry-After": "60"})


def _failed(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer 500; the journal gets where it broke, not the message, which may quote a fact about a person."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s in %s\n%s", type(error).__name__, request.path, where)
    return problem(request, 500)
