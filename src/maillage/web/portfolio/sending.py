"""« Adresser »: one screen that says whom, why, exactly what leaves and what the person was told; then it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from maillage.apps.delegation.writing import writing_as
from maillage.apps.people.mapping import PersonRecord
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.previewing import Preview, preview_of_sending
from maillage.apps.referrals.requests import RequestUnderWay
from maillage.apps.referrals.use_cases.moving import UptakeChanged
from maillage.apps.referrals.use_cases.sending import (
    RECIPIENTS_MOST,
    Address,
    Request,
    Sent,
    send_referral,
)
from maillage.apps.referrals.use_cases.sending import (
    redirect as redirect_uptake,
)
from maillage.apps.sharing.use_cases import give_consent, record_information
from maillage.domain.accounts import Actor
from maillage.domain.delegation import DelegationRefused
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals import MoveRefused
from maillage.web.accounts.own import organisation_name
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.portfolio.first import FOLLOWING
from maillage.web.portfolio.forms import SendForm, consent_of
from maillage.web.portfolio.leaving import Leaving, leaving_of, why_written
from maillage.web.portfolio.openings import Opening, openings_of
from maillage.web.portfolio.person import followed, wishes_said

OTHERS_MOST = 8
REFUSED = (SendingRefused, DelegationRefused, NotPermitted, RequestUnderWay, MoveRefused, UptakeChanged)


@dataclass(frozen=True)
class Draft:
    """What is about to leave: the services as they are known and as they are said, and what the adviser ticked."""

    person: PersonRecord
    previews: list[Preview]
    leaving: list[Leaving]
    confirmed: frozenset[str]
    consents: dict[str, str]
    has_agreed: bool

    @property
    def to(self) -> tuple[Address, ...]:
        """Where it goes."""
        return tuple(Address(one.service, one.site) for one in self.leaving)


def draft_of(request: Any, person: UUID, services: list[str], now: datetime) -> Draft:
    """Read what the screen is about.

    Raises:
        PersonNotFound, Http404: not a person that the actor follows.
    """
    actor, on = request.actor, timezone.localdate(now)
    record = followed(actor, person, now)
    sender = organisation_name(actor.organisation, on=on)
    previews = [preview_of_sending(actor, record, one, on=on) for one in services]
    leaving = [leaving_of(one, record, sender, on) for one in previews]
    asked = [consent.key for one in leaving for consent in one.consents]
    return Draft(
        record,
        previews,
        leaving,
        frozenset(request.POST.getlist("confirmed")),
        {key: request.POST.get(f"consent-{key}", "") for key in asked},
        "agreed" in request.POST,
    )


def services_of(request: Any) -> list[str]:
    """Read the services chosen, each once."""
    typed = (request.POST if request.method == "POST" else request.GET).getlist("to")
    dropped = set(request.POST.getlist("drop"))
    return [one for one in dict.fromkeys(text[:200] for text in typed) if one not in dropped][:RECIPIENTS_MOST]


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def send_page(request: Any, person: UUID) -> HttpResponse:
    """Send a person to one service or several."""
    services = services_of(request)
    if not services:
        return redirect("portfolio:person", person)
    now = timezone.now()
    draft = draft_of(request, person, services, now)
    return answered(request, draft, now, based_on=None)


def answered(request: Any, draft: Draft, now: datetime, *, based_on: UUID | None) -> HttpResponse:
    """Send what is ready to leave, or show the screen with what is missing."""
    typed = {name: request.POST[name] for name in ("why", "wish", "told") if request.POST.get(name)}
    initial = {"why": why_written(draft.leaving, draft.previews), **typed}
    form = SendForm(request.POST if request.method == "POST" and "send" in request.POST else None, initial=initial)
    problem = ""
    if form.is_bound and form.is_valid():
        problem = first_missing(draft)
        if not problem:
            try:
                sent = leave(request.actor, draft, form, now, key=request.POST.get("key", "")[:60], based_on=based_on)
            except REFUSED as refused:
                problem = sentence_of(refused)
            else:
                request.session["done"] = said_of(sent)
                return redirect("portfolio:sent", draft.person.id, sent.referral)
    context = {
        "form": form,
        "draft": draft,
        "record": draft.person,
        "wishes": wishes_said(draft.person),
        "problem": problem,
        "key": request.POST.get("key", "") or str(uuid4()),
        "others": others_of(request.actor, draft, now),
        "can_leave": any(not one.refused for one in draft.leaving),
    }
    return render(request, "portfolio/send.html", context, status=422 if form.errors or problem else 200)


def others_of(actor: Actor, draft: Draft, now: datetime) -> list[Opening]:
    """List the open doors that could be added to the same request, those to try first before."""
    chosen = {one.service for one in draft.leaving}
    openings = openings_of(actor, draft.person, now, skipped=frozenset())
    found = [one for one in (*openings.best, *openings.rest) if one.door.id not in chosen and not one.is_of_us]
    return found[:OTHERS_MOST]


def first_missing(draft: Draft) -> str:
    """Say what still has to be done with the person; empty when all may leave."""
    for one in draft.leaving:
        if one.refused:
            return _("%(service)s : %(why)s") % {"service": one.title, "why": one.refused}
        unconfirmed = [label for name, label in one.missing if name not in draft.confirmed]
        if unconfirmed:
            return _("Demandez à la personne, puis cochez : %(what)s.") % {"what": ", ".join(unconfirmed)}
        if one.is_delegation and not draft.has_agreed:
            return _("Un accompagnement ne passe qu’avec l’accord de la personne : demandez-le-lui, puis cochez.")
        if any(consent_of(draft.consents[consent.key]) is None for consent in one.consents):
            return _(
                "Cet accord demande que la personne dise oui. Sans cela, retirez ce service : elle peut être aidée autrement."
            )
    return ""


def leave(  # noqa: PLR0913 (who sends what, said how, when, once)
    actor: Actor, draft: Draft, form: SendForm, now: datetime, *, key: str, based_on: UUID | None
) -> Sent:
    """Record what the person agreed to, send, and keep what they were told; all of it or nothing.

    Raises:
        SendingRefused, DelegationRefused, NotPermitted, MoveRefused, UptakeChanged, RequestUnderWay: nothing is kept.
    """
    on, typed = timezone.localdate(now), form.cleaned_data
    request = Request(
        to=draft.to,
        why=typed["why"],
        wish=typed["wish"],
        confirmed=draft.confirmed,
        agreed_on=on if draft.has_agreed else None,
    )
    with writing_as(actor, on=on):
        record_consents(actor, draft, now)
        if based_on is None:
            sent = send_referral(actor=actor, person=draft.person.id, request=request, at=now, key=key)
        else:
            sent = redirect_uptake(actor=actor, uptake=based_on, request=request, at=now, key=key)
        for moved, one in zip(sent.uptakes, draft.leaving, strict=True):
            record_information(
                by=actor, person=draft.person.id, subject=moved.uptake, content=one.content, how=typed["told"], at=now
            )
    return sent


def record_consents(actor: Actor, draft: Draft, now: datetime) -> None:
    """Keep each yes with its scope."""
    for preview in draft.previews:
        for clause in preview.shared.awaiting if preview.shared and preview.found else ():
            how = consent_of(draft.consents.get(f"{clause.agreement}#{clause.clause}", ""))
            if how is not None and preview.found is not None:
                give_consent(
                    by=actor,
                    person=draft.person.id,
                    organisation=preview.found.organisation,
                    agreement=clause.agreement,
                    clause=clause.clause,
                    fields=clause.fields,
                    how=how,
                    purpose=clause.purpose,
                    at=now,
                )


def said_of(sent: Sent) -> str:
    """Say what was sent, and that it can still be called back."""
    count = len(sent.uptakes)
    return ngettext(
        "C’est envoyé. Vous pouvez rappeler la demande tant que personne ne l’a ouverte.",
        "C’est envoyé à %(count)s partenaires. Vous pouvez rappeler chaque demande tant que personne ne l’a ouverte.",
        count,
    ) % {"count": count}
