"""Answering with the code of the slip: no account, nothing to read, the loop closes all the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from maillage.apps.referrals.use_cases.moving import Said, UptakeChanged
from maillage.apps.referrals.use_cases.tear_off import CodeRefused, TooManyCodes, answer_with_code
from maillage.domain.delegation import DelegationRefused
from maillage.domain.referrals import Move, MoveRefused
from maillage.domain.referrals.reasons import Absence, Manner, OutcomeKind, OutcomeSaid, OutcomeSource
from maillage.web.accounts.sessions import network_address
from maillage.web.components.acting import sentence_of
from maillage.web.partners.forms import ReplyForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply_page(request: Any) -> HttpResponse:
    """Take the reply of whoever holds the slip."""
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            answer_with_code(
                code=typed["code"],
                move=Move[typed["answer"]],
                network_address=network_address(request) or "",
                at=timezone.now(),
                said=_said(typed),
                name=typed["name"],
            )
        except (CodeRefused, TooManyCodes) as refused:
            form.add_error("code", sentence_of(refused))
        except (MoveRefused, UptakeChanged, DelegationRefused) as refused:
            form.add_error(None, sentence_of(refused))
        else:
            request.session["done"] = _("Merci. Votre réponse est arrivée chez la personne qui vous a écrit.")
            return redirect("partners:reply")
    context = {"form": form, "done": request.session.pop("done", "")}
    return render(request, "partners/reply.html", context, status=422 if form.errors else 200)


def _said(typed: Any) -> Said:
    """Read what the boxes of the slip say."""
    if typed["answer"] == "APPOINT":
        starts_at = timezone.make_aware(datetime.combine(typed["day"], typed["hour"]))
        details = {"starts_at": starts_at.isoformat(), "place": typed["place"].strip(), "manner": Manner.ON_SITE.value}
        return Said(day=typed["day"], details=details)
    if typed["answer"] == "REFUSE":
        return Said(reason=typed["reason"])
    if typed["answer"] == "FAIL":
        return Said(reason=typed["ended"], effective_on=typed["day"])
    if typed["answer"] == "COMPLETE":
        on = typed["day"] or timezone.localdate()
        return Said(outcome=OutcomeSaid(OutcomeKind[typed["kind"]], on, OutcomeSource.PARTNER))
    if typed["answer"] == "MISS":
        return Said(reason=Absence.UNKNOWN.name, effective_on=typed["day"])
    return Said(effective_on=typed["day"])
