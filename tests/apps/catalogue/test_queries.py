from __future__ import annotations

from datetime import date

import pytest

from maillage.apps.catalogue.mapping import Record
from maillage.apps.catalogue.queries import (
    access_points,
    change_days,
    find_service,
    organisations,
    sequence,
    services,
)
from maillage.apps.catalogue.use_cases import keep_records
from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from tests.apps.catalogue.conftest import APRIL, MARCH

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 15)
SOURCE = Provenance("source")


def place(number: int, name: str, municipality: str) -> AccessPoint:
    kinds = frozenset({PlaceKind.AGENCY})
    return AccessPoint(f"place-{number}", name, kinds, "ft", municipality, Point(46, 1), SOURCE, town="Éguzon-Chantôme")


@pytest.fixture
def offer() -> None:
    records: list[Record] = [
        Organisation("ft", "France Travail", SOURCE, networks=frozenset({"france-travail"})),
        Organisation("face", "Fondation « Agir »", SOURCE),
        place(1, "Écueillé", "36069"),
        place(2, "Le Blanc", "36018"),
        place(3, "Argenton", "36006"),
        Service("service", "Accueil", "ft", SOURCE, municipality="36018"),
    ]
    keep_records(records, format_name="file", at=MARCH)


@pytest.mark.usefixtures("offer")
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["place-3", "place-1", "place-2"]),
        ("ecueille", ["place-1"]),
        ("Éguzon-chantome blanc", ["place-2"]),
        ("place-3", ["place-3"]),
        ("100 %", []),
    ],
)
def test_places_are_found_without_minding_accents(search, found):
    assert [each.id for each in access_points(on=DAY, search=search).records] == found


@pytest.mark.usefixtures("offer")
def test_lists_are_cut_and_counted(django_assert_num_queries):
    with django_assert_num_queries(3):
        listing = access_points(on=DAY, limit=1, offset=1)

    assert ([each.id for each in listing.records], listing.total_count) == (["place-1"], 3)


@pytest.mark.usefixtures("offer")
def test_lists_by_municipality_and_network():
    assert [each.id for each in access_points(on=DAY, municipalities=["36018"]).records] == ["place-2"]
    assert [each.id for each in services(on=DAY, municipalities=["36006"]).records] == []
    assert [each.id for each in organisations(on=DAY, search="france-travail").records] == ["ft"]
    assert find_service("service", on=DAY).name == "Accueil"
    assert find_service("nobody", on=DAY) is None


@pytest.mark.usefixtures("offer")
def test_days_on_which_the_offer_changes():
    assert change_days(sequence()) == ()

    keep_records([place(1, "Écueillé", "36069")], format_name="file", at=APRIL)

    assert change_days(sequence()) == (date(2026, 4, 1),)
    assert change_days(1) == ()


@pytest.mark.usefixtures("offer")
def test_lists_narrowed_to_an_organisation_or_a_place():
    there = Service("at-le-blanc", "Permanence", "face", SOURCE, location="place-2", municipality="36018")
    keep_records([there], format_name="other file", at=MARCH)

    assert [each.id for each in services(on=DAY, organisation="ft").records] == ["service"]
    assert [each.id for each in services(on=DAY, location="place-2").records] == ["at-le-blanc"]
    assert access_points(on=DAY, organisation="ft").total_count == 3
    assert access_points(on=DAY, organisation="face").records == ()
