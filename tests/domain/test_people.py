from __future__ import annotations

from dataclasses import fields

import pytest

from maillage.domain.people import FACTS, TARGET_GROUPS, FactOutOfBounds, PersonFacts


def somebody(**facts):
    return PersonFacts("36018", **facts)


@pytest.mark.parametrize("age", [0, 120])
def test_an_age_that_can_be_is_kept(age):
    assert somebody(age=age).value_of("age") == age


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"age": -1}, "age -1: expected completed years from 0 to 120"),
        ({"age": 121}, "age 121: expected completed years from 0 to 120"),
        ({"registered_for_months": -1}, "registered_for_months -1: expected months from 0"),
        ({"registered_for_months": 1441}, "registered_for_months 1441: expected months from 0"),
        ({"target_groups": frozenset({"young", "jeunes"})}, "target group young: no such code"),
        ({"barriers": frozenset({"money"})}, "barrier money: no such code; expected some of sante, logement"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(facts, expected):
    with pytest.raises(FactOutOfBounds) as refused:
        somebody(**facts)

    assert str(refused.value).startswith(expected)


def test_every_fact_is_unknown_until_it_is_said_but_where_the_person_lives():
    assert {fact: somebody().value_of(fact) for fact in FACTS} == {**dict.fromkeys(FACTS), "lives_in": "36018"}


def test_every_fact_of_the_language_is_said_by_a_field():
    said = somebody(
        age=19,
        registered=False,
        registered_for_months=3,
        target_groups=frozenset({"jeunes"}),
        barriers=frozenset(),
        boe=False,
        minimum_income=True,
        priority_neighbourhood=False,
        qualification="3",
        occupation="K2503",
    )

    assert None not in {said.value_of(fact) for fact in FACTS}
    assert len(fields(PersonFacts)) == len(FACTS) + 1  # and the exact point, which no rule may ask


@pytest.mark.parametrize(
    ("groups", "held"),
    [
        (None, None),
        (frozenset(), frozenset()),
        (frozenset({"jeunes"}), frozenset({"jeunes"})),
        (frozenset({"VERY_LONG_TERM"}), frozenset({"VERY_LONG_TERM", "LONG_TERM"})),
    ],
)
def test_24_months_of_unemployment_are_12_and_more(groups, held):
    assert somebody(target_groups=groups).groups_held == held


@pytest.mark.parametrize(
    ("boe", "groups", "held"),
    [
        (None, None, None),
        (None, frozenset({"jeunes"}), None),
        (None, frozenset({"RQTH"}), True),
        (False, frozenset({"RQTH"}), False),
        (True, frozenset(), True),
    ],
)
def test_rqth_is_one_ground_of_the_duty_to_employ(boe, groups, held):
    assert somebody(boe=boe, target_groups=groups).boe_held is held


def test_what_is_said_of_health_has_its_own_legal_basis():
    marked = {name for name, fact in FACTS.items() if fact.is_health_data}

    assert marked == {"target_group", "barrier", "boe"}
    assert all(fact.legal_basis.count("9.2.b") == fact.is_health_data for fact in FACTS.values())


def test_everybody_is_no_target_group():
    assert "tous-publics" not in TARGET_GROUPS
