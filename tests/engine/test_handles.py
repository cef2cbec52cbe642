"""Tables handed over by their addresses answer as those that are handed over whole, and as the reference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import config, typeof

from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import PersonFacts
from maillage.engine import reference
from maillage.engine.alone import DOORS_AT_FIRST, Seat
from maillage.engine.columnar import Index
from maillage.engine.handles import KINDS, is_known
from maillage.engine.offer import Offer
from maillage.engine.planes import Planes
from tests.engine.worlds import days, offers, people, themes

DAY = date(2026, 1, 1)
Asked = tuple[PersonFacts, tuple[str, ...]]
several = st.lists(st.tuples(people.map(lambda one: replace(one, point=None)), themes), min_size=1, max_size=6)


@given(offer=offers(), asked=several, on=days, limit=st.sampled_from([1, 3, 50]))
def test_one_after_the_other_they_are_answered_as_the_reference_does(
    offer: Offer, asked: list[Asked], on: date, limit: int
) -> None:
    index = Index.of(offer)
    _ = index.shelves  # with the planes laid out

    for person, wanted in asked * 2:
        question = Question(person, on, wanted, limit)
        expected = [one for one in reference.answer(offer, question) if one.finding is Finding.OPEN][:limit]
        assert [one.service for one in index.answer(question)] == [one.service for one in expected]


def answered(index: Index, question: Question, shelves: Planes) -> tuple[Seat, tuple[list[int], list[float]]]:
    seat = Seat(index.layout, shelves, index.points)
    day, needs = index._make_day(question.on), index._make_list(question.themes)
    return seat, seat.answer(day, needs, index.values_of(question.person), question.limit)


@given(offer=offers(), asked=several, on=days)
def test_arrays_that_numba_was_not_told_of_are_handed_over_whole(offer: Offer, asked: list[Asked], on: date) -> None:
    index = Index.of(offer)
    frozen = index.shelves._replace(doors=index.shelves.doors.copy())
    frozen.doors.flags.writeable = False

    for person, wanted in asked:
        question = Question(person, on, wanted, 5)
        seat, found = answered(index, question, index.shelves)
        assert is_known(seat.desk.table) == (not config.DISABLE_JIT)
        assert not is_known(seat.desk.table._replace(shelves=frozen))
        if config.DISABLE_JIT:  # compiled for those arrays too, it would take a minute
            np.testing.assert_equal(answered(index, question, frozen)[1], found)


@given(offer=offers())
def test_tables_are_described_as_numba_sees_them(offer: Offer) -> None:
    if config.DISABLE_JIT:
        pytest.skip("compilation is off: nothing is described to numba")
    index = Index.of(offer)
    seat, _ = answered(index, Question(PersonFacts("36001"), DAY), index.shelves)

    for table in (seat.desk.table, index.read_days[DAY].table, index.lists[()].table):
        assert typeof(table) == KINDS[type(table)]


@given(offer=offers(), person=people.map(lambda one: replace(one, point=None)))
def test_a_seat_makes_room_for_more_doors_than_at_first(offer: Offer, person: PersonFacts) -> None:
    index = Index.of(offer)
    seat, few = answered(index, Question(person, DAY, limit=1), index.shelves)
    day, needs, facts = index.read_days[DAY], index.lists[()], index.values_of(person)

    doors, away = seat.answer(day, needs, facts, DOORS_AT_FIRST + 1)

    assert seat.limit == DOORS_AT_FIRST + 1
    assert len(doors) == 3 * len(away)
    assert doors[:3] == few[0]
    np.testing.assert_equal(seat.answer(day, needs, facts, 1), few)
