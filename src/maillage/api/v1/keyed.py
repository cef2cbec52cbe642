"""What answers to a key: who acts, within which scope, in whose name the database is asked; refusals as problems."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError

from maillage.api.v1.problems import problem
from maillage.api.v1.wording import language_of
from maillage.apps.accounts.keys import Caller, caller_with
from maillage.apps.accounts.use_cases.keys import KeyUsedOtherwise, answer_once
from maillage.apps.people.acting import WallsDown, as_actor
from maillage.apps.people.queries import PersonNotFound
from maillage.apps.people.watching import AccountFrozen
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.use_cases.answering import ColleagueUnknown
from maillage.apps.referrals.use_cases.moving import UptakeChanged, UptakeNotFound
from maillage.domain.accounts import KeyScope
from maillage.domain.delegation import DelegationRefused
from maillage.domain.permissions import NotPermitted
from maillage.domain.personal_data import NationalNumberRefused
from maillage.domain.referrals import MoveRefused
from maillage.domain.territories import UnknownTerritory

BEARER = "Bearer "
SAFE = frozenset({"GET", "HEAD"})
ASKED_IN_A_BODY = "/find"
"""What ends the address of a question whose words must stay out of addresses: it writes nothing."""
_STATUSES: Mapping[type[Exception], int] = {
    PersonNotFound: 404,
    UptakeNotFound: 404,
    AccountFrozen: 403,
    NotPermitted: 403,
    MoveRefused: 409,
    SendingRefused: 409,
    DelegationRefused: 409,
    ColleagueUnknown: 409,
    UnknownTerritory: 409,
    UptakeChanged: 412,
    KeyUsedOtherwise: 422,
    NationalNumberRefused: 422,
}
"""What each refusal is to a machine."""


class KeyedRequest(HttpRequest):
    """A request made with a key that stands."""

    caller: Caller


def answer_to_keys(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run an operation in the name of whoever the key acts for; a write needs a key that may write."""

    @wraps(run)
    def answer(request: Any, **parts: Any) -> HttpResponse:
        now = timezone.now()
        written = request.headers.get("Authorization", "")
        caller = caller_with(written.removeprefix(BEARER), at=now) if written.startswith(BEARER) else None
        if caller is None:
            return problem(request, 401, headers={"WWW-Authenticate": 'Bearer realm="maillage"'})
        is_reading = request.method in SAFE or request.path.endswith(ASKED_IN_A_BODY)
        needed = KeyScope.READ if is_reading else KeyScope.WRITE
        if needed not in caller.scopes:
            return problem(request, 403)
        request.caller = caller
        try:
            with as_actor(caller.actor, on=timezone.localdate(now)):
                return run(request, **parts)
        except WallsDown as down:
            return problem(request, 503, detail=_sentence(down, language_of(request)))

    return answer


def answer_refusals(api: NinjaAPI) -> None:
    """Make every refusal of a use case a problem, with its own sentence."""
    for kind in _STATUSES:
        api.add_exception_handler(kind, _told)


def _told(request: HttpRequest, refused: Any) -> HttpResponse:
    status = _STATUSES[type(refused)]
    if status == 404:
        return problem(request, status)
    return problem(request, status, detail=_sentence(refused, language_of(request)))


def _sentence(refused: Any, language: str) -> str:
    if isinstance(refused, AccountFrozen):
        return ""
    told = refused.refusal if isinstance(refused, NotPermitted) else refused
    parts = [getattr(told, f"{name}_{language}", "") for name in ("sentence", "remedy")]
    return " ".join(part for part in parts if part)


def made_once(request: Any, key: str, body: str, make: Callable[[], Mapping[str, object]]) -> Mapping[str, object]:
    """Make what a request asks once under its idempotency key; a replay gets the same answer.

    Raises:
        KeyUsedOtherwise: the key served for another request.
    """
    parts = (request.method, request.path, request.headers.get("If-Match", ""), body)
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return answer_once(actor=request.caller.actor, key=key, digest=digest, at=timezone.now(), make=make)


def sequence_read(request: HttpRequest, written: str | None) -> int:
    """Read the number of the last event that the caller saw, as If-Match carries it.

    Raises:
        HttpError: it is missing (428), or names no state of an uptake (412).
    """
    if written is None:
        raise HttpError(428, "If-Match")
    number = written.strip().removeprefix('"').removesuffix('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise HttpError(412, "If-Match")
    return int(number)
