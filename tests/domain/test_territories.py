from __future__ import annotations

import pytest

from maillage.domain.shared import Point
from maillage.domain.territories import (
    FRANCE,
    Geography,
    Municipality,
    TerritoryKind,
    TerritoryNotation,
    TerritoryRef,
    UnknownTerritory,
)

LE_BLANC = Municipality(
    "36018", "Le Blanc", Point(46.63, 1.06), 6200, ("36300",), "243600319", "2405", "CLPE36004", "361", "36", "24"
)
RAPA = Municipality("98735", "Rapa", None, None)
PLACES = Geography("2026", {"36018": LE_BLANC, "98735": RAPA}, {"36999": "36018"}, {"departement:36": "Indre"})


@pytest.mark.parametrize(
    "text", [f"{kind.value}:36" for kind in TerritoryKind if kind is not TerritoryKind.FRANCE] + ["france"]
)
def test_a_notation_is_read_and_written_alike(text):
    assert str(TerritoryRef.parse(f" {text} ")) == text


@pytest.mark.parametrize("text", ["", "36", "canton:36", "departement:", "departement", "france:36"])
def test_another_notation_is_refused_with_what_is_expected(text):
    with pytest.raises(TerritoryNotation, match=r"is not a territory: write france, or one of .* \(departement:36\)"):
        TerritoryRef.parse(text)


@pytest.mark.parametrize(
    ("code", "notation"),
    [
        ("france", "france"),
        ("99100", "france"),
        ("36018", "commune:36018"),
        ("2A004", "commune:2A004"),
        ("36", "departement:36"),
        ("2B", "departement:2B"),
        ("971", "departement:971"),
        ("243600319", "epci:243600319"),
        ("CLPE36004", "clpe:CLPE36004"),
        ("region:24", "region:24"),
    ],
)
def test_a_bare_official_code_is_recognised_by_its_form(code, notation):
    assert str(TerritoryRef.read(code)) == notation


def test_a_code_of_no_form_is_refused():
    with pytest.raises(TerritoryNotation):
        TerritoryRef.read("Le Blanc")


def test_territories_are_told_apart_by_kind_and_ordered_by_code():
    found = {TerritoryRef.parse(text) for text in ("region:24", "departement:24", "departement:24", "france", "clpe:1")}

    assert [str(one) for one in sorted(found)] == ["france", "clpe:1", "departement:24", "region:24"]


@pytest.mark.parametrize(
    "territory",
    [
        "commune:36018",
        "epci:243600319",
        "zone-emploi:2405",
        "clpe:CLPE36004",
        "arrondissement:361",
        "departement:36",
        "region:24",
        "france",
    ],
)
def test_a_municipality_lies_in_its_territories_of_each_kind(territory):
    assert PLACES.covers(TerritoryRef.parse(territory), LE_BLANC)


@pytest.mark.parametrize("territory", ["commune:98735", "departement:24", "region:36", "epci:361"])
def test_a_municipality_does_not_lie_in_others(territory):
    assert not PLACES.covers(TerritoryRef.parse(territory), LE_BLANC)


def test_a_municipality_without_a_code_lies_in_no_territory_of_that_kind():
    assert not RAPA.lies_in(TerritoryRef(TerritoryKind.DEPARTMENT, ""))
    assert RAPA.lies_in(FRANCE)


def test_an_old_code_is_carried_to_the_current_one():
    assert PLACES.municipality("36999") is PLACES.municipality("36018") is LE_BLANC
    assert PLACES.covers(TerritoryRef.parse("commune:36999"), LE_BLANC)
    assert PLACES.knows(TerritoryRef.parse("commune:36999"))


def test_a_code_of_no_vintage_is_refused_with_what_to_do():
    assert PLACES.find("75056") is None
    with pytest.raises(UnknownTerritory, match=r"Municipality 75056 is not in the loaded vintage \(2026\)"):
        PLACES.municipality("75056")


def test_known_territories_hold_a_municipality():
    assert PLACES.known_territories == {
        "commune:36018",
        "commune:98735",
        "epci:243600319",
        "zone-emploi:2405",
        "clpe:CLPE36004",
        "arrondissement:361",
        "departement:36",
        "region:24",
        "france",
    }
    assert Geography("", {}).known_territories == set()


def test_members_of_a_territory_come_by_code():
    assert PLACES.members(FRANCE) == (LE_BLANC, RAPA)
    assert PLACES.members(TerritoryRef.parse("commune:36999")) == (LE_BLANC,)
    assert PLACES.members(TerritoryRef.parse("departement:67")) == ()


@pytest.mark.parametrize(
    ("territory", "name"),
    [
        ("commune:36018", "Le Blanc"),
        ("commune:36999", "Le Blanc"),
        ("commune:75056", "commune:75056"),
        ("departement:36", "Indre"),
        ("departement:67", "departement:67"),
    ],
)
def test_a_territory_is_named_else_noted(territory, name):
    assert PLACES.name_of(TerritoryRef.parse(territory)) == name
