"""Working days: the public holidays of France, those of Alsace-Moselle, and counting past them."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.domain.referrals.days import easter_of, holidays_of, is_working_day, working_days_after


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2011, date(2011, 4, 24)),
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter(year, easter) -> None:
    assert easter_of(year) == easter


def test_the_holidays_of_a_year() -> None:
    assert sorted(holidays_of(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


def test_alsace_moselle_has_two_more() -> None:
    assert holidays_of(2026, alsace_moselle=True) - holidays_of(2026) == {date(2026, 4, 3), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("day", "works"),
    [(date(2026, 11, 20), True), (date(2026, 11, 21), False), (date(2026, 11, 22), False), (date(2026, 11, 11), False)],
)
def test_a_working_day(day, works) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "count", "local", "expected"),
    [
        (date(2026, 11, 20), 0, False, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, False, date(2026, 11, 23)),
        (date(2026, 11, 22), 1, False, date(2026, 11, 23)),
        (date(2026, 11, 10), 1, False, date(2026, 11, 12)),
        (date(2026, 4, 2), 1, False, date(2026, 4, 3)),
        (date(2026, 4, 2), 1, True, date(2026, 4, 7)),
        (date(2026, 12, 24), 1, False, date(2026, 12, 28)),
        (date(2026, 11, 2), 30, False, date(2026, 12, 15)),
    ],
)
def test_counting_working_days(day, count, local, expected) -> None:
    assert working_days_after(day, count, alsace_moselle=local) == expected
