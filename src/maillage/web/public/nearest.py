"""The places nearest to a point, whatever territory they lie in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import cos, radians

from django.utils.translation import gettext as _

from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.shared import distance_km
from maillage.domain.territories import Municipality
from maillage.web.components import sentences

FARTHEST_KM = 100.0
KM_A_DEGREE = 110.0  # a little less than it is: the box must hold the whole circle


@dataclass(frozen=True)
class Near:
    """A place and how far it is in a straight line; ``None`` when it is in the municipality, nobody says where."""

    place: AccessPoint
    distance_km: float | None


def places_near(
    places: Iterable[AccessPoint], home: Municipality, *, kinds: frozenset[PlaceKind] | None, on: date
) -> tuple[Near, ...]:
    """List the places of some kinds within a hundred kilometres of a municipality, the nearest first."""
    wanted = [one for one in places if (kinds is None or kinds & one.kinds) and on in one.valid]
    found = _located(wanted, home)
    return tuple(sorted(found, key=lambda near: (near.distance_km is None, near.distance_km or 0.0, near.place.id)))


def _located(places: Iterable[AccessPoint], home: Municipality) -> Iterator[Near]:
    origin = home.point
    high = FARTHEST_KM / KM_A_DEGREE
    wide = high / max(cos(radians(origin.latitude)), 0.01) if origin else 0.0
    for place in places:
        if place.point is None or origin is None:
            if place.municipality == home.code:
                yield Near(place, None)
        elif (
            abs(place.point.latitude - origin.latitude) <= high
            and abs(place.point.longitude - origin.longitude) <= wide
        ):
            km = distance_km(origin, place.point)
            if km <= FARTHEST_KM:
                yield Near(place, km)


def far_said(near: Near) -> str:
    """Say how far a place is: « 2,9 km en ligne droite »."""
    is_there = near.distance_km is None or near.distance_km < sentences.NOTHING_KM
    return _("dans la commune") if is_there else sentences.kilometres(near.distance_km or 0.0)


def nearest(nears: Iterable[Near], kinds: frozenset[PlaceKind]) -> Near | None:
    """Give the first of some places, in order, that is of one of the kinds."""
    return next((near for near in nears if near.place.kinds & kinds), None)
