"""Several people at once to one service; those who came by themselves; a request sent elsewhere; a row copied from elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from maillage.apps.delegation.writing import writing_as
from maillage.apps.eligibility.queries import offered_on
from maillage.apps.people.listing import PortfolioPage, portfolio_page
from maillage.apps.people.pasting import PastedUnreadable, read_pasted
from maillage.apps.people.queries import PersonNotFound
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.guarding import passing_to
from maillage.apps.referrals.previewing import site_for
from maillage.apps.referrals.queries import WalkInSeen, find_uptake, walk_ins_to_confirm
from maillage.apps.referrals.use_cases.moving import UptakeNotFound
from maillage.apps.referrals.use_cases.sending import Address, Request, send_gathering
from maillage.apps.referrals.use_cases.walk_ins import confirm_walk_in, dismiss_walk_in
from maillage.apps.sharing.telling import sheet_words
from maillage.apps.sharing.use_cases import record_information
from maillage.domain.accounts import Actor
from maillage.domain.permissions import NotPermitted
from maillage.web.accounts.own import organisation_name
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.components.days import day
from maillage.web.components.languages import current_language
from maillage.web.portfolio.first import FOLLOWING
from maillage.web.portfolio.forms import ConfirmWalkInForm, GatheringForm, PasteForm
from maillage.web.portfolio.openings import openings_of
from maillage.web.portfolio.person_form import initial_from
from maillage.web.portfolio.sending import REFUSED, answered, draft_of, services_of
from maillage.web.portfolio.uptakes import sent_uptake
from maillage.web.portfolio.wording import facts_named

LISTED_MOST = 200
UNREAD_MOST = 20


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def gathering_page(request: Any) -> HttpResponse:
    """Send several people to one service, an information meeting for instance: all of them, or nobody."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    people = followed_people(actor, now)
    form = GatheringForm(
        request.POST or None,
        services=services_offered(actor, today),
        people=[(one.id, one.name) for one in people.people],
    )
    if request.method == "POST" and form.is_valid():
        try:
            count = gathered(actor, form, now, key=request.POST.get("key", "")[:60])
        except (*REFUSED, PersonNotFound) as refused:
            form.add_error(None, _("Personne n’est adressé. %(why)s") % {"why": sentence_of(refused)})
        else:
            request.session["done"] = ngettext(
                "%(count)s personne est adressée.", "%(count)s personnes sont adressées.", count
            ) % {"count": count}
            return redirect("portfolio:first")
    context = {"form": form, "key": request.POST.get("key") or str(uuid4())}
    return render(request, "portfolio/gathering.html", context, status=422 if form.errors else 200)


def followed_people(actor: Actor, now: datetime) -> PortfolioPage:
    """Give the people among whom to choose, by name."""
    return portfolio_page(actor, at=now, size=LISTED_MOST)


def services_offered(actor: Actor, today: date) -> list[tuple[str, str]]:
    """List the services of others to which several people may be sent, by name."""
    offer = offered_on(today).offer
    found = [one for one in offer.by_id.values() if one.organisation != actor.organisation]
    named = [(one.id, f"{one.name} – {organisation_name(one.organisation, on=today)}") for one in found]
    return sorted(named, key=lambda pair: pair[1].casefold())


def gathered(actor: Actor, form: GatheringForm, now: datetime, *, key: str) -> int:
    """Send those chosen; gives how many.

    Raises:
        SendingRefused, DelegationRefused, NotPermitted, PersonNotFound: nobody is sent.
    """
    typed = form.cleaned_data
    service = offered_on(timezone.localdate(now)).offer.by_id[typed["service"]]
    request = Request((Address(service.id, site_for(service)),), why=typed["why"])
    people = list(dict.fromkeys(UUID(one) for one in typed["people"]))
    with writing_as(actor, on=timezone.localdate(now)):
        sent = send_gathering(actor=actor, people=people, request=request, at=now, key=key)
        for person, one in zip(people, sent, strict=True):
            keep_what_was_said(actor, person, one.uptakes[0].uptake, now)
    return len(sent)


def keep_what_was_said(actor: Actor, person: UUID, uptake: UUID, now: datetime) -> None:
    """Keep what each person of a group was told: what passes to the partner, why, how to say no."""
    on = timezone.localdate(now)
    found = find_uptake(actor, uptake, on=on)
    if found is None:
        raise UptakeNotFound
    shared = passing_to(actor, person, found.agreement, found.recipient_organisation, on=on)
    words = sheet_words(
        shared,
        receiver=organisation_name(found.recipient_organisation, on=on),
        lead=organisation_name(actor.organisation, on=on),
        language=current_language(),
    )
    record_information(by=actor, person=person, subject=uptake, content=words.as_content(), how="SPOKEN", at=now)


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in_page(request: Any, walk_in: UUID) -> HttpResponse:
    """Confirm that somebody one follows came to a partner, or say that they are not followed here."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    found = next((one for one in walk_ins_to_confirm(actor, on=today) if one.id == walk_in), None)
    if found is None:
        raise UptakeNotFound
    if request.method == "POST" and "dismiss" in request.POST:
        dismiss_walk_in(actor=actor, walk_in=walk_in, at=now)
        request.session["done"] = _(
            "C’est noté : vous ne suivez pas cette personne. Ce qui était écrit d’elle est effacé."
        )
        return redirect("portfolio:first")
    search = request.POST.get("q") or request.GET.get("q") or found.family_name
    people = portfolio_page(actor, at=now, search=search[:80])
    form = ConfirmWalkInForm(
        request.POST if "person" in request.POST or "confirm" in request.POST else None,
        people=[(one.id, one.name) for one in people.people],
    )
    missing: frozenset[str] = frozenset()
    if form.is_bound and form.is_valid():
        try:
            confirm_walk_in(
                actor=actor,
                walk_in=walk_in,
                person=UUID(form.cleaned_data["person"]),
                confirmed=frozenset(request.POST.getlist("confirmed")),
                at=now,
            )
        except (SendingRefused, NotPermitted) as refused:
            form.add_error(None, sentence_of(refused))
            missing = getattr(refused, "missing", frozenset())
        else:
            request.session["done"] = _("C’est confirmé : la demande est ouverte, la venue est notée.")
            return redirect("portfolio:first")
    context = walk_in_context(found, form, search, missing, today)
    return render(request, "portfolio/walk_in.html", context, status=422 if form.errors else 200)


def walk_in_context(
    found: WalkInSeen, form: ConfirmWalkInForm, search: str, missing: frozenset[str], today: date
) -> dict[str, object]:
    """Give what the page of a walk-in shows."""
    service = offered_on(today).offer.by_id.get(found.service)
    return {
        "walk_in": found,
        "partner": organisation_name(found.recipient_organisation, on=today),
        "service": service.name if service else found.service,
        "came_on": day(found.came_on),
        "form": form,
        "search": search,
        "missing": facts_named(missing),
    }


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def redirect_page(request: Any, uptake: UUID) -> HttpResponse:
    """Choose another door for a request, then the screen of « Adresser », in the same chain."""
    now = timezone.now()
    today = timezone.localdate(now)
    found = sent_uptake(request.actor, uptake, today)
    services = [one for one in services_of(request) if one != found.service]
    if services:
        draft = draft_of(request, found.person, services, now)
        return answered(request, draft, now, based_on=uptake)
    draft = draft_of(request, found.person, [], now)
    openings = openings_of(request.actor, draft.person, now, skipped=frozenset())
    others = [one for one in (*openings.best, *openings.rest) if one.door.id != found.service and not one.is_of_us]
    context = {"uptake": found, "record": draft.person, "doors": others}
    return render(request, "portfolio/elsewhere.html", context)


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def paste_page(request: Any) -> HttpResponse:
    """Read a row copied from another system; the fields are then confirmed one by one before a file opens."""
    form = PasteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        today = timezone.localdate()
        try:
            read = read_pasted(form.cleaned_data["row"], on=today)
        except PastedUnreadable as refused:
            form.add_error("row", sentence_of(refused))
        else:
            initial = initial_from(read.draft, today=today)
            request.session["pasted"] = {name: value for name, value in shown_again(initial).items() if value}
            request.session["pasted_unread"] = list(read.unread)[:UNREAD_MOST]
            request.session["pasted_withheld"] = read.withheld_count
            return redirect("portfolio:new")
    return render(request, "portfolio/paste.html", {"form": form}, status=422 if form.errors else 200)


def shown_again(initial: dict[str, Any]) -> dict[str, Any]:
    """Write what a form shows so that a session may hold it until the next page."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in initial.items()}
