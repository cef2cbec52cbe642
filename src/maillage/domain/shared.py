"""Types that several contexts share: periods, points, provenance, bilingual text and the root of the errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG), the one that every distance of Maillage is computed with."""


class MaillageError(Exception):
    """Root of the errors that a person can read: what was asked, what forbids it, what to do."""


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """An interval of civil days: ``start`` included, ``end`` excluded; ``None`` is open on that side."""

    start: date | None = None
    end: date | None = None

    def __contains__(self, day: object) -> bool:
        """Tell whether a day falls in the period."""
        if not isinstance(day, date):
            return False
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    @property
    def last_day(self) -> date | None:
        """The last day included, for sentences; ``None`` when the period is open."""
        return None if self.end is None else self.end - timedelta(days=1)

    @property
    def is_empty(self) -> bool:
        """Tell whether no day can fall in the period."""
        return self.start is not None and self.end is not None and self.end <= self.start

    def intersection(self, other: Period) -> Period:
        """Give the days common to both periods; the result may be empty."""
        starts = [start for start in (self.start, other.start) if start is not None]
        ends = [end for end in (self.end, other.end) if end is not None]
        return Period(max(starts) if starts else None, min(ends) if ends else None)


ALWAYS = Period()


@dataclass(frozen=True, order=True, slots=True)
class Point:
    """A place on the ground, WGS 84, in degrees."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        """Refuse what is not on the globe."""
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"latitude {self.latitude}, longitude {self.longitude}: not a point of the globe")


def distance_km(one: Point, other: Point) -> float:
    """Give the great-circle distance in kilometres (haversine, R = 6371.0088 km)."""
    lat_one, lat_other = radians(one.latitude), radians(other.latitude)
    half_lat = sin((lat_other - lat_one) / 2)
    half_lon = sin(radians(other.longitude - one.longitude) / 2)
    chord = half_lat * half_lat + cos(lat_one) * cos(lat_other) * half_lon * half_lon
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from and how old it is.

    ``source`` is a short code (``france-services``), ``dated_on`` the day the publisher gives it for (``None``: not
    said), ``url`` where it can be read again, ``is_demonstration`` true for facts invented to show the product.
    """

    source: str
    dated_on: date | None = None
    url: str = ""
    licence: str = ""
    is_demonstration: bool = False
