"""The requests an officer oversees, without the file of the person; saying that one was entered in error."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from maillage.apps.referrals.absences import label_told
from maillage.apps.referrals.queries import UptakeSeen, find_uptake, latest_overseen
from maillage.apps.referrals.use_cases.foreseeing import what_forbids
from maillage.apps.referrals.use_cases.moving import Said, UptakeChanged, UptakeNotFound, move_uptake
from maillage.domain.accounts import Actor
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals import Move, MoveRefused
from maillage.domain.visibility import OVERSEEING_ROLES
from maillage.web.accounts.own import name_beside_person, organisation_name
from maillage.web.components import days
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.components.citations import title_of
from maillage.web.components.languages import current_language
from maillage.web.partners.forms import ErrorForm
from maillage.web.partners.wording import capital


@dataclass(frozen=True)
class RequestLine:
    """One request in words, of nobody named: what, between whom, since when, where it stands."""

    id: UUID
    service: str
    sender: str
    recipient: str
    day: str
    state: str


@people_page(*OVERSEEING_ROLES)
@require_safe
def request_list(request: Any) -> HttpResponse:
    """List the latest requests that the officer's organisation sent or receives, or lead to the one of a reference."""
    actor, today = request.actor, timezone.localdate()
    typed = request.GET.get("q", "").strip()[:80]
    with suppress(ValueError):
        found = find_uptake(actor, UUID(typed), on=today)
        if found is not None:
            return redirect("steering:request", found.id)
    context = {
        "lines": [line_of(one, actor, today) for one in latest_overseen(actor, on=today)],
        "search": typed,
        "done": request.session.pop("done", ""),
    }
    return render(request, "steering/requests.html", context)


def line_of(found: UptakeSeen, actor: Actor, today: date) -> RequestLine:
    """Put a request in words; an absence stays between who sent and who receives."""
    return RequestLine(
        found.id,
        found.service_name,
        name_beside_person(found.sender_organisation, to=actor.organisation, on=today),
        organisation_name(found.recipient_organisation, on=today),
        days.day(found.sent_on or found.since),
        capital(label_told(found, is_told=False)[current_language() == "en"]),
    )


@people_page(*OVERSEEING_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: Any, uptake: UUID) -> HttpResponse:
    """Show where a request stands, and say that it was entered in error.

    Raises:
        UptakeNotFound: none that the officer's organisation sent or receives.
    """
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    found = find_uptake(actor, uptake, on=today)
    if found is None:
        raise UptakeNotFound
    refused = what_forbids(actor, uptake, [Move.DECLARE_ERROR.value], at=now)[Move.DECLARE_ERROR.value]
    is_sent = request.method == "POST" and refused is None
    form = ErrorForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        said, sequence = Said(reason=form.cleaned_data["reason"]), request.POST.get("sequence", "")
        try:
            move_uptake(
                actor=actor, uptake=uptake, move=Move.DECLARE_ERROR, said=said, at=now, sequence=_number(sequence)
            )
        except (MoveRefused, NotPermitted, UptakeChanged) as changed:
            form.add_error(None, sentence_of(changed))
        else:
            request.session["done"] = _("La demande est annulée, car saisie par erreur.")
            return redirect("steering:requests")
    context = {
        "form": form,
        "line": line_of(found, actor, today),
        "uptake": found,
        "agreement_title": title_of(found.agreement),
        "why_not": sentence_of(refused) if refused is not None else "",
    }
    is_wrong = request.method == "POST"
    return render(request, "steering/request.html", context, status=422 if is_wrong else 200)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
