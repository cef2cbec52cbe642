from __future__ import annotations

import pytest

from maillage.apps.imports.formats import Rejected
from maillage.apps.imports.reading import UnreadableFile
from maillage.apps.territories.models import Contour, Municipality, Passage, TerritoryName
from maillage.apps.territories.queries import contours, geography, geography_version
from maillage.domain.shared import Point
from maillage.domain.territories import Municipality as DomainMunicipality
from maillage.domain.territories import TerritoryRef
from tests.apps.territories.conftest import AIGURANDE, COMMUNES, HAGUENAU, LE_BLANC

CHATEAUROUX_SQUARE = {"type": "Polygon", "coordinates": [[[1, 46], [2, 46], [2, 47], [1, 47], [1, 46]]]}
NEXT_SQUARE = {"type": "Polygon", "coordinates": [[[2, 46], [3, 46], [3, 47], [2, 47], [2, 46]]]}


def counts(report):
    return (report.added, report.changed, report.unchanged, report.closed)


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


# communes


def test_municipalities_are_loaded_with_their_territories(three):
    assert counts(three) == (3, 0, 0, 0)
    assert geography().vintage == "2026"
    assert geography().municipality("67180") == DomainMunicipality(
        "67180", "Haguenau", Point(48.81557, 7.79051), 35641, ("67500", "67590"),
        "200067874", "4409", "CLPE67001", "672", "67", "44",
    )  # fmt: skip


def test_the_same_file_twice_changes_nothing(three, load):
    version = geography_version()

    again = load("communes", COMMUNES + LE_BLANC + AIGURANDE + HAGUENAU)

    assert counts(again) == (0, 0, 3, 0)
    assert geography_version() == version


def test_a_file_of_one_municipality_closes_no_other(three, load):
    report = load("communes", COMMUNES + LE_BLANC.replace("6298", "6300"))

    assert counts(report) == (0, 1, 0, 0)
    assert geography().municipality("36018").population == 6300
    assert set(geography().municipalities) == {"36001", "36018", "67180"}


def test_columns_that_a_file_lacks_are_left_as_they_were(three, load):
    load("communes", "code,nom,lat,lon\n36018,Le Blanc,46.6,1.1\n")

    found = geography().municipality("36018")
    assert (found.point, found.population, found.local_committee) == (Point(46.6, 1.1), 6298, "CLPE36004")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("3601,Le Blanc,x,1.1", "lat: « x » is not a number."),
        ("36018,Le Blanc,146.6,1.1", "lat 146.6 and lon 1.1 are not a point of the globe."),
        ("36018,Le Blanc,nan,1.1", "lat: « nan » is not a number."),
        ("36018,Le Blanc,46.6,", "lat and lon go together: one is empty."),
        ("Le Blanc,36018,46.6,1.1", "code: « LE BLANC » is not the INSEE code of a municipality"),
        ("360188,Le Blanc,46.6,1.1", "code: « 360188 » is not the INSEE code"),
        (",Le Blanc,46.6,1.1", "code is empty."),
        ("36018,,46.6,1.1", "nom is empty."),
    ],
)
def test_a_wrong_line_is_rejected_alone(line, reason, load):
    report = load("communes", f"code,nom,lat,lon\n{line}\n1001,L'Abergement-Clémenciat,46.15359,4.92582\n")

    assert (report.read, report.added) == (2, 1)
    assert [(one.line, one.reason.startswith(reason)) for one in report.rejected] == [(2, True)]
    assert set(geography().municipalities) == {"01001"}


@pytest.mark.parametrize("cell", ["-5", "1.5", "many", "99999999999"])
def test_a_wrong_population_is_rejected(cell, load):
    report = load("communes", f"code,nom,lat,lon,population\n36018,Le Blanc,46.6,1.1,{cell}\n")

    assert [one.line for one in report.rejected] == [2]


@pytest.mark.parametrize("cell", ["363", "3630A", "36300 36310"])
def test_a_wrong_postcode_is_rejected(cell, load):
    report = load("communes", f"code;nom;lat;lon;codes_postaux\n36018;Le Blanc;46.6;1.1;0{cell}\n")

    assert len(report.rejected) == (0 if cell == "363" else 1)


def test_a_municipality_without_point_is_loaded_without(load):
    load("communes", "code,nom,lat,lon\n98411,Îles Saint-Paul et Nouvelle-Amsterdam,,\n")

    found = geography().municipality("98411")
    assert (found.point, found.department) == (None, "984")


# What disappears


def test_a_municipality_that_disappears_is_kept_and_said(three, load):
    report = load("communes", COMMUNES + LE_BLANC)

    assert counts(report) == (0, 0, 1, 0)
    assert "1 municipalities already loaded are not in the file" in report.warnings[0]
    assert "36001" in report.warnings[0]
    assert geography().find("36001") is not None


def test_it_is_closed_once_the_passage_says_where_it_went(three, load):
    load("communes", COMMUNES + LE_BLANC)

    report = load("passage", "code,commune_actuelle\n36001,36018\n")

    assert counts(report) == (1, 0, 0, 1)
    assert "36001 → 36018" in report.warnings[0]
    assert geography().municipality("36001").name == "Le Blanc"


def test_a_municipality_that_is_current_is_not_closed_by_a_passage(three, load):
    report = load("passage", "code,commune_actuelle\n36001,36018\n")

    assert counts(report) == (1, 0, 0, 0)
    assert "They stay current" in report.warnings[0]
    assert geography().municipality("36001").name == "Aigurande"


def test_an_old_code_in_a_file_of_municipalities_is_rejected(three, load):
    load("passage", "code,commune_actuelle,nom\n36072,36018,Faverolles\n")

    report = load("communes", COMMUNES + LE_BLANC + "36072,Faverolles-en-Berry,46.6,1.1,1,,,,,,,\n")

    assert [one.line for one in report.rejected] == [3]
    assert "36072 is an old code, now 36018" in report.rejected[0].reason


def test_passages_are_followed_to_the_end(three, load):
    load("passage", "code,commune_actuelle\n36072,36018\n")
    load("passage", "code,commune_actuelle\n36073,36072\n")

    assert geography().municipality("36073").code == "36018"


def test_wrong_passages_are_rejected(load):
    report = load("passage", "code,commune_actuelle\n36072,36072\n36072,\n,36018\n36074,36018\n36074,36001\n")

    assert [one.line for one in report.rejected] == [2, 3, 4, 6]
    assert dict(Passage.objects.values_list("old", "current")) == {"36074": "36018"}


# Etalab

ETALAB = [
    {"code": "36018", "nom": "Le Blanc", "type": "commune-actuelle", "departement": "36", "region": "24",
     "arrondissement": "362", "population": 6250, "codesPostaux": ["36300"]},
    {"code": "75056", "nom": "Paris", "type": "commune-actuelle", "departement": "75", "region": "11"},
    {"code": "36072", "nom": "Faverolles-en-Berry", "type": "commune-deleguee", "chefLieu": "36018"},
    {"code": "36018", "nom": "Le Blanc", "type": "commune-deleguee", "chefLieu": "36018"},
    {"code": "75101", "nom": "Paris 1er", "type": "arrondissement-municipal", "commune": "75056"},
    {"code": "75102", "nom": "Paris 2e", "type": "quartier"},
]  # fmt: skip


def test_etalab_gives_municipalities_and_passage_and_keeps_points(three, load):
    report = load("communes-etalab", ETALAB)

    assert counts(report) == (3, 1, 0, 0)
    assert report.rejected == (Rejected(1, report.rejected[0].reason),)
    found = geography().municipality("36072")
    assert (found.code, found.point, found.population, found.epci) == (
        "36018",
        Point(46.6309, 1.09388),
        6250,
        "243600236",
    )
    assert geography().municipality("75101").name == "Paris"
    assert geography().municipality("75101").point is None


def test_etalab_twice_changes_nothing(three, load):
    load("communes-etalab", ETALAB)
    version = geography_version()

    assert counts(load("communes-etalab", ETALAB)) == (0, 0, 4, 0)
    assert geography_version() == version


def test_a_municipality_made_again_leaves_the_passage(three, load):
    load("passage", "code,commune_actuelle\n36072,36018\n")

    load("communes-etalab", [{"code": "36072", "nom": "Faverolles-en-Berry", "type": "commune-actuelle"}])

    assert geography().municipality("36072").name == "Faverolles-en-Berry"


def test_epci_are_named_and_their_members_placed(three, load):
    load("passage", "code,commune_actuelle\n36072,36018\n")
    load("communes", "code,nom,lat,lon,epci\n36001,Aigurande,46.4557,1.83999,243600327\n")

    report = load("epci-etalab", [
        {"code": "243600327", "nom": "Châteauroux Métropole", "membres": [{"code": "36072"}, {"code": "36044"}]},
        {"code": "24360032", "nom": "Trop court", "membres": [{"code": "36001"}]},
        {"code": "243600328", "nom": "Sans membre", "membres": []},
        {"code": "243600329", "nom": "Membre faux", "membres": [{"code": "x"}]},
    ])  # fmt: skip

    assert (report.added, report.changed, len(report.rejected)) == (1, 2, 3)
    assert geography().municipality("36018").epci == "243600327"
    assert geography().municipality("36001").epci == ""
    assert geography().name_of(TerritoryRef.parse("epci:243600327")) == "Châteauroux Métropole"
    assert "36044" in report.warnings[0]


# Local committees and names


def test_committees_are_placed_by_the_official_table(three, load):
    header = "commune_id,territoire_id,territoire_libelle,departement_id,nom_departement,region_id,nom_region\n"

    report = load("clpe", f"{header}36018,CLPE36009,Brenne,36,Indre,24,Centre\n,CLPE36009,Brenne,36,Indre,24,Centre\n")

    assert (report.added, report.changed, report.rejected) == (1, 1, (Rejected(3, "commune_id is empty."),))
    assert geography().municipality("36018").local_committee == "CLPE36009"
    assert geography().name_of(TerritoryRef.parse("clpe:CLPE36009")) == "Brenne"


def test_committees_are_named_by_their_list(three, load):
    report = load("clpe", "clpe,libelle,departement,nb_communes,population\nCLPE36004,Le Blanc,36,57,30322\n")

    assert counts(report) == (1, 0, 0, 0)
    assert geography().municipality("36018").local_committee == "CLPE36004"
    assert counts(load("clpe", "clpe,libelle\nCLPE36004,Le Blanc\n")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("content", "notation"),
    [
        ("territoire;nom\nregion:24;X\n", "region:24"),
        ("code,region,chefLieu,nom\n36,24,36044,X\n", "departement:36"),
        ("code,chefLieu,nom\n24,45234,X\n", "region:24"),
        ("code,departement,region,chefLieu,nom\n362,36,24,36018,X\n", "arrondissement:362"),
        ("code,nom,type,modeFinancement\n243600327,X,CA,FPU\n", "epci:243600327"),
        ("zone_emploi,libelle\n2405,X\n", "zone-emploi:2405"),
    ],
)
def test_names_are_those_of_the_kind_of_the_table(content, notation, load):
    assert counts(load("territory-names", content)) == (1, 0, 0, 0)
    assert geography().name_of(TerritoryRef.parse(notation)) == "X"


def test_a_territory_of_no_kind_is_not_named(load):
    report = load("territory-names", "territoire;nom\ncanton:24;X\nregion:24;\n")

    assert [one.line for one in report.rejected] == [2, 3]
    assert not TerritoryName.objects.exists()


# Contours


def test_contours_are_kept_by_notation(three, load):
    content = collection(
        feature(CHATEAUROUX_SQUARE, code="36018", nom="Le Blanc"),
        feature(CHATEAUROUX_SQUARE, code="CLPE36004"),
        feature(CHATEAUROUX_SQUARE, code="243600327"),
        feature(CHATEAUROUX_SQUARE, code="2405"),
        feature(CHATEAUROUX_SQUARE, code="36"),
        feature(CHATEAUROUX_SQUARE, territoire="region:24"),
    )

    assert counts(load("contours", content)) == (6, 0, 0, 0)
    assert counts(load("contours", content)) == (0, 0, 6, 0)
    assert set(Contour.objects.values_list("territory", flat=True)) == {
        "commune:36018", "clpe:CLPE36004", "epci:243600327", "zone-emploi:2405", "departement:36", "region:24",
    }  # fmt: skip


def test_a_file_of_regions_only_is_read_as_regions(load):
    load("contours", collection(feature(CHATEAUROUX_SQUARE, code="24"), feature(NEXT_SQUARE, code="44")))

    assert set(Contour.objects.values_list("territory", flat=True)) == {"region:24", "region:44"}


def test_contours_of_old_codes_are_put_together(three, load):
    load("passage", "code,commune_actuelle\n36072,36018\n")

    load("contours", collection(feature(CHATEAUROUX_SQUARE, code="36018"), feature(NEXT_SQUARE, code="36072")))

    surface = contours([TerritoryRef.parse("commune:36018")])["commune:36018"]
    longitudes = [position[0] for position in surface["coordinates"][0]]
    assert (min(longitudes), max(longitudes)) == (1, 3)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": [1, 46]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[1, 46], [2, 46]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"], [2, 46], [2, 47], ["a", "b"]]]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[[6e5, 6e6], [7e5, 6e6], [7e5, 7e6], [6e5, 6e6]]]},
    ],
)
def test_a_wrong_surface_is_rejected(geometry, load):
    report = load("contours", collection(feature(geometry, code="36018"), feature(NEXT_SQUARE, code="36")))

    assert (report.added, len(report.rejected)) == (1, 1)


def test_a_surface_of_no_territory_is_rejected(load):
    report = load("contours", collection(feature(NEXT_SQUARE, code="x"), feature(NEXT_SQUARE, territoire="canton:1")))

    assert [one.reason[:20] for one in report.rejected] == ["code: « X » is the c", "« canton:1 » is not "]


# Broken as a whole

FORMATS = [
    "communes",
    "communes-etalab",
    "territories",
    "epci-etalab",
    "passage",
    "clpe",
    "territory-names",
    "contours",
]
WHOLE = {
    "empty": "",
    "header only": "code,nom,lat,lon\n",
    "other columns": "a,b\n1,2\n",
    "wrong separator": "code|nom|lat|lon\n36018|Le Blanc|46.6|1.1\n",
    "empty array": "[]",
    "truncated JSON": '[{"code": "36018", "nom": "Le Blanc"',
}


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("kind", WHOLE)
def test_a_file_broken_as_a_whole_loads_nothing(kind, format_name, load):
    with pytest.raises(UnreadableFile):
        load(format_name, WHOLE[kind])

    assert not Municipality.objects.exists()
    assert not geography().municipalities


@pytest.mark.parametrize("format_name", FORMATS)
def test_lines_of_nonsense_are_all_rejected(format_name, load):
    columns = [
        "code",
        "nom",
        "lat",
        "lon",
        "type",
        "membres",
        "commune_actuelle",
        "clpe",
        "libelle",
        "geometry",
        "insee",
    ]
    nonsense = [{}, dict.fromkeys(columns), {key: [1] for key in columns}, {key: {"a": 1} for key in columns},
                dict.fromkeys(columns, True), dict.fromkeys(columns, -1.5), dict.fromkeys(columns, "x" * 30_000)]  # fmt: skip

    report = load(format_name, nonsense)

    assert report.read == len(nonsense) == len(report.rejected) + report.kept
    assert not Municipality.objects.exists()
    if format_name not in {"clpe", "territory-names"}:
        assert report.kept == 0
