"""What surely holds or never does, decided over every situation that conditions can tell apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.agreements import AgreementSet
from maillage.domain.catalogue import Catalogue
from maillage.domain.eligibility import Question
from maillage.domain.organisations import Directory
from maillage.domain.people import TARGET_GROUPS
from maillage.domain.rules import (
    All,
    Always,
    Among,
    Any,
    Between,
    Equals,
    LivesIn,
    LivesInCatchmentArea,
    Not,
    Truth,
    any_of,
    with_catchment_area,
)
from maillage.domain.territories import TerritoryRef
from maillage.engine.offer import offer_of
from maillage.engine.reference import ask, read_condition
from maillage.engine.satisfying import adds_nothing, can_hold
from tests.engine.worlds import FIRST_DAY, conditions, geography, people

REGISTERED, AREA = Equals("registered", value=True), LivesInCatchmentArea()
LONG, VERY_LONG = (Among("target_group", frozenset({code})) for code in ("LONG_TERM", "VERY_LONG_TERM"))


def age(low, high):
    return Between("age", low, high)


def occupation(*codes):
    return Among("occupation", frozenset(codes))


def lives_in(*areas):
    return LivesIn(frozenset(TerritoryRef.parse(area) for area in areas))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Always(), True),
        (Not(Always()), False),
        (age(16, 25), True),
        (age(30, 20), False),
        (age(121, None), False),
        (All((age(26, None), age(None, 25))), False),
        (All((age(25, None), All((REGISTERED, age(None, 25))))), True),
        (All((REGISTERED, Not(REGISTERED))), False),
        (All((REGISTERED, Equals("registered", value=False))), False),
        (Any((age(30, 20), REGISTERED)), True),
        (All((occupation("H2206"), occupation("F1503"))), False),
        (All((occupation("H2206", "F1503"), Not(occupation("F1503")))), True),
        (Not(occupation("H2206")), True),
        (All((LONG, VERY_LONG)), True),
        (All((VERY_LONG, Not(LONG))), False),
        (All((LONG, Not(VERY_LONG))), True),
        (All((VERY_LONG, Not(Among("target_group", frozenset({"jeunes"}))))), True),
        (All((lives_in("departement:36"), lives_in("departement:67"))), False),
        (All((lives_in("departement:36"), lives_in("region:44"))), True),
        (All((lives_in("commune:36018"), lives_in("commune:36044"))), True),
        (Not(lives_in("france")), False),
        (All((lives_in("departement:36", "departement:67"), Not(lives_in("departement:36")))), True),
        (All((AREA, Not(AREA))), False),
        (AREA, True),
        (Between("registered_for_months", 1441, None), False),
    ],
)
def test_what_can_hold(condition, expected):
    assert can_hold(condition) is expected


@pytest.mark.parametrize(
    ("condition", "to", "expected"),
    [
        (age(18, 20), age(16, 25), True),
        (age(16, 26), age(16, 25), False),
        (REGISTERED, Always(), True),
        (Always(), REGISTERED, False),
        (All((REGISTERED, AREA)), AREA, True),
        (LONG, Any((LONG, REGISTERED)), True),
        (VERY_LONG, LONG, True),
        (LONG, VERY_LONG, False),
        (Always(), Any((REGISTERED, Not(REGISTERED))), False),
        (age(30, 20), REGISTERED, False),
    ],
)
def test_what_adds_nothing(condition, to, expected):
    assert adds_nothing(condition, to) is expected


def test_nothing_is_said_of_too_many_codes():
    every_group = Among("target_group", frozenset(TARGET_GROUPS))

    assert can_hold(every_group) is None
    assert adds_nothing(every_group, Always()) is None


def test_nothing_is_said_of_too_many_bounds():
    many = All(tuple(age(low, None) for low in range(100)))
    more = All(tuple(Between("registered_for_months", low, None) for low in range(300)))

    assert can_hold(All((many, more))) is None


AREAS = st.sampled_from([None, lives_in("departement:36"), lives_in("commune:67003")])
NOBODY_OFFERS = offer_of(Catalogue((), {}, Directory(), ""), AgreementSet(), geography())


@given(one=conditions(), other=conditions(), person=people, area=AREAS)
def test_what_is_said_of_everybody_is_true_of_anybody(one, other, person, area):
    asked = ask(NOBODY_OFFERS, Question(person, FIRST_DAY))

    alone, added = (read_condition(with_catchment_area(found, area), asked).truth for found in (one, other))

    assert not (alone is Truth.TRUE and can_hold(one) is False)
    assert not (adds_nothing(other, one) is True and any_of((alone, added)) is not alone)
