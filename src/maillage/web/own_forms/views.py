"""Putting a form in, saying what fills it; and, for who sends somebody, the form filled with what passes and no more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from maillage.apps.people.mapping import PersonRecord
from maillage.apps.referrals.own_forms import OwnFormSeen, own_form_of
from maillage.apps.referrals.queries import ReferralSeen, UptakeSeen, referral_of
from maillage.apps.referrals.use_cases.own_forms import (
    OF_THE_PERSON,
    OF_THE_REQUEST,
    put_form_in,
    say_what_fills,
    take_form_away,
)
from maillage.apps.sharing.telling import labels_of
from maillage.domain.accounts import Actor, Role
from maillage.engine.form_files import BYTES_MOST, FormRefused, filled_form
from maillage.web.accounts.own import name_beside_person
from maillage.web.components import days
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.components.languages import current_language
from maillage.web.portfolio.first import FOLLOWING
from maillage.web.portfolio.leaving import values_of
from maillage.web.portfolio.person import followed
from maillage.web.portfolio.uptakes import sent_uptake

PUTTING_IN = (Role.PARTNER_ADVISER, Role.ADMINISTRATOR)


@people_page(*PUTTING_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: Any) -> HttpResponse:
    """Put one's form in, say what fills each field, or take it away."""
    actor = request.actor
    refused = ""
    if request.method == "POST":
        try:
            request.session["done"] = acted(request, actor)
            return redirect("own-forms:form")
        except FormRefused as why:
            refused = sentence_of(why)
    found = own_form_of(actor.organisation, None)
    context = {
        "found": found,
        "put_in_on": days.day(timezone.localdate(found.put_in_at)) if found else "",
        "fields": [(name, f"field-{rank}", found.filled_by.get(name, "")) for rank, name in enumerate(found.fields)]
        if found
        else [],
        "sources": sources(),
        "refused": refused,
        "done": request.session.pop("done", ""),
    }
    return render(request, "own_forms/form.html", context, status=422 if refused else 200)


def acted(request: Any, actor: Actor) -> str:
    """Do what a button asks; gives what was done, in words.

    Raises:
        FormRefused: the file cannot serve.
    """
    now = timezone.now()
    if "away" in request.POST:
        take_form_away(actor=actor, site=None, at=now)
        return _("Votre formulaire n’est plus demandé.")
    if "fill" in request.POST:
        found = own_form_of(actor.organisation, None)
        named = enumerate(found.fields if found else ())
        filled_by = {name: request.POST.get(f"field-{rank}", "") for rank, name in named}
        say_what_fills(actor=actor, site=None, filled_by=filled_by, at=now)
        return _("C’est noté : qui vous adresse quelqu’un téléchargera le formulaire rempli.")
    file = request.FILES.get("file")
    content = file.read(BYTES_MOST + 1) if file else b""
    fields = put_form_in(actor=actor, site=None, content=content, at=now)
    return _("Le formulaire est déposé : %(count)s champs. Dites ce qui remplit chacun.") % {"count": len(fields)}


def sources() -> list[tuple[str, str]]:
    """List what may fill a field: what a clause may let pass, then what the request says."""
    person = [(name, ", ".join(labels_of([name], current_language()))) for name in OF_THE_PERSON]
    request = {
        "service": _("La demande : le service"),
        "why": _("La demande : pourquoi"),
        "wish": _("La demande : ce que la personne souhaite"),
        "sender": _("La demande : qui l’adresse"),
        "sender_person": _("La demande : son conseiller"),
        "sent_on": _("La demande : envoyée le"),
    }
    return [*sorted(person, key=lambda one: one[1]), *((name, request[name]) for name in OF_THE_REQUEST)]


@people_page(*PUTTING_IN)
@require_safe
def empty_form(request: Any) -> HttpResponse:
    """Give one's form back as it was put in."""
    found = own_form_of(request.actor.organisation, None)
    if found is None:
        raise Http404
    return attached(found.content, "formulaire-vierge.pdf")


@people_page(*FOLLOWING)
@require_safe
def filled_page(request: Any, uptake: UUID) -> HttpResponse:
    """Give the partner's form filled with what passes to it about the person, and what the request says."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    sent = sent_uptake(actor, uptake, today)
    found = own_form_of(sent.recipient_organisation, sent.recipient_site)
    if found is None or not sent.is_open:
        raise Http404
    record = followed(actor, sent.person, now)
    said = said_of(actor, sent, record, referral_of(actor, uptake, on=today))
    return attached(filled_form(found.content, values_for(found, said)), "formulaire.pdf")


def said_of(actor: Actor, sent: UptakeSeen, record: PersonRecord, referral: ReferralSeen | None) -> dict[str, str]:
    """Say what passes to the recipient, source by source: what the clause lists, and the request itself."""
    passed = frozenset[str]().union(*(link.fields for link in record.links if link.subject == sent.id))
    person = {name: value for name, value in values_of(record).items() if name in passed}
    return person | {
        "service": sent.service_name,
        "why": referral.why if referral else "",
        "wish": referral.wish if referral else "",
        "sender": name_beside_person(actor.organisation, to=sent.recipient_organisation, on=timezone.localdate()),
        "sender_person": actor.name,
        "sent_on": days.day(sent.sent_on),
    }


def values_for(found: OwnFormSeen, said: dict[str, str]) -> dict[str, str]:
    """Give the text of each field of a form; what does not pass stays empty."""
    return {name: said[source] for name, source in found.filled_by.items() if said.get(source)}


def attached(content: bytes, name: str) -> HttpResponse:
    """Give a file to keep, never to be shown in the page's own name."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Referrer-Policy": "no-referrer",
        },
    )
