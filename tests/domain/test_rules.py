from __future__ import annotations

import pytest

from maillage.domain.rules import (
    All,
    Always,
    Any,
    Between,
    Equals,
    LivesIn,
    LivesInCatchmentArea,
    Not,
    Truth,
    all_of,
    any_of,
    opposite_of,
    parts_of,
    with_catchment_area,
)
from maillage.domain.territories import FRANCE

F, T, U = Truth.FALSE, Truth.TRUE, Truth.UNKNOWN
REGISTERED, YOUNG = Equals("registered", value=True), Between("age", 16, 25)
HERE = LivesIn(frozenset({FRANCE}))


@pytest.mark.parametrize(
    ("truths", "every", "some"),
    [
        ((), T, F),
        ((T,), T, T),
        ((F,), F, F),
        ((U,), U, U),
        ((T, T), T, T),
        ((T, F), F, T),
        ((T, U), U, T),
        ((F, U), F, U),
        ((U, U), U, U),
        ((F, T, U), F, T),
    ],
)
def test_three_values_combine_as_kleene_s(truths, every, some):
    assert all_of(truths) is all_of(reversed(truths)) is every
    assert any_of(truths) is any_of(reversed(truths)) is some


@pytest.mark.parametrize(("truth", "opposite"), [(T, F), (F, T), (U, U)])
def test_what_is_unknown_has_an_unknown_opposite(truth, opposite):
    assert opposite_of(truth) is opposite


def test_a_condition_is_walked_the_whole_first():
    condition = All((REGISTERED, Any((YOUNG, Not(Always())))))

    assert list(parts_of(condition)) == [condition, REGISTERED, condition.parts[1], YOUNG, Not(Always()), Always()]


@pytest.mark.parametrize(
    ("condition", "with_the_area"),
    [
        (LivesInCatchmentArea(), HERE),
        (Not(LivesInCatchmentArea()), Not(HERE)),
        (All((REGISTERED, LivesInCatchmentArea())), All((REGISTERED, HERE))),
        (Any((LivesInCatchmentArea(), YOUNG)), Any((HERE, YOUNG))),
        (REGISTERED, REGISTERED),
    ],
)
def test_a_catchment_area_takes_its_place_once_recorded(condition, with_the_area):
    assert with_catchment_area(condition, HERE) == with_the_area
    assert with_catchment_area(condition, None) == condition
