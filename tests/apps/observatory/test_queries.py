from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from maillage.apps.observatory.queries import (
    NETWORKS,
    LatestRates,
    coverage_of,
    latest_rates,
    places_counted,
    unemployment_of,
)
from maillage.domain.coverage import CoverageImpossible, PlaceChoice
from maillage.domain.shared import Point, distance_km
from maillage.domain.territories import FRANCE, TerritoryKind, TerritoryRef, UnknownTerritory
from tests.apps.observatory.conftest import DAY, LATER

pytestmark = pytest.mark.django_db
INDRE = TerritoryRef(TerritoryKind.DEPARTMENT, "36")
AGENCY, FRANCE_SERVICES = PlaceChoice("AGENCY"), PlaceChoice("FRANCE_SERVICES")
LE_BLANC_TO_LA_TRIMOUILLE = distance_km(Point(46.63, 1.09), Point(46.46, 1.04))


def figures_of(row):
    return row.people, row.excluded, row.people_beyond, row.share_beyond


def test_people_without_a_known_point_are_left_out_and_counted(territories):
    found = coverage_of(INDRE, [AGENCY], 15, on=DAY)

    assert figures_of(found.whole) == (49_000, 1, 6000, 6000 / 49_000)
    assert (found.whole.name, found.place_count, found.unlocated_count, found.rows) == ("Indre", 2, 0, ())


def test_the_nearest_place_counts_wherever_it_lies(territories):
    found = coverage_of(TerritoryRef(TerritoryKind.MUNICIPALITY, "36018"), [AGENCY], 20, on=DAY)

    assert found.whole.share_beyond == 0
    assert found.whole.mean_km == pytest.approx(LE_BLANC_TO_LA_TRIMOUILLE)


def test_the_mean_is_weighted_by_population(territories):
    found = coverage_of(INDRE, [AGENCY], 15, on=DAY)

    assert found.whole.mean_km == pytest.approx(LE_BLANC_TO_LA_TRIMOUILLE * 6000 / 49_000)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (TerritoryKind.MUNICIPALITY, [("36018", 6000, 0), ("36044", 43_000, 0), ("36100", 0, 1), ("86139", 900, 0)]),
        (TerritoryKind.LOCAL_COMMITTEE, [("CLPE36001", 43_000, 1), ("CLPE36004", 6000, 0), ("CLPE86001", 900, 0)]),
        (TerritoryKind.DEPARTMENT, [("36", 49_000, 1), ("86", 900, 0)]),
    ],
)
def test_figures_are_given_for_each_division(territories, by, expected):
    found = coverage_of(FRANCE, [AGENCY], 15, on=DAY, by=by)

    assert [(row.territory.code, row.people, row.excluded) for row in found.rows] == expected


@pytest.mark.parametrize(
    ("choices", "added", "beyond"),
    [
        ([AGENCY], [], 6000),
        ([AGENCY, FRANCE_SERVICES], [], 0),
        ([AGENCY, PlaceChoice("FRANCE_SERVICES", "la-poste")], [], 0),
        ([AGENCY, PlaceChoice("FRANCE_SERVICES", "france-service")], [], 6000),
        ([AGENCY], [Point(46.6, 1.1)], 0),
    ],
)
def test_places_that_are_added_bring_people_nearer(territories, choices, added, beyond):
    assert coverage_of(INDRE, choices, 15, on=DAY, added_points=added).whole.people_beyond == beyond


def test_a_place_counts_from_the_day_it_is_open(territories):
    shares = [
        coverage_of(INDRE, [FRANCE_SERVICES], 15, on=day).whole.people_beyond
        for day in (date(2023, 12, 31), date(2024, 1, 1))
    ]

    assert shares == [6000, 0]


def test_people_are_counted_between_bounds(territories):
    assert coverage_of(INDRE, [AGENCY], 15, on=DAY, bounds=(5, 15, 30)).within == (43_000, 0, 6000, 0)


def test_without_any_such_place_everybody_is_beyond(territories):
    found = coverage_of(INDRE, [PlaceChoice("OUTREACH")], 15, on=DAY)

    assert (found.place_count, found.whole.share_beyond, found.whole.mean_km) == (0, 1, None)


def test_a_new_file_is_seen_at_once(territories):
    before = coverage_of(INDRE, [PlaceChoice("OUTREACH")], 15, on=DAY)
    territories(
        "access-points",
        "kinds,id,name,organisation,municipality,latitude,longitude,source\n"
        "OUTREACH,o1,Permanence,x,36018,46.63,1.09,other\n",
    )

    after = coverage_of(INDRE, [PlaceChoice("OUTREACH")], 15, on=DAY)

    assert (before.place_count, after.place_count) == (0, 1)
    assert after.whole.people_beyond == 43_000


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"territory": TerritoryRef(TerritoryKind.DEPARTMENT, "99")}, UnknownTerritory),
        ({"choices": []}, CoverageImpossible),
        ({"choices": [AGENCY] * 21}, CoverageImpossible),
        ({"choices": [PlaceChoice("AGENCY", "no-such-network")]}, CoverageImpossible),
        ({"km": -1}, CoverageImpossible),
        ({"by": TerritoryKind.REGION}, CoverageImpossible),
        ({"added_points": [Point(46, 1)] * 1001}, CoverageImpossible),
    ],
)
def test_what_cannot_be_counted_is_refused(territories, changes, error):
    asked = {"territory": INDRE, "choices": [AGENCY], "km": 15, "on": DAY, **changes}

    with pytest.raises(error):
        coverage_of(**asked)


def test_asking_again_takes_three_small_queries(territories, django_assert_num_queries):
    coverage_of(INDRE, [AGENCY], 15, on=DAY)

    with django_assert_num_queries(3):
        coverage_of(INDRE, [AGENCY], 15, on=DAY)


def test_the_places_that_count_are_told(territories):
    assert [place.id for place in places_counted([AGENCY], on=DAY)] == ["a1", "a2"]
    assert "la-poste" in NETWORKS


def test_rates_are_those_of_the_last_publication(load):
    header = "departement,trimestre,taux_chomage\n"
    load("chomage-departements", header + "36,2025-T1,6.8\n36,2025-T2,6.9\n67,2025-T2,6.5\n")
    load("chomage-departements", header + "36,2025-T2,7.1\n36,2025-T3,7.0\n", LATER)

    found = unemployment_of("36")

    assert (found.rates, found.vintage, found.source) == ((("2025-T2", 7.1), ("2025-T3", 7.0)), "2025-T3", "INSEE")
    assert replace(found, rates=()).published_on is None
    assert unemployment_of("67").vintage == "2025-T2"
    assert unemployment_of("01") is None


def test_the_latest_rates_are_those_of_one_quarter_of_the_newest_series(load):
    assert latest_rates() == LatestRates("", {})
    load("chomage-departements", "departement,trimestre,taux_chomage\n36,2025-T1,7.1\n36,2025-T2,7.0\n67,2025-T2,6.4\n")

    assert latest_rates() == LatestRates("2025-T2", {"36": 7.0, "67": 6.4})
