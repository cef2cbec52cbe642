"""The file of a person: what is known, the doors that are open to them, where each request stands, who sees what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.delegation.queries import delegations_of, lead_decisions_on
from maillage.apps.delegation.volumes import LIVE
from maillage.apps.people.drafts import PersonRefused
from maillage.apps.people.mapping import PersonRecord, completed_years, months_since
from maillage.apps.people.queries import person_for
from maillage.apps.people.use_cases import edit_person
from maillage.apps.people.use_cases.records import EditConflict
from maillage.apps.referrals.queries import ReferralSeen, histories_of, referrals_of
from maillage.domain.accounts import Actor
from maillage.engine.wording import BARRIER_LABELS, GROUP_LABELS, listed
from maillage.web.accounts.own import organisation_name
from maillage.web.advisers.forms import QuestionForm
from maillage.web.advisers.presenters import FIELDS
from maillage.web.components import days, needs, places, sentences
from maillage.web.components.acting import people_page
from maillage.web.components.languages import current_language
from maillage.web.portfolio import wording
from maillage.web.portfolio.first import FOLLOWING, Line, line_of
from maillage.web.portfolio.openings import openings_of
from maillage.web.portfolio.person_form import LANGUAGES, answered, draft_from
from maillage.web.portfolio.volumes import delegation_line
from maillage.web.portfolio.wills import sharing_of

HISTORY_MOST = 40


@dataclass(frozen=True)
class ReferralLine:
    """One request with its parts."""

    id: UUID
    made_on: str
    why: str
    parts: tuple[Line, ...]


@dataclass(frozen=True)
class Happening:
    """One thing that happened, in plain words."""

    at: datetime
    day: str
    sentence: str
    partner: str
    by: str


@dataclass(frozen=True)
class LeadChange:
    """One decision about who follows the person, in words."""

    day: str
    by: str
    former: str
    next: str
    reason: str


@dataclass(frozen=True)
class LeadSaid:
    """Who follows the person, and what was decided of it, the latest first."""

    name: str
    changes: tuple[LeadChange, ...]


@people_page(*FOLLOWING)
@require_safe
def person_page(request: Any, person: UUID) -> HttpResponse:
    """Show the file of a person to who follows them."""
    return person_shown(request, person)


def person_shown(request: Any, person: UUID, *, problem: str = "", status: int = 200) -> HttpResponse:
    """Show the file, with what just did not go through.

    Raises:
        PersonNotFound: none that the actor sees.
    """
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    record = followed(actor, person, now)
    referrals = referrals_of(actor, person, on=today)
    context = {
        "record": record,
        "facts": facts_said(record, today),
        "openings": openings_of(actor, record, now, skipped=frozenset(request.GET.getlist("skip"))),
        "referrals": [referral_line(one, record.name, today) for one in referrals],
        "delegations": [
            delegation_line(one, record.name, actor, today)
            for one in delegations_of(actor, person, on=today)
            if one.state in LIVE
        ],
        "history": history_said(actor, referrals, today),
        "lead": lead_said(actor, record, today),
        "sharing": sharing_of(actor, record, today),
        "done": request.session.pop("done", ""),
        "problem": problem or request.session.pop("problem", ""),
    }
    return render(request, "portfolio/person.html", context, status=status)


def followed(actor: Actor, person: UUID, now: datetime) -> PersonRecord:
    """Give the whole file of a person that the actor's organisation follows; the look is written.

    Raises:
        PersonNotFound: none that the actor sees.
        Http404: a partner sees this person through a link only: it has its own page.
    """
    record = person_for(actor, person, at=now, why="person page")
    if record.lead_organisation != actor.organisation:
        raise Http404
    return record


def facts_said(record: PersonRecord, today: date) -> list[tuple[str, str]]:
    """Say what is known; what is not is left out, and asked where it matters."""
    home = places.find(record.municipality)
    language = current_language()
    said = [
        (_("Âge"), _age(record, today)),
        (_("Commune"), home.name if home else record.municipality),
        (_("Inscription"), _registration(record, today)),
        (_("Situation"), _codes(record.target_groups, GROUP_LABELS[language])),
        (_("Ce qui complique"), _codes(record.barriers, BARRIER_LABELS[language])),
        (_("Besoins"), ", ".join(needs.label_of(code) for code in record.themes)),
        (_("Métier cherché"), record.occupation),
        (_("Niveau"), record.qualification),
        (_("Téléphone"), sentences.in_pairs(record.telephone)),
        (_("Courriel"), record.email),
        (_("Pour la joindre"), ", ".join(wishes_said(record))),
    ]
    return [(label, value) for label, value in said if value]


def lead_said(actor: Actor, record: PersonRecord, today: date) -> LeadSaid:
    """Say which organisation follows the person, and which changes were decided."""
    changes = tuple(
        LeadChange(
            days.day(one.decided_on),
            one.decided_by,
            organisation_name(one.from_organisation, on=today),
            organisation_name(one.to_organisation, on=today),
            one.reason,
        )
        for one in lead_decisions_on(actor, record.id, on=today)
    )
    return LeadSaid(organisation_name(record.lead_organisation, on=today), changes)


def _age(record: PersonRecord, today: date) -> str:
    if record.birth_date is None:
        return ""
    years = completed_years(record.birth_date, on=today)
    return ngettext("%(count)s an", "%(count)s ans", years) % {"count": years}


def _registration(record: PersonRecord, today: date) -> str:
    if record.registered is None:
        return ""
    if not record.registered:
        return _("pas inscrite")
    months = months_since(record.registered_since, on=today)
    return _("inscrite") if months is None else _("inscrite depuis %(count)s mois") % {"count": months}


def _codes(codes: tuple[str, ...] | None, labels: Any) -> str:
    if codes is None:
        return ""
    names = [label for code, label in labels.items() if code in codes]
    return listed(names, current_language(), "and") if names else _("rien de particulier")


def wishes_said(record: PersonRecord) -> list[str]:
    """Say how the person wishes to be reached."""
    language = dict(LANGUAGES).get(record.language, record.language)
    said = [
        _("préfère être appelée") if record.prefers_to_be_called else "",
        _("ne pas laisser de message") if record.no_voicemail else "",
        _("parle %(language)s") % {"language": language} if record.language not in {"", "fr"} else "",
        _("avec un interprète") if record.needs_interpreter else "",
    ]
    return [one for one in said if one]


def referral_line(referral: ReferralSeen, name: str, today: date) -> ReferralLine:
    """Put a request in words: where each part stands, whose turn, what, by when."""
    parts = tuple(
        line_of(one, name, organisation_name(one.recipient_organisation, on=today)) for one in referral.uptakes
    )
    return ReferralLine(referral.id, days.day(timezone.localdate(referral.made_at)), referral.why, parts)


def history_said(actor: Actor, referrals: tuple[ReferralSeen, ...], today: date) -> list[Happening]:
    """Tell what happened, the latest first."""
    partner_of = {one.id: one.recipient_organisation for referral in referrals for one in referral.uptakes}
    names = {organisation: organisation_name(organisation, on=today) for organisation in set(partner_of.values())}
    told = [
        Happening(
            event.recorded_at,
            days.day(event.effective_on),
            wording.sentence_of(event),
            names[partner_of[uptake]],
            event.by_name,
        )
        for uptake, events in histories_of(actor, partner_of, on=today).items()
        for event in events
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)[:HISTORY_MOST]


@people_page(*FOLLOWING)
@require_POST
def answer_fact(request: Any, person: UUID) -> HttpResponse:
    """Save the answer to the question that the doors hang on, and show them again."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    record = followed(actor, person, now)
    fact = request.POST.get("fact", "")
    if fact not in FIELDS or fact == "age":
        raise Http404
    typed = request.POST.copy()
    typed["municipality"], typed["place"] = record.municipality, ""
    form = QuestionForm(typed)
    if not form.is_valid():
        sentence = next(iter(form.errors.values()))[0]
        return person_shown(request, person, problem=str(sentence), status=422)
    draft = answered(draft_from(record), fact, form.cleaned_data, today=today)
    try:
        edit_person(by=actor, person=person, draft=draft, version=record.version, at=now)
    except (EditConflict, PersonRefused):
        sentence = _("Quelqu’un a changé ce dossier entre-temps : relisez, puis répondez de nouveau.")
        return person_shown(request, person, problem=sentence, status=409)
    request.session["done"] = _("La réponse est dans le dossier.")
    return redirect("portfolio:person", person)
