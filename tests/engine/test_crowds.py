"""A crowd is answered as each of its people is by the reference: doors, reasons and distances, on generated worlds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import PersonFacts
from maillage.engine import reference
from maillage.engine.columnar import Index
from maillage.engine.crowds import answer_crowd, crowd_of, needs_for
from maillage.engine.offer import Offer
from tests.engine.worlds import days, offers, people, themes

crowds = st.lists(st.tuples(people.map(lambda one: replace(one, point=None)), themes), max_size=8)
Doors = list[tuple[str, str, str, float | None]]


def expected_of(offer: Offer, person: PersonFacts, wanted: tuple[str, ...], on: date, top: int) -> Doors:
    verdicts = [one for one in reference.answer(offer, Question(person, on, wanted)) if one.finding is Finding.OPEN]
    return [
        (
            one.service,
            one.grounds[0].agreement,
            one.grounds[0].clause,
            None if one.distance_km is None else round(one.distance_km, 3),
        )
        for one in verdicts[:top]
    ]


def doors_of(offer: Offer, services: list[int], clauses: list[int], metres: list[int]) -> Doors:
    found: Doors = []
    for service, clause, away in zip(services, clauses, metres, strict=True):
        if service >= 0:
            ground = (offer.clauses[clause].agreement, offer.clauses[clause].clause) if clause >= 0 else ("", "")
            found.append((offer.services[service].id, *ground, None if away < 0 else away / 1000))
    return found


@given(offer=offers(), crowd=crowds, on=days, top=st.sampled_from([1, 2, 4, 1000]), copies=st.sampled_from([1, 9]))
def test_a_crowd_is_answered_as_each_of_its_people(
    offer: Offer, crowd: list[tuple[PersonFacts, tuple[str, ...]]], on: date, top: int, copies: int
) -> None:
    index = Index.of(offer)
    lists = sorted({wanted for _, wanted in crowd})
    everybody = crowd * copies
    rows = np.array([index.person_row(person) for person, _ in everybody], np.int64).reshape(-1, 11)
    kind = np.array([lists.index(wanted) for _, wanted in everybody], np.int32)

    found = answer_crowd(index, crowd_of(rows, kind), needs_for(index, lists), on=on, top=top)

    expected = [expected_of(offer, person, wanted, on, top) for person, wanted in crowd] * copies
    assert [doors_of(offer, *(part[place].tolist() for part in found)) for place in range(len(everybody))] == expected
