"""What is shared with whom and why; what the person allows, refuses, and may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.people.mapping import PersonRecord
from maillage.apps.referrals.rights import everything_about
from maillage.apps.referrals.use_cases.wills import accept_partner_again, refuse_partner
from maillage.apps.sharing.rights import as_json
from maillage.apps.sharing.standing import Told, standing_consents, standing_objections, told_to
from maillage.apps.sharing.telling import labels_of
from maillage.apps.sharing.use_cases import WillUnknown, revoke_consent
from maillage.domain.accounts import Actor, Role
from maillage.web.accounts.own import organisation_name
from maillage.web.components import days
from maillage.web.components.acting import people_page
from maillage.web.components.citations import title_of
from maillage.web.components.languages import current_language
from maillage.web.portfolio.forms import ObjectForm

FOLLOWING = (Role.ADVISER, Role.PARTNER_ADVISER)
TOLD_IN_ORDER = ("to_whom", "why", "until", "ground", "your_say", "your_rights")
HOW_TOLD = {"SPOKEN": gettext_lazy("de vive voix"), "SHEET": gettext_lazy("par la fiche remise")}


@dataclass(frozen=True)
class SharedWith:
    """One partner who sees the person: what, under which article, until when."""

    organisation: str
    partner: str
    labels: tuple[str, ...]
    agreement: str
    title: str
    article: str
    since: str
    until: str


@dataclass(frozen=True)
class Will:
    """Something the person said: what it is about, since when."""

    id: UUID | None
    organisation: str
    partner: str
    labels: tuple[str, ...]
    since: str
    reason: str = ""


@dataclass(frozen=True)
class ToldLine:
    """What the person was told of one request: how, on which day, the sentences as they were."""

    day: str
    how: str
    sentences: tuple[str, ...]
    passed: tuple[str, ...]


@dataclass(frozen=True)
class Sharing:
    """What the file shows of sharing."""

    partners: tuple[SharedWith, ...]
    consents: tuple[Will, ...]
    objections: tuple[Will, ...]
    told: tuple[ToldLine, ...]
    form: ObjectForm


def sharing_of(actor: Actor, record: PersonRecord, today: date) -> Sharing:
    """Say who sees what of a person today, and what they said about it."""
    language = current_language()
    opened = [link for link in record.links if link.is_open(on=today)]
    partners = tuple(
        SharedWith(
            link.organisation,
            organisation_name(link.organisation, on=today),
            labels_of(link.fields, language),
            link.agreement,
            title_of(link.agreement),
            link.article,
            days.day(timezone.localdate(link.opened_at)),
            days.day(link.until),
        )
        for link in opened
    )
    consents = tuple(
        Will(
            one.id,
            one.organisation,
            organisation_name(one.organisation, on=today),
            labels_of(one.fields, language),
            days.day(one.given_on),
        )
        for one in standing_consents(actor, record.id, on=today)
    )
    objections = tuple(
        Will(
            None,
            one.organisation,
            organisation_name(one.organisation, on=today) if one.organisation else _("tous les partenaires"),
            (),
            days.day(one.made_on),
            one.reason,
        )
        for one in standing_objections(actor, record.id, on=today)
    )
    told = tuple(told_line(one) for one in told_to(actor, record.id, on=today))
    return Sharing(partners, consents, objections, told, ObjectForm(partners=named(partners)))


def told_line(told: Told) -> ToldLine:
    """Put in words what the person was told, in the language in which it was said to them."""
    kept = told.content
    sentences = (str(kept[name]) for name in TOLD_IN_ORDER if kept.get(name))
    passed = kept.get("passed")
    labels = tuple(str(one) for one in passed) if isinstance(passed, list) else ()
    return ToldLine(
        days.day(timezone.localdate(told.told_at)), str(HOW_TOLD.get(told.how, "")), tuple(sentences), labels
    )


def named(partners: tuple[SharedWith, ...]) -> list[tuple[str, str]]:
    """Give the partners as the choices of a form, each once."""
    return list(dict.fromkeys((one.organisation, one.partner) for one in partners))


@people_page(*FOLLOWING)
@require_POST
def object_(request: Any, person: UUID) -> HttpResponse:
    """Note that the person refuses that a partner sees them: it sees nothing more, and its requests are withdrawn."""
    refuse_partner(
        actor=request.actor,
        person=person,
        organisation=request.POST.get("organisation", "")[:200],
        reason=request.POST.get("reason", "").strip()[:280],
        at=timezone.now(),
    )
    request.session["done"] = _("C’est noté : le partenaire ne voit plus rien, et ce qui lui était demandé est retiré.")
    return redirect("portfolio:person", person)


@people_page(*FOLLOWING)
@require_POST
def lift(request: Any, person: UUID) -> HttpResponse:
    """Note that the person changes their mind about a partner."""
    try:
        accept_partner_again(
            actor=request.actor, person=person, organisation=request.POST.get("organisation", ""), at=timezone.now()
        )
    except WillUnknown:
        request.session["problem"] = _("Ce refus n’est plus dans le dossier : relisez-le.")
    else:
        request.session["done"] = _("C’est noté : la personne a changé d’avis.")
    return redirect("portfolio:person", person)


@people_page(*FOLLOWING)
@require_POST
def revoke(request: Any, person: UUID, consent: UUID) -> HttpResponse:
    """Note that the person takes a consent back."""
    try:
        revoke_consent(by=request.actor, person=person, consent=consent, at=timezone.now())
    except WillUnknown:
        request.session["problem"] = _("Cet accord n’est plus dans le dossier : relisez-le.")
    else:
        request.session["done"] = _("C’est noté : ce qui passait grâce à cet accord ne passe plus.")
    return redirect("portfolio:person", person)


@people_page(*FOLLOWING)
@require_safe
def export(request: Any, person: UUID) -> HttpResponse:
    """Give the person all that is kept about them, as a file."""
    kept = everything_about(by=request.actor, person=person, at=timezone.now())
    return HttpResponse(
        as_json(kept),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="dossier.json"'},
    )
