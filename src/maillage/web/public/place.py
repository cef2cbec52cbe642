"""The page of a place, which prints on one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.catalogue import queries as catalogue
from maillage.apps.eligibility.queries import offered_on
from maillage.domain.access_points import AccessPoint, Equipment, PlaceKind
from maillage.domain.services import Service
from maillage.engine import opening_hours
from maillage.engine.wording import day_in_words
from maillage.web.components import hours, maps, places, sentences
from maillage.web.components.hours import Status
from maillage.web.components.languages import current_language
from maillage.web.components.links import Link
from maillage.web.components.maps import Drawing, Marker
from maillage.web.public.kinds import kinds_said

SERVICES_SHOWN = 30


@dataclass(frozen=True)
class PlacePage:
    """A place in words. ``closed_on`` is the day since when it receives nobody, empty when it is open to people."""

    name: str
    kinds: str
    closed_on: str
    status: Status | None
    where: str
    telephone: str
    telephone_address: str
    website: str
    week: str
    hours_note: str
    equipment: str
    shortcuts: str
    helpers: str
    appointment: str
    services: tuple[Link, ...]
    organisation: Link
    municipality: Link | None
    coordinates: str
    geo_address: str
    drawing: Drawing | None
    provenance: str
    is_demonstration: bool
    read_on: str


def find_place(place_id: str, now: datetime) -> PlacePage | None:
    """Make the page of a place as it stands, or as it last stood when it is closed; ``None`` when nobody knows it."""
    today = now.date()
    place = catalogue.find_access_point(place_id, on=today)
    if place is not None and today in place.valid:
        return page_of(place, now, closed_on="")
    last = last_version(place_id)
    if last is None:
        return None
    known, closed = last
    return page_of(
        known, now, closed_on=day_in_words(closed, current_language()) if closed else _("une date non connue")
    )


def last_version(place_id: str) -> tuple[AccessPoint, date | None] | None:
    """Find what was last believed of a place, with the day from which it received nobody."""
    versions = [
        (one.record, one.record.valid.end or one.stands.end)
        for one in catalogue.versions_of(place_id)
        if one.is_believed and isinstance(one.record, AccessPoint)
    ]
    return max(versions, key=lambda one: one[1] or date.max) if versions else None


def page_of(place: AccessPoint, now: datetime, *, closed_on: str) -> PlacePage:
    """Put a place in words, at a moment of the time of the place."""
    week = opening_hours.in_words(place.hours, current_language())
    home = places.find(place.municipality)
    offer = offered_on(now.date()).offer
    return PlacePage(
        name=place.name,
        kinds=kinds_said(place.kinds),
        closed_on=closed_on,
        status=None if closed_on else hours.status_at(place.hours, now),
        where=sentences.address_line(place),
        telephone=place.telephone,
        telephone_address=sentences.telephone_address(place.telephone),
        website=place.website if place.website.startswith(("https://", "http://")) else "",
        week=week[:1].upper() + week[1:] if week else _("Demandez les horaires au téléphone."),
        hours_note=place.hours_note,
        equipment=sentences.equipment(place),
        shortcuts=shortcuts_of(place),
        helpers=sentences.helpers(place),
        appointment=sentences.appointment(place),
        services=() if closed_on else services_of(place, now.date()),
        organisation=Link(
            offer.directory.name_of(place.organisation), reverse("public:organisation", args=[place.organisation])
        ),
        municipality=Link(home.name, reverse("public:municipality", args=[home.code])) if home else None,
        coordinates=coordinates_of(place),
        geo_address=f"geo:{place.point.latitude},{place.point.longitude}" if place.point else "",
        drawing=maps.draw(home, [Marker(1, place.point)], width=maps.SMALL) if home and place.point else None,
        provenance="" if place.provenance.is_demonstration else sentences.provenance(place.provenance),
        is_demonstration=place.provenance.is_demonstration,
        read_on=day_in_words(now.date(), current_language()),
    )


def shortcuts_of(place: AccessPoint) -> str:
    """Say what the source says of the computer: it does not list the public services, and we make up no list."""
    if Equipment.COMPUTER not in place.equipment or PlaceKind.DIGITAL_POINT not in place.kinds:
        return ""
    return _(
        "L’ordinateur a des raccourcis vers les sites des services publics. La source ne dit pas lesquels : "
        "demandez sur place."
    )


def services_of(place: AccessPoint, on: date) -> tuple[Link, ...]:
    """List what is given there: the services of the catalogue, and those that an agreement makes by itself."""
    found = {one.id: one for one in catalogue.services(on=on, location=place.id, limit=SERVICES_SHOWN).records}
    for one in offered_on(on).offer.services:
        if one.location == place.id:
            found.setdefault(one.id, one)
    return tuple(service_link(one) for one in list(found.values())[:SERVICES_SHOWN])


def service_link(service: Service) -> Link:
    """Lead to the page of a service."""
    name = _("%(name)s (pour les entreprises)") % {"name": service.name} if service.for_employers else service.name
    return Link(name, reverse("public:service", args=[service.id]))


def coordinates_of(place: AccessPoint) -> str:
    """Give the coordinates as a telephone or a GPS takes them: « 46.63524, 1.06132 »."""
    return f"{place.point.latitude:.5f}, {place.point.longitude:.5f}" if place.point else ""
