"""One door as a page shows it: sentences and booleans, nothing left to decide in a template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from maillage.apps.eligibility.queries import Door
from maillage.domain.eligibility import Basis, Reason
from maillage.domain.shared import Point
from maillage.web.advisers.addresses import address
from maillage.web.components import hours, needs, sentences
from maillage.web.components.citations import article_address
from maillage.web.components.hours import Status
from maillage.web.components.maps import Marker

NEEDS_SHOWN = 2


@dataclass(frozen=True)
class ReasonView:
    """A reason in the order it is read: what the text says, what follows from it, where it is."""

    quote: str
    sentence: str
    citation: str
    change: str
    text_address: str = ""
    """Where the article can be read as it stood on the day; empty when no agreement is cited."""


@dataclass(frozen=True)
class DoorView:
    """A door in words. ``number`` is its place on the map, ``None`` when it has none."""

    id: str
    title: str
    service: str
    address: str
    status: Status | None
    facts: tuple[str, ...]
    need: str
    telephone: str
    telephone_address: str
    reasons: tuple[ReasonView, ...]
    lapsed: tuple[str, ...]
    changes: tuple[str, ...]
    sheet_address: str
    number: int | None
    latitude: str
    longitude: str
    is_demonstration: bool

    @property
    def has_source(self) -> bool:
        """Tell whether a text can be quoted or cited beside the sentences."""
        return any(reason.quote or reason.citation for reason in self.reasons)


@dataclass(frozen=True)
class Showing:
    """What is the same for all the doors of a page: the day, the moment it is read, the numbers on the map."""

    on: date
    now: datetime
    numbers: dict[Point, int]
    municipality: str

    @property
    def is_today(self) -> bool:
        """Tell whether the day asked about is today."""
        return self.on == self.now.date()

    def status_of(self, door: Door) -> Status:
        """Say until when the door is open today, or its hours on another day."""
        osm = hours_of(door)
        return hours.status_at(osm, self.now) if self.is_today else hours.status_on(osm, self.on)

    def view(self, door: Door, *, with_status: bool = True) -> DoorView:
        """Put a door in words."""
        service, place = door.service, door.access_point
        point = point_of(door)
        telephone = sentences.telephone(service, place, door.organisation)
        title, under = (place.name, service.name) if place else (service.name, door.organisation_name)
        facts = (
            sentences.distance(door.verdict.distance_km, service, self.municipality),
            sentences.helpers(place),
            sentences.equipment(place),
            sentences.fees(service),
            sentences.appointment(place),
        )
        return DoorView(
            id=service.id,
            title=title,
            service="" if under == title else under,
            address=sentences.address_line(place),
            status=self.status_of(door) if with_status else None,
            facts=tuple(fact for fact in facts if fact),
            need=need_of(door),
            telephone=telephone,
            telephone_address="tel:" + "".join(one for one in telephone if one.isdigit() or one == "+"),
            reasons=tuple(reason_view(reason, self.on) for reason in door.reasons),
            lapsed=tuple(reason.sentence for reason in door.lapsed),
            changes=tuple(dict.fromkeys(reason.change for reason in door.reasons if reason.change)),
            sheet_address=self.sheet_address(service.id),
            number=self.numbers.get(point) if point else None,
            latitude=str(point.latitude) if point else "",
            longitude=str(point.longitude) if point else "",
            is_demonstration=service.provenance.is_demonstration or bool(place and place.provenance.is_demonstration),
        )

    def sheet_address(self, service: str) -> str:
        """Give the address of the sheet: the door and the day, nothing about the person but the municipality."""
        query = QueryDict(mutable=True)
        query.update({"door": service, "municipality": self.municipality})
        if not self.is_today:
            query["on"] = self.on.isoformat()
        return address("sheet", query)


def hours_of(door: Door) -> str:
    """Give the opening hours of the service, else of its place."""
    return door.service.hours or (door.access_point.hours if door.access_point else "")


def point_of(door: Door) -> Point | None:
    """Give where the door is; what is given from afar only is nowhere on a map."""
    if not door.service.in_person:
        return None
    return door.service.point or (door.access_point.point if door.access_point else None)


def numbers_of(doors: Iterable[Door]) -> dict[Point, int]:
    """Number the places of some doors in the order of the list; doors at one place share its number."""
    points = dict.fromkeys(point for door in doors if (point := point_of(door)))
    return {point: number for number, point in enumerate(points, start=1)}


def markers_of(numbers: dict[Point, int]) -> tuple[Marker, ...]:
    """Make the places to draw."""
    return tuple(Marker(number, point) for point, number in numbers.items())


def need_of(door: Door) -> str:
    """Say which need the door meets: the one asked about, else those it serves."""
    if door.verdict.theme:
        return needs.label_of(door.verdict.theme)
    families = needs.families_of(door.service.themes)
    return ", ".join(needs.label_of(family) for family in families[:NEEDS_SHOWN])


def reason_view(reason: Reason, on: date) -> ReasonView:
    """Put a reason in the order it is read."""
    text = article_address(reason.agreement, reason.article, on=on) if reason.agreement else ""
    return ReasonView(reason.quote, reason.sentence, citation_of(reason), reason.change, text)


def citation_of(reason: Reason) -> str:
    """Say where the reason is written: the article, the version of the text, its source."""
    if reason.basis is not Basis.AGREEMENT:
        is_said = not reason.source or reason.source in reason.sentence
        return "" if is_said else _("Source : %(source)s") % {"source": reason.source}
    number = _("passage %(number)s (numérotation Maillage)") if reason.is_number_ours else _("article %(number)s")
    said = number % {"number": reason.article}
    return _("%(article)s · version %(version)s · source : %(source)s") % {
        "article": said[:1].upper() + said[1:],
        "version": reason.version,
        "source": reason.source,
    }
