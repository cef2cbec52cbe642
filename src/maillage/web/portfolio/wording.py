"""The words of the adviser's rooms, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.referrals.queries import UptakeSeen
from maillage.apps.referrals.wording import Told
from maillage.domain.referrals import Move, Turn, UptakeState
from maillage.engine.wording import FACT_LABELS, day_in_words
from maillage.web.components.languages import current_language
from maillage.web.partners import wording as partners

RECIPIENT_TO_DO = {
    UptakeState.SENT: gettext_lazy("ouvrir la demande et répondre"),
    UptakeState.UNDER_STUDY: gettext_lazy("répondre"),
    UptakeState.ACCEPTED: gettext_lazy("donner un rendez-vous"),
    UptakeState.WAITING_FOR_PLACE: gettext_lazy("prévenir dès qu’une place se libère"),
    UptakeState.APPOINTED: gettext_lazy("accueillir"),
    UptakeState.NO_SHOW: gettext_lazy("reprendre contact"),
    UptakeState.RECEIVED: gettext_lazy("dire ce que cela a donné"),
}
SENDER_TO_DO = {
    UptakeState.DRAFT: gettext_lazy("l’envoyer"),
    UptakeState.REFUSED: gettext_lazy("lire le refus et adresser la personne ailleurs"),
    UptakeState.FAILED: gettext_lazy("voir avec la personne ce qui peut suivre"),
    UptakeState.EXPIRED: gettext_lazy("relancer ou adresser ailleurs"),
}
"""What each side must do next, by state."""


def day(on: date | None) -> str:
    """Say a day: « 3 novembre 2026 »; nothing when there is none."""
    return "" if on is None else day_in_words(on, current_language())


def short_day(on: date) -> str:
    """Say a day of this month or not long ago as one does aloud: « le 3 novembre »."""
    return day_in_words(on, current_language()).removesuffix(f" {on.year}")


def state_of(uptake: UptakeSeen) -> str:
    """Say where a request stands, with a capital letter."""
    return partners.capital(partners.state_of(uptake.state))


def turn_of(uptake: UptakeSeen, recipient: str) -> str:
    """Say whose turn it is and what they must do: « À La Poste : répondre »."""
    if uptake.turn is Turn.RECIPIENT:
        return _("À %(who)s : %(what)s") % {"who": recipient, "what": RECIPIENT_TO_DO[uptake.state]}
    if uptake.turn is Turn.SENDER:
        return _("À vous : %(what)s") % {"what": SENDER_TO_DO[uptake.state]}
    return ""


def deadline_of(uptake: UptakeSeen) -> str:
    """Say by when: « avant le 3 décembre », or that the day has passed."""
    if uptake.due_on is None:
        return ""
    said = _("c’était pour le %(day)s") if uptake.is_late else _("avant le %(day)s")
    return said % {"day": short_day(uptake.due_on)}


def news_of(told: Told) -> str:
    """Say what a partner recorded as a colleague would: « Elle est venue le 3 novembre »."""
    if told.move is Move.RECEIVE:
        return _("Elle est venue le %(day)s.") % {"day": short_day(told.effective_on)}
    return sentence_of(told)


def sentence_of(told: Told) -> str:
    """Give the sentence of an event in the language of the page."""
    return told.sentence_en if current_language() == "en" else told.sentence_fr


def title_of(agreement: str) -> str:
    """Give the title of an agreement; its id when nobody loaded it, nothing when there is none."""
    found = agreements_in().agreements.find(agreement) if agreement else None
    return found.title if found else agreement


def facts_named(facts: frozenset[str]) -> list[tuple[str, str]]:
    """Name some facts of the condition language, in the order in which they are asked."""
    labels = FACT_LABELS[current_language()]
    known = [(name, label) for name, label in labels.items() if name in facts]
    return known + [(name, name) for name in sorted(facts - labels.keys())]


def waiting(counts: dict[str, int]) -> str:
    """Say the day in a sentence: what waits for me, and what is late at the partners."""
    mine, late, walked = counts["mine"], counts["late"], counts["walk_ins"]
    said = [
        ngettext("%(count)s réponse à lire", "%(count)s réponses à lire", mine) % {"count": mine} if mine else "",
        ngettext("%(count)s venue à confirmer", "%(count)s venues à confirmer", walked) % {"count": walked}
        if walked
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
    here = timezone.localtime(at)
    return _("%(day)s à %(hour)s") % {"day": day(here.date()), "hour": here.strftime("%H:%M")}
