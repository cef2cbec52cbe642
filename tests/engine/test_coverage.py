"""Coverage against a plain computation, place by place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.shared import Point, distance_km
from maillage.domain.territories import Geography, Municipality, TerritoryKind, TerritoryRef
from maillage.engine.coverage import classes_of, covered, covered_by, measure, nearest_km, people_within

INDRE = TerritoryRef(TerritoryKind.DEPARTMENT, "36")
EVERYWHERE = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
CLOSE_BY = st.builds(Point, st.floats(46.3, 47.3), st.floats(0.8, 2.4))
POINTS = st.one_of(EVERYWHERE, CLOSE_BY)
NOTHING = -1  # stands for None, which has no tolerance


def municipality(code="36001", point=None, population=100, committee="CLPE36001"):
    return Municipality(code, f"Ville {code}", point, population, local_committee=committee, department="36")


@st.composite
def worlds(draw):
    members = draw(
        st.lists(
            st.tuples(
                st.one_of(st.none(), POINTS),
                st.one_of(st.none(), st.integers(0, 50_000)),
                st.sampled_from(["", "CLPE36001", "CLPE36002"]),
            ),
            max_size=30,
        )
    )
    return [municipality(f"{number:05}", *facts) for number, facts in enumerate(members)]


def told_plainly(municipalities, places, km):
    """Give people, left out, share and mean the long way round."""
    counted = [one for one in municipalities if one.point and one.population is not None]
    people = sum(one.population for one in counted)
    left_out = len(municipalities) - len(counted)
    if not people:
        return people, left_out, NOTHING, NOTHING
    if not places:
        return people, left_out, 1.0, NOTHING
    far = {one.code: min(distance_km(one.point, place) for place in places) for one in counted}
    beyond = sum(one.population for one in counted if far[one.code] > km)
    mean = sum(far[one.code] * one.population for one in counted) / people
    return people, left_out, beyond / people, mean


def figures_of(row):
    known = [NOTHING if figure is None else figure for figure in (row.share_beyond, row.mean_km)]
    return row.people, row.excluded, *known


@given(worlds(), st.lists(POINTS, max_size=12), st.floats(0, 1000))
def test_figures_are_those_of_a_plain_computation(municipalities, places, km):
    found = covered(measure(municipalities, places), INDRE, "Indre", km)

    assert figures_of(found) == pytest.approx(told_plainly(municipalities, places, km), rel=1e-9, abs=1e-6)


@given(
    worlds(),
    st.lists(POINTS, max_size=12),
    st.sampled_from([TerritoryKind.LOCAL_COMMITTEE, TerritoryKind.MUNICIPALITY]),
)
def test_rows_are_the_figures_of_each_division_and_add_up(municipalities, places, kind):
    geography = Geography("2026", {one.code: one for one in municipalities})
    measured = measure(municipalities, places)

    rows = covered_by(measured, kind, geography, 15)

    codes = sorted({one.code_of(kind) for one in municipalities})
    expected = [
        told_plainly([one for one in municipalities if one.code_of(kind) == code], places, 15) for code in codes
    ]
    assert [row.territory.code for row in rows] == codes
    assert [figures_of(row) for row in rows] == [pytest.approx(figures, rel=1e-9, abs=1e-6) for figures in expected]
    whole = covered(measured, INDRE, "Indre", 15)
    assert sum(row.people for row in rows) == whole.people
    assert sum(row.people_beyond for row in rows) == whole.people_beyond
    assert sum(row.excluded for row in rows) == whole.excluded


@given(st.lists(POINTS, min_size=1, max_size=20), st.lists(POINTS, min_size=1, max_size=20), POINTS)
def test_one_more_place_never_takes_anybody_farther(points, places, added):
    before, after = nearest_km(points, places), nearest_km(points, [*places, added])

    assert (after <= before + 1e-6).all()


def test_beyond_is_strictly_farther():
    here, there = Point(46.8, 1.6), Point(46.8, 1.8)
    far = float(nearest_km([here], [there])[0])
    measured = measure([municipality(point=here)], [there])

    shares = [covered(measured, INDRE, "Indre", km).share_beyond for km in (far - 1e-6, far, far + 1e-6)]

    assert shares == [1.0, 0.0, 0.0]


def test_a_division_without_code_has_no_name():
    lonely = municipality(committee="")
    measured = measure([lonely], [])

    row = covered_by(measured, TerritoryKind.LOCAL_COMMITTEE, Geography("2026", {lonely.code: lonely}), 15)[0]

    assert (row.name, row.territory.code, row.excluded) == ("", "", 1)


def test_people_are_counted_by_distance_each_bound_with_the_nearer_class():
    places = [Point(46.0, 1.0)]
    members = [municipality(str(number), Point(46.0 + step, 1.0), 10) for number, step in enumerate((0, 0.1, 0.5, 1))]
    measured = measure(members, places)
    second = float(measured.nearest_km[1])

    assert people_within(measured, (second, 60)) == (20, 10, 10)
    assert classes_of(np.array([np.inf]), (5, 10)).tolist() == [2]
