"""A change of the organisation that follows a person: decided by the competent body, recorded here and never taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.apps.delegation.use_cases import record_lead_decision
from maillage.domain.accounts import Actor
from maillage.domain.delegation import DelegationRefused
from maillage.web.accounts.own import organisation_name
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.portfolio.first import FOLLOWING
from maillage.web.portfolio.forms import LeadForm
from maillage.web.portfolio.person import followed


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def lead_page(request: Any, person: UUID) -> HttpResponse:
    """Ask who will follow the person, who decided it, when and why, and record it.

    Raises:
        PersonNotFound: none that the actor sees.
        NotPermitted: the actor does not follow the person.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    record = followed(request.actor, person, now)
    form = LeadForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid() and _recorded(request.actor, person, form, now):
        request.session["done"] = _("La décision est notée dans le dossier.")
        return redirect("portfolio:person", person)
    context = {"form": form, "record": record, "lead": organisation_name(record.lead_organisation, on=today)}
    return render(request, "portfolio/lead.html", context, status=422 if form.errors else 200)


def _recorded(actor: Actor, person: UUID, form: LeadForm, now: datetime) -> bool:
    typed = form.cleaned_data
    decided = {name: typed[name] for name in ("decided_by", "decided_on", "reason")}
    try:
        record_lead_decision(actor=actor, person=person, to_organisation=typed["to"], **decided, at=now)
    except DelegationRefused as refused:
        form.add_error(None, sentence_of(refused))
        return False
    return True
