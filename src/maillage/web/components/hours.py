"""Whether a door is open at the time that matters: until when today, or the hours of another day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from maillage.engine import opening_hours
from maillage.engine.opening_hours import PARIS
from maillage.engine.wording import day_in_words
from maillage.web.components.languages import current_language

A_WEEK = 7


@dataclass(frozen=True)
class Status:
    """``kind`` is open, closed or unknown: it chooses the icon; ``words`` says it."""

    kind: str
    words: str


def status_at(osm: str, now: datetime) -> Status:
    """Say whether a place is open now and until when, or when it opens."""
    is_open = opening_hours.is_open(osm, now)
    if is_open is None:
        return unsure(osm)
    if is_open:
        until = opening_hours.open_until(osm, now)
        if until is None or until - now > timedelta(days=1):
            return Status("open", _("ouvert jour et nuit"))
        return Status("open", _("ouvert jusqu’à %(hour)s") % {"hour": clock(until.time())})
    return Status("closed", _next_in_words(opening_hours.next_opening(osm, now), now))


def _next_in_words(opening: datetime | None, now: datetime) -> str:
    if opening is None:
        return _("fermé")
    hour = clock(opening.time())
    days = (opening.date() - now.astimezone(PARIS).date()).days
    if days == 0:
        return _("fermé, ouvre à %(hour)s") % {"hour": hour}
    if days == 1:
        return _("fermé, ouvre demain à %(hour)s") % {"hour": hour}
    if days < A_WEEK:
        return _("fermé, ouvre %(day)s à %(hour)s") % {"day": weekday(opening.date()), "hour": hour}
    return _("fermé, ouvre le %(day)s") % {"day": day_in_words(opening.date(), current_language())}


def status_on(osm: str, day: date) -> Status:
    """Say the hours of a day that is not today."""
    spans = spans_on(osm, day)
    if spans is None:
        return unsure(osm)
    if not spans:
        return Status("closed", _("fermé ce jour-là"))
    if spans == ((time.min, time.min),):
        return Status("open", _("ouvert jour et nuit"))
    said = [_("de %(start)s à %(end)s") % {"start": clock(start), "end": clock(end)} for start, end in spans]
    return Status("open", _("ouvert ce jour-là %(spans)s") % {"spans": _(" et ").join(said)})


def spans_on(osm: str, day: date) -> tuple[tuple[time, time], ...] | None:
    """List the open spans of a day; ``None`` when the hours, or those of that day, are not known."""
    moment = datetime.combine(day, time.min, PARIS)
    found: list[tuple[time, time]] = []
    while moment.date() == day:
        is_open = opening_hours.is_open(osm, moment)
        if is_open is None:
            return None
        if is_open:
            until = opening_hours.open_until(osm, moment)
            if until is None or until.date() > day:
                return (*found, (moment.time(), time.min))
            found.append((moment.time(), until.time()))
            moment = until
        else:
            opening = opening_hours.next_opening(osm, moment)
            if opening is None:
                break
            moment = opening
    return tuple(found)


def unsure(osm: str) -> Status:
    """Say that nobody knows: no hours at all, or a day on which they may not hold."""
    words = _("horaires à confirmer ce jour-là") if opening_hours.is_valid(osm) else _("horaires non connus")
    return Status("unknown", words)


def weekday(day: date) -> str:
    """Name the day of the week."""
    names = (_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"), _("dimanche"))
    return names[day.weekday()]


def clock(moment: time) -> str:
    """Say an hour: « 13 h 30 », "1:30 pm"."""
    if current_language() == "fr":
        return f"{moment.hour}\xa0h\xa0{moment.minute:02}" if moment.minute else f"{moment.hour}\xa0h"
    if not moment.minute and moment.hour in {0, 12}:
        return "noon" if moment.hour else "midnight"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes}\xa0{'am' if moment.hour < 12 else 'pm'}"
