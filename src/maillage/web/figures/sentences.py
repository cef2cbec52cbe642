"""Figures said in a sentence: shares, distances, places, territories."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from maillage.domain.coverage import Coverage, PlaceChoice
from maillage.domain.territories import Geography, Municipality, TerritoryKind, TerritoryRef
from maillage.engine.wording import listed, of_place, territory_in_words
from maillage.web.components.languages import current_language
from maillage.web.figures.forms import PLACES

LABELS = dict(PLACES)


def number_said(number: float, decimals: int = 0) -> str:
    """Write a number as the language of the page does: « 216 069 », "216,069"."""
    written = f"{number:,.{decimals}f}"
    if current_language() == "en":
        return written
    return written.replace(",", "\u202f").replace(".", ",")


def share_said(share: float | None) -> str:
    """Write a share in hundredths: « 18 % »; what rounds to nothing or to everything says so."""
    if share is None:
        return "–"
    gap = "" if current_language() == "en" else "\u00a0"
    if 0 < share < 0.01:
        return _("moins de %(share)s") % {"share": f"1{gap}%"}
    if 0.99 < share < 1:
        return _("plus de %(share)s") % {"share": f"99{gap}%"}
    return f"{share:.0%}".replace("%", f"{gap}%")


def km_said(km: float | None) -> str:
    """Write a distance to the nearest hundred metres."""
    return "–" if km is None else f"{number_said(km, 0 if km >= 100 or km == int(km) else 1)}\u00a0km"


def of_territory(territory: TerritoryRef, geography: Geography) -> str:
    """Say whose inhabitants: « de l’Indre », « du territoire du Blanc », "the Indre department"."""
    language = current_language()
    said = territory_in_words(territory, geography, language)
    if language == "en":
        return said
    if territory.kind is TerritoryKind.DEPARTMENT and said.startswith("le département "):
        return said.removeprefix("le département ")
    if said.startswith("le "):
        return f"du {said.removeprefix('le ')}"
    return f"de {said}" if said.startswith("l") else "".join(of_place(said))


def places_said(choices: Sequence[PlaceChoice]) -> str:
    """Name the places that count, after a distance: « d’une agence France Travail ou d’une France services »."""
    words = {
        "AGENCY": _("d’une agence France Travail"),
        "FRANCE_SERVICES": _("d’une France services"),
        "FRANCE_SERVICES:la-poste": _("d’une France services portée par La Poste"),
        "POST_OFFICE": _("d’un bureau ou point de La Poste"),
        "DIGITAL_POINT": _("d’un îlot numérique"),
        "DIGITAL_STAGE": _("d’une étape numérique"),
        "DIGITAL_ADVISER": _("d’un conseiller numérique"),
        "MISSION_LOCALE": _("d’une Mission locale"),
        "OUTREACH": _("d’une permanence"),
    }
    return listed([words[str(choice)] for choice in choices], current_language())


def labels_said(choices: Sequence[PlaceChoice], imagined: Municipality | None = None) -> str:
    """Name the kinds of place as a list: « Agences France Travail, Îlots numériques », and where one would open."""
    said = [str(LABELS[str(choice)]) for choice in choices]
    if imagined is not None:
        said.append(_("un nouveau lieu %(at_place)s") % {"at_place": at_place(imagined.name)})
    return ", ".join(said)


def at_place(name: str) -> str:
    """Say « au Blanc », « aux Sables-d’Olonne », « à Issoudun », "in Le Blanc"."""
    if current_language() == "en":
        return f"in {name}"
    for article, at in (("Le ", "au "), ("Les ", "aux ")):
        if name.startswith(article):
            return at + name.removeprefix(article)
    return f"à {name}"


def headline(found: Coverage, geography: Geography) -> str:
    """Say the figure first."""
    words = {
        "share": share_said(found.whole.share_beyond),
        "of": of_territory(found.whole.territory, geography),
        "km": number_said(found.km),
        "places": places_said(found.choices),
    }
    if found.whole.share_beyond is None:
        return _("On ne sait pas combien de personnes vivent ici : aucune population n’est chargée")
    if not found.place_count:
        return _("Aucun lieu de cette sorte n’est connu ce jour-là : il n’y a pas de distance à mesurer")
    return _("%(share)s des habitants %(of)s vivent à plus de %(km)s km en ligne droite %(places)s") % words


def after_said(
    before: Coverage, after: Coverage, added: Sequence[PlaceChoice], imagined: Municipality | None = None
) -> str:
    """Say what the added places change."""
    lower = before.whole.people_beyond - after.whole.people_beyond
    return _("En comptant aussi « %(places)s » : %(share)s, soit %(people)s personnes de moins.") % {
        "places": labels_said(added, imagined),
        "share": share_said(after.whole.share_beyond),
        "people": number_said(lower),
    }
