"""The page a person opens with the link they were handed: no account, nothing more than needed, nothing kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.eligibility.queries import offered_on
from maillage.apps.referrals.followed import FollowedPart, FollowedReferral, followed_by
from maillage.apps.referrals.use_cases.by_link import refuse_by_link, withdraw_by_link
from maillage.apps.sharing.by_link import LinkOver, end_by_link
from maillage.apps.sharing.telling import labels_of
from maillage.domain.referrals import Move, MoveRefused
from maillage.engine.wording import day_in_words
from maillage.web.accounts.own import organisation_name
from maillage.web.components import sentences
from maillage.web.components.languages import current_language
from maillage.web.follow import wording

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class PartView:
    """One partner's part, in words."""

    id: UUID
    partner: str
    service: str
    where: str
    next: str
    telephone: str
    telephone_address: str
    address: str
    labels: tuple[str, ...]
    why: str
    until: str
    is_objected: bool
    can_withdraw: bool
    can_refuse: bool


def told_to_nobody(view: View) -> View:
    """Keep the page out of caches and search engines, and its address out of what the browser tells other sites.

    It is told to our own pages: a browser that tells nobody sends a form without saying whence, and it is refused.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        response = view(request, *args, **options)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@told_to_nobody
@require_safe
def follow_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show where a request stands to the person it is about."""
    return shown(request, token)


def shown(request: HttpRequest, token: str, *, done: str = "", problem: str = "") -> HttpResponse:
    """Show the page, with what was just done; a link that is over is told gently, without saying which it was."""
    now = timezone.now()
    found = followed_by(token, at=now)
    if found is None:
        return render(request, "follow/over.html", status=404)
    context = {
        "token": token,
        "sender": organisation_name(found.sender_organisation, on=timezone.localdate(now)),
        "line": found.direct_line,
        "line_address": sentences.telephone_address(found.direct_line),
        "made_on": day_in_words(found.made_on, current_language()),
        "until": day_in_words(timezone.localdate(found.until), current_language()),
        "parts": parts_of(found, now),
        "done": done,
        "problem": problem,
    }
    return render(request, "follow/follow.html", context)


def parts_of(found: FollowedReferral, now: datetime) -> list[PartView]:
    """Put each part in words."""
    today = timezone.localdate(now)
    return [part_view(one, today) for one in found.parts]


def part_view(part: FollowedPart, today: date) -> PartView:
    """Put one part in words; whom to call is the service, its place, else its organisation."""
    uptake = part.uptake
    offer = offered_on(today).offer
    service = offer.by_id.get(uptake.service)
    place = offer.access_points.get(service.location or "") if service else None
    organisation = offer.directory.find(uptake.recipient_organisation)
    partner = organisation_name(uptake.recipient_organisation, on=today)
    telephone = sentences.telephone(service, place, organisation) if service else ""
    return PartView(
        id=uptake.id,
        partner=partner,
        service=uptake.service_name,
        where=wording.where_it_stands(uptake, partner),
        next=wording.what_next(uptake),
        telephone=telephone,
        telephone_address=sentences.telephone_address(telephone),
        address=sentences.address_line(place),
        labels=labels_of(part.fields, current_language()),
        why="; ".join(part.purposes) or _("pour que l’on puisse vous recevoir"),
        until=day_in_words(part.until, current_language()) if part.until else _("dès que c’est terminé"),
        is_objected=part.is_objected,
        can_withdraw=Move.WITHDRAW in uptake.moves,
        can_refuse=uptake.is_open and not part.is_objected,
    )


@told_to_nobody
@require_POST
def act(request: HttpRequest, token: str, uptake: UUID, action: str) -> HttpResponse:
    """Say no to a partner, or no longer want what was asked."""
    now = timezone.now()
    try:
        if action == "refus":
            refuse_by_link(token, uptake=uptake, at=now)
            done = _("C’est noté : ce partenaire ne voit plus rien de vous.")
        elif action == "retrait":
            withdraw_by_link(token, uptake=uptake, at=now)
            done = _("C’est noté : votre demande est retirée. Cela ne change rien à vos droits.")
        else:
            raise Http404
    except LinkOver:
        return render(request, "follow/over.html", status=404)
    except MoveRefused:
        problem = _("C’est déjà commencé : appelez votre conseiller, il l’arrêtera avec vous.")
        return shown(request, token, problem=problem)
    return shown(request, token, done=done)


@told_to_nobody
@require_POST
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End the link at the person's wish."""
    try:
        end_by_link(token, at=timezone.now())
    except LinkOver:
        return render(request, "follow/over.html", status=404)
    return render(request, "follow/ended.html")
