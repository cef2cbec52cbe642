"""The columnar engine answers what the reference answers: finding, reason, distance and order, on generated worlds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import PersonFacts
from maillage.engine import reference
from maillage.engine.columnar import Index
from maillage.engine.offer import Offer
from tests.engine.asking import of_columnar, of_reference
from tests.engine.worlds import days, offers, people, themes


@given(offer=offers(), person=people, on=days, wanted=themes, limit=st.integers(1, 5))
def test_both_engines_give_the_same_findings_and_reasons(
    offer: Offer, person: PersonFacts, on: date, wanted: tuple[str, ...], limit: int
) -> None:
    question = Question(person, on, wanted, limit)
    index = Index.of(offer)

    expected = [of_reference(one) for one in reference.limited(reference.answer(offer, question), limit)]

    assert [of_columnar(one, index, on) for one in index.answer(question, everything=True)] == expected
    open_ones = [one for one in expected if one[1] is Finding.OPEN]
    assert [of_columnar(one, index, on) for one in index.answer(question)] == open_ones
    assert index.shelves.signature.shape == (len(index.ids),)
    # Once the planes are laid out, it is they that answer; twice, for what is kept from one question to the next.
    assert [of_columnar(one, index, on) for one in index.answer(question)] == open_ones
    assert [of_columnar(one, index, on) for one in index.answer(question)] == open_ones


@given(offer=offers(), crowd=st.lists(st.tuples(people, themes), max_size=6), on=days, top=st.integers(1, 4))
def test_a_portfolio_is_answered_as_each_of_its_people(
    offer: Offer, crowd: list[tuple[PersonFacts, tuple[str, ...]]], on: date, top: int
) -> None:
    index = Index.of(offer)
    without_points = [
        (
            PersonFacts(**{**{name: getattr(person, name) for name in person.__dataclass_fields__}, "point": None}),
            wanted,
        )
        for person, wanted in crowd
    ]
    rows = np.array([index.person_row(person) for person, _ in without_points], np.int64).reshape(-1, 11)
    needs = np.concatenate([index.needs_of(wanted) for _, wanted in without_points] or [index.needs_of(())])
    starts = np.cumsum([0, *(len(wanted) for _, wanted in without_points)])

    answered = index.portfolio(rows, needs, starts, on=on, top=top)

    for number, (person, wanted) in enumerate(without_points):
        found = index.answer(Question(person, on, wanted, top))
        ids = [offer.services[place].id for place in answered.services[number] if place >= 0]
        assert ids == [one.service for one in found]
        clauses = [None if place < 0 else int(place) for place in answered.clauses[number][: len(ids)]]
        assert clauses == [one.clause for one in found]
        away = [None if np.isnan(km) else km for km in answered.distances_km[number][: len(ids)]]
        assert away == pytest.approx([one.distance_km for one in found])
