"""How a site takes people, and who came without being sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.apps.accounts.queries import organisations_with
from maillage.apps.eligibility.queries import offered_on
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.queries import reception_of
from maillage.apps.referrals.use_cases.receptions import set_reception
from maillage.apps.referrals.use_cases.walk_ins import Visitor, tell_walk_in
from maillage.domain.accounts import Actor, Role
from maillage.domain.referrals.reasons import Channel
from maillage.web.accounts.own import organisation_name
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.components.languages import current_language
from maillage.web.partners.forms import ReceptionForm, WalkInForm
from maillage.web.partners.inbox import RECEIVING


@people_page(Role.ADVISER, Role.PARTNER_ADVISER, Role.OFFICER, Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def reception_page(request: Any) -> HttpResponse:
    """Say by which channel one's site takes people, and when it is closed to new ones."""
    actor = request.actor
    form = ReceptionForm(request.POST or None, initial=_as_it_stands(actor))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            set_reception(
                actor=actor,
                site=actor.site,
                channel=Channel[typed["channel"]],
                at=timezone.now(),
                closed_from=typed["closed_from"],
                closed_until=typed["closed_until"],
                closed_why=typed["closed_why"],
                commission_days=typed["commission_days"],
            )
        except SendingRefused as refused:
            form.add_error("closed_until", sentence_of(refused))
        else:
            request.session["done"] = _("C’est noté : qui voudra vous adresser quelqu’un le verra.")
            return redirect("partners:inbox" if actor.role in RECEIVING else "partners:reception")
    context = {"form": form, "done": request.session.pop("done", "")}
    return render(request, "partners/reception.html", context, status=422 if form.errors else 200)


def _as_it_stands(actor: Actor) -> dict[str, object]:
    found = reception_of(actor.organisation, actor.site)
    if found is None:
        return {"channel": Channel.INBOX.name}
    return {
        "channel": found.channel.name,
        "closed_from": found.closed_from,
        "closed_until": found.closed_until,
        "closed_why": found.closed_why,
        "commission_days": "\n".join(_as_typed(day) for day in found.commission_days),
    }


def _as_typed(day: date) -> str:
    return f"{day:%d/%m/%Y}" if current_language() == "fr" else day.isoformat()


@people_page(*RECEIVING)
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: Any) -> HttpResponse:
    """Tell that somebody came without being sent; who follows them is asked to confirm."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    services = [
        (one.id, one.name) for one in offered_on(today).offer.services if one.organisation == actor.organisation
    ]
    others = [name for name in organisations_with([Role.ADVISER], on=today) if name != actor.organisation]
    followers = [(name, organisation_name(name, on=today)) for name in others]
    form = WalkInForm(request.POST or None, initial={"came_on": today}, services=services, followers=followers)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        visitor = Visitor(typed["family_name"], typed["given_name"], typed["birth_date"], typed["asked"])
        try:
            tell_walk_in(actor=actor, visitor=visitor, service=typed["service"], came_on=typed["came_on"], at=now)
        except SendingRefused as refused:
            form.add_error(None, sentence_of(refused))
        else:
            request.session["done"] = _("C’est transmis : la demande arrivera ici quand on l’aura confirmée.")
            return redirect("partners:inbox")
    context = {"form": form, "can_tell": bool(services and followers)}
    return render(request, "partners/walk_in.html", context, status=422 if form.errors else 200)
