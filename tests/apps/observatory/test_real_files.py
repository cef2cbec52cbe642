"""Coverage and rates from the official files, compared with a plain computation straight from them."""

from __future__ import annotations

import csv
import gzip
from datetime import date

import pytest

from maillage.apps.imports.use_cases import import_file
from maillage.apps.observatory.queries import coverage_of, unemployment_of
from maillage.domain.coverage import PlaceChoice
from maillage.domain.shared import Point, distance_km
from maillage.domain.territories import FRANCE, TerritoryKind, TerritoryRef
from tests.apps.observatory.conftest import NOON

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db]
DAY = date(2026, 12, 1)
BANDS_OF_DEGREES = 1.0


@pytest.fixture
def real(shared_data):
    data = shared_data / "data"

    def load(format_name, path):
        return import_file(by="amel", format_name=format_name, path=data / path, at=NOON)

    load("communes", "territoires/communes.csv.gz")
    load("passage", "territoires/communes_passage.csv")
    load("france-services", "sites/officiel/liste-fs-20240801.csv.gz")
    return data


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def told_plainly(data, *, department="", km=15):
    """Compute from the files alone: each municipality against every place less than a degree of latitude nearer."""
    places = [
        Point(float(row["latitude"]), float(row["longitude"]))
        for row in rows_of(data / "sites/officiel/liste-fs-20240801.csv.gz")
        if row["latitude"]
    ]
    people = beyond = left_out = 0
    person_km = 0.0
    for row in rows_of(data / "territoires/communes.csv.gz"):
        if department and row["departement"] != department:
            continue
        if not row["lat"] or not row["population"]:
            left_out += 1
            continue
        here, population = Point(float(row["lat"]), float(row["lon"])), int(row["population"])
        around = [one for one in places if abs(one.latitude - here.latitude) < BANDS_OF_DEGREES]
        close = [one for one in around if abs(one.longitude - here.longitude) < BANDS_OF_DEGREES]
        far = min(distance_km(here, one) for one in close or around or places)
        if far > 60:
            far = min(distance_km(here, one) for one in places)
        people += population
        beyond += population * (far > km)
        person_km += population * far
    return people, left_out, beyond, person_km / people


@pytest.mark.parametrize(
    ("territory", "department"), [(TerritoryRef(TerritoryKind.DEPARTMENT, "36"), "36"), (FRANCE, "")]
)
def test_coverage_is_that_of_a_plain_computation(real, territory, department):
    found = coverage_of(territory, [PlaceChoice("FRANCE_SERVICES")], 15, on=DAY)

    whole = found.whole
    people, left_out, beyond, mean_km = told_plainly(real, department=department)
    assert (whole.people, whole.excluded, whole.people_beyond) == (people, left_out, beyond)
    assert whole.mean_km == pytest.approx(mean_km, rel=1e-6)  # the importer rounds coordinates to a decimetre


def test_rates_of_all_departments(shared_data):
    path = shared_data / "data/emploi/taux_chomage_departement_trimestriel.csv.gz"

    report = import_file(by="amel", format_name="chomage-departements", path=path, at=NOON)

    assert (report.read, report.added, report.rejected) == (16_988, 16_988, ())
    assert unemployment_of("36").rates[-1] == ("2025-T3", 7.0)
    assert unemployment_of("974").rates[-1] == ("2025-T3", 16.7)
