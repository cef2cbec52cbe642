"""The first screen of those who receive: to answer, expected today, late; each line says what to do and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from maillage.apps.accounts.queries import find_member
from maillage.apps.people.queries import names_seen
from maillage.apps.referrals.queries import Inbox, UptakeSeen, inbox, reception_of
from maillage.domain.accounts import Actor, Role
from maillage.domain.referrals import UptakeState
from maillage.web.accounts.own import name_beside_person, organisation_name
from maillage.web.components.acting import people_page
from maillage.web.partners import wording

RECEIVING = (Role.ADVISER, Role.PARTNER_ADVISER, Role.ACCESS_POINT_STAFF)


@dataclass(frozen=True)
class Line:
    """One request of a list; ``name`` is empty until it is opened, for it can be called back until then."""

    id: UUID
    name: str
    service: str
    sender: str
    to_do: str
    due_on: date | None
    hour: datetime | None
    is_late: bool
    is_sealed: bool
    is_walk_in: bool
    holder: str
    is_expected: bool
    sequence: int


@dataclass(frozen=True)
class Part:
    """One of the lists of the screen."""

    key: str
    title: str
    lines: tuple[Line, ...]
    count: int
    empty: str


@people_page(*RECEIVING)
@require_safe
def inbox_page(request: Any) -> HttpResponse:
    """Show what the organisation has to do."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    found = inbox(actor, on=today)
    context = {
        "parts": parts_of(found, lines_of(actor, found, now)),
        "sentence": sentence_of(found),
        "organisation": organisation_name(actor.organisation, on=today),
        "closed": is_closed(actor, today),
        "done": request.session.pop("done", ""),
    }
    return render(request, "partners/inbox.html", context)


def is_closed(actor: Actor, today: date) -> bool:
    """Tell whether one's site takes nobody new today."""
    reception = reception_of(actor.organisation, actor.site)
    return reception is not None and reception.is_closed(on=today)


def sentence_of(found: Inbox) -> str:
    """Say the day in a sentence."""
    counts = (
        (found.late_count, ngettext("%(count)s en retard", "%(count)s en retard", found.late_count)),
        (
            found.to_answer_count,
            ngettext("%(count)s réponse à donner", "%(count)s réponses à donner", found.to_answer_count),
        ),
        (
            found.expected_count,
            ngettext("%(count)s personne attendue", "%(count)s personnes attendues", found.expected_count),
        ),
    )
    said = [words % {"count": count} for count, words in counts if count]
    return (
        _("Aujourd’hui : %(counts)s.") % {"counts": ", ".join(said)}
        if said
        else _("Rien n’attend votre réponse aujourd’hui.")
    )


def lines_of(actor: Actor, found: Inbox, now: datetime) -> dict[UUID, Line]:
    """Write each request as a line; the names of those opened are read together, and each reading is noted."""
    uptakes = [*found.to_answer, *found.expected, *found.late, *found.going_on]
    opened = {one.person for one in uptakes if one.state is not UptakeState.SENT}
    names = names_seen(actor, opened, at=now, why="inbox") if opened else {}
    today = timezone.localdate(now)
    senders = {
        name: name_beside_person(name, to=actor.organisation, on=today)
        for name in {one.sender_organisation for one in uptakes}
    }
    holders = {one: _name_of(one) for one in {uptake.holder for uptake in uptakes} if one is not None}
    return {one.id: _line(one, names, senders, holders, today) for one in uptakes}


def _name_of(membership: UUID) -> str:
    member = find_member(membership)
    return member.name if member else ""


def _line(
    one: UptakeSeen, names: Mapping[UUID, str], senders: Mapping[str, str], holders: Mapping[UUID, str], today: date
) -> Line:
    is_sealed = one.state is UptakeState.SENT
    return Line(
        id=one.id,
        name="" if is_sealed else names.get(one.person, ""),
        service=one.service_name,
        sender=senders[one.sender_organisation],
        to_do=str(wording.TO_DO.get(one.state, "")),
        due_on=one.due_on,
        hour=one.appointment_at if one.state is UptakeState.APPOINTED else None,
        is_late=one.is_late,
        is_sealed=is_sealed,
        is_walk_in=one.is_walk_in,
        holder=holders.get(one.holder, "") if one.holder else "",
        is_expected=one.state is UptakeState.APPOINTED
        and one.appointment_on is not None
        and one.appointment_on <= today,
        sequence=one.sequence,
    )


def parts_of(found: Inbox, lines: Mapping[UUID, Line]) -> list[Part]:
    """Lay out the three lists of the day, then what is under way."""

    def part(key: str, title: str, uptakes: tuple[UptakeSeen, ...], count: int, empty: str) -> Part:
        return Part(key, title, tuple(lines[one.id] for one in uptakes), count, empty)

    return [
        part("late", _("En retard"), found.late, found.late_count, _("Rien n’est en retard.")),
        part(
            "to-answer",
            _("À répondre"),
            found.to_answer,
            found.to_answer_count,
            _("Les demandes que l’on vous adresse arrivent ici. Pour l’instant, toutes ont une réponse."),
        ),
        part(
            "expected",
            _("Attendus aujourd’hui"),
            found.expected,
            found.expected_count,
            _("Personne n’a rendez-vous aujourd’hui."),
        ),
        part("going-on", _("En cours"), found.going_on, found.going_on_count, _("Rien d’autre n’est en cours.")),
    ]
