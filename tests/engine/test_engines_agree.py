"""The columnar engine answers what the reference answers: finding, reason, distance and order, on generated worlds."""

from __future__ import annotations

from datetime import date

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
