"""When the operator's agreements cannot be read: no page answers from them, and everybody is told what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from maillage.engine.loading import NoAgreement
from maillage.engine.reading import AgreementMistakes

WAIT_SECONDS = 60
_log = logging.getLogger(__name__)


class UnreadableTexts:
    """Answers 503 for a page that could not read the texts; file, line and mistake go to the operator's log.

    An older reading is not used instead: it is no longer what the folder says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand in front of the pages."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer in place of a view that could not read the texts."""
        if not isinstance(error, AgreementMistakes | NoAgreement):
            return None
        _log.error("The agreements cannot be read, so no page answers from them:\n%s", error)
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = str(WAIT_SECONDS)
        return response
