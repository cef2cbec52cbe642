"""The words of those who receive, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.apps.referrals.queries import UptakeSeen
from maillage.apps.referrals.wording import MANNERS
from maillage.domain.referrals import UptakeState
from maillage.domain.referrals.moves import STATE_LABELS
from maillage.domain.referrals.reasons import OUTCOME_LABELS, REASON_LABELS, Channel, OutcomeKind, OutcomeSource
from maillage.web.components.languages import current_language

TO_DO = {
    UptakeState.SENT: _("ouvrir la demande et répondre"),
    UptakeState.UNDER_STUDY: _("répondre"),
    UptakeState.ACCEPTED: _("donner un rendez-vous"),
    UptakeState.WAITING_FOR_PLACE: _("prévenir dès qu’une place se libère"),
    UptakeState.APPOINTED: _("accueillir"),
    UptakeState.NO_SHOW: _("reprendre contact"),
    UptakeState.RECEIVED: _("dire ce que cela a donné"),
}
"""What the recipient must do next, by state."""

CHANNELS = {
    Channel.INBOX: _("Cette boîte, sur Maillage"),
    Channel.TELEPHONE: _("Le téléphone"),
    Channel.PAPER: _("La fiche de liaison que la personne apporte"),
    Channel.EMAIL: _("Un courriel qui prévient, sans rien dire de la personne"),
    Channel.OWN_FORM: _("Notre propre formulaire"),
}

HELP: Mapping[str, Any] = {
    "EQUIPMENT": _("Ordinateur ou imprimante"),
    "ONLINE_PROCEDURE": _("Démarche en ligne"),
    "JOB_SEARCH": _("Recherche d’emploi"),
    "ACCOUNT": _("Compte ou mot de passe"),
    "GUIDANCE": _("Orientation"),
    "OTHER": _("Autre aide"),
}
"""The help given at an access point."""

SAID_BY = {
    OutcomeSource.PERSON: _("La personne"),
    OutcomeSource.EMPLOYER: _("L’employeur"),
    OutcomeSource.PARTNER: _("Le partenaire"),
    OutcomeSource.ADVISER: _("Le conseiller"),
}
"""Who may say what became of a request."""

SIX_OUTCOMES = (
    OutcomeKind.JOB_LASTING,
    OutcomeKind.JOB_SHORT,
    OutcomeKind.TRAINING,
    OutcomeKind.HELP_GIVEN,
    OutcomeKind.NEXT_STEP,
    OutcomeKind.NOTHING_FOUND,
)
"""What became of it, in six choices; the others are folded below."""


def _in_language(pair: tuple[str, str]) -> str:
    return pair[current_language() == "en"]


def state_of(state: UptakeState) -> str:
    """Say where a request stands: « envoyée, pas encore ouverte »."""
    return _in_language(STATE_LABELS[state])


def where_met(uptake: UptakeSeen) -> str:
    """Say how and where the last appointment takes place: « sur place, 12 rue de l’Exemple »; empty when not said."""
    manner = _in_language(MANNERS[uptake.appointment_manner]) if uptake.appointment_manner else ""
    return ", ".join(filter(None, (manner, uptake.appointment_place)))


def reason_of(reason: Enum) -> str:
    """Say a reason of a closed list."""
    return _in_language(REASON_LABELS[reason])


def outcome_of(kind: OutcomeKind) -> str:
    """Say what became of a request."""
    said = _in_language(OUTCOME_LABELS[kind])
    return said[0].upper() + said[1:]


def outcomes() -> list[tuple[str, str]]:
    """Give what may become of a request as the choices of a form, the six most usual first."""
    rest = [kind for kind in OutcomeKind if kind not in SIX_OUTCOMES]
    return [(kind.name, outcome_of(kind)) for kind in (*SIX_OUTCOMES, *rest)]


def sources(writer: OutcomeSource) -> list[tuple[str, Any]]:
    """Give who may say what became of a request as the choices of a form, whoever writes it first."""
    others = [(one.name, words) for one, words in SAID_BY.items() if one is not writer]
    return [(writer.name, _("Nous-mêmes")), *others]


def reasons(kind: type[Enum]) -> list[tuple[str, str]]:
    """Give a closed list of reasons as the choices of a form."""
    return [(one.name, capital(reason_of(one))) for one in kind]


def capital(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]
