"""A person asks that their file be erased: the request is noted, it is done, and what proves it names nobody."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.apps.referrals.use_cases.retention import erase_everything
from maillage.web.accounts.own import organisation_name
from maillage.web.components.acting import people_page
from maillage.web.portfolio.first import FOLLOWING
from maillage.web.portfolio.forms import EraseForm
from maillage.web.portfolio.person import followed

ERASED = "erased"


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def erase_page(request: Any, person: UUID) -> HttpResponse:
    """Ask when the person asked, say what leaves and what remains, and erase.

    Raises:
        PersonNotFound: none that the actor sees.
        NotPermitted: the actor does not follow the person.
    """
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    record = followed(actor, person, now)
    form = EraseForm(request.POST or None, today=today, initial={"asked_on": today})
    if request.method == "POST" and form.is_valid():
        asked_on = form.cleaned_data["asked_on"]
        erase_everything(by=actor, person=person, asked_on=asked_on, at=now)
        request.session[ERASED] = {"person": str(person), "asked_on": asked_on.isoformat(), "on": today.isoformat()}
        return redirect("portfolio:erased")
    return render(request, "portfolio/erase.html", {"form": form, "record": record}, status=422 if form.errors else 200)


@people_page(*FOLLOWING)
@require_safe
def erased_page(request: Any) -> HttpResponse:
    """Show the receipt to hand over: the days and a reference of the journal, nothing of the person.

    Raises:
        Http404: nothing was erased in this session.
    """
    kept = request.session.get(ERASED)
    if kept is None:
        raise Http404
    context = {
        "asked_on": date.fromisoformat(kept["asked_on"]),
        "on": date.fromisoformat(kept["on"]),
        "reference": kept["person"],
        "organisation": organisation_name(request.actor.organisation, on=timezone.localdate()),
    }
    return render(request, "portfolio/erased.html", context)
