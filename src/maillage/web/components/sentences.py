"""Sentences about a place or a service: near where, how far, who can help, with what, at what price."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.domain.access_points import AccessPoint, Equipment, Helper
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Provenance
from maillage.engine.wording import day_in_words
from maillage.web.components.languages import current_language

NEAR_KM = 10.0
NOTHING_KM = 0.05
FRENCH_DIGITS = 10
SOURCES = {
    "data-inclusion": "data·inclusion",
    "france-services": "France services",
    "france-travail": "France Travail",
    "la-poste": "La Poste",
    "mission-locale": "Missions locales",
    "mediation-numerique": "Médiation numérique",
    "conseillers-numeriques": "Conseillers numériques",
}
_SIGNS = re.compile(r" (?=[:;?!»])|(?<=«) ")


def unbroken(text: str) -> str:
    """Keep French signs on the line of their words."""
    return _SIGNS.sub("\u00a0", text)


def near(name: str) -> str:
    """Say « près du Blanc », « près d’Issoudun », "near Le Blanc"."""
    if current_language() == "en":
        return f"near {name}"
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return f"près {contracted}{name.removeprefix(article)}"
    first, second = (unicodedata.normalize("NFKD", name)[:1], name[1:2])
    elides = first in "AEIOUŒÆ" or (first == "Y" and second not in "aeiouéè")
    return f"près d’{name}" if elides else f"près de {name}"


def distance(distance_km: float | None, service: Service, home: str) -> str:
    """Say how far: « 1,2 km en ligne droite »; what is given from afar has no distance."""
    if distance_km is None:
        return _("à distance, par téléphone ou internet") if service.remote else _("lieu à demander")
    if distance_km < NOTHING_KM and service.municipality == home:
        return _("dans la commune")
    return kilometres(distance_km)


def kilometres(distance_km: float) -> str:
    """Say a distance: « 1,2 km en ligne droite »."""
    said = f"{distance_km:.1f}" if distance_km < NEAR_KM else f"{distance_km:.0f}"
    if current_language() == "fr":
        said = said.replace(".", ",")
    return _("%(km)s km en ligne droite") % {"km": said}


def helper_name(helper: Helper) -> str:
    """Say whom one can ask."""
    return {
        Helper.FRANCE_SERVICES_ADVISER: _("un conseiller France services"),
        Helper.DIGITAL_ADVISER: _("un conseiller numérique"),
        Helper.CIVIC_SERVICE: _("un volontaire en service civique"),
        Helper.EMPLOYMENT_ADVISER: _("un conseiller France Travail"),
        Helper.YOUTH_ADVISER: _("un conseiller de la Mission locale"),
        Helper.COUNTER_STAFF: _("la personne au guichet"),
    }[helper]


def helpers(place: AccessPoint | None) -> str:
    """Say who can help there; empty when nobody says."""
    if place is None or not place.helpers:
        return ""
    names = [helper_name(helper) for helper in Helper if helper in place.helpers]
    if len(names) > 2:
        return _("plusieurs personnes peuvent vous aider")
    said = _(" et ").join(names)
    return ngettext("%(who)s peut vous aider", "%(who)s peuvent vous aider", len(names)) % {"who": said}


def equipment(place: AccessPoint | None) -> str:
    """Say what a visitor finds there."""
    if place is None:
        return ""
    names = {
        Equipment.COMPUTER: _("ordinateur en libre accès"),
        Equipment.PRINTER_SCANNER: _("imprimante et scanner"),
        Equipment.WIFI: _("Wi-Fi"),
    }
    return ", ".join(said for kind, said in names.items() if kind in place.equipment)


def fees(service: Service) -> str:
    """Say what it costs, as the source says it."""
    return {"gratuit": _("gratuit"), "payant": _("payant")}.get(service.fees, service.fees)


def appointment(place: AccessPoint | None) -> str:
    """Say whether one must book."""
    if place is None or place.by_appointment is None:
        return ""
    return _("sur rendez-vous") if place.by_appointment else _("sans rendez-vous")


def telephone(service: Service, place: AccessPoint | None, organisation: Organisation | None) -> str:
    """Give the number to call: of the service, else of the place, else of the organisation."""
    return next((one.telephone for one in (service, place, organisation) if one and one.telephone), "")


def address_line(place: AccessPoint | None) -> str:
    """Give where a place stands on one line."""
    if place is None:
        return ""
    town = " ".join(part for part in (place.postcode, place.town) if part)
    return ", ".join(part for part in (place.address, town) if part)


def in_pairs(number: str) -> str:
    """Write a French number as it is read aloud, two digits at a time; any other as it is."""
    is_french = len(number) == FRENCH_DIGITS and number.startswith("0") and number.isdigit()
    return " ".join(number[start : start + 2] for start in range(0, FRENCH_DIGITS, 2)) if is_french else number


def telephone_address(number: str) -> str:
    """Give what a telephone dials."""
    return "tel:" + "".join(one for one in number if one.isdigit() or one == "+")


def provenance(origin: Provenance) -> str:
    """Say where a record comes from and how old it is: « France services, 1er août 2024 »."""
    name = SOURCES.get(origin.source, origin.source)
    return f"{name}, {day_in_words(origin.dated_on, current_language())}" if origin.dated_on else name
