"""The opening days of an access point as a calendar (iCalendar, RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from maillage.domain.access_points import AccessPoint
from maillage.engine.opening_hours import openings_between

DAYS_AT_MOST = 92
PRODUCT = "-//Maillage//opening days//FR"


def calendar_of(place: AccessPoint, first: date, days: int) -> bytes:
    """Write the openings of some days; a place whose hours nobody can read has an empty calendar.

    The instant of each event's stamp is the day the hours date from: the same catalogue gives the same calendar.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", place.name)
    stamp = datetime.combine(place.provenance.dated_on or first, time.min, UTC)
    where = ", ".join(part for part in (place.address, f"{place.postcode} {place.town}".strip()) if part)
    for start, end in openings_between(place.hours, first, first + timedelta(days=days)):
        event = Event()
        event.add("uid", f"{place.id}/{start:%Y%m%dT%H%M}@maillage")
        event.add("dtstamp", stamp)
        # In universal time, so that no reader needs our table of time zones.
        event.add("dtstart", start.astimezone(UTC))
        event.add("dtend", end.astimezone(UTC))
        event.add("summary", place.name)
        if where:
            event.add("location", where)
        if place.point:
            event.add("geo", (place.point.latitude, place.point.longitude))
        calendar.add_component(event)
    return calendar.to_ical()
