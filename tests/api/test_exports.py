"""Exports are accepted by what their readers check them with."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from data_inclusion.schema import v1
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from maillage.api.v1.exports import data_inclusion, hsds
from maillage.apps.catalogue.use_cases import keep_records
from maillage.apps.imports.use_cases import import_file
from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import TerritoryRef
from tests.web.conftest import LOADED_AT

SAID = Provenance("test", date(2024, 3, 1))
BODY = Organisation("corps", "Corps", SAID, siret="123", email="pas une adresse", website="nulle part")
PLACE = AccessPoint(
    "lieu",
    "=cmd|' /C calc'!A0",
    frozenset({PlaceKind.AGENCY}),
    "corps",
    "36018",
    Point(46.6, 1.1),
    SAID,
    address="+33 rue des Formules",
    postcode="36300",
    town="Le Blanc",
    telephone="+33254000000",
    hours="Mo-Fr 09:00-12:00; PH off",
    website="https://example.org",
)
SERVICE = Service(
    "service",
    "Un service.",
    "corps",
    SAID,
    location="lieu",
    municipality="36018",
    publics=frozenset({"jeunes"}),
    age_from=16,
    age_until=25,
    zone=tuple(TerritoryRef.parse(one) for one in ("region:24", "clpe:CLPE36004", "departement:67", "france")),
    fees="gratuit",
    required_documents=("une pièce d’identité",),
    telephone="02 54 00 00 00",
    email="accueil@example.org",
    website="https://example.org",
    hours="Mo-Fr 09:00-12:00; PH off",
    remote=True,
)


@pytest.fixture
def odd(demonstration):
    """Records of which some fields are not what a format wants."""
    keep_records([BODY, PLACE, SERVICE], format_name="test", at=LOADED_AT)


def all_of(get, address):
    first = get(f"{address}?size=200")
    return [
        *first["items"],
        *(item for page in range(2, first["pages"] + 1) for item in get(f"{address}?size=200&page={page}")["items"]),
    ]


def test_the_publisher_of_data_inclusion_accepts_every_item(get, odd):
    structures = all_of(get, "exports/data-inclusion/structures")
    services = all_of(get, "exports/data-inclusion/services")

    assert [v1.Structure.model_validate(one) for one in structures]
    assert [v1.Service.model_validate(one) for one in services]
    assert {one["structure_id"] for one in services} <= {one["id"] for one in structures}
    assert len({one["id"] for one in structures}) == len(structures)


@pytest.mark.parametrize(
    ("exported", "lists"), [("services", ["services"]), ("structures", ["organisations", "access-points"])]
)
def test_all_that_has_a_date_is_exported_to_data_inclusion(exported, lists, get, odd):
    dated = {one["id"] for name in lists for one in all_of(get, name) if one["provenance"]["dated_on"]}

    assert {one["id"] for one in all_of(get, f"exports/data-inclusion/{exported}")} == dated


def test_a_service_says_its_conditions_in_the_codes_of_data_inclusion(odd):
    found = data_inclusion.service_of(SERVICE, PLACE)

    assert found is not None
    assert (found["nom"], found["publics"], found["publics_precisions"]) == (
        "Un service",
        ["jeunes"],
        "De 16 à 25 ans.",
    )
    assert (found["frais"], found["modes_accueil"]) == ("gratuit", ["en-presentiel", "a-distance"])
    assert found["zone_eligibilite"][:1] == ["36"]
    assert {"67", "france", "36018"} <= set(found["zone_eligibilite"])
    assert (found["adresse"], found["code_insee"]) == ("+33 rue des Formules", "36018")


def test_what_the_models_refuse_is_left_out_field_or_record(odd):
    found = data_inclusion.structure_of(BODY)

    assert found is not None
    assert (found["siret"], found["courriel"], found["site_web"]) == (None, None, None)
    assert data_inclusion.structure_of(replace(BODY, provenance=Provenance("test"))) is None


@pytest.mark.parametrize(
    ("ages", "said"), [((None, None), None), ((None, 25), "Jusqu’à 25 ans."), ((18, None), "À partir de 18 ans.")]
)
def test_ages_are_said_in_words(ages, said, odd):
    found = data_inclusion.service_of(replace(SERVICE, age_from=ages[0], age_until=ages[1]))

    assert found is not None
    assert found["publics_precisions"] == said


def test_what_is_exported_can_be_imported_again(get, odd, tmp_path):
    for name in ("structures", "services"):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(all_of(get, f"exports/data-inclusion/{name}")))
        report = import_file(by="test", format_name=f"data-inclusion-{name}", path=file, at=LOADED_AT, dry_run=True)
        assert (report.kept, report.rejected) == (report.read, ()), report


@pytest.fixture(scope="module")
def validator_of(shared_data):
    folder = shared_data / "data" / "schemas" / "hsds"
    schemas = {file.name: json.loads(file.read_text()) for file in folder.glob("*.json") if file.name != "openapi.json"}
    resources = [(name, Resource(content, DRAFT202012)) for name, content in schemas.items()]
    registry = Registry().with_resources(resources)
    return lambda name: Draft202012Validator(schemas[name], registry=registry, format_checker=FormatChecker())


@pytest.mark.parametrize(("address", "schema"), [("services", "service.json"), ("organizations", "organization.json")])
def test_hsds_accepts_every_item(address, schema, get, odd, validator_of):
    first = get(f"exports/hsds/{address}?per_page=200")

    assert (first["total_items"], first["last_page"]) == (len(first["contents"]), True)
    assert [error.message for item in first["contents"] for error in validator_of(schema).iter_errors(item)] == []


def test_hsds_identifiers_are_always_the_same_and_hold_together(get, odd):
    service = hsds.service_of(SERVICE, BODY, PLACE)
    organisations = {one["id"] for one in get("exports/hsds/organizations?per_page=200")["contents"]}

    assert service["organization"]["id"] == service["organization_id"]
    assert service["organization_id"] in organisations
    assert (service["minimum_age"], service["maximum_age"]) == (16, 25)
    assert service["service_at_locations"][0]["location"]["addresses"][0]["city"] == "Le Blanc"
    assert get("exports/hsds/services?per_page=2&page=2")["page_number"] == 2


def test_hsds_knows_what_we_are(get):
    assert get("exports/hsds/")["version"] == "3.0"


def calendar_at(client, address):
    response = client.get(f"/api/v1/exports/opening-days/{address}")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_a_calendar_says_when_a_place_opens(client, odd):
    events = calendar_at(client, "lieu?on=2024-10-28&days=7")  # from a Monday; Friday 1 November is a holiday

    assert [(event.start.isoformat(), event.end.isoformat()) for event in events] == [
        (f"2024-10-{day}T08:00:00+00:00", f"2024-10-{day}T11:00:00+00:00") for day in (28, 29, 30, 31)
    ]
    assert {str(event["location"]) for event in events} == {"+33 rue des Formules, 36300 Le Blanc"}
    assert len({str(event["uid"]) for event in events}) == 4


def test_a_place_whose_hours_nobody_knows_has_an_empty_calendar(client, odd):
    assert calendar_at(client, "la-poste--06701A") == []


@pytest.mark.parametrize("name", ["services", "access-points", "organisations"])
def test_no_cell_of_a_table_is_a_formula(name, client, get, odd):
    response = client.get(f"/api/v1/exports/csv/{name}")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len(rows) == get(f"{name}?size=1")["total"]
    starts = {cell[0] for row in rows for cell in row.values() if cell and not cell.lstrip("+-").isdigit()}
    assert starts & set("=+-@\t\r\n") == set()


def test_a_table_says_what_the_list_says(client, odd):
    response = client.get("/api/v1/exports/csv/access-points?search=calc")
    [row] = csv.DictReader(io.StringIO(response.content.decode()))

    assert (row["name"], row["address"], row["telephone"]) == (
        "'=cmd|' /C calc'!A0",
        "'+33 rue des Formules",
        "+33254000000",
    )
    assert (row["kinds"], row["latitude"], row["dated_on"]) == ("AGENCY", "46.6", "2024-03-01")


def test_a_table_without_rows_has_its_columns(client, odd):
    content = client.get("/api/v1/exports/csv/services?search=personne").content.decode()

    assert content.startswith("id,name,")
    assert content.count("\n") == 1
