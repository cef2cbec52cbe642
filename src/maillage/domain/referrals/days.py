"""Working days in France: Monday to Friday, without the public holidays, those of Alsace-Moselle where they apply."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

ALSACE_MOSELLE = frozenset({"57", "67", "68"})
"""The departments where Good Friday and 26 December are holidays (labour code L. 3134-13)."""

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension and Whit Monday, in days after Easter Sunday."""


def easter_of(year: int) -> date:
    """Give Easter Sunday of the Gregorian calendar (the method of Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leaps, remainder = century // 4, century % 4
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * remainder + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays_of(year: int, *, alsace_moselle: bool = False) -> frozenset[date]:
    """Give the public holidays of a year (labour code L. 3133-1)."""
    easter = easter_of(year)
    found = {date(year, month, day) for month, day in _FIXED}
    found |= {easter + timedelta(days=after) for after in _AFTER_EASTER}
    if alsace_moselle:
        found |= {easter - timedelta(days=2), date(year, 12, 26)}
    return frozenset(found)


def is_working_day(day: date, *, alsace_moselle: bool = False) -> bool:
    """Tell whether people are at work: neither Saturday, nor Sunday, nor a public holiday."""
    return day.weekday() < 5 and day not in holidays_of(day.year, alsace_moselle=alsace_moselle)


def working_days_after(day: date, count: int, *, alsace_moselle: bool = False) -> date:
    """Give the day that comes ``count`` working days after another, which is not counted; 0 gives it back."""
    found = day
    left = count
    while left > 0:
        found += timedelta(days=1)
        if is_working_day(found, alsace_moselle=alsace_moselle):
            left -= 1
    return found
