"""Pages about people: asked in the name of who is signed in, and closed to everybody else in the same words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from maillage.apps.delegation.queries import DelegationNotFound
from maillage.apps.people.acting import WallsDown, as_actor
from maillage.apps.people.queries import PersonNotFound
from maillage.apps.people.watching import AccountFrozen
from maillage.apps.referrals.use_cases.moving import UptakeNotFound
from maillage.domain.accounts import Role
from maillage.domain.permissions import NotPermitted, Refusal
from maillage.domain.personal_data import NationalNumberRefused
from maillage.web.components.identity import View, for_roles
from maillage.web.components.languages import current_language

NOT_SEEN = (PersonNotFound, UptakeNotFound, DelegationNotFound, Http404)


def said(refusal: Refusal) -> str:
    """Say a refusal and what to do, in the language of the page."""
    is_english = current_language() == "en"
    parts = (refusal.sentence_en, refusal.remedy_en) if is_english else (refusal.sentence_fr, refusal.remedy_fr)
    return " ".join(part for part in parts if part)


def sentence_of(refused: Any) -> str:
    """Say in the language of the page what was refused, of whatever carries both sentences."""
    if isinstance(refused, NotPermitted):
        return said(refused.refusal)
    return str(refused.sentence_en if current_language() == "en" else refused.sentence_fr)


def people_page(*roles: Role) -> Callable[[View], View]:
    """Open a page about people to some roles; the database answers in the name of who is signed in.

    What does not exist and what one may not see are the same page (404). A refused look is kept in the journal: what
    was asked in vain is answered inside the transaction, not by breaking it.
    """

    def decorate(view: View) -> View:
        @for_roles(*roles)
        @wraps(view)
        def answer(request: Any, *args: Any, **options: Any) -> HttpResponse:
            try:
                with as_actor(request.actor, on=timezone.localdate()):
                    return _answered(view, request, *args, **options)
            except WallsDown as down:
                context = {"sentence": sentence_of(down)}
                return render(request, "components/not_permitted.html", context, status=503)

        return answer

    return decorate


def _answered(view: View, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
    try:
        return view(request, *args, **options)
    except NOT_SEEN:
        return render(request, "404.html", status=404)
    except NotPermitted as refused:
        return render(request, "components/not_permitted.html", {"sentence": said(refused.refusal)}, status=403)
    except NationalNumberRefused as refused:
        return render(request, "components/not_permitted.html", {"sentence": sentence_of(refused)}, status=422)
    except AccountFrozen:
        return render(request, "components/frozen.html", status=403)
