from __future__ import annotations

import pytest
import shapely

from maillage.apps.territories.demonstration import is_loaded
from maillage.apps.territories.demonstration import load as load_demonstration
from maillage.apps.territories.mapping import sort_key_of
from maillage.apps.territories.queries import cells, geography, geography_version, search_municipalities
from maillage.domain.territories import TerritoryRef
from tests.apps.territories.conftest import COMMUNES, LE_BLANC, NOON


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Le Blanc", "le blanc"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("Œting", "oeting"),
        ("St-Gaultier", "saint gaultier"),
        ("STE Cécile", "sainte cecile"),
        ("  Éguzon – Chantôme ", "eguzon chantome"),
        ("Stains", "stains"),
    ],
)
def test_names_are_compared_without_accents_or_case(name, key):
    assert sort_key_of(name) == key


@pytest.mark.django_db
def test_nothing_loaded_is_an_empty_geography():
    assert geography().municipalities == {}
    assert search_municipalities("le blanc") == ()
    assert cells(["36018"]) == {}


def test_the_geography_is_read_once_for_each_version(three, load, django_assert_num_queries):
    first = geography()

    with django_assert_num_queries(1):
        assert geography() is first

    version = geography_version()
    load("communes", COMMUNES + LE_BLANC.replace("Le Blanc", "Le Blanc-en-Brenne"))
    assert geography_version() != version
    assert geography().municipality("36018").name == "Le Blanc-en-Brenne"


@pytest.fixture
def demonstration(db):
    return load_demonstration(by="demonstration", at=NOON)


def test_the_demonstration_is_the_indre_and_haguenau(demonstration):
    loaded = geography()

    assert is_loaded()
    assert [report.rejected for report in demonstration] == [(), (), ()]
    assert [warning for report in demonstration for warning in report.warnings] == []
    assert len(loaded.members(TerritoryRef.parse("departement:36"))) == 241
    assert len(loaded.members(TerritoryRef.parse("clpe:CLPE67001"))) == 141
    assert loaded.members(TerritoryRef.parse("clpe:CLPE67001")) == loaded.members(
        TerritoryRef.parse("arrondissement:672")
    )
    assert loaded.name_of(TerritoryRef.parse("clpe:CLPE67001")) == "Haguenau - Wissembourg"
    assert loaded.municipality("36072").code == "36244"
    assert [notation for notation in loaded.known_territories if notation.partition(":")[0] != "commune"
            and notation not in loaded.names] == []  # fmt: skip
    assert all(found.point and found.postcodes for found in loaded.municipalities.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le blanc", ["Le Blanc"]),
        ("BLANC", ["Le Blanc"]),
        ("haguen", ["Haguenau"]),
        ("eguzon", ["Éguzon-Chantôme"]),
        ("st gaul", ["Saint-Gaultier"]),
        ("67180", ["Haguenau"]),
        ("36018", ["Le Blanc"]),
        ("36072", ["Villentrois-Faverolles-en-Berry"]),
        ("zzz", []),
        ("  ", []),
        ("-", []),
    ],
)
def test_municipalities_are_found_by_name_or_code(text, expected, demonstration):
    assert [found.name for found in search_municipalities(text)][: max(1, len(expected))] == expected


def test_a_postcode_gives_its_municipalities_the_most_populous_first(demonstration):
    found = search_municipalities("36300", limit=3)

    assert next(one.name for one in found) == "Le Blanc"
    assert len(found) == 3
    assert all("36300" in one.postcodes for one in found)


def test_the_exact_name_comes_before_those_it_begins(demonstration):
    names = [found.name for found in search_municipalities("châteauroux")]

    assert names[0] == "Châteauroux"


def test_cells_surround_their_point_and_do_not_overlap(demonstration):
    indre = geography().members(TerritoryRef.parse("departement:36"))

    drawn = cells(found.code for found in indre)

    surfaces = {code: shapely.from_geojson(str(surface).replace("'", '"').replace("(", "[").replace(")", "]"))
                for code, surface in drawn.items()}  # fmt: skip
    assert set(surfaces) == {found.code for found in indre}
    assert all(
        surfaces[found.code].contains(shapely.Point(found.point.longitude, found.point.latitude)) for found in indre
    )
    total = sum(surface.area for surface in surfaces.values())
    assert shapely.union_all(list(surfaces.values())).area == pytest.approx(total, rel=1e-3)


def test_a_lonely_municipality_is_drawn_too(load):
    load("communes", COMMUNES + LE_BLANC)

    assert set(cells(["36018", "99999"])) == {"36018"}


def test_a_contour_is_drawn_rather_than_a_cell(three, load):
    square = {"type": "Polygon", "coordinates": [[[1, 46], [2, 46], [2, 47], [1, 47], [1, 46]]]}
    load("contours", [{"type": "Feature", "properties": {"code": "36018"}, "geometry": square}])

    drawn = cells(["36018", "36001"])

    assert drawn["36018"] == square
    assert drawn["36001"]["type"] == "Polygon"
