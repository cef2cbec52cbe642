"""The national lists, where they are at hand."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.apps.catalogue.queries import access_points, catalogue_on
from maillage.apps.imports.use_cases import import_file
from maillage.domain.access_points import PlaceKind
from tests.apps.catalogue.conftest import MARCH, counts_of

pytestmark = [pytest.mark.shared_data, pytest.mark.django_db]
DAY = date(2026, 12, 1)


@pytest.fixture
def load_real(shared_data):
    def load(format_name, path):
        return import_file(by="amel", format_name=format_name, path=shared_data / "data" / path, at=MARCH)

    load("communes", "territoires/communes.csv.gz")
    load("passage", "territoires/communes_passage.csv")
    return load


def test_the_national_lists(load_real):
    reports = {
        name: load_real(name, f"sites/{path}")
        for name, path in (
            ("france-services", "officiel/liste-fs-20240801.csv.gz"),
            ("laposte-points", "laposte_points_contact_2020-12.csv.gz"),
            ("missions-locales", "missions_locales_2023-09.csv"),
            ("france-travail-agences", "france_travail_agences.csv"),
            ("conseillers-numeriques", "conseillers_numeriques_structures_2022-06.csv.gz"),
        )
    }

    assert {name: (report.read, report.added, len(report.rejected)) for name, report in reports.items()} == {
        "france-services": (2845, 2845, 0),
        "laposte-points": (17_716, 17_716, 0),
        "missions-locales": (448, 448, 0),
        "france-travail-agences": (959, 886, 73),
        "conseillers-numeriques": (1450, 1450, 0),
    }
    places = catalogue_on(DAY).access_points.values()
    labelled = [place for place in places if PlaceKind.FRANCE_SERVICES in place.kinds]
    assert sum("la-poste" in place.networks for place in labelled) == 409
    assert access_points(on=DAY, search="eguzon", limit=1).total_count == 2
    tidy = load_real("france-services", "sites/france_services_2024-08-01.csv.gz")
    assert counts_of(tidy) == (0, 1, 2844, 0)
