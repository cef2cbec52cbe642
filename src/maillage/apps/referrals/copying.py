"""« Copier pour le dossier »: where an uptake stands, as plain lines to paste in another system; it names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue.queries import find_organisation
from maillage.apps.referrals.absences import history_told, label_told, tells_absences
from maillage.apps.referrals.queries import UptakeSeen, find_uptake, history_of, outcomes_of
from maillage.apps.referrals.wording import Told
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move, Turn
from maillage.domain.referrals.reasons import OUTCOME_LABELS, OutcomeSaid
from maillage.engine.wording import Language, day_in_words

_LEFT_OUT = frozenset({Move.PREPARE, Move.REMIND, Move.TAKE, Move.HAND_OVER, Move.RETURN, Move.ACKNOWLEDGE})
"""What another system has no use for: who holds the item, and what the clock reminds of."""
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "title": "Adressée à {recipient} : {service}",
        "basis": "Au titre de : {agreement}, article {article}",
        "state": "Au {day} : demande {state}",
        "RECIPIENT": "À faire par {recipient}",
        "SENDER": "À faire par l’organisme qui suit la personne",
        "due": "au plus tard le {day}",
        "outcome": "Ce que cela a donné, le {day} : {outcome}",
        "reference": "Référence Maillage : {id}",
    },
    "en": {
        "title": "Sent to {recipient}: {service}",
        "basis": "By virtue of: {agreement}, article {article}",
        "state": "On {day}: request {state}",
        "RECIPIENT": "For {recipient} to act",
        "SENDER": "For the organisation that follows the person to act",
        "due": "by {day} at the latest",
        "outcome": "What came of it, on {day}: {outcome}",
        "reference": "Maillage reference: {id}",
    },
}


def text_for_file(actor: Actor, uptake: UUID, *, at: datetime, language: Language = "fr") -> str:
    """Write where an uptake stands for the person's file in another system; empty when the actor may not see it.

    One line for each event that matters there, with its day. The person is not named: the file already does.
    An absence is told where a clause names attendance, else the request is under way.
    """
    on = timezone.localdate(at)
    found = find_uptake(actor, uptake, on=on)
    if found is None:
        return ""
    organisation = find_organisation(found.recipient_organisation, on=on)
    recipient = organisation.name if organisation else found.recipient_organisation
    words, is_told = _WORDS[language], tells_absences(actor, found, on=on)
    history = history_told(history_of(actor, uptake, on=on), is_told=is_told)
    state = label_told(found, is_told=is_told)[language == "en"]
    lines = [
        words["title"].format(recipient=recipient, service=found.service_name),
        *_basis(found, language),
        *(_event(one, language) for one in history if one.move not in _LEFT_OUT),
        *(_outcome(one, language) for one in outcomes_of(actor, uptake, on=on)),
        words["state"].format(day=day_in_words(on, language), state=state),
        *_next(found, recipient, language),
        words["reference"].format(id=found.id),
    ]
    return "\n".join(lines) + "\n"


def _basis(found: UptakeSeen, language: Language) -> list[str]:
    if not found.agreement:
        return []
    agreement = agreements_in().agreements.find(found.agreement)
    title = agreement.title if agreement else found.agreement
    return [_WORDS[language]["basis"].format(agreement=title, article=found.article)]


def _event(told: Told, language: Language) -> str:
    return f"{told.effective_on:%d/%m/%Y} {told.sentence_en if language == 'en' else told.sentence_fr}"


def _outcome(said: OutcomeSaid, language: Language) -> str:
    label = OUTCOME_LABELS[said.kind][language == "en"]
    return _WORDS[language]["outcome"].format(day=day_in_words(said.on, language), outcome=label)


def _next(found: UptakeSeen, recipient: str, language: Language) -> list[str]:
    if found.turn is Turn.NOBODY:
        return []
    words = _WORDS[language]
    line = words[found.turn.value].format(recipient=recipient)
    due = words["due"].format(day=day_in_words(found.due_on, language)) if found.due_on else ""
    return [", ".join(part for part in (line, due) if part)]
