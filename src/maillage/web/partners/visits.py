"""Counting who came to an access point: one tap for each visit, nobody named, the last one taken back on the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maillage.apps.accounts.queries import find_site
from maillage.apps.catalogue.queries import access_points
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.use_cases.receptions import HelpGiven, count_visits, take_visit_back
from maillage.apps.referrals.visiting import WeekOfVisits, week_of_visits
from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.accounts import Actor
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.partners.inbox import RECEIVING
from maillage.web.partners.wording import HELP

PLACES_MOST = 200
HELPING = (PlaceKind.DIGITAL_POINT, PlaceKind.DIGITAL_STAGE, PlaceKind.FRANCE_SERVICES)
"""The places where visits are counted first, in this order, when a site does not say which place it is."""


@dataclass(frozen=True)
class Help:
    """A help that can be given: its words, and how many got it today."""

    code: str
    words: str
    today: int


@people_page(*RECEIVING)
@require_http_methods(["GET", "HEAD", "POST"])
def visits_page(request: Any) -> HttpResponse:
    """Count a visit, take the last one back, and read the week."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    places = places_of(actor, today)
    asked = (request.POST if request.method == "POST" else request.GET).get("place", "")
    place = next((one for one in places if one.id == asked), None if asked else next(iter(places), None))
    if asked and place is None:
        raise Http404
    refused = ""
    if request.method == "POST" and place is not None:
        try:
            request.session["done"] = counted(actor, place.id, request.POST, now)
            return redirect(f"{reverse('partners:visits')}?{urlencode({'place': place.id})}")
        except SendingRefused as why:
            refused = sentence_of(why)
    week = week_of_visits(actor, place.id, on=today) if place else None
    context = {
        "place": place,
        "places": [one for one in places if place is None or one.id != place.id],
        "helps": [Help(one.value, str(HELP[one.value]), today_of(week, one)) for one in HelpGiven],
        "week": week,
        "lines": [
            (HELP[one.value], week.counts[one.value], sum(week.counts[one.value]))
            for one in HelpGiven
            if week and one.value in week.counts
        ],
        "total": sum(week.totals) if week else 0,
        "done": request.session.pop("done", ""),
        "refused": refused,
    }
    return render(request, "partners/visits.html", context, status=422 if refused else 200)


def counted(actor: Actor, place: str, typed: Any, now: Any) -> str:
    """Count one visit, or take one back, as the button says; gives what was done, in words.

    Raises:
        SendingRefused: there is none to take back.
        Http404: the button is none of the page.
    """
    help_given = HelpGiven.__members__.get(typed.get("help", ""))
    if help_given is None:
        raise Http404
    words = {"help": HELP[help_given.value]}
    if "back" in typed:
        words["count"] = take_visit_back(actor=actor, access_point=place, help_given=help_given, at=now)
        return _("Retirée : %(help)s, %(count)s aujourd’hui.") % words
    words["count"] = count_visits(actor=actor, access_point=place, help_given=help_given, at=now)
    return _("Comptée : %(help)s, %(count)s aujourd’hui.") % words


def today_of(week: WeekOfVisits | None, help_given: HelpGiven) -> int:
    """Say how many got a help today."""
    return week.counts.get(help_given.value, (0,))[-1] if week else 0


def places_of(actor: Actor, today: date) -> Sequence[AccessPoint]:
    """List the places of one's organisation where visits are counted, one's own first."""
    site = find_site(actor.site) if actor.site else None
    found = access_points(on=today, organisation=actor.organisation, limit=PLACES_MOST).records
    if site is not None and site.municipality:
        near = [one for one in found if one.id == site.access_point or one.municipality == site.municipality]
        found = tuple(near) or found

    def rank(one: AccessPoint) -> tuple[bool, int, str]:
        kinds = [HELPING.index(kind) for kind in one.kinds if kind in HELPING]
        return site is None or one.id != site.access_point, min(kinds, default=len(HELPING)), one.name

    return sorted(found, key=rank)
