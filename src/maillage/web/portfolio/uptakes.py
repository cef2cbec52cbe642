"""One request as who sent it sees it: where it stands, whose turn, what can be done, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.people.queries import may_see
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.queries import UptakeSeen, find_uptake, history_of, outcomes_of, referral_of
from maillage.apps.referrals.use_cases import answering, sending
from maillage.apps.referrals.use_cases.foreseeing import what_forbids
from maillage.apps.referrals.use_cases.moving import Said, UptakeChanged, UptakeNotFound, move_uptake
from maillage.domain.accounts import Actor
from maillage.domain.delegation import DelegationRefused
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals import Move, MoveRefused, UptakeState
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from maillage.domain.referrals.states import OPEN_STATES
from maillage.web.accounts.forms import PlainForm
from maillage.web.accounts.own import organisation_name
from maillage.web.components import days
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.components.citations import title_of
from maillage.web.partners.chains import chain_lines
from maillage.web.partners.forms import ErrorForm
from maillage.web.partners.wording import outcome_of
from maillage.web.portfolio import forms, wording
from maillage.web.portfolio.first import FOLLOWING, line_of
from maillage.web.portfolio.person import followed

REFUSED = (MoveRefused, UptakeChanged, NotPermitted, DelegationRefused, SendingRefused)
FORMS: Mapping[str, type[PlainForm]] = {
    "report": forms.ReportForm,
    "withdraw": forms.WithdrawForm,
    "add-outcome": forms.LearntOutcomeForm,
    "declare-error": ErrorForm,
}
HAPPENED = frozenset({Move.RECEIVE, Move.MISS, Move.FAIL})
ANNOUNCED = frozenset({Move.WAIT_FOR_PLACE, Move.OPEN, Move.SET_DECISION_DATE})
"""What the day of a report is: the day it happened, or the day it announces."""
LOOKED_FOR = frozenset({"withdraw", "wake", "redirect"})
"""What one looks for whatever the state: where it is not possible, the page says why."""
PLAIN = ("call-back", "wake", "acknowledge", "send-draft")


@dataclass(frozen=True)
class Act:
    """One thing that can be done: a button alone, or a small form; ``why_not`` says why it is off."""

    action: str
    words: str
    form: PlainForm | None = None
    is_open: bool = False
    why_not: str = ""
    address: str = ""


@people_page(*FOLLOWING)
@require_safe
def uptake_page(request: Any, uptake: UUID) -> HttpResponse:
    """Show one request to who sent it."""
    return uptake_shown(request, uptake)


def uptake_shown(  # noqa: PLR0913 (what was tried and did not go through)
    request: Any, uptake: UUID, *, action: str = "", form: PlainForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show a request, with what was just tried as it was typed.

    Raises:
        UptakeNotFound: none of a person that the actor follows.
    """
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    found = sent_uptake(actor, uptake, today)
    record = followed(actor, found.person, now)
    every, possible_now = acts_of(actor, found, now, action, form), {one[0] for one in possible(found)}
    lit = [act for act in every if act.action in possible_now and not is_of_others(act)]
    partner = organisation_name(found.recipient_organisation, on=today)
    referral = referral_of(actor, uptake, on=today)
    context = {
        "uptake": found,
        "record": record,
        "agreement_title": title_of(found.agreement),
        "line": line_of(found, record.name, partner),
        "referral": referral,
        "chain": chain_lines(actor, referral.chain, uptake, today) if referral else [],
        "appointment": wording.appointment_of(found),
        "acts": lit,
        "off": [act for act in every if act not in lit],
        "history": [
            (days.day(one.effective_on), wording.sentence_of(one), one.by_name)
            for one in history_of(actor, uptake, on=today)
        ],
        "outcomes": [(outcome_of(one.kind), days.day(one.on)) for one in outcomes_of(actor, uptake, on=today)],
        "done": request.session.pop("done", ""),
        "problem": problem or request.session.pop("problem", ""),
    }
    return render(request, "portfolio/uptake.html", context, status=status)


def is_of_others(act: Act) -> bool:
    """Tell whether an action is an error that somebody else must declare: the page says who, folded with the rest."""
    return act.action == "declare-error" and bool(act.why_not)


def sent_uptake(actor: Actor, uptake: UUID, today: date) -> UptakeSeen:
    """Find a request of a person that the actor's organisation follows, which it did not receive itself.

    Raises:
        UptakeNotFound: there is none.
    """
    found = find_uptake(actor, uptake, on=today)
    if found is None or found.recipient_organisation == actor.organisation:
        raise UptakeNotFound
    if not may_see(actor, found.person, on=today):
        raise UptakeNotFound
    return found


def acts_of(actor: Actor, found: UptakeSeen, now: datetime, action: str, tried: PlainForm | None) -> list[Act]:
    """List what can be done; what the state, the role or what is missing forbids says why."""
    acts, today = [], timezone.localdate(now)
    can_be = {one[0] for one in possible(found)}
    shown = [one for one in named(found) if one[0] in can_be | LOOKED_FOR]
    if "call-back" in can_be:  # the same thing while nobody has read it
        shown = [one for one in shown if one[0] != "withdraw"]
    forbidden = what_forbids(actor, found.id, [key for *_, key in shown], at=now)
    for name, words, _move, key in shown:
        refused = forbidden[key]
        form = tried if name == action else form_for(name, found, today)
        acts.append(
            Act(
                name,
                words,
                form,
                name == action,
                sentence_of(refused) if refused and name != action else "",
                _address(name, found),
            )
        )
    return acts


def named(found: UptakeSeen) -> list[tuple[str, str, Move, str]]:
    """Give the actions of the sender: name, words, move, key in the table of permissions."""
    answered = next(iter(forms.reportable(found.state)), Move.RECEIVE)
    return [
        ("send-draft", _("Envoyer"), Move.SEND, "SEND"),
        ("call-back", _("Rappeler"), Move.WITHDRAW, "WITHDRAW"),
        ("report", _("Noter ce qu’il a répondu au téléphone"), answered, f"REPORT_{answered.value}"),
        ("wake", _("Relancer, avec un nouveau délai"), Move.WAKE, "WAKE"),
        ("redirect", _("Adresser ailleurs"), Move.REDIRECT, "REDIRECT"),
        ("acknowledge", _("C’est lu"), Move.ACKNOWLEDGE, "ACKNOWLEDGE"),
        ("add-outcome", _("Ajouter ce que l’on a appris"), Move.ADD_OUTCOME, "ADD_OUTCOME"),
        ("withdraw", _("Retirer la demande"), Move.WITHDRAW, "WITHDRAW"),
        ("declare-error", _("C’était une erreur de saisie"), Move.DECLARE_ERROR, "DECLARE_ERROR"),
    ]


def possible(found: UptakeSeen) -> list[tuple[str, str, Move, str]]:
    """Give the actions of the sender that the state allows."""
    sealed = found.state in {UptakeState.SENT, UptakeState.DRAFT}
    hidden = {"withdraw"} if sealed else {"call-back"}
    if found.state not in OPEN_STATES:
        hidden.add("report")
    if found.state is UptakeState.RECEIVED:  # what is learnt then ends the request: it is reported, not only added
        hidden.add("add-outcome")
    return [one for one in named(found) if one[0] not in hidden and one[2] in found.moves]


def form_for(name: str, found: UptakeSeen, today: date, data: Any = None) -> PlainForm | None:
    """Give the form of an action, ``None`` when there is nothing to say with it."""
    kind = FORMS.get(name)
    if kind is None:
        return None
    options: dict[str, Any] = {"prefix": name, "auto_id": f"{name}-%s"}
    if kind is forms.LearntOutcomeForm:
        options["initial"] = {"on": today}
    if kind is forms.ReportForm:
        options["state"] = found.state
    return kind(data, **options)


def _address(name: str, found: UptakeSeen) -> str:
    return reverse("portfolio:redirect", args=[found.id]) if name == "redirect" else ""


@people_page(*FOLLOWING)
@require_POST
def act(request: Any, uptake: UUID, action: str) -> HttpResponse:
    """Do what was tapped, or show the request again with what is missing."""
    if action not in FORMS and action not in PLAIN:
        raise Http404
    actor, now = request.actor, timezone.now()
    found = sent_uptake(actor, uptake, timezone.localdate(now))
    form = form_for(action, found, timezone.localdate(now), request.POST)
    if form is not None and not form.is_valid():
        return uptake_shown(request, uptake, action=action, form=form, status=422)
    try:
        record(actor, uptake, action, form, sequence=_sequence(request), at=now)
    except REFUSED as refused:
        return uptake_shown(request, uptake, action=action, form=form, problem=sentence_of(refused), status=422)
    request.session["done"] = done(action)
    return redirect("portfolio:uptake", uptake)


def _sequence(request: Any) -> int | None:
    """Read which state of the request the page showed, so that two people do not act on it unseen."""
    typed = request.POST.get("sequence", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None


def record(  # noqa: PLR0913 (who, what, with which form, when)
    actor: Actor, uptake: UUID, action: str, form: PlainForm | None, *, sequence: int | None, at: datetime
) -> None:
    """Record one action of the sender.

    Raises:
        MoveRefused, UptakeChanged, NotPermitted, SendingRefused, DelegationRefused: nothing is kept.
    """
    if action == "call-back":
        sending.call_back(actor=actor, uptake=uptake, at=at, sequence=sequence)
    elif action == "wake":
        sending.wake(actor=actor, uptake=uptake, at=at)
    elif action == "send-draft":
        sending.send_draft(actor=actor, uptake=uptake, at=at)
    elif action == "acknowledge":
        move_uptake(actor=actor, uptake=uptake, move=Move.ACKNOWLEDGE, at=at, sequence=sequence)
    elif isinstance(form, forms.ReportForm):
        report(actor, uptake, form, sequence=sequence, at=at)
    elif isinstance(form, forms.LearntOutcomeForm):
        outcome = Said(outcome=form.outcome())
        move_uptake(actor=actor, uptake=uptake, move=Move.ADD_OUTCOME, said=outcome, at=at, sequence=sequence)
    elif form is not None:
        why = Said(reason=form.cleaned_data["reason"])
        move = Move.DECLARE_ERROR if action == "declare-error" else Move.WITHDRAW
        move_uptake(actor=actor, uptake=uptake, move=move, said=why, at=at, sequence=sequence)


def report(actor: Actor, uptake: UUID, form: forms.ReportForm, *, sequence: int | None, at: datetime) -> None:
    """Record on the partner's behalf what it answered, with whom one spoke.

    Raises:
        MoveRefused, UptakeChanged, NotPermitted: nothing is kept.
    """
    typed = form.cleaned_data
    move, with_whom = Move[typed["answer"]], typed["with_whom"]
    if move is Move.APPOINT:
        starts_at = timezone.make_aware(datetime.combine(typed["day"], typed["hour"]))
        answering.appoint(
            actor=actor, uptake=uptake, starts_at=starts_at, at=at, reported_with=with_whom, sequence=sequence
        )
        return
    outcome = None
    if move is Move.COMPLETE:
        on = typed["day"] or timezone.localdate(at)
        outcome = OutcomeSaid(OutcomeKind[typed["kind"]], on, OutcomeSource.PARTNER)
    told = Said(
        effective_on=typed["day"] if move in HAPPENED else None,
        day=typed["day"] if move in ANNOUNCED else None,
        reason=_reason(move, typed),
        outcome=outcome,
        reported_with=with_whom,
    )
    move_uptake(actor=actor, uptake=uptake, move=move, said=told, at=at, sequence=sequence)


def _reason(move: Move, typed: Mapping[str, Any]) -> str:
    if move is Move.MISS:
        return "UNKNOWN"
    return str({Move.REFUSE: typed.get("reason"), Move.FAIL: typed.get("failure")}.get(move) or "")


def done(action: str) -> str:
    """Say what was just recorded."""
    return {
        "call-back": _("La demande est rappelée : le partenaire n’en voit plus rien."),
        "withdraw": _("La demande est retirée : le partenaire ne voit plus la personne."),
        "wake": _("La demande est relancée, avec un nouveau délai."),
        "acknowledge": _("C’est noté : vous l’avez lu."),
        "declare-error": _("La demande est annulée, car saisie par erreur : le partenaire n’en voit plus rien."),
        "report": _("C’est noté au nom du partenaire, qui pourra le corriger."),
    }.get(action, _("C’est noté."))


@people_page(*FOLLOWING)
@require_POST
def came(request: Any, uptake: UUID) -> HttpResponse:
    """Note in one line that the person came: « Elle est venue le 3 »."""
    actor, now = request.actor, timezone.now()
    today = timezone.localdate(now)
    found = sent_uptake(actor, uptake, today)
    form = forms.CameForm(request.POST)
    if not form.is_valid():
        request.session["problem"] = _("Écrivez le jour de la venue, comme %(day)s.") % {"day": today.isoformat()}
        return redirect("portfolio:first")
    with_whom = _("la personne") if form.cleaned_data["said_by"] == "PERSON" else _("le partenaire")
    told = Said(effective_on=form.cleaned_data["day"], reported_with=with_whom)
    try:
        move_uptake(actor=actor, uptake=found.id, move=Move.RECEIVE, said=told, at=now)
    except REFUSED as refused:
        request.session["problem"] = sentence_of(refused)
    else:
        on = days.short_day(form.cleaned_data["day"])
        request.session["done"] = _("C’est noté : elle est venue le %(day)s.") % {"day": on}
    return redirect("portfolio:first")
