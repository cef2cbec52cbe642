from __future__ import annotations

from datetime import date

import pytest

from maillage.domain.shared import ALWAYS, Period, Point, distance_km

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))


@pytest.mark.parametrize(
    ("period", "day", "is_inside"),
    [
        (MARCH, date(2024, 2, 29), False),
        (MARCH, date(2024, 3, 1), True),
        (MARCH, date(2024, 3, 31), True),
        (MARCH, date(2024, 4, 1), False),
        (Period(None, date(2024, 4, 1)), date.min, True),
        (Period(date(2024, 3, 1)), date.max, True),
        (ALWAYS, date(2024, 1, 1), True),
        (ALWAYS, "2024-01-01", False),
    ],
)
def test_a_period_holds_its_first_day_and_not_its_end(period, day, is_inside):
    assert (day in period) is is_inside


@pytest.mark.parametrize(("period", "last_day"), [(MARCH, date(2024, 3, 31)), (ALWAYS, None)])
def test_the_last_day_of_a_period_is_the_one_before_its_end(period, last_day):
    assert period.last_day == last_day


@pytest.mark.parametrize(
    ("period", "is_empty"),
    [
        (MARCH, False),
        (ALWAYS, False),
        (Period(date(2024, 3, 1), date(2024, 3, 1)), True),
        (Period(date(2024, 3, 2), date(2024, 3, 1)), True),
    ],
)
def test_a_period_without_a_day_is_empty(period, is_empty):
    assert period.is_empty is is_empty


@pytest.mark.parametrize(
    ("other", "common"),
    [
        (ALWAYS, MARCH),
        (Period(date(2024, 3, 15)), Period(date(2024, 3, 15), date(2024, 4, 1))),
        (Period(None, date(2024, 3, 15)), Period(date(2024, 3, 1), date(2024, 3, 15))),
        (Period(date(2025, 1, 1)), Period(date(2025, 1, 1), date(2024, 4, 1))),
    ],
)
def test_two_periods_have_days_in_common(other, common):
    assert MARCH.intersection(other) == other.intersection(MARCH) == common


@pytest.mark.parametrize(("latitude", "longitude"), [(90.1, 0), (-90.1, 0), (0, 180.1), (0, -180.1), (float("nan"), 0)])
def test_a_point_is_on_the_globe(latitude, longitude):
    with pytest.raises(ValueError, match="not a point of the globe"):
        Point(latitude, longitude)


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (Point(46.6, 1.06), Point(46.6, 1.06), 0),
        (Point(0, 0), Point(0, 180), 20015.115),  # half of the circumference
        (Point(90, 0), Point(-90, 77), 20015.115),
        (Point(0, 179.5), Point(0, -179.5), 111.195),  # one degree, across the date line
        (Point(48.8566, 2.3522), Point(45.764, 4.8357), 391.499),  # Paris, Lyon
    ],
)
def test_distance_is_the_great_circle_of_a_mean_earth(one, other, km):
    assert distance_km(one, other) == distance_km(other, one) == pytest.approx(km, abs=0.001)
