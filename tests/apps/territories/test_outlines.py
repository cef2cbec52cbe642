"""What is drawn of whole territories: their contour when one was imported, else the cells of their municipalities."""

from __future__ import annotations

import json

import pytest
import shapely

from maillage.apps.territories import demonstration as territories
from maillage.apps.territories.queries import outlines
from maillage.domain.territories import TerritoryRef
from tests.apps.territories.conftest import NOON

SQUARE = {"type": "Polygon", "coordinates": [[[1, 46], [2, 46], [2, 47], [1, 47], [1, 46]]]}


def refs(*notations: str) -> list[TerritoryRef]:
    return [TerritoryRef.parse(one) for one in notations]


def shape(outline):
    return shapely.from_geojson(json.dumps(outline.surface))


@pytest.fixture
def demonstration(db):
    territories.load(by="demonstration", at=NOON)


def test_a_contour_is_drawn_rather_than_cells(three, load):
    load("contours", [{"type": "Feature", "properties": {"code": "36", "kind": "departement"}, "geometry": SQUARE}])

    drawn = outlines(refs("departement:36", "clpe:CLPE36004"))

    assert shape(drawn["departement:36"]).equals(shapely.from_geojson(json.dumps(SQUARE)))
    assert shape(drawn["clpe:CLPE36004"]).contains(shapely.Point(1.09388, 46.6309))


def test_the_largest_comes_first_and_every_number_has_a_place_of_its_own(demonstration):
    drawn = outlines(refs("clpe:CLPE36004", "departement:36", "region:24"))

    assert list(drawn)[-1] == "clpe:CLPE36004"
    assert len({outline.middle for outline in drawn.values()}) == 3
    for outline in drawn.values():
        assert shape(outline).contains(shapely.Point(outline.middle.longitude, outline.middle.latitude))


def test_a_territory_without_municipality_or_contour_is_left_out(three):
    assert outlines(refs("departement:99")) == {}
