"""A desk handed over by its address answers as one that is handed over whole, and as the reference."""

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
from maillage.engine.alone import HANDLES_KEPT, Seat
from maillage.engine.columnar import Index
from maillage.engine.handles import DESK, is_known
from maillage.engine.offer import Offer
from tests.engine.worlds import days, offers, people, themes

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


def seat_and_answer(index: Index, question: Question, shelves):
    seat = Seat(index.layout.rules)
    facts, needs = index.values_of(question.person), index._list_of(question.themes)
    sheet = index.sheet_on(question.on)
    found = seat.answer(index.layout, shelves, index.points, sheet, needs, facts, question.limit)
    (handle,) = seat.handles.values()
    return handle.desk, found


@given(offer=offers(), asked=several, on=days)
def test_arrays_that_numba_was_not_told_of_are_handed_over_whole(offer: Offer, asked: list[Asked], on: date) -> None:
    index = Index.of(offer)
    frozen = index.shelves._replace(doors=index.shelves.doors.copy())
    frozen.doors.flags.writeable = False

    for person, wanted in asked:
        question = Question(person, on, wanted, 5)
        desk, found = seat_and_answer(index, question, index.shelves)
        assert is_known(desk) == (not config.DISABLE_JIT)
        assert not is_known(desk._replace(shelves=frozen))
        if config.DISABLE_JIT:  # compiled for those arrays too, it would take a minute
            np.testing.assert_equal(seat_and_answer(index, question, frozen)[1], found)


@given(offer=offers())
def test_the_desk_is_described_as_numba_sees_it(offer: Offer) -> None:
    if config.DISABLE_JIT:
        pytest.skip("compilation is off: nothing is described to numba")
    index = Index.of(offer)
    desk, _ = seat_and_answer(index, Question(PersonFacts("36001"), date(2026, 1, 1)), index.shelves)

    assert typeof(desk) == DESK


@given(offer=offers())
def test_a_seat_keeps_a_few_desks_only(offer: Offer) -> None:
    index = Index.of(offer)
    seat, facts, needs = Seat(index.layout.rules), [-1] * 11, index._list_of(())
    facts[0] = 0
    sheet = index.sheet_on(date(2026, 1, 1))

    for limit in range(1, HANDLES_KEPT + 2):
        seat.answer(index.layout, index.shelves, index.points, sheet, needs, facts, limit)

    assert len(seat.handles) == 1
