"""One request as who receives it sees it: whom to call, why, what to do next, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.apps.accounts.queries import find_member, members_of
from maillage.apps.people.mapping import PersonRecord
from maillage.apps.people.queries import person_for
from maillage.apps.referrals.queries import (
    UptakeSeen,
    find_uptake,
    history_of,
    last_reported,
    outcomes_of,
    referral_of,
)
from maillage.apps.referrals.use_cases.answering import calendar_of
from maillage.apps.referrals.use_cases.foreseeing import what_forbids
from maillage.apps.referrals.use_cases.moving import UptakeNotFound
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.shared import MaillageError
from maillage.domain.visibility import RECEIVING_ROLES
from maillage.web.accounts.forms import PlainForm
from maillage.web.accounts.own import name_beside_person
from maillage.web.components import sentences
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.components.citations import title_of
from maillage.web.components.days import day
from maillage.web.components.languages import current_language
from maillage.web.partners import forms, wording
from maillage.web.partners.chains import chain_lines
from maillage.web.partners.inbox import RECEIVING

FORMS: Mapping[str, type[PlainForm]] = {
    "APPOINT": forms.AppointForm,
    "REFUSE": forms.RefuseForm,
    "FAIL": forms.FailForm,
    "MISS": forms.MissForm,
    "SET_DECISION_DATE": forms.DecisionForm,
    "WAIT_FOR_PLACE": forms.WaitForm,
    "UPDATE_PLACE": forms.WaitForm,
    "COMPLETE": forms.OutcomeForm,
    "ADD_OUTCOME": forms.OutcomeForm,
    "HAND_OVER": forms.HandOverForm,
    "DECLARE_ERROR": forms.ErrorForm,
}
PLAIN = (Move.OPEN, Move.ACCEPT, Move.RECEIVE, Move.NOTE_CALL, Move.TAKE, Move.RETURN, Move.CORRECT_REPORT)
FIRST = {
    UptakeState.SENT: (Move.APPOINT, Move.NOTE_CALL, Move.REFUSE),
    UptakeState.UNDER_STUDY: (Move.APPOINT, Move.NOTE_CALL, Move.REFUSE, Move.SET_DECISION_DATE),
    UptakeState.ACCEPTED: (Move.APPOINT, Move.NOTE_CALL, Move.RECEIVE),
    UptakeState.WAITING_FOR_PLACE: (Move.APPOINT, Move.UPDATE_PLACE),
    UptakeState.APPOINTED: (Move.RECEIVE, Move.MISS, Move.APPOINT),
    UptakeState.NO_SHOW: (Move.APPOINT, Move.NOTE_CALL, Move.FAIL),
    UptakeState.RECEIVED: (Move.COMPLETE,),
    UptakeState.COMPLETED: (Move.ADD_OUTCOME,),
}
"""What is done most from each state, in this order; the rest is folded below."""
LOOKED_FOR = frozenset({Move.APPOINT, Move.RECEIVE, Move.MISS, Move.REFUSE, Move.FAIL, Move.COMPLETE})
"""What one looks for whatever the state: where it is not possible, the page says why."""
SHOWN = (*PLAIN, *(Move[name] for name in FORMS))


@dataclass(frozen=True)
class Act:
    """One thing that can be done: a button alone, or a small form that opens; ``why_not`` says why it is off."""

    action: str
    words: str
    form: PlainForm | None = None
    is_open: bool = False
    why_not: str = ""


@dataclass(frozen=True)
class Attempt:
    """What somebody just tried and that did not go through: the action, its form as typed, the sentence."""

    action: str = ""
    form: PlainForm | None = None
    sentence: str = ""


NOTHING_TRIED = Attempt()


@dataclass(frozen=True)
class Contact:
    """How to reach the person, as they asked for it."""

    name: str
    telephone: str
    email: str
    wishes: tuple[str, ...] = field(default_factory=tuple)


@people_page(*RECEIVING)
@require_safe
def item_page(request: Any, uptake: UUID) -> HttpResponse:
    """Show one request that was received."""
    return item_shown(request, uptake)


def item_shown(request: Any, uptake: UUID, attempt: Attempt = NOTHING_TRIED) -> HttpResponse:
    """Show a request, with what was just tried and refused as it was typed.

    Raises:
        UptakeNotFound: none that the actor receives.
    """
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    found = received(actor, uptake, today)
    is_sealed = found.state is UptakeState.SENT
    record = None if is_sealed or not found.is_open else person_for(actor, found.person, at=now, why="partner item")
    referral = referral_of(actor, uptake, on=today)
    every = acts_of(actor, found, now, attempt)
    acts = [act for act in every if Move[act.action] in found.moves and not _is_of_others(act)]
    context = {
        "uptake": found,
        "agreement_title": title_of(found.agreement),
        "state": wording.capital(wording.state_of(found.state)),
        "to_do": wording.TO_DO.get(found.state, ""),
        "sender": name_beside_person(found.sender_organisation, to=actor.organisation, on=today),
        "sender_person": _name_of(found.sender_membership),
        "referral": referral if record else None,
        "chain": chain_lines(actor, referral.chain, uptake, today) if record and referral else [],
        "contact": contact_of(record) if record else None,
        "record": record,
        "facts": facts_of(record, today) if record else [],
        "first": [act for act in acts if _is_first(act, found)],
        "off": [act for act in every if act not in acts],
        "more": [act for act in acts if not _is_first(act, found)],
        "refused": attempt.sentence,
        "history": [_event(one) for one in history_of(actor, uptake, on=today)],
        "outcomes": [(wording.outcome_of(one.kind), one.on) for one in outcomes_of(actor, uptake, on=today)],
        "six": [(kind.name, wording.outcome_of(kind)) for kind in wording.SIX_OUTCOMES],
        "today": today,
        "is_sealed": is_sealed,
        "holder": _name_of(found.holder) if found.holder else "",
        "done": request.session.pop("done", ""),
    }
    status = 422 if attempt.action else 200
    return render(request, "partners/item.html", context, status=status)


def _is_of_others(act: Act) -> bool:
    """Tell whether an action is an error that somebody else must declare: the page says who, folded with the rest."""
    return act.action == Move.DECLARE_ERROR.value and bool(act.why_not)


def _is_first(act: Act, found: UptakeSeen) -> bool:
    """Tell whether an action is seen without unfolding: what was noted in one's name is corrected before the rest."""
    move = Move[act.action]
    return move is Move.CORRECT_REPORT or move in FIRST.get(found.state, ())


def received(actor: Actor, uptake: UUID, today: date) -> UptakeSeen:
    """Find a request among those that one's organisation received.

    Raises:
        UptakeNotFound: there is none.
    """
    found = find_uptake(actor, uptake, on=today)
    if found is None or found.recipient_organisation != actor.organisation:
        raise UptakeNotFound
    return found


def _name_of(membership: UUID) -> str:
    member = find_member(membership)
    return member.name if member else ""


def _event(told: Any) -> tuple[date, str, str]:
    sentence = told.sentence_en if current_language() == "en" else told.sentence_fr
    return told.effective_on, sentence, told.by_name


def contact_of(record: PersonRecord) -> Contact:
    """Say how to reach the person; no telephone and no address are ordinary."""
    wishes = [
        _("préfère qu’on l’appelle") if record.prefers_to_be_called else "",
        _("ne pas laisser de message") if record.no_voicemail else "",
        _("a besoin d’un interprète (%(language)s)") % {"language": record.language}
        if record.needs_interpreter
        else "",
    ]
    return Contact(record.name, sentences.in_pairs(record.telephone), record.email, tuple(filter(None, wishes)))


def facts_of(record: PersonRecord, today: date) -> list[tuple[str, str]]:
    """List what the agreement lets pass about the person, and nothing else."""
    shown: list[tuple[str, str]] = []
    if record.birth_date is not None:
        age = (
            today.year
            - record.birth_date.year
            - ((today.month, today.day) < (record.birth_date.month, record.birth_date.day))
        )
        shown.append((_("Âge"), _("%(age)s ans") % {"age": age}))
    if record.registered_since is not None:
        shown.append((_("Inscription"), _("depuis le %(day)s") % {"day": day(record.registered_since)}))
    elif record.registered is not None:
        shown.append((_("Inscription"), _("oui") if record.registered else _("non")))
    if record.qualification:
        shown.append((_("Niveau"), record.qualification))
    if record.occupation:
        shown.append((_("Métier"), record.occupation))
    return shown


def acts_of(actor: Actor, found: UptakeSeen, now: datetime, attempt: Attempt) -> list[Act]:
    """List what can be done, each with its form; what the state, the role or what is missing forbids says why."""
    acts, today = [], timezone.localdate(now)
    forbidden = what_forbids(actor, found.id, [move.value for move in SHOWN], at=now)
    for move in SHOWN:
        refused = forbidden[move.value]
        if _is_left_out(move, found):
            continue
        is_tried = attempt.action == move.value
        form = attempt.form if is_tried else form_for(move.value, actor, found, today)
        acts.append(Act(move.value, words_of(move, found), form, is_tried, _why_not(refused, is_tried=is_tried)))
    order = {move: rank for rank, move in enumerate(FIRST.get(found.state, ()))}
    return sorted(acts, key=lambda act: order.get(Move[act.action], len(order)))


def _why_not(refused: MaillageError | None, *, is_tried: bool) -> str:
    """Say why an action is off; what was just tried keeps its form as typed, and its refusal is above."""
    return "" if refused is None or is_tried else sentence_of(refused)


def _is_left_out(move: Move, found: UptakeSeen) -> bool:
    """Tell whether an action has nothing to do on the page: nobody would look for it there."""
    if move is Move.RETURN and found.holder is None:
        return True
    if move is Move.CORRECT_REPORT and last_reported(found.id) is None:
        return True
    return move not in found.moves and move not in LOOKED_FOR


def form_for(action: str, actor: Actor, found: UptakeSeen, today: date, data: Any = None) -> PlainForm | None:
    """Give the form of an action, ``None`` when there is nothing to say with it."""
    kind = FORMS.get(action)
    if kind is None:
        return None
    options: dict[str, Any] = {"auto_id": f"{action.lower()}-%s", "prefix": action.lower()}
    if kind is forms.AppointForm:
        options["initial"] = {"manner": "ON_SITE"}
    if kind is forms.OutcomeForm:
        options["initial"] = {"on": today}
    if kind is forms.HandOverForm:
        present = members_of(organisation=actor.organisation, on=today)
        options["colleagues"] = [
            one
            for one in present
            if one.role in RECEIVING_ROLES and one.membership not in {actor.membership, found.holder}
        ]
    return kind(data, **options)


def words_of(move: Move, found: UptakeSeen) -> str:
    """Say an action as a button does."""
    return str(
        {
            Move.OPEN: _("Ouvrir la demande"),
            Move.ACCEPT: _("Accepter"),
            Move.RECEIVE: _("La personne est là"),
            Move.NOTE_CALL: _("Pas joint"),
            Move.TAKE: _("Je m’en charge"),
            Move.RETURN: _("Rendre à l’équipe"),
            Move.APPOINT: _("Déplacer le rendez-vous")
            if found.state is UptakeState.APPOINTED
            else _("Donner un rendez-vous"),
            Move.REFUSE: _("Refuser"),
            Move.FAIL: _("Arrêter"),
            Move.MISS: _("Pas venu"),
            Move.SET_DECISION_DATE: _("Une commission décidera"),
            Move.WAIT_FOR_PLACE: _("Mettre en liste d’attente"),
            Move.UPDATE_PLACE: _("Mettre à jour l’attente"),
            Move.COMPLETE: _("Ce que cela a donné"),
            Move.ADD_OUTCOME: _("Ajouter ce que l’on a appris"),
            Move.DECLARE_ERROR: _("C’était une erreur de saisie"),
            Move.CORRECT_REPORT: _("Ce n’est pas ce que nous avons dit"),
            Move.HAND_OVER: _("Confier à un collègue"),
        }[move]
    )


@people_page(*RECEIVING)
@require_safe
def calendar(request: Any, uptake: UUID) -> HttpResponse:
    """Give the appointment for a calendar; it names nobody."""
    now: datetime = timezone.now()
    found = received(request.actor, uptake, timezone.localdate(now))
    if found.state is not UptakeState.APPOINTED or found.appointment_at is None:
        raise UptakeNotFound
    content = calendar_of(found, made_at=now, title=_("Rendez-vous : %(service)s") % {"service": found.service_name})
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="rendez-vous.ics"'},
    )
