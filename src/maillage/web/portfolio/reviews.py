"""The reviews that the upper age of an article opens: which are due, and noting that one was held. It ends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.apps.delegation.mapping import DelegationSeen
from maillage.apps.delegation.queries import DelegationNotFound, reviews_due
from maillage.apps.delegation.use_cases import record_review
from maillage.apps.delegation.volumes import can_review, find_delegation
from maillage.apps.people.queries import names_seen
from maillage.domain.accounts import Actor
from maillage.domain.delegation import DelegationRefused
from maillage.domain.permissions import NotPermitted
from maillage.web.accounts.own import organisation_name
from maillage.web.components import days
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.portfolio import forms
from maillage.web.portfolio.volumes import FOLLOWING, address_of


@dataclass(frozen=True)
class ReviewLine:
    """One review in words: of whom, with which organisation, due on which day; ``file`` leads to what is known."""

    id: UUID
    name: str
    partner: str
    day: str
    file: str


def review_lines(actor: Actor, now: datetime) -> list[ReviewLine]:
    """List the reviews that are due, the longest due first; each look at a name is written."""
    due = reviews_due(actor, on=timezone.localdate(now))
    names = names_seen(actor, {one.person for one in due}, at=now, why="reviews due") if due else {}
    return [review_line(one, names.get(one.person, ""), actor, now) for one in due]


def review_line(one: DelegationSeen, name: str, actor: Actor, now: datetime) -> ReviewLine:
    """Put a review in words, for the organisation that delegates or for the one that supports."""
    is_ours = one.from_organisation == actor.organisation
    partner = organisation_name(one.to_organisation if is_ours else one.from_organisation, on=timezone.localdate(now))
    return ReviewLine(one.id, name, partner, days.day(one.review_due_on), address_of(one, is_ours=is_ours))


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def review_page(request: Any, delegation: UUID) -> HttpResponse:
    """Note that a review was held and the support goes on; what ends it is the hand-back.

    Raises:
        DelegationNotFound: none that the actor sees.
    """
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    found = find_delegation(actor, delegation, on=today)
    if found is None:
        raise DelegationNotFound
    form = forms.ReviewForm(request.POST or None, initial={"held_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            record_review(actor=actor, delegation=found.id, held_on=form.cleaned_data["held_on"], at=now)
        except (DelegationRefused, NotPermitted) as refused:
            form.add_error(None, sentence_of(refused))
        else:
            request.session["done"] = _("Le point d’étape est noté : l’accompagnement continue.")
            return redirect("portfolio:first")
    names = names_seen(actor, [found.person], at=now, why="review")
    can_be = can_review(found, on=today)
    context = {"form": form if can_be else None, "line": review_line(found, names.get(found.person, ""), actor, now)}
    return render(request, "portfolio/review.html", context, status=422 if form.errors else 200)
