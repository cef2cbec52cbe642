from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from maillage.apps.catalogue import demonstration
from maillage.apps.catalogue.queries import catalogue_on, sequence
from maillage.apps.territories import demonstration as territories
from maillage.apps.territories.queries import geography
from maillage.domain.access_points import Equipment, PlaceKind
from maillage.domain.services import OwnBasis
from maillage.domain.territories import TerritoryKind, TerritoryRef
from tests.apps.catalogue.conftest import APRIL, MARCH

pytestmark = pytest.mark.django_db
INDRE = TerritoryRef(TerritoryKind.DEPARTMENT, "36")
NAMED_BY_AGREEMENTS = {
    "alliance-villes-emploi--clause-sociale-sourcing",
    "face--alternance-chomeurs-longue-duree",
    "face--conge-mobilite-solidaire",
    "face--cv-video-facealemploi",
    "face--periode-immersion-garantie-jeunes",
    "la-poste--alternance-stages",
}


@pytest.fixture
def offer():
    territories.load(by="demonstration", at=MARCH)
    reports = demonstration.load(by="demonstration", at=MARCH)
    assert [report.rejected for report in reports] == [(), (), ()]
    return catalogue_on(date(2024, 10, 15))


def in_the_indre(offer):
    covers = geography().covers
    return [
        place for place in offer.access_points.values() if covers(INDRE, geography().municipality(place.municipality))
    ]


def test_the_indre_has_the_places_of_the_experiment(offer):
    places = in_the_indre(offer)
    la_poste = [place for place in places if PlaceKind.FRANCE_SERVICES in place.kinds and "la-poste" in place.networks]

    assert Counter(kind for place in places for kind in place.kinds) == {
        PlaceKind.POST_OFFICE: 40,
        PlaceKind.FRANCE_SERVICES: 26,
        PlaceKind.DIGITAL_POINT: 14,
        PlaceKind.AGENCY: 3,
        PlaceKind.MISSION_LOCALE: 3,
        PlaceKind.DIGITAL_STAGE: 1,
    }
    assert len(la_poste) == 11
    assert {place.organisation for place in la_poste} == {"la-poste-centre-val-de-loire"}


def test_only_digital_points_are_invented_and_say_so(offer):
    invented = [place for place in offer.access_points.values() if place.provenance.is_demonstration]

    assert {kind for place in invented for kind in place.kinds} == {PlaceKind.DIGITAL_POINT}
    assert len(invented) == 14
    assert all(place.equipment == frozenset(Equipment) for place in invented)
    assert "36018" in {place.municipality for place in invented}


def test_every_place_but_a_counter_is_a_service(offer):
    served = {service.location for service in offer.services if not service.for_employers}
    counters = {place.id for place in offer.access_points.values() if place.kinds == {PlaceKind.POST_OFFICE}}

    assert set(offer.access_points) - served == counters


def test_the_mission_locale_receives_the_young_by_law(offer):
    reception = {service.id: service for service in offer.services}["mission-locale--67180S00--accueil"]

    assert (reception.own_basis, reception.own_source) == (OwnBasis.LAW, "Code du travail, art. L. 5314-2")
    assert (reception.age_from, reception.age_until, reception.publics) == (16, 25, frozenset())
    assert offer.directory.organisations[reception.organisation].catchment_area == (
        TerritoryRef(TerritoryKind.LOCAL_COMMITTEE, "CLPE67001"),
    )


def test_schemes_of_the_agreements_are_services(offer):
    services = {service.id: service for service in offer.services}

    assert services.keys() >= NAMED_BY_AGREEMENTS
    assert services["face--conge-mobilite-solidaire"].is_reserved
    assert not services["face--conge-mobilite-solidaire"].conditions_known
    assert {key for key, service in services.items() if service.for_employers} == {
        "france-travail--entreprises",
        "mission-locale--67180S00--entreprises",
    }


def test_every_provider_is_in_the_directory(offer):
    known = offer.directory.organisations.keys()
    providers = {record.organisation for record in (*offer.services, *offer.access_points.values())}
    parents = {organisation.parent for organisation in offer.directory.organisations.values()} - {""}

    assert providers | parents <= known


def test_loading_again_changes_nothing(offer):
    demonstration.load(by="demonstration", at=APRIL)

    assert sequence() == int(offer.version.removeprefix("c"))


def test_the_demonstration_is_not_mixed_with_what_an_operator_imported(places):
    places("missions-locales", "id,nom_usuel,insee_siege\n36018S00,Mission locale,36018\n")

    assert demonstration.load(by="demonstration", at=APRIL) == ()
