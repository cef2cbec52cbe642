"""The words of accounts, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.passphrases import LONGEST, SHORTEST, PassphraseTooEasy
from maillage.domain.accounts import Role, SiteLevel
from maillage.domain.permissions import Refusal
from maillage.web.components.languages import current_language

ROLES = {
    Role.ADVISER: gettext_lazy("Conseiller"),
    Role.PARTNER_ADVISER: gettext_lazy("Conseiller d’un partenaire"),
    Role.OFFICER: gettext_lazy("Chargé de partenariats"),
    Role.COMMITTEE_MEMBER: gettext_lazy("Membre d’un comité"),
    Role.EMPLOYER: gettext_lazy("Employeur"),
    Role.ACCESS_POINT_STAFF: gettext_lazy("Agent d’un point d’accès"),
    Role.ADMINISTRATOR: gettext_lazy("Administrateur"),
}
LEVELS = {
    SiteLevel.NATIONAL: gettext_lazy("Siège national"),
    SiteLevel.REGIONAL_DIRECTORATE: gettext_lazy("Direction régionale"),
    SiteLevel.DEPARTMENTAL_DIRECTORATE: gettext_lazy("Direction départementale ou territoriale"),
    SiteLevel.AGENCY: gettext_lazy("Agence"),
    SiteLevel.SEAT: gettext_lazy("Siège"),
    SiteLevel.BRANCH: gettext_lazy("Antenne"),
    SiteLevel.OUTREACH: gettext_lazy("Permanence"),
}
DAYS = {
    1: gettext_lazy("lundi"),
    2: gettext_lazy("mardi"),
    3: gettext_lazy("mercredi"),
    4: gettext_lazy("jeudi"),
    5: gettext_lazy("vendredi"),
    6: gettext_lazy("samedi"),
    7: gettext_lazy("dimanche"),
}


def said(refusal: Refusal) -> str:
    """Say a refusal and what to do, in the language of the page."""
    parts = (
        (refusal.sentence_en, refusal.remedy_en)
        if current_language() == "en"
        else (refusal.sentence_fr, refusal.remedy_fr)
    )
    return " ".join(part for part in parts if part)


def why_too_easy(refused: PassphraseTooEasy) -> str:
    """Say what is wrong with a passphrase."""
    sentences = {
        "short": _("Écrivez au moins %(count)s caractères : quatre mots, par exemple.") % {"count": SHORTEST},
        "long": _("Écrivez au plus %(count)s caractères.") % {"count": LONGEST},
        "repeated": _("Cette phrase se répète ou suit le clavier : choisissez quatre mots sans lien entre eux."),
        "common": _(
            "Cette phrase est faite d’un mot de passe très courant : choisissez quatre mots sans lien entre eux."
        ),
        "own": _("Cette phrase est faite de votre nom ou de votre adresse : choisissez d’autres mots."),
    }
    return sentences[refused.code]


def sign_in_refused() -> str:
    """Say the one sentence of a refused sign-in, whatever was wrong."""
    return _(
        "L’adresse ou la phrase secrète est inexacte, ou le compte est bloqué pour un moment après trop d’essais. "
        "Vérifiez l’adresse et les majuscules, puis recommencez."
    )


def code_refused() -> str:
    """Say that a code opens nothing."""
    return _(
        "Ce code est inexact, a déjà servi, ou le compte est bloqué pour un moment après trop d’essais. "
        "Attendez le code suivant de l’application, puis recommencez."
    )


def too_many(until: str) -> str:
    """Say when to try again."""
    return _("Trop d’essais ont échoué depuis ce réseau. Recommencez après %(time)s.") % {"time": until}


def key_refused() -> str:
    """Say that a key opens nothing."""
    return _("Cette clé n’a pas été reconnue. Recommencez, ou utilisez votre phrase secrète et un code.")
