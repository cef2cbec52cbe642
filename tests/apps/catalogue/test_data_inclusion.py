"""data·inclusion v1 in its four forms, and what it refuses in plain words."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
import xlsxwriter

from maillage.apps.catalogue.queries import catalogue_on, find_access_point, find_organisation, find_service
from maillage.apps.imports.reading import UnreadableFile
from maillage.apps.imports.use_cases import import_file
from maillage.domain.shared import Point
from maillage.domain.territories import FRANCE, TerritoryKind, TerritoryRef
from tests.apps.catalogue.conftest import APRIL, MARCH, as_csv, counts_of, reasons_of

DAY = date(2026, 12, 1)
STRUCTURE = {
    "source": "dora",
    "id": "dora--s1",
    "nom": "Maison des services",
    "date_maj": "2026-01-05",
    "code_insee": "36018",
    "adresse": "1 rue Haute",
    "latitude": 46.63,
    "longitude": 1.06,
    "reseaux_porteurs": ["france-service"],
}
SERVICE = {
    "source": "dora",
    "structure_id": "dora--s1",
    "id": "dora--v1",
    "nom": "Atelier CV",
    "description": "Écrire son CV avec un conseiller",
    "date_maj": "2026-01-06",
    "type": "atelier",
    "thematiques": ["preparer-sa-candidature--realiser-un-cv-et-ou-une-lettre-de-motivation"],
    "publics": ["jeunes", "demandeurs-emploi"],
    "frais": "gratuit",
    "code_insee": "36018",
    "adresse": "1 rue haute",
    "latitude": 46.64,
    "longitude": 1.07,
    "modes_accueil": ["en-presentiel"],
    "zone_eligibilite": ["36039", "36", "200067874", "france", "abcde"],
    "telephone": "0254000000",
    "horaires_accueil": "Mo-Fr 09:00-12:00",
}


@pytest.fixture
def structures(places):
    places("data-inclusion-structures", [STRUCTURE])
    return places


def service_of(load, **changes):
    report = load("data-inclusion-services", [{**SERVICE, **changes}])
    assert report.rejected == ()
    return find_service("dora--v1", on=DAY)


def reason_of(load, **changes):
    return reasons_of(load("data-inclusion-services", [{**SERVICE, **changes}]))[1]


def test_a_structure_is_an_organisation_and_a_place(structures):
    organisation = find_organisation("dora--s1", on=DAY)
    place = find_access_point("dora--s1", on=DAY)

    assert (organisation.networks, organisation.provenance.source) == ({"france-service"}, "dora")
    assert (place.point, place.municipality, place.provenance.dated_on) == (
        Point(46.63, 1.06),
        "36018",
        date(2026, 1, 5),
    )


def test_a_structure_that_stands_nowhere_is_an_organisation_only(places):
    places("data-inclusion-structures", [{**STRUCTURE, "code_insee": None, "latitude": None, "longitude": None}])

    assert find_organisation("dora--s1", on=DAY) is not None
    assert find_access_point("dora--s1", on=DAY) is None


def test_a_structure_of_a_municipality_without_point_is_kept(places):
    header = "code,nom,lat,lon,population,codes_postaux,arrondissement,departement,region,epci,zone_emploi,clpe\n"
    places("communes", header + "98412,Terres australes,,,,,,984,,,,\n")
    nowhere = {"code_insee": "98412", "latitude": None, "longitude": None}

    places("data-inclusion-structures", [{**STRUCTURE, **nowhere}])

    assert find_organisation("dora--s1", on=DAY) is not None
    assert reason_of(places, **nowhere).startswith("municipality « 98412 » has no known point and no coordinates")


def test_a_service_is_read_whole(structures):
    service = service_of(structures)

    assert (service.organisation, service.location, service.networks) == ("dora--s1", "dora--s1", {"france-service"})
    assert (service.point, service.publics) == (Point(46.64, 1.07), {"jeunes", "demandeurs-emploi"})
    assert (service.in_person, service.remote, service.reach_km, service.hours) == (
        True,
        False,
        None,
        "Mo-Fr 09:00-12:00",
    )
    assert service.zone == (
        TerritoryRef(TerritoryKind.MUNICIPALITY, "36070"),
        TerritoryRef(TerritoryKind.DEPARTMENT, "36"),
        TerritoryRef(TerritoryKind.EPCI, "200067874"),
        FRANCE,
        TerritoryRef(TerritoryKind.MUNICIPALITY, "abcde"),
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"publics": ["tous-publics"]}, {"publics": frozenset()}),
        ({"publics": None}, {"publics": frozenset()}),
        ({"zone_eligibilite": None}, {"zone": None}),
        ({"latitude": None, "longitude": None}, {"point": Point(46.6309, 1.09388), "location": "dora--s1"}),
        ({"adresse": "autre rue"}, {"location": None, "place_kinds": frozenset()}),
        ({"modes_accueil": None}, {"in_person": True, "remote": False}),
        ({"modes_accueil": ["a-distance"]}, {"in_person": False, "remote": True}),
        (
            {"modes_accueil": None, "latitude": None, "longitude": None, "code_insee": None},
            {"in_person": False, "remote": True, "point": None},
        ),
        ({"frais_precisions": "5 euros."}, {"fees": "gratuit. 5 euros"}),
        ({"horaires_accueil": "le matin"}, {"hours": ""}),
    ],
)
def test_how_a_service_is_read(structures, changes, expected):
    service = service_of(structures, **changes)

    assert {name: getattr(service, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"thematiques": ["logement"]}, "thematiques: « logement »: is not one of the codes of data·inclusion v1."),
        ({"publics": ["jeunes", "tous-publics"]}, "publics: "),
        ({"nom": None}, "nom is missing."),
        ({"nombre_semaines": "beaucoup"}, "nombre_semaines: « beaucoup »: is not a whole number."),
        ({"courriel": "pas une adresse"}, "courriel: « pas une adresse »: "),
        ({"code_postal": "7501211"}, "code_postal: « 7501211 »: "),
        ({"date_maj": "2999-01-01"}, "date_maj: « 2999-01-01 »: La date"),
        ({"structure_id": "dora--nobody"}, "structure_id: « dora--nobody » is no structure of the catalogue."),
        ({"latitude": 200}, "latitude 200.0 and longitude 1.07 are not a point of the globe."),
        ({"latitude": None}, "latitude None and longitude 1.07 are not a point of the globe."),
        (
            {"code_insee": "99999", "latitude": None, "longitude": None},
            "municipality « 99999 » is in no loaded vintage",
        ),
        ({"__ignore__": True}, "the line says of itself"),
        ({"publics": "[jeunes"}, "« [jeunes » is not a list"),
        ({"id": "x" * 300}, "id: 300 characters"),
    ],
)
def test_reasons_name_the_field_and_the_value(structures, changes, reason):
    assert reason_of(structures, **changes).startswith(reason)


def test_many_faults_are_counted(structures):
    reason = reason_of(structures, type="x", frais="x", nom=None, description="", telephone=["x"])

    assert reason.endswith("; and 2 more fields.")


@pytest.mark.parametrize("separator", [",", ";", "|", None])
def test_lists_in_cells(structures, separator):
    def cell(value):
        if not isinstance(value, list):
            return value
        return json.dumps(value) if separator is None else separator.join(value)

    report = structures("data-inclusion-services", as_csv([{name: cell(value) for name, value in SERVICE.items()}]))

    assert report.rejected == ()
    assert find_service("dora--v1", on=DAY).publics == {"jeunes", "demandeurs-emploi"}


def test_the_four_forms_say_the_same(structures, tmp_path):
    forms = {name: tmp_path / f"services.{name}" for name in ("json", "csv", "xlsx", "parquet")}
    flat = {name: ", ".join(value) if isinstance(value, list) else value for name, value in SERVICE.items()}
    forms["json"].write_text(json.dumps([SERVICE]))
    forms["csv"].write_text(as_csv([flat]))
    pl.DataFrame([SERVICE]).write_parquet(forms["parquet"])
    with xlsxwriter.Workbook(forms["xlsx"]) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(flat))
        sheet.write_row(1, 0, [float(value) if name == "code_insee" else value for name, value in flat.items()])

    counts = [
        counts_of(import_file(by="amel", format_name="data-inclusion-services", path=path, at=MARCH))
        for path in forms.values()
    ]

    assert counts == [(1, 0, 0, 0), (0, 0, 1, 0), (0, 0, 1, 0), (0, 0, 1, 0)]


def test_only_the_sources_of_the_file_are_closed(structures):
    other = {**STRUCTURE, "source": "soliguide", "id": "soliguide--1"}
    structures("data-inclusion-structures", [STRUCTURE, other, {**STRUCTURE, "id": "dora--s2"}])

    report = structures("data-inclusion-structures", [STRUCTURE], APRIL)

    assert counts_of(report) == (0, 0, 1, 1)
    assert catalogue_on(DAY).directory.organisations.keys() == {"dora--s1", "soliguide--1"}


def test_the_workbook_with_errors_says_what_is_missing(shared_data, structures):
    path = shared_data / "data/schemas/data_inclusion/dataset_exemple.xlsx"

    with pytest.raises(UnreadableFile, match="missing source, date_maj"):
        import_file(by="amel", format_name="data-inclusion-structures", path=path, at=MARCH)
