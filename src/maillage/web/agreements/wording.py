"""How an agreement is said: its state on a day, its term, its signature, its articles, what should be read again."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    AgreementSet,
    Article,
    ClauseKind,
    Force,
    Relation,
    consolidated,
    force_of,
    term_of,
)
from maillage.domain.shared import Period
from maillage.engine.checking import RemarkKind
from maillage.engine.wording import day_in_words
from maillage.web.components.languages import current_language


def day_words(day: date) -> str:
    """Say a day in the language of the page."""
    return day_in_words(day, current_language())


def kind_words(agreement: Agreement) -> str:
    """Say what kind of agreement it is and how far it reaches: « Accord-cadre national »."""
    kind = {
        AgreementKind.FRAMEWORK: _("Accord-cadre"),
        AgreementKind.AGREEMENT: _("Accord"),
        AgreementKind.EXPERIMENT: _("Expérimentation"),
    }[agreement.kind]
    level = {
        AgreementLevel.NATIONAL: _("national"),
        AgreementLevel.REGIONAL: _("régional"),
        AgreementLevel.TERRITORIAL: _("territorial"),
        AgreementLevel.LOCAL: _("local"),
    }[agreement.level]
    return _("%(kind)s, niveau %(level)s") % {"kind": kind, "level": level}


def force_words(agreement: Agreement, known: AgreementSet, *, on: date) -> tuple[str, str]:
    """Say whether an agreement is in force on a day and if not why; and the icon that goes with it."""
    force = force_of(agreement, known, on=on)
    term = term_of(consolidated(agreement, on=on))
    said = {
        Force.IN_FORCE: _("En vigueur"),
        Force.NOT_SIGNED: _("Pas en vigueur : il n’est pas signé"),
        Force.NOT_YET: _("Pas encore en vigueur : il commence le %(day)s"),
        Force.LAPSED: _("Plus en vigueur : il a pris fin le %(day)s"),
        Force.FRAMEWORK_NOT_IN_FORCE: _("Pas en vigueur : l’accord dont il dépend ne l’est pas"),
        Force.FRAMEWORK_UNKNOWN: _("Pas en vigueur : l’accord dont il dépend n’est pas enregistré"),
    }[force]
    day = term.start if force is Force.NOT_YET else term.last_day
    icon = "open" if force is Force.IN_FORCE else "unknown" if force is Force.FRAMEWORK_UNKNOWN else "closed"
    return said % {"day": day_words(day) if day else ""}, icon


def term_words(agreement: Agreement) -> str:
    """Say from when to when a text already consolidated applies."""
    term = term_of(agreement)
    if term.start is None:
        return _("Le texte ne dit pas quand il prend effet.")
    if term.last_day is None:
        said = _("Depuis le %(start)s ; le texte ne dit pas quand il prend fin.")
        return said % {"start": day_words(term.start)}
    said = _("Du %(start)s au %(end)s inclus.")
    return said % {"start": day_words(term.start), "end": day_words(term.last_day)}


def signature_words(agreement: Agreement) -> str:
    """Say when and where it was signed."""
    if agreement.signed_on is None:
        return _("Pas signé.")
    day = day_words(agreement.signed_on)
    if agreement.signed_at:
        return _("Signé le %(day)s (%(place)s).") % {"day": day, "place": agreement.signed_at}
    return _("Signé le %(day)s ; le lieu n’est pas dit.") % {"day": day}


def number_words(article: Article) -> str:
    """Say the number of an article, and whose it is."""
    if article.is_numbered_by_source:
        return _("Article %(number)s") % {"number": article.number}
    return _("Passage %(number)s (numérotation Maillage)") % {"number": article.number}


def validity_words(period: Period, *, on: date) -> str:
    """Say on which days an article applies when it has days of its own; and whether the day is one of them."""
    if period.start is None and period.end is None:
        return ""
    start = _("à partir du %(day)s") % {"day": day_words(period.start)} if period.start else ""
    end = _("jusqu’au %(day)s inclus") % {"day": day_words(period.last_day)} if period.last_day else ""
    said = _("S’applique %(days)s.") % {"days": ", ".join(filter(None, (start, end)))}
    return said if on in period else _("%(said)s Ne s’applique pas ce jour-là.") % {"said": said}


def effect_words(kind: ClauseKind) -> str:
    """Say in a word what a clause does."""
    return {
        ClauseKind.OPENS: _("Ouvre"),
        ClauseKind.DELEGATES: _("Délègue"),
        ClauseKind.SHARES: _("Partage"),
        ClauseKind.COMMITS: _("Engage"),
        ClauseKind.CONVENES: _("Réunit"),
        ClauseKind.PROVIDES: _("Met à disposition"),
        ClauseKind.ANNOUNCES: _("Annonce"),
        ClauseKind.EXPERIMENTS: _("Expérimente"),
        ClauseKind.DECLINES: _("Se décline"),
        ClauseKind.AMENDS: _("Se modifie"),
    }[kind]


def relation_words(relation: Relation) -> str:
    """Say how a text stands to another that it names."""
    return {
        Relation.RENEWS: _("Renouvelle"),
        Relation.STANDS_UNDER: _("Relève de"),
        Relation.RUNS_UNDER: _("Exécute"),
        Relation.MENTIONS: _("Mentionne"),
    }[relation]


def remark_words(kind: RemarkKind) -> str:
    """Say what a remark is about and what to do."""
    return {
        RemarkKind.CONTRADICTION: _("La condition se contredit : personne ne peut la remplir."),
        RemarkKind.OPPOSITE_DELEGATIONS: _("Les mêmes personnes sont déléguées dans un sens et dans l’autre."),
        RemarkKind.SHADOWED: _("N’ouvre rien qu’un autre article n’ouvre déjà."),
        RemarkKind.OUTSIDE_TERM: _("Ne s’applique aucun jour de la durée de l’accord."),
        RemarkKind.OUTSIDE_TERRITORY: _("S’applique hors du territoire de l’accord."),
        RemarkKind.AMENDMENT_AFTER_END: _("Un avenant prend effet après la fin de l’accord."),
        RemarkKind.CONFLICTING_AMENDMENTS: _("Deux avenants en préparation touchent le même article."),
        RemarkKind.UNKNOWN_SHARED_FIELD: _("Nomme une donnée qui n’est gardée nulle part : elle ne passe pas."),
        RemarkKind.SURVIVAL_WITHOUT_EFFECT: _("Dit ce qui survit, alors que rien ne tombe."),
        RemarkKind.FRAMEWORK_ABSENT: _("L’accord-cadre qu’il nomme n’est pas enregistré."),
        RemarkKind.FRAMEWORK_NOT_IN_FORCE: _("Signé alors que l’accord-cadre n’était pas en vigueur."),
        RemarkKind.REVIEW_OUTSIDE_TERM: _("La revue prévue tombe après la fin de l’accord."),
        RemarkKind.COMMITTEE_OUTSIDE_TERM: _("L’accord finit avant que le comité ait à se réunir."),
        RemarkKind.TARGET_OUTSIDE_TERM: _("L’échéance de l’engagement tombe hors de la durée de l’accord."),
        RemarkKind.EXPERIMENT_OUTSIDE_TERM: _("L’essai dépasse la durée de l’accord."),
        RemarkKind.UNKNOWN_GROUP: _("Nomme un public qui n’est dans aucune liste."),
        RemarkKind.UNKNOWN_SERVICE: _("Nomme un service que le catalogue ne connaît pas."),
        RemarkKind.TO_READ_AGAIN: _("Écrit avant une loi qui a changé le sens de l’inscription à France Travail."),
    }[kind]
