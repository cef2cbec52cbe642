from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from maillage.apps.eligibility.mapping import (
    Context,
    FactsUnreadable,
    answer_id,
    facts_content,
    facts_from,
    question_from,
)
from maillage.domain.eligibility import Settings
from maillage.domain.people import FactOutOfBounds, PersonFacts
from maillage.domain.shared import Point

DAY = date(2024, 6, 1)
CONTEXT = Context(DAY, ("aa", "bb"), "c3", "g1", Settings())
DRISS = PersonFacts(
    "36018",
    point=Point(46.5, 1.25),
    age=19,
    registered=False,
    registered_for_months=3,
    target_groups=frozenset({"jeunes", "RQTH"}),
    barriers=frozenset(),
    qualification="3",
)
WRITTEN = {
    "municipality": "36018",
    "point": [46.5, 1.25],
    "age": 19,
    "registered": False,
    "registered_for_months": 3,
    "target_groups": ["RQTH", "jeunes"],
    "barriers": [],
    "qualification": "3",
}


def test_facts_are_written_and_read_alike_what_is_unknown_left_out():
    assert facts_content(DRISS) == WRITTEN
    assert facts_from(WRITTEN) == DRISS


def test_null_is_unknown():
    assert facts_from({"municipality": "36018", "age": None}) == PersonFacts("36018")


WRONG = [
    ({}, "no municipality; expected municipality, and any of age, barriers"),
    ({"municipality": None}, "no municipality"),
    ({"municipality": 36018}, "municipality: 36018 found; expected an INSEE code between quotes."),
    ({"name": "Driss"}, "« name », which is no fact"),
    ({"age": "20"}, 'age: "20" found; expected a whole number.'),
    ({"age": 20.5}, "age: 20.5 found; expected a whole number."),
    ({"age": True}, "age: true found; expected a whole number."),
    ({"registered": "yes"}, 'registered: "yes" found; expected true or false.'),
    ({"boe": 1}, "boe: 1 found; expected true or false."),
    ({"qualification": 3}, "qualification: 3 found; expected a code between quotes."),
    ({"target_groups": "jeunes"}, 'target_groups: "jeunes" found; expected a list of codes.'),
    ({"barriers": [1]}, "barriers: [1] found; expected a list of codes."),
    ({"point": "46,1"}, 'point: "46,1" found; expected [latitude, longitude], in degrees.'),
    ({"point": [100, 1]}, "point: [100, 1] found; expected [latitude, longitude], in degrees."),
    ({"point": 46}, "point: 46 found; expected [latitude, longitude], in degrees."),
    ({"themes": "numerique"}, 'themes: "numerique" found; expected a list of codes.'),
    ({"themes": [{}]}, "themes: [{}] found; expected a list of codes."),
]


@pytest.mark.parametrize(("facts", "expected"), WRONG)
def test_facts_of_another_kind_are_refused_with_what_was_found(facts, expected):
    whole = {"municipality": "36018", **facts} if facts else facts

    with pytest.raises(FactsUnreadable) as refused:
        question_from(whole, on=DAY)

    assert expected in str(refused.value)


@pytest.mark.parametrize("facts", [{"age": 200}, {"target_groups": ["young"]}])
def test_facts_that_cannot_be_are_refused(facts):
    with pytest.raises(FactOutOfBounds):
        facts_from({"municipality": "36018", **facts})


def test_a_question_keeps_each_need_once_in_the_order_given():
    question = question_from({"municipality": "36018", "themes": ["mobilite", "numerique", "mobilite"]}, on=DAY)

    assert (question.themes, question.on) == (("mobilite", "numerique"), DAY)


def test_a_context_is_written_and_read_alike():
    assert Context.read(CONTEXT.content()) == CONTEXT


def test_the_id_of_an_answer_names_its_context_first():
    assert answer_id(CONTEXT, DRISS, ()).partition("-")[0] == CONTEXT.digest()
    assert answer_id(CONTEXT, DRISS, ()) == answer_id(CONTEXT, replace(DRISS), ())


OTHER_ANSWERS = [
    (replace(CONTEXT, on=date(2024, 6, 2)), DRISS, ()),
    (replace(CONTEXT, agreements=("aa",)), DRISS, ()),
    (replace(CONTEXT, catalogue="c4"), DRISS, ()),
    (replace(CONTEXT, geography="g2"), DRISS, ()),
    (replace(CONTEXT, settings=Settings(default_reach_km=30)), DRISS, ()),
    (replace(CONTEXT, settings=Settings(dated_on=date(2027, 1, 1))), DRISS, ()),
    (CONTEXT, replace(DRISS, age=20), ()),
    (CONTEXT, replace(DRISS, barriers=None), ()),
    (CONTEXT, DRISS, ("mobilite",)),
]


def test_the_id_changes_with_anything_the_answer_is_made_from():
    ids = {answer_id(context, person, themes) for context, person, themes in [(CONTEXT, DRISS, ()), *OTHER_ANSWERS]}

    assert len(ids) == 1 + len(OTHER_ANSWERS)


def test_the_order_of_the_needs_counts_in_the_id():
    assert answer_id(CONTEXT, DRISS, ("a", "b")) != answer_id(CONTEXT, DRISS, ("b", "a"))
