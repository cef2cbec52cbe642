"""What leaves the room on paper or in another system: the person's sheet, the fiche de liaison, the text to copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.accounts.queries import site_of
from maillage.apps.catalogue.queries import find_organisation
from maillage.apps.eligibility.queries import offered_on
from maillage.apps.people.mapping import PersonRecord
from maillage.apps.referrals.codes import code_of, shown
from maillage.apps.referrals.copying import text_for_file
from maillage.apps.referrals.queries import ReferralSeen, UptakeSeen, referral_of, referrals_of
from maillage.apps.referrals.use_cases.moving import UptakeNotFound
from maillage.apps.sharing.standing import working_links
from maillage.apps.sharing.use_cases import WillUnknown, make_follow_link, revoke_follow_link
from maillage.domain.accounts import Actor
from maillage.domain.referrals import UptakeState
from maillage.web.accounts.own import name_beside_person
from maillage.web.advisers.liaison import Liaison, liaison_pdf
from maillage.web.advisers.sheets import Sheet, find_sheet
from maillage.web.components import days, sentences
from maillage.web.components.acting import people_page
from maillage.web.components.citations import title_of
from maillage.web.components.languages import current_language
from maillage.web.portfolio import wording
from maillage.web.portfolio.first import FOLLOWING, Line
from maillage.web.portfolio.person import followed, referral_line
from maillage.web.portfolio.uptakes import sent_uptake

WORDS_OF_THE_LINK = 14
"""The words that the private link adds to a sheet."""


@dataclass(frozen=True)
class Follow:
    """The private link as it is handed over, this once: its address and the square to scan."""

    address: str
    square: str


@dataclass(frozen=True)
class Part:
    """One uptake of what was just sent, with what goes with it."""

    line: Line
    can_call_back: bool
    sequence: int
    text: str


@people_page(*FOLLOWING)
@require_safe
def sent_page(request: Any, person: UUID, referral: UUID) -> HttpResponse:
    """Show what was sent: the papers to hand over, the text to copy, the private link."""
    return sent_shown(request, person, referral)


def sent_shown(request: Any, person: UUID, referral: UUID, *, follow: Follow | None = None) -> HttpResponse:
    """Show what was sent, with the private link when it was just made.

    Raises:
        PersonNotFound, Http404: no such request of a person that the actor follows.
    """
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    record = followed(actor, person, now)
    found = next((one for one in referrals_of(actor, person, on=today) if one.id == referral), None)
    if found is None:
        raise Http404
    lines = {line.id: line for line in referral_line(found, record.name, today).parts}
    links = working_links(actor, person, at=now, on=today)
    context = {
        "record": record,
        "referral": found,
        "is_draft": all(one.state is UptakeState.DRAFT for one in found.uptakes),
        "parts": [
            Part(
                lines[one.id],
                one.state is UptakeState.SENT,
                one.sequence,
                text_for_file(actor, one.id, at=now, language=current_language()),
            )
            for one in found.uptakes
        ],
        "follow": follow,
        "link_until": days.day(timezone.localdate(links[referral])) if referral in links else "",
        "done": request.session.pop("done", ""),
        "problem": request.session.pop("problem", ""),
    }
    return render(request, "portfolio/sent.html", context)


@people_page(*FOLLOWING)
@require_POST
def make_link(request: Any, person: UUID, referral: UUID) -> HttpResponse:
    """Make the private link, shown this once, and print it on the sheet if the person wishes."""
    now = timezone.now()
    today = timezone.localdate(now)
    if referral not in {one.id for one in referrals_of(request.actor, person, on=today)}:
        raise Http404
    token = make_follow_link(by=request.actor, person=person, subject=referral, at=now)
    follow = follow_at(request, token)
    if "print" not in request.POST:
        return sent_shown(request, person, referral, follow=follow)
    uptakes = next(one for one in referrals_of(request.actor, person, on=today) if one.id == referral).uptakes
    followed(request.actor, person, now)
    return sheet_shown(request, uptakes[0], today, follow)


def follow_at(request: Any, token: str) -> Follow:
    """Give a private link as it is handed over."""
    address = request.build_absolute_uri(reverse("follow:follow", args=[token]))
    drawn = segno.make(address, error="m")
    return Follow(address, str(drawn.svg_data_uri(scale=4, border=4, dark="#000000", light="#ffffff")))


@people_page(*FOLLOWING)
@require_POST
def end_link(request: Any, person: UUID, referral: UUID) -> HttpResponse:
    """Have the private link lead nowhere from now on."""
    try:
        revoke_follow_link(by=request.actor, person=person, subject=referral, at=timezone.now())
    except WillUnknown:
        request.session["problem"] = _("Ce lien ne marchait déjà plus.")
    else:
        request.session["done"] = _("Le lien ne mène plus nulle part.")
    return sent_shown(request, person, referral)


@people_page(*FOLLOWING)
@require_safe
def sheet_page(request: Any, uptake: UUID) -> HttpResponse:
    """Show the sheet that the person takes away, for the place of one request."""
    now = timezone.now()
    today = timezone.localdate(now)
    found = sent_uptake(request.actor, uptake, today)
    followed(request.actor, found.person, now)
    return sheet_shown(request, found, today, None)


def sheet_shown(request: Any, uptake: UptakeSeen, today: date, follow: Follow | None) -> HttpResponse:
    """Show a sheet, with the private link where the person wishes it.

    Raises:
        UptakeNotFound: the service is no longer in the catalogue.
    """
    extra = WORDS_OF_THE_LINK if follow else 0
    sheet: Sheet | None = find_sheet(uptake.service, on=today, municipality="", today=today, extra_words=extra)
    if sheet is None:
        raise UptakeNotFound
    return render(request, "advisers/sheet.html", {"sheet": sheet, "follow": follow})


@people_page(*FOLLOWING)
@require_safe
def liaison_page(request: Any, uptake: UUID) -> HttpResponse:
    """Give the fiche de liaison as a PDF; it says no more of the person than what passes to the partner."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    found = sent_uptake(actor, uptake, today)
    record = followed(actor, found.person, now)
    reply_at = request.build_absolute_uri(reverse("partners:reply"))
    liaison = liaison_of(actor, found, record, referral_of(actor, uptake, on=today), reply_at, now)
    return HttpResponse(
        liaison_pdf(liaison, current_language()),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="fiche-de-liaison.pdf"', "Referrer-Policy": "no-referrer"},
    )


def liaison_of(  # noqa: PLR0913, PLR0917 (all that the page says)
    actor: Actor, uptake: UptakeSeen, record: PersonRecord, referral: ReferralSeen | None, reply_at: str, now: datetime
) -> Liaison:
    """Fill the page in."""
    today = timezone.localdate(now)
    offer = offered_on(today).offer
    service = offer.by_id.get(uptake.service)
    place = offer.access_points.get(service.location or "") if service else None
    organisation = find_organisation(uptake.recipient_organisation, on=today)
    site = site_of(actor.membership)
    return Liaison(
        sender=name_beside_person(actor.organisation, to=uptake.recipient_organisation, on=today),
        sender_person=actor.name,
        direct_line=site.telephone if site else "",
        recipient=organisation.name if organisation else uptake.recipient_organisation,
        service=uptake.service_name,
        place=sentences.address_line(place),
        person=person_lines(record, uptake.id),
        why=referral.why if referral else "",
        wish=referral.wish if referral else "",
        documents=tuple(service.required_documents) if service else (),
        appointment=wording.appointment_of(uptake),
        basis=_("%(agreement)s, article %(article)s")
        % {"agreement": title_of(uptake.agreement), "article": uptake.article}
        if uptake.agreement
        else "",
        code=shown(code_of(uptake.id)),
        reply_at=reply_at,
        reply_by=days.day(uptake.due_on),
    )


def person_lines(record: PersonRecord, uptake: UUID) -> tuple[str, ...]:
    """Say who comes, with what passes to this partner and nothing else."""
    passed = frozenset[str]().union(*(link.fields for link in record.links if link.subject == uptake))
    name = " ".join(getattr(record, field) for field in ("given_name", "family_name") if field in passed)
    born = _("née le %(day)s") % {"day": days.day(record.birth_date)}
    return tuple(
        line
        for line in (
            name,
            born if record.birth_date and "birth_date" in passed else "",
            record.telephone if "telephone" in passed else "",
            _("préfère être appelée") if record.prefers_to_be_called and "prefers_to_be_called" in passed else "",
            _("avec un interprète") if record.needs_interpreter and "needs_interpreter" in passed else "",
        )
        if line
    )
