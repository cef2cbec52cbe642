"""The words of the adviser's rooms, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from maillage.apps.referrals.queries import UptakeSeen
from maillage.apps.referrals.wording import Told
from maillage.domain.referrals import Move, Turn, UptakeState
from maillage.engine.wording import FACT_LABELS
from maillage.web.components import days
from maillage.web.components.languages import current_language
from maillage.web.partners import wording as partners

SENDER_TO_DO = {
    UptakeState.DRAFT: gettext_lazy("l’envoyer"),
    UptakeState.REFUSED: gettext_lazy("lire le refus et adresser la personne ailleurs"),
    UptakeState.FAILED: gettext_lazy("voir avec la personne ce qui peut suivre"),
    UptakeState.EXPIRED: gettext_lazy("relancer ou adresser ailleurs"),
}
"""What who sent must do next, by state."""


def state_of(uptake: UptakeSeen) -> str:
    """Say where a request stands, with a capital letter."""
    return partners.capital(partners.state_of(uptake.state))


def turn_of(uptake: UptakeSeen, recipient: str) -> str:
    """Say whose turn it is and what they must do: « À La Poste : répondre »."""
    if uptake.turn is Turn.RECIPIENT:
        return _("À %(who)s : %(what)s") % {"who": recipient, "what": partners.TO_DO[uptake.state]}
    if uptake.turn is Turn.SENDER:
        return _("À vous : %(what)s") % {"what": SENDER_TO_DO[uptake.state]}
    return ""


def deadline_of(uptake: UptakeSeen) -> str:
    """Say by when: « avant le 3 décembre », or that the day has passed."""
    if uptake.due_on is None:
        return ""
    said = _("c’était pour le %(day)s") if uptake.is_late else _("avant le %(day)s")
    return said % {"day": days.short_day(uptake.due_on)}


def news_of(told: Sequence[Told]) -> str:
    """Say what a partner recorded, the latest first, as a colleague would: « Elle est venue le 3 novembre »."""
    latest = told[0]
    came = next((one for one in told if one.move is Move.RECEIVE), None)
    said = [_("Elle est venue le %(day)s.") % {"day": days.short_day(came.effective_on)}] if came else []
    return " ".join(said if came is latest else [*said, sentence_of(latest)])


def sentence_of(told: Told) -> str:
    """Give the sentence of an event in the language of the page."""
    return told.sentence_en if current_language() == "en" else told.sentence_fr


def facts_named(facts: frozenset[str]) -> list[tuple[str, str]]:
    """Name some facts of the condition language, in the order in which they are asked."""
    labels = FACT_LABELS[current_language()]
    known = [(name, label) for name, label in labels.items() if name in facts]
    return known + [(name, name) for name in sorted(facts - labels.keys())]


def waiting(counts: dict[str, int]) -> str:
    """Say the day in a sentence: what waits for me, and what is late at the partners."""
    mine, late, walked, due = counts["mine"], counts["late"], counts["walk_ins"], counts["reviews"]
    said = [
        ngettext("%(count)s réponse à lire", "%(count)s réponses à lire", mine) % {"count": mine} if mine else "",
        ngettext("%(count)s venue à confirmer", "%(count)s venues à confirmer", walked) % {"count": walked}
        if walked
        else "",
        ngettext("%(count)s point d’étape à faire", "%(count)s points d’étape à faire", due) % {"count": due}
        if due
        else "",
        ngettext("%(count)s partenaire en retard", "%(count)s partenaires en retard", late) % {"count": late}
        if late
        else "",
    ]
    parts = [one for one in said if one]
    return _("Aujourd’hui : %(what)s.") % {"what": ", ".join(parts)} if parts else _("Rien ne vous attend aujourd’hui.")


def hour(at: datetime | None) -> str:
    """Say an instant as a day and an hour: « 3 novembre 2026 à 10 h 30 »."""
    if at is None:
        return ""
    return _("%(day)s à %(hour)s") % {"day": days.day(at), "hour": days.hour(at)}


def appointment_of(uptake: UptakeSeen) -> str:
    """Say the appointment given: « 3 novembre 2026 à 10 h 30, sur place, 12 rue de l’Exemple »; empty without one."""
    if uptake.state is not UptakeState.APPOINTED:
        return ""
    return ", ".join(filter(None, (hour(uptake.appointment_at), partners.where_met(uptake))))
