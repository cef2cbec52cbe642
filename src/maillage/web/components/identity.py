"""Who is at the keyboard: read again at each request, so that a right withdrawn stops at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from maillage.apps.accounts import queries
from maillage.domain.accounts import Actor, Role

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
"""A session is written at most once a minute: reading a page costs no write."""

MEMBERSHIP = "membership"
OPENED_AT = "opened_at"
SEEN_AT = "seen_at"
SIRET = "siret"
MEANS = "means"

View = Callable[..., HttpResponse]


class ActingRequest(HttpRequest):
    """A request of somebody signed in, under one of their memberships: what a view behind ``for_roles`` is given."""

    actor: Actor
    account_id: UUID


def identify(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Set ``request.account_id`` (``None`` when nobody is signed in) and ``request.actor`` (``None`` without membership).

    What is shown to somebody signed in is kept by no cache.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        person: Any = request
        person.account_id, person.actor = None, None
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _recognise(person)
        response = get_response(request)
        patch_vary_headers(response, ["Cookie"])
        if person.account_id is not None:
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _recognise(request: Any) -> None:
    """Find the account and the membership of a session; end a session that is too old or unused."""
    now = timezone.now()
    user: Any = (
        request.user
    )  # found once for the whole request, before anything changes what sessions are checked against
    if not user.is_authenticated:
        return
    if _is_over(request, now):
        logout(request)
        return
    request.account_id = user.pk
    request.actor = acting(request, user.pk, now)


def _is_over(request: HttpRequest, now: datetime) -> bool:
    opened, seen = (_instant(request.session.get(name)) for name in (OPENED_AT, SEEN_AT))
    if opened is None or seen is None or now - opened > LONGEST or now - seen > IDLE:
        return True
    if now - seen > NOTED_EVERY:
        request.session[SEEN_AT] = now.isoformat()
    return False


def _instant(written: object) -> datetime | None:
    return datetime.fromisoformat(written) if isinstance(written, str) else None


def acting(request: HttpRequest, account: UUID, now: datetime) -> Actor | None:
    """Give who acts: under the membership chosen, or the only one there is."""
    today = timezone.localdate(now)
    chosen = request.session.get(MEMBERSHIP)
    siret = request.session.get(SIRET)
    if chosen is None or siret is not None:
        possible = [one.membership for one in queries.memberships_of(account, today, siret=siret)]
        if chosen is None and len(possible) == 1:
            chosen = request.session[MEMBERSHIP] = str(possible[0])
        if chosen is None or UUID(chosen) not in possible:
            return None
    return queries.actor_of(account, UUID(chosen), today)


def for_account(view: View) -> View:
    """Open a view to whoever is signed in, under a membership or not."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if getattr(request, "account_id", None) is None:
            return _to_sign_in(request)
        return _kept_by_nobody(view(request, *args, **options))

    answer.audience = "account"  # type: ignore[attr-defined]
    return answer


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Open a view to members with one of these roles (any role when none is named).

    Nobody signed in is led to sign in, and back; who has no membership, to choose one; another role is told whose
    page it is (403). ``view.audience`` says it to the menu and to the tests.
    """
    allowed = frozenset(roles) or frozenset(Role)

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None and getattr(request, "account_id", None) is None:
                return _to_sign_in(request)
            if actor is None:
                return redirect("accounts:memberships")
            if actor.role not in allowed:
                context = {"roles": sorted(role.value for role in allowed)}
                return _kept_by_nobody(render(request, "403.html", context, status=403))
            return _kept_by_nobody(view(request, *args, **options))

        answer.audience = allowed  # type: ignore[attr-defined]
        return answer

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else request.path
    return _kept_by_nobody(redirect(f"{reverse('accounts:sign-in')}?{urlencode({'next': back})}"))


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
