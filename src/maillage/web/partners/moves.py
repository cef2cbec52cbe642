"""What a tap on a request does: one address for each action, the form kept as typed when it does not go through."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.referrals.use_cases import answering
from maillage.apps.referrals.use_cases.answering import ColleagueUnknown
from maillage.apps.referrals.use_cases.moving import Said, UptakeChanged, move_uptake
from maillage.domain.accounts import Actor
from maillage.domain.delegation import DelegationRefused
from maillage.domain.referrals import Move, MoveRefused
from maillage.domain.referrals.reasons import Manner
from maillage.web.accounts.forms import PlainForm
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.partners.inbox import RECEIVING
from maillage.web.partners.item import FORMS, PLAIN, Attempt, form_for, item_shown, received

STAYS = frozenset({Move.OPEN, Move.TAKE, Move.RETURN, Move.CORRECT_REPORT})
"""After these one goes on with the same request; after the others, back to the inbox."""


@people_page(*RECEIVING)
@require_POST
def move(request: Any, uptake: UUID, action: str) -> HttpResponse:
    """Record what was tapped, or show the request again with what is missing."""
    name = action.upper().replace("-", "_")
    if name not in FORMS and name not in {one.value for one in PLAIN}:
        raise Http404
    actor, now = request.actor, timezone.now()
    found = received(actor, uptake, timezone.localdate(now))
    form = form_for(name, actor, found, timezone.localdate(now), request.POST)
    if form is not None and not form.is_valid():
        return item_shown(request, uptake, Attempt(name, form))
    try:
        record(actor, uptake, Move[name], form, sequence=_sequence(request), at=now)
    except (MoveRefused, UptakeChanged, ColleagueUnknown, DelegationRefused) as refused:
        return item_shown(request, uptake, Attempt(name, form, sentence_of(refused)))
    request.session["done"] = done(Move[name])
    return redirect("partners:item", uptake) if Move[name] in STAYS else redirect("partners:inbox")


def _sequence(request: Any) -> int | None:
    """Read which state of the request the page showed, so that two people do not act on it unseen."""
    typed = request.POST.get("sequence", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None


def record(  # noqa: PLR0913 (who, what, with which form, when)
    actor: Actor, uptake: UUID, move: Move, form: PlainForm | None, *, sequence: int | None, at: datetime
) -> None:
    """Record one action with what its form says.

    Raises:
        MoveRefused, UptakeChanged, ColleagueUnknown, DelegationRefused: it does not go through; nothing is kept.
    """
    typed = form.cleaned_data if form is not None else {}
    if move is Move.TAKE:
        answering.take(actor=actor, uptake=uptake, at=at)
    elif move is Move.RETURN:
        answering.return_to_team(actor=actor, uptake=uptake, at=at)
    elif move is Move.CORRECT_REPORT:
        answering.correct_report(actor=actor, uptake=uptake, at=at, sequence=sequence)
    elif move is Move.HAND_OVER:
        answering.hand_over(actor=actor, uptake=uptake, to=UUID(typed["to"]), at=at)
    elif move is Move.APPOINT:
        starts_at: datetime = form.starts_at()  # type: ignore[union-attr]
        manner = Manner[typed["manner"]]
        answering.appoint(
            actor=actor,
            uptake=uptake,
            starts_at=starts_at,
            at=at,
            place=typed["place"],
            manner=manner,
            sequence=sequence,
        )
    else:
        said = Said(
            reason=typed.get("reason", ""),
            day=typed.get("day"),
            rank=typed.get("rank"),
            outcome=form.outcome() if move in {Move.COMPLETE, Move.ADD_OUTCOME} else None,  # type: ignore[union-attr]
        )
        move_uptake(actor=actor, uptake=uptake, move=move, said=said, at=at, sequence=sequence)


def done(move: Move) -> str:
    """Say what was just recorded."""
    return str(
        {
            Move.OPEN: _("La demande est ouverte : qui vous l’a adressée le sait."),
            Move.APPOINT: _("Le rendez-vous est noté : qui vous a adressé la personne le sait."),
            Move.REFUSE: _("Le refus est noté avec son motif."),
            Move.NOTE_CALL: _("L’appel est noté."),
            Move.CORRECT_REPORT: _(
                "C’est corrigé : la demande revient où elle en était. Dites maintenant ce qui est vrai."
            ),
            Move.RECEIVE: _("La venue est notée."),
            Move.COMPLETE: _("C’est noté, merci : la demande est terminée."),
        }.get(move, _("C’est noté."))
    )
