"""A service is reserved only when a text says so; otherwise its own basis opens it, agreement or not."""

from __future__ import annotations

import pytest

from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.eligibility import Ground
from maillage.domain.services import OwnBasis
from tests.engine.asking import DAY, LE_BLANC, PLACES, SOMEWHERE, agreement, ask, offer, opens, said, said_of, service

YOUNG = "condition: {age: {to: 25}}"
DELEGATES = "delegates: {from: agence, to: ml, name: Accompagnement, condition: {registered: true}}"


def grounds_of(asked, facts="", **how):
    (verdict,) = ask(asked, facts, **how)
    return [(ground.basis, ground.article) for ground in verdict.grounds]


@pytest.mark.parametrize("basis", OwnBasis)
def test_a_service_that_no_text_reserves_is_open_by_its_own_basis(basis):
    assert grounds_of(offer(service(own_basis=basis))) == [(basis.value, "")]


def test_an_agreement_adds_a_ground_to_what_is_open_anyway_and_comes_first():
    asked = offer(service(own_basis=OwnBasis.LAW), texts=[agreement(opens(YOUNG))])

    assert grounds_of(asked, "age: 20") == [("AGREEMENT", "P1"), ("LAW", "")]
    assert grounds_of(asked, "age: 26") == [("LAW", "")]
    assert grounds_of(asked) == [("LAW", "")]


def test_a_reserved_service_is_open_by_the_agreement_alone():
    asked = offer(service(reserved_by="La convention"), texts=[agreement(opens(YOUNG))])

    assert grounds_of(asked, "age: 20") == [("AGREEMENT", "P1")]
    assert said_of(asked, "age: 26") == "CLOSED CONDITION"


def test_a_reserved_service_that_no_agreement_opens_is_closed():
    assert said_of(offer(service(reserved_by="La convention"))) == "CLOSED NO_CLAUSE"


def test_a_clause_may_reserve_what_the_catalogue_does_not():
    asked = offer(service(), texts=[agreement(opens(f"{YOUNG}, reserves: true"))])

    assert said_of(asked, "age: 26") == "CLOSED CONDITION"


def test_a_delegation_reserves_the_services_it_names():
    asked = offer(service(), texts=[agreement(DELEGATES.replace("name:", "services: [atelier], name:"))])

    assert said_of(asked, "registered: true") == "OPEN"
    assert said_of(asked, "registered: false") == "CLOSED CONDITION"


def test_a_delegation_that_names_no_service_is_one_by_itself():
    (verdict,) = ask(offer(texts=[agreement(DELEGATES)]), "registered: true")

    assert (verdict.service, verdict.organisation, verdict.location) == ("convention--c1", "ml-indre", None)
    assert said(verdict) == "OPEN"


def test_a_delegation_is_received_at_every_place_of_who_receives_it():
    point = PLACES.municipality(LE_BLANC).point
    kinds = frozenset({PlaceKind.MISSION_LOCALE})
    places = [AccessPoint(name, name, kinds, "ml-indre", LE_BLANC, point, SOMEWHERE) for name in ("accueil", "annexe")]

    one = ask(offer(texts=[agreement(DELEGATES)], places=places[:1]), "registered: true")
    two = ask(offer(texts=[agreement(DELEGATES)], places=places), "registered: true")

    assert [(found.service, found.location) for found in one] == [("convention--c1", "accueil")]
    assert [(found.service, found.location) for found in two] == [
        ("convention--c1--accueil", "accueil"),
        ("convention--c1--annexe", "annexe"),
    ]


def test_the_ground_cites_agreement_article_clause_and_version():
    text = agreement(opens())
    (verdict,) = ask(offer(service(reserved_by="La convention"), texts=[text]), on=DAY)

    assert verdict.grounds == (Ground("AGREEMENT", "convention", "P1", f"2024-01-01+{text.digest[:8]}", "c1"),)
