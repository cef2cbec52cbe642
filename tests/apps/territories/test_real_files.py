"""The national files, where they are at hand."""

from __future__ import annotations

import pytest

from maillage.apps.imports.use_cases import import_file
from maillage.apps.territories.demonstration import load as load_demonstration
from maillage.apps.territories.queries import geography
from tests.apps.territories.conftest import NOON

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db]


@pytest.fixture
def load_real(shared_data):
    def load(format_name, path):
        return import_file(by="amel", format_name=format_name, path=shared_data / "data" / path, at=NOON)

    return load


def test_the_country_is_loaded_over_the_demonstration(load_real):
    load_demonstration(by="demonstration", at=NOON)
    shipped = dict(geography().municipalities)

    report = load_real("communes", "territoires/communes.csv.gz")

    assert (report.read, report.kept, report.added, report.warnings) == (34_969, 34_969, 34_969 - 382, ())
    assert {code: geography().municipalities[code] for code in shipped} == shipped
    again = load_real("communes", "territoires/communes.parquet")
    assert (again.unchanged, again.changed) == (34_969, 0)


@pytest.mark.parametrize(
    ("format_name", "path", "read", "rejected"),
    [
        ("passage", "territoires/communes_passage.csv", 2122, 0),
        ("clpe", "territoires/clpe.csv", 363, 0),
        ("territory-names", "territoires/regions.csv", 26, 0),
        ("territory-names", "territoires/departements.csv", 109, 0),
        ("territory-names", "territoires/arrondissements.csv", 333, 0),
        ("territory-names", "territoires/epci.csv", 1255, 0),
        ("territory-names", "territoires/zones_emploi.csv", 306, 0),
        ("contours", "geo/departements_metro.geojson", 96, 0),
        ("contours", "geo/regions_metro.geojson", 13, 0),
        ("contours", "geo/clpe_metro.geojson", 341, 0),
        ("contours", "geo/epci_metro.geojson.gz", 1233, 1),
    ],
)
def test_the_other_files_are_read(format_name, path, read, rejected, load_real):
    report = load_real(format_name, path)

    assert (report.read, len(report.rejected)) == (read, rejected)
