"""Opening hours in the OSM notation: in words, open now, until when. What cannot be read is unknown, never an error.

The notation seldom says what happens on public holidays; a place that does not say is then taken as unknown on those
days, because sending somebody to a closed door is worse than not knowing. The French calendar is the national one: it
knows neither Good Friday nor 26 December, which are holidays in Alsace and Moselle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # missing from its stubs

Language = Literal["fr", "en"]
Span = tuple[time, time]

PARIS: Final = ZoneInfo("Europe/Paris")
LONGEST_NOTATION = 500
LONGEST_VALIDITY_DAYS = 366
_A_MONDAY = date(2001, 1, 1)
_NAMES_A_HOLIDAY = re.compile(r"\bPH\b")
_CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_PLAIN_RULE = re.compile(
    r"(?:(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))*\s+)?"
    r"(?:\d{2}:\d{2}-\d{2}:\d{2}(?:,\d{2}:\d{2}-\d{2}:\d{2})*|off|closed)|PH\s+(?:off|closed)|24/7"
)
_DAYS: Final[dict[Language, tuple[str, ...]]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def is_valid(osm: str) -> bool:
    """Tell whether a text is opening hours in the OSM notation."""
    return _read(osm) is not None


def is_open(osm: str, at: datetime) -> bool | None:
    """Tell whether the place is open at an aware instant; ``None`` when the hours or the day leave it unknown."""
    hours = _read(osm)
    if hours is None:
        return None
    state, _ = hours.state(_local(at))
    return None if state == State.UNKNOWN else state == State.OPEN


def open_until(osm: str, at: datetime) -> datetime | None:
    """Give when the place that is open will close; ``None`` when it is not open, not known, or never closes."""
    hours = _read(osm)
    if hours is None or hours.state(_local(at))[0] != State.OPEN:
        return None
    return _aware(hours.next_change(_local(at)))


def next_opening(osm: str, at: datetime) -> datetime | None:
    """Give when the place that is not open will open, within a year; ``None`` when it is open or nobody knows."""
    hours = _read(osm)
    if hours is None or hours.state(_local(at))[0] == State.OPEN:
        return None
    start = _local(at)
    for begins, _ends, state, _comment in hours.intervals(start, start + timedelta(days=LONGEST_VALIDITY_DAYS)):
        if state == State.OPEN:
            return _aware(begins)
    return None


def openings_between(osm: str, start: date, end: date) -> tuple[tuple[datetime, datetime], ...]:
    """List the aware instants between which the place is open from a day, included, to another, excluded.

    Hours that cannot be read, and days on which nobody knows, give none. At most a year is looked at.
    """
    hours = _read(osm)
    if hours is None or end <= start:
        return ()
    last = min(end, start + timedelta(days=LONGEST_VALIDITY_DAYS))
    first_instant, last_instant = datetime.combine(start, time.min), datetime.combine(last, time.min)
    return tuple(
        (begins.replace(tzinfo=PARIS), min(ends, last_instant).replace(tzinfo=PARIS))
        for begins, ends, state, _comment in hours.intervals(first_instant, last_instant)
        if state == State.OPEN
    )


def in_words(osm: str, language: Language) -> str:
    """Say the hours of a week as they are read aloud; empty when they do not repeat every week or cannot be read.

    « du lundi au vendredi de 9 h à 12 h et de 13 h 30 à 17 h ; le samedi de 9 h à 12 h »
    """
    hours = _read(osm)
    if hours is None:
        return ""
    normal = str(hours.normalize())
    if not all(_PLAIN_RULE.fullmatch(rule.strip()) for rule in normal.split(";") if "unknown" not in rule):
        return ""
    week = [_spans_of(hours, _A_MONDAY + timedelta(days=7 + number)) for number in range(7)]
    if all(spans == ((time.min, time.max),) for spans in week):
        return {"fr": "tous les jours, jour et nuit", "en": "every day, day and night"}[language]
    groups = [(days, spans) for spans, days in _grouped(week) if spans]
    return {"fr": " ; ", "en": "; "}[language].join(
        f"{_days_in_words(days, language)} {_spans_in_words(spans, language)}" for days, spans in groups
    )


def week_of(days: Sequence[Iterable[Span]]) -> str:
    """Write a week, Monday first, in the OSM notation: ``Mo-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00``."""
    texts = [",".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in spans) for spans in days]
    rules = []
    for text, numbers in _runs(texts):
        first, last = _CODES[numbers[0]], _CODES[numbers[-1]]
        if text:
            rules.append(f"{first if first == last else f'{first}-{last}'} {text}")
    return "; ".join(rules)


@lru_cache(maxsize=4096)
def _read(osm: str) -> OpeningHours | None:
    text = osm.strip()
    if not text or len(text) > LONGEST_NOTATION:
        return None
    if not _NAMES_A_HOLIDAY.search(text) and text != "24/7":
        text = f"{text}; PH unknown"
    try:
        return OpeningHours(text, country="FR", max_interval_days=LONGEST_VALIDITY_DAYS)
    except (ParserError, SyntaxError, ValueError):
        return None


def _local(at: datetime) -> datetime:
    """Give the time on the clock of the place; an instant without zone is already so."""
    return at if at.tzinfo is None else at.astimezone(PARIS).replace(tzinfo=None)


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=PARIS)


def _spans_of(hours: OpeningHours, day: date) -> tuple[Span, ...]:
    """List the open spans of an ordinary day; the first week of the calendar used holds no public holiday."""
    start = datetime.combine(day, time.min)
    end = start + timedelta(days=1)
    return tuple(
        (begins.time(), time.max if ends >= end else ends.time())
        for begins, ends, state, _comment in hours.intervals(start, end)
        if state == State.OPEN
    )


def _grouped(week: Sequence[tuple[Span, ...]]) -> list[tuple[tuple[Span, ...], list[int]]]:
    """Put together the days that have the same hours, in the order of the first of them."""
    groups: dict[tuple[Span, ...], list[int]] = {}
    for number, spans in enumerate(week):
        groups.setdefault(spans, []).append(number)
    return list(groups.items())


def _runs(texts: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Put together the days that follow each other with the same hours."""
    runs: list[tuple[str, list[int]]] = []
    for number, text in enumerate(texts):
        if runs and runs[-1][0] == text:
            runs[-1][1].append(number)
        else:
            runs.append((text, [number]))
    return runs


def _days_in_words(numbers: Sequence[int], language: Language) -> str:
    names = _DAYS[language]
    is_run = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    if len(numbers) == 7:
        return {"fr": "tous les jours", "en": "every day"}[language]
    if is_run and language == "fr":
        return f"du {names[numbers[0]]} au {names[numbers[-1]]}"
    if is_run:
        return f"{names[numbers[0]]} to {names[numbers[-1]]}"
    listed = [f"le {names[number]}" if language == "fr" else names[number] for number in numbers]
    return _listed(listed, language)


def _spans_in_words(spans: Sequence[Span], language: Language) -> str:
    if language == "fr":
        return _listed([f"de {_clock(start, 'fr')} à {_clock(end, 'fr')}" for start, end in spans], language)
    return _listed([f"from {_clock(start, 'en')} to {_clock(end, 'en')}" for start, end in spans], language)


def _clock(moment: time, language: Language) -> str:
    """Say an hour: « 13 h 30 » (with spaces that do not break), "1:30 pm"."""
    is_midnight = moment == time.max
    hour, minute = (24, 0) if is_midnight else (moment.hour, moment.minute)
    if language == "fr":
        return f"{hour}\xa0h\xa0{minute:02}" if minute else f"{hour}\xa0h"
    if is_midnight or (hour, minute) == (0, 0):
        return "midnight"
    if (hour, minute) == (12, 0):
        return "noon"
    suffix = "am" if hour < 12 else "pm"
    return f"{(hour - 1) % 12 + 1}:{minute:02}\xa0{suffix}" if minute else f"{(hour - 1) % 12 + 1}\xa0{suffix}"


def _listed(texts: Sequence[str], language: Language) -> str:
    if len(texts) == 1:
        return texts[0]
    last = {"fr": "et", "en": "and"}[language]
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"
