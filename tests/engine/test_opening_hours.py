"""Hours in words and open now; what cannot be read is unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.engine.opening_hours import (
    PARIS,
    in_words,
    is_open,
    is_valid,
    next_opening,
    open_until,
    openings_between,
    week_of,
)

OFFICE = "Mo-Fr 09:00-12:00,13:30-17:00"
UNREADABLE = ["", "  ", "ouvert le matin", "Mo 25:99", "garbage; PH off", "Mo-Fr 09:00-", "x" * 600]


def paris(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=PARIS)  # 15 October 2024 is a Tuesday


@pytest.mark.parametrize(
    ("osm", "french", "english"),
    [
        (
            OFFICE,
            "du lundi au vendredi de 9 h à 12 h et de 13 h 30 à 17 h",
            "Monday to Friday from 9 am to noon and from 1:30 pm to 5 pm",
        ),
        (
            "Tu-Fr 09:00-12:00; Sa 10:00-12:00",
            "du mardi au vendredi de 9 h à 12 h ; le samedi de 10 h à 12 h",
            "Tuesday to Friday from 9 am to noon; Saturday from 10 am to noon",
        ),
        ("Mo,We 14:00-18:00", "le lundi et le mercredi de 14 h à 18 h", "Monday and Wednesday from 2 pm to 6 pm"),
        ("Mo-Su 00:00-12:00", "tous les jours de 0 h à 12 h", "every day from midnight to noon"),
        ("Mo-Su 20:00-24:00", "tous les jours de 20 h à 24 h", "every day from 8 pm to midnight"),
        ("24/7", "tous les jours, jour et nuit", "every day, day and night"),
        (
            "Mo-Fr 08:30-12:30; PH off",
            "du lundi au vendredi de 8 h 30 à 12 h 30",
            "Monday to Friday from 8:30 am to 12:30 pm",
        ),
        ("Mo-Fr off", "", ""),
        ("Jul-Aug Mo 10:00-12:00", "", ""),
        ("Mo[1] 10:00-12:00", "", ""),
    ],
)
def test_hours_are_said_in_words(osm, french, english) -> None:
    assert in_words(osm, "fr").replace("\xa0", " ") == french
    assert in_words(osm, "en").replace("\xa0", " ") == english


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (paris(15, 10), True),
        (paris(15, 12), False),
        (paris(15, 13, 30), True),
        (paris(20, 10), False),
        (datetime(2024, 10, 15, 7, 30, tzinfo=UTC), True),  # 9:30 on the clock of the place
        (datetime(2024, 10, 15, 10), True),  # noqa: DTZ001 - already on the clock of the place
        (paris(11, 10, month=11), None),  # a public holiday, of which the notation says nothing
    ],
)
def test_open_on_the_clock_of_the_place(at, expected) -> None:
    assert is_open(OFFICE, at) is expected


def test_notation_may_speak_of_public_holidays() -> None:
    armistice = paris(11, 10, month=11)

    assert is_open(f"{OFFICE}; PH off", armistice) is False
    assert is_open("24/7", armistice) is True


def test_open_until_the_next_change() -> None:
    assert open_until(OFFICE, paris(15, 10)) == paris(15, 12)
    assert open_until(OFFICE, paris(15, 12, 15)) is None
    assert open_until("24/7", paris(15, 12)) is None


def test_next_opening_passes_over_what_is_closed_or_unknown() -> None:
    assert next_opening(OFFICE, paris(15, 12, 15)) == paris(15, 13, 30)
    assert next_opening(OFFICE, paris(15, 10)) is None
    assert next_opening(OFFICE, paris(8, 18, month=11)) == paris(12, 9, month=11)
    assert next_opening("Mo-Fr off", paris(15, 10)) is None


@pytest.mark.parametrize("osm", UNREADABLE)
def test_what_cannot_be_read_is_unknown(osm) -> None:
    at = paris(15, 10)

    assert (is_valid(osm), in_words(osm, "fr"), is_open(osm, at)) == (False, "", None)
    assert (open_until(osm, at), next_opening(osm, at)) == (None, None)


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text) -> None:
    at = paris(15, 10)

    assert isinstance(in_words(text, "en"), str)
    assert is_open(text, at) in {True, False, None}
    assert open_until(text, at) is None or is_open(text, at)
    next_opening(text, at)


def test_week_is_written_with_its_runs_of_days() -> None:
    morning, afternoon = (time(9), time(12)), (time(13, 30), time(17))

    assert week_of([[morning, afternoon]] * 4 + [[morning], [], []]) == "Mo-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00"
    assert week_of([[]] * 7) == ""


def test_the_openings_of_some_days_are_listed():
    found = openings_between(OFFICE, date(2024, 10, 18), date(2024, 10, 22))  # from a Friday to a Tuesday, left out

    assert [(start.day, f"{start:%H:%M}", f"{end:%H:%M}") for start, end in found] == [
        (18, "09:00", "12:00"),
        (18, "13:30", "17:00"),
        (21, "09:00", "12:00"),
        (21, "13:30", "17:00"),
    ]
    assert {one.tzinfo for span in found for one in span} == {PARIS}


def test_a_place_that_never_closes_is_open_until_the_end_of_what_is_asked():
    assert openings_between("24/7", date(2024, 10, 15), date(2024, 10, 17)) == ((paris(15, 0), paris(17, 0)),)


@pytest.mark.parametrize("osm", UNREADABLE)
def test_what_cannot_be_read_has_no_openings(osm):
    assert openings_between(osm, date(2024, 10, 18), date(2024, 10, 22)) == ()


def test_no_day_has_no_openings():
    assert openings_between(OFFICE, date(2024, 10, 18), date(2024, 10, 18)) == ()
