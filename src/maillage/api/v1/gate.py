"""What every request to the API goes through: other sites (CORS), the rate, ETags, errors as problems."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from importlib.metadata import version

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from maillage.api.v1.problems import MEDIA_TYPE, UNREADABLE_TEXTS, problem, texts_unreadable
from maillage.api.v1.wording import language_of
from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue import queries as catalogue
from maillage.apps.territories.queries import geography_version

ROOT = "/api/v1/"
KEYED = tuple(f"{ROOT}{name}" for name in ("people", "referrals", "uptakes", "webhooks"))
"""The addresses that answer to a key: what they answer is somebody's, and named by the answer itself."""
MINUTE = 60
ANYBODY = "*"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept-Language, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
View = Callable[[HttpRequest], HttpResponse]


class Rate:
    """Counts requests by caller, minute by minute, in the memory of the process; only a digest of the address is held."""

    def __init__(self) -> None:
        """Begin without any count."""
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[bytes, int] = {}

    def wait(self, caller: str, most: int, now: float) -> int:
        """Count one request; gives how many seconds to wait when it is one too many, else 0."""
        minute = int(now // MINUTE)
        key = hashlib.blake2b(f"{minute} {caller}".encode(), digest_size=12).digest()
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            self._counts[key] = self._counts.get(key, 0) + 1
            return 0 if self._counts[key] <= most else (minute + 1) * MINUTE - int(now)


_rate = Rate()


def answer_machines(get_response: View) -> View:
    """Guard the addresses of the API; every other address passes untouched."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT):
            return get_response(request)
        try:
            response = _preflight(request) or _too_many(request) or _answered(request, get_response)
        except UNREADABLE_TEXTS as error:
            response = texts_unreadable(request, error)
        return _shared(request, response)

    return answer


def _answered(request: HttpRequest, get_response: View) -> HttpResponse:
    """Answer, or say that what the caller holds is still right; an error becomes a problem."""
    is_head = request.method == "HEAD"
    if is_head:
        request.method = "GET"
    is_public = not request.path_info.startswith(KEYED)
    tag = _tag(request) if request.method == "GET" and is_public else ""
    if tag and tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = get_response(request)
    if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
        kept = {name: response.headers[name] for name in ("Allow",) if name in response.headers}
        response = problem(request, response.status_code, headers=kept)
    if tag and response.status_code in {200, 304}:
        response.headers["ETag"] = tag
        response.headers.setdefault("Cache-Control", "no-cache")
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    if is_head:
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _tag(request: HttpRequest) -> str:
    """Name what an address answers: the state of all that is known, the day, the language and the address itself."""
    known_in = catalogue.sequence()
    state = (
        version("maillage"),
        str(known_in),
        catalogue.token_of(known_in),
        geography_version(),
        *agreements_in().digests,
        timezone.localdate().isoformat(),
        language_of(request),
        request.get_host(),
        request.get_full_path(),
    )
    return f'"{hashlib.sha256(chr(10).join(state).encode()).hexdigest()[:32]}"'


def _too_many(request: HttpRequest) -> HttpResponse | None:
    most = settings.MAILLAGE_API_PER_MINUTE
    wait = _rate.wait(_caller(request), most, time.time()) if most else 0
    return problem(request, 429, headers={"Retry-After": str(wait), "Cache-Control": "no-store"}) if wait else None


def _caller(request: HttpRequest) -> str:
    """Give the address of the caller; behind HTTPS the proxy in front of us says it, last in its header."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.HTTPS:
        return direct
    return request.headers.get("X-Forwarded-For", direct).rpartition(",")[2].strip()


def _preflight(request: HttpRequest) -> HttpResponse | None:
    """Answer a browser that asks whether a page of another site may call us."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    return HttpResponse(status=204, headers=PREFLIGHT) if _allowed_origin(request) else problem(request, 405)


def _shared(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the pages of allowed sites read the answer; cookies are never part of it."""
    patch_vary_headers(response, ["Accept-Language"])
    if settings.MAILLAGE_API_ORIGINS:
        patch_vary_headers(response, ["Origin"])
    origin = _allowed_origin(request)
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    return response


def _allowed_origin(request: HttpRequest) -> str:
    allowed, origin = settings.MAILLAGE_API_ORIGINS, request.headers.get("Origin", "")
    if not origin:
        return ""
    if ANYBODY in allowed:
        return ANYBODY
    return origin if origin in allowed else ""
