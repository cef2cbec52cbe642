"""Delegations: what is used and left of each volume, who waits, and taking a person back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from maillage.apps.accounts.queries import members_of
from maillage.apps.agreements.queries import agreements_in
from maillage.apps.delegation.mapping import DelegationSeen
from maillage.apps.delegation.queries import DelegationNotFound, ranks_of, to_hand_back
from maillage.apps.delegation.use_cases import hand_back, record_agreement_of_person
from maillage.apps.delegation.volumes import (
    VolumeSeen,
    can_review,
    find_delegation,
    live_delegations,
    near_review,
    volumes_for,
)
from maillage.apps.people.queries import names_seen
from maillage.domain.accounts import Actor, Role
from maillage.domain.delegation import DELEGATION_LABELS, DelegationRefused, DelegationState, EndReason
from maillage.domain.permissions import NotPermitted
from maillage.domain.visibility import FOLLOWING_ROLES
from maillage.web.accounts.own import organisation_name
from maillage.web.components import days
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.components.languages import current_language
from maillage.web.partners.wording import capital
from maillage.web.portfolio import forms

FOLLOWING = (Role.ADVISER, Role.PARTNER_ADVISER)
FEW_LEFT = 3


@dataclass(frozen=True)
class VolumeLine:
    """One volume in words: to whom, by virtue of what, used, left, waiting, until when it counts."""

    partner: str
    agreement: str
    title: str
    article: str
    used: int
    limit: int | None
    left: int | None
    waiting: str
    until: str
    is_spent: bool


@dataclass(frozen=True)
class DelegationLine:
    """One delegation in words."""

    id: UUID
    address: str
    name: str
    partner: str
    is_ours: bool
    state: str
    since: str
    review: str
    until: str
    rank: int | None
    is_running: bool
    can_review: bool
    needs_agreement: bool


def attention_of(actor: Actor, now: datetime) -> list[str]:
    """Say what of delegations asks for attention: a volume nearly spent, a review near, an agreement that has ended."""
    on, loaded = timezone.localdate(now), agreements_in()
    live = live_delegations(actor, on=on)
    said = [
        few_left(volume.places.left, volume.places.limit or 0, organisation_name(volume.to_organisation, on=on))
        for volume in volumes_for(actor, loaded, on=on)
        if volume.places.left is not None and volume.places.left <= FEW_LEFT
    ]
    reviews, ended = len(near_review(live, on=on)), len(to_hand_back(actor, loaded, on=on)) if live else 0
    if reviews:
        said.append(
            ngettext("%(count)s délégation à revoir bientôt.", "%(count)s délégations à revoir bientôt.", reviews)
            % {"count": reviews}
        )
    if ended:
        said.append(
            ngettext(
                "%(count)s personne à reprendre : son accord a pris fin.",
                "%(count)s personnes à reprendre : leur accord a pris fin.",
                ended,
            )
            % {"count": ended}
        )
    return said


def few_left(left: int, limit: int, partner: str) -> str:
    """Say that a volume is nearly spent, or is."""
    if not left:
        return _("Plus aucune place sur %(limit)s vers %(partner)s.") % {"limit": limit, "partner": partner}
    said = ngettext(
        "Il reste %(left)s place sur %(limit)s vers %(partner)s.",
        "Il reste %(left)s places sur %(limit)s vers %(partner)s.",
        left,
    )
    return said % {"left": left, "limit": limit, "partner": partner}


@people_page(*FOLLOWING)
@require_safe
def volumes_page(request: Any) -> HttpResponse:
    """Show what can still be delegated, and who is."""
    actor, now = request.actor, timezone.now()
    on = timezone.localdate(now)
    live = live_delegations(actor, on=on)
    names = names_seen(actor, {one.person for one in live}, at=now, why="delegations") if live else {}
    context = {
        "volumes": [volume_line(one, on) for one in volumes_for(actor, agreements_in(), on=on)],
        "delegations": [delegation_line(one, names.get(one.person, ""), actor, on) for one in live],
        "done": request.session.pop("done", ""),
    }
    return render(request, "portfolio/volumes.html", context)


def volume_line(volume: VolumeSeen, on: date) -> VolumeLine:
    """Put a volume in words."""
    places = volume.places
    waiting = ngettext("%(count)s personne attend", "%(count)s personnes attendent", places.waiting_count)
    return VolumeLine(
        partner=organisation_name(volume.to_organisation, on=on),
        agreement=volume.clause.agreement.id,
        title=volume.clause.agreement.title,
        article=volume.clause.article.number,
        used=places.used,
        limit=places.limit,
        left=places.left,
        waiting=waiting % {"count": places.waiting_count} if places.waiting_count else "",
        until=days.day(places.period.end),
        is_spent=places.is_spent,
    )


def delegation_line(one: DelegationSeen, name: str, actor: Actor, on: date) -> DelegationLine:
    """Put a delegation in words, for the organisation that delegates or for the one that supports."""
    is_ours = one.from_organisation == actor.organisation
    is_waiting = one.state is DelegationState.WAITING
    return DelegationLine(
        id=one.id,
        address=address_of(one, is_ours=is_ours),
        name=name,
        partner=organisation_name(one.to_organisation if is_ours else one.from_organisation, on=on),
        is_ours=is_ours,
        state=capital(DELEGATION_LABELS[one.state][current_language() == "en"]),
        since=days.day(one.started_on or one.waiting_since or one.proposed_on),
        review=days.day(one.review_due_on),
        until=days.day(one.until),
        rank=ranks_of(one.agreement, one.clause).get(one.id) if is_waiting else None,
        is_running=one.state is DelegationState.RUNNING,
        can_review=can_review(one, on=on),
        needs_agreement=one.state is not DelegationState.RUNNING and one.agreed_on is None,
    )


def address_of(one: DelegationSeen, *, is_ours: bool) -> str:
    """Lead to the file for who delegates, to the request for who supports; nowhere when no request proposed it."""
    if is_ours:
        return reverse("portfolio:person", args=[one.person])
    return reverse("partners:item", args=[one.uptake]) if one.uptake else ""


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_back_page(request: Any, delegation: UUID) -> HttpResponse:
    """Take a person back: why, from which day, which adviser."""
    actor, now = request.actor, timezone.now()
    on = timezone.localdate(now)
    found = find_delegation(actor, delegation, on=on)
    if found is None:
        raise DelegationNotFound
    advisers = [one for one in members_of(organisation=found.from_organisation, on=on) if one.role in FOLLOWING_ROLES]
    initial = {"on": on, "to": str(actor.membership)}
    form = forms.HandBackForm(request.POST or None, advisers=advisers, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            taken_back(actor, found, form, now)
        except (DelegationRefused, NotPermitted) as refused:
            form.add_error(None, sentence_of(refused))
        else:
            request.session["done"] = _("La reprise est notée : le conseiller nommé suit la personne.")
            return redirect("portfolio:volumes")
    names = names_seen(actor, [found.person], at=now, why="hand back")
    context = {"form": form, "line": delegation_line(found, names.get(found.person, ""), actor, on)}
    return render(request, "portfolio/hand_back.html", context, status=422 if form.errors else 200)


def taken_back(actor: Actor, found: DelegationSeen, form: forms.HandBackForm, now: datetime) -> None:
    """End the delegation; the clock job then gives its place to who waits.

    Raises:
        DelegationRefused, NotPermitted: it does not go through; nothing is kept.
    """
    typed, loaded = form.cleaned_data, agreements_in()
    hand_back(
        actor=actor,
        delegation=found.id,
        reason=EndReason[typed["reason"]],
        ended_on=typed["on"],
        to=UUID(typed["to"]),
        loaded=loaded,
        at=now,
    )


@people_page(*FOLLOWING)
@require_http_methods(["POST"])
def agreed(request: Any, delegation: UUID) -> HttpResponse:
    """Note that the person agrees to be supported by the partner."""
    now = timezone.now()
    record_agreement_of_person(actor=request.actor, delegation=delegation, agreed_on=timezone.localdate(now), at=now)
    request.session["done"] = _("L’accord de la personne est noté.")
    return redirect("portfolio:volumes")
