"""The sheet that the person takes away: where, when, whom to ask for, what to bring, whom to call; 120 words at most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from maillage.apps.eligibility.queries import offered_on
from maillage.domain.access_points import AccessPoint, Helper
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Point
from maillage.domain.territories import Municipality
from maillage.engine import opening_hours
from maillage.engine.wording import day_in_words
from maillage.web.components import hours, maps, places, sentences
from maillage.web.components.languages import current_language
from maillage.web.components.maps import Drawing, Marker

WORDS_AT_MOST = 120
WORDS_OF_THE_FRAME = 32  # titles of the parts, date and advice, in the longer of the two languages
HOURS_WORDS_AT_MOST = 48
NAME_WORDS_AT_MOST = 14
DOCUMENTS_AT_MOST = 4
UNSPOKEN = (
    "sante",
    "difficultes-financieres",
    "famille--surmonter-conflits-separation-violence",
    "difficultes-administratives-ou-juridiques--prendre-en-compte-une-problematique-judiciaire",
    "equipement-et-alimentation",
    "logement-hebergement--rechercher-une-solution-dhebergement-temporaire",
    "lecture-ecriture-calcul",
)
"""Needs that are not written on a sheet left on a table: it then names the place alone."""
ASKED_FIRST = (
    Helper.YOUTH_ADVISER,
    Helper.EMPLOYMENT_ADVISER,
    Helper.FRANCE_SERVICES_ADVISER,
    Helper.DIGITAL_ADVISER,
    Helper.CIVIC_SERVICE,
    Helper.COUNTER_STAFF,
)


@dataclass(frozen=True)
class Sheet:
    """What is printed, in words."""

    title: str
    purpose: str
    place: str
    address: str
    hours: str
    day_hours: str
    ask_for: str
    documents: tuple[str, ...]
    documents_note: str
    telephone: str
    telephone_address: str
    drawing: Drawing | None
    made_on: str


def find_sheet(door: str, *, on: date, municipality: str, today: date, extra_words: int = 0) -> Sheet | None:
    """Make the sheet of a door as it stands on a day; ``None`` when there is no such door.

    ``extra_words`` are those that the page adds to it: the sheet is that much shorter.
    """
    offer = offered_on(on).offer
    service = offer.by_id.get(door)
    if service is None:
        return None
    place = offer.access_points.get(service.location or "")
    asked = {
        document
        for number in offer.opened_by.get(door, ())
        if on in offer.clauses[number].standing
        for document in offer.clauses[number].required_documents
    }
    documents = (*service.required_documents, *sorted(asked - set(service.required_documents)))
    home = places.find(municipality) or places.find(service.municipality)
    organisation = offer.directory.find(service.organisation)
    sheet = sheet_of(service, place, organisation, documents, home, on=on, today=today)
    return within_words(sheet, extra_words) if extra_words else sheet


def sheet_of(  # noqa: PLR0913 (all that is on one sheet)
    service: Service,
    place: AccessPoint | None,
    organisation: Organisation | None,
    documents: tuple[str, ...],
    home: Municipality | None,
    *,
    on: date,
    today: date,
) -> Sheet:
    """Write the sheet; parts are shortened so that the whole stays under its words."""
    owner = organisation.name if organisation else ""
    title = shortened(place.name if place else owner or service.name, NAME_WORDS_AT_MOST)
    osm = service.hours or (place.hours if place else "")
    telephone = sentences.telephone(service, place, organisation)
    kept = documents[:DOCUMENTS_AT_MOST]
    whole = Sheet(
        title=title,
        purpose=purpose_of(service, title),
        place=shortened(owner, NAME_WORDS_AT_MOST) if owner != title else "",
        address=shortened(sentences.address_line(place), NAME_WORDS_AT_MOST)
        or _("Demandez l’adresse avant de partir."),
        hours=week_of(osm),
        day_hours=day_of(osm, on) if on != today else "",
        ask_for=whom_to_ask(place),
        documents=tuple(shortened(document, 6) for document in kept),
        documents_note=_("Demandez s’il faut apporter des papiers.") if not kept else "",
        telephone=telephone,
        telephone_address="tel:" + "".join(one for one in telephone if one.isdigit() or one == "+"),
        drawing=drawing_of(service, place, home),
        made_on=day_in_words(today, current_language()),
    )
    return within_words(whole)


def within_words(sheet: Sheet, extra_words: int = 0) -> Sheet:
    """Leave out what matters least until the sheet is short enough to be read standing."""
    shorter: tuple[dict[str, Any], ...] = (
        {"place": ""},
        {"documents": sheet.documents[:2]},
        {"purpose": shortened(sheet.purpose, 6)},
        {"hours": _("Demandez les horaires avant de partir.")},
        {"address": shortened(sheet.address, 8), "title": shortened(sheet.title, 8)},
    )
    for changes in shorter:
        if word_count(sheet) <= WORDS_AT_MOST - WORDS_OF_THE_FRAME - extra_words:
            break
        sheet = replace(sheet, **changes)
    return sheet


def word_count(sheet: Sheet) -> int:
    """Count the words that the records bring to a sheet."""
    texts = (sheet.title, sheet.purpose, sheet.place, sheet.address, sheet.hours, sheet.day_hours, sheet.ask_for)
    rest = (*sheet.documents, sheet.documents_note, sheet.telephone)
    return sum(len(text.split()) for text in (*texts, *rest))


def purpose_of(service: Service, title: str) -> str:
    """Say what for, unless it is nobody else's business."""
    is_private = any(theme.startswith(UNSPOKEN) for theme in service.themes)
    return "" if is_private or service.name == title else shortened(service.name, NAME_WORDS_AT_MOST)


def week_of(osm: str) -> str:
    """Say the hours of the week; too long or unknown, say to call."""
    said = opening_hours.in_words(osm, current_language())
    if not said or len(said.split()) > HOURS_WORDS_AT_MOST:
        return _("Demandez les horaires avant de partir.")
    return said[:1].upper() + said[1:] + "."


def day_of(osm: str, on: date) -> str:
    """Say the hours of the day asked about."""
    day = f"{hours.weekday(on)} {day_in_words(on, current_language())}"
    return _("%(day)s : %(hours)s.") % {
        "day": day[:1].upper() + day[1:],
        "hours": hours.status_on(osm, on).words,
    }


def whom_to_ask(place: AccessPoint | None) -> str:
    """Say whom to ask for on arriving."""
    helpers = place.helpers if place else frozenset()
    found = next((helper for helper in ASKED_FIRST if helper in helpers), None)
    if found is None or found is Helper.COUNTER_STAFF:
        return _("Présentez-vous à l’accueil.")
    return _("Demandez %(who)s.") % {"who": sentences.helper_name(found)}


def drawing_of(service: Service, place: AccessPoint | None, home: Municipality | None) -> Drawing | None:
    """Draw where the door is, from where the person lives."""
    point: Point | None = service.point or (place.point if place else None)
    if home is None or point is None:
        return None
    return maps.draw(home, [Marker(1, point)], width=maps.SMALL)


def shortened(text: str, words_at_most: int) -> str:
    """Cut a text that the records made too long."""
    words = text.split()
    return text if len(words) <= words_at_most else " ".join(words[:words_at_most]) + "…"
