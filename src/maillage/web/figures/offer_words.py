"""The offer of a territory said in sentences: common, complementary, nowhere."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.domain.complementarity import ANYBODY, NEW_PARTNER, Complementarity, OfferClass
from maillage.domain.people import EVERYBODY
from maillage.domain.territories import Geography
from maillage.engine.wording import GROUP_LABELS
from maillage.web.components.languages import current_language
from maillage.web.components.needs import label_of
from maillage.web.figures.sentences import at_place, number_said, of_territory, share_said


def class_said(offer_class: OfferClass) -> str:
    """Name a class."""
    return {
        OfferClass.COMMON: _("commune"),
        OfferClass.COMPLEMENTARY: _("complémentaire"),
        OfferClass.WHITE: _("zone blanche"),
    }[offer_class]


def legend_said(offer_class: OfferClass) -> str:
    """Say a class in the legend of a map."""
    return {
        OfferClass.COMMON: _("offre commune : deux partenaires ou plus"),
        OfferClass.COMPLEMENTARY: _("offre complémentaire : un seul partenaire"),
        OfferClass.WHITE: _("zone blanche : aucun"),
    }[offer_class]


def share_of(found: Complementarity, offer_class: OfferClass) -> float | None:
    """Give the share of the people who live where the offer is of a class."""
    return found.people_in(offer_class) / found.people if found.people else None


def offer_headline(found: Complementarity, geography: Geography) -> str:
    """Say the white zones first."""
    white = share_of(found, OfferClass.WHITE)
    words = {
        "theme": label_of(found.question.theme),
        "share": share_said(white),
        "of": of_territory(found.question.territory, geography),
        "km": number_said(found.question.km),
    }
    if white is None:
        return _("On ne sait pas combien de personnes vivent ici : aucune population n’est chargée")
    if white == 0:
        return _("« %(theme)s » : tous les habitants %(of)s ont au moins un service à %(km)s km ou moins") % words
    if white == 1:
        return _("« %(theme)s » : aucun habitant %(of)s n’a de service à %(km)s km ou moins") % words
    return _("« %(theme)s » : %(share)s des habitants %(of)s n’ont aucun service à %(km)s km ou moins") % words


def offer_lead(found: Complementarity) -> str:
    """Say how the others are served, and for whom."""
    return _(
        "%(common)s ont une offre commune à plusieurs partenaires, %(alone)s celle d’un seul. Public : %(group)s."
    ) % {
        "common": share_said(share_of(found, OfferClass.COMMON)),
        "alone": share_said(share_of(found, OfferClass.COMPLEMENTARY)),
        "group": group_said(found.question.group),
    }


def group_said(group: str) -> str:
    """Say for whom services are counted."""
    said = {ANYBODY: _("quel qu’il soit"), EVERYBODY: _("tout le monde, sans condition")}
    return said.get(group) or GROUP_LABELS[current_language()][group]


def change_said(before: Complementarity, after: Complementarity, place: str) -> str:
    """Say what a change does to the white zones."""
    names = dict(before.partner_names)
    parts = [_("si un service ouvrait %(at_place)s") % {"at_place": at_place(place)}] if after.change.points else []
    if after.change.lost:
        lost = names.get(after.change.lost, after.change.lost)
        parts.append(_("si « %(partner)s » partait") % {"partner": lost})
    gap = after.people_in(OfferClass.WHITE) - before.people_in(OfferClass.WHITE)
    words = {
        "if": _first_upper(_(" et ").join(parts)),
        "share": share_said(share_of(after, OfferClass.WHITE)),
        "people": number_said(abs(gap)),
    }
    if gap == 0:
        return _("%(if)s : autant de personnes sans service, %(share)s.") % words
    if gap < 0:
        return _("%(if)s : %(share)s sans service, soit %(people)s personnes de moins.") % words
    return _("%(if)s : %(share)s sans service, soit %(people)s personnes de plus.") % words


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def partner_said(key: str, names: dict[str, str]) -> str:
    """Name a partner."""
    return _("un nouveau partenaire") if key == NEW_PARTNER else names.get(key, key)


def partners_said(keys: tuple[str, ...], names: dict[str, str], shown: int = 3) -> str:
    """Name the first partners and count the others."""
    if not keys:
        return "–"
    said = ", ".join(partner_said(key, names) for key in keys[:shown])
    rest = len(keys) - shown
    if rest <= 0:
        return said
    return said + ngettext(" et %(count)s autre", " et %(count)s autres", rest) % {"count": rest}
