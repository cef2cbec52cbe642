"""How days, territories, facts and conditions are said, in French and in English: the exact words."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.domain.people import BARRIERS, FACTS, TARGET_GROUPS
from maillage.domain.rules import Always, Among, Between, Equals, LivesIn, LivesInCatchmentArea
from maillage.domain.territories import Geography, Municipality, TerritoryKind, TerritoryRef
from maillage.engine.wording import (
    BARRIER_LABELS,
    FACT_LABELS,
    GROUP_LABELS,
    LANGUAGES,
    day_in_words,
    groups_in_words,
    listed,
    missing_in_words,
    said_test,
    territory_in_words,
)
from tests.engine.asking import table

NAMES = {
    "departement:36": "Indre",
    "departement:37": "Indre-et-Loire",
    "departement:67": "Bas-Rhin",
    "departement:23": "Creuse",
    "departement:08": "Ardennes",
    "departement:75": "Paris",
    "region:24": "Centre-Val de Loire",
    "arrondissement:361": "Le Blanc",
    "arrondissement:363": "La Châtre",
    "arrondissement:364": "Issoudun",
    "arrondissement:851": "Les Sables-d’Olonne",
    "zone-emploi:4409": "Haguenau",
    "clpe:CLPE67001": "Haguenau - Wissembourg",
    "epci:200067874": "CA de Haguenau",
    "france": "France",
}
PLACES = Geography("2026", {"36018": Municipality("36018", "Le Blanc", None, None)}, names=NAMES)

TERRITORIES = table("""
territory          | in French                                    | in English
-------------------|----------------------------------------------|------------------------------------
commune:36018      | Le Blanc                                     | Le Blanc
epci:200067874     | l’intercommunalité « CA de Haguenau »        | the intermunicipality “CA de Haguenau”
zone-emploi:4409   | la zone d’emploi de Haguenau                 | the Haguenau employment zone
clpe:CLPE67001     | le territoire de Haguenau - Wissembourg      | the Haguenau - Wissembourg area
arrondissement:361 | l’arrondissement du Blanc                    | the Le Blanc arrondissement
arrondissement:363 | l’arrondissement de La Châtre                | the La Châtre arrondissement
arrondissement:364 | l’arrondissement d’Issoudun                  | the Issoudun arrondissement
arrondissement:851 | l’arrondissement des Sables-d’Olonne         | the Les Sables-d’Olonne arrondissement
departement:36     | le département de l’Indre                    | the Indre department
departement:37     | le département d’Indre-et-Loire              | the Indre-et-Loire department
departement:67     | le département du Bas-Rhin                   | the Bas-Rhin department
departement:23     | le département de la Creuse                  | the Creuse department
departement:08     | le département des Ardennes                  | the Ardennes department
departement:75     | le département de Paris                      | the Paris department
region:24          | la région Centre-Val de Loire                | the Centre-Val de Loire region
france             | la France                                    | France
departement:99     | departement:99                               | departement:99
""")


@pytest.mark.parametrize(("territory", "french", "english"), TERRITORIES)
def test_a_territory_is_named_with_its_kind(territory, french, english):
    found = TerritoryRef.parse(territory)

    assert [territory_in_words(found, PLACES, language) for language in LANGUAGES] == [french, english]


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2022, 3, 1), "1er mars 2022", "1 March 2022"),
        (date(2024, 8, 31), "31 août 2024", "31 August 2024"),
        (date(2024, 12, 21), "21 décembre 2024", "21 December 2024"),
    ],
)
def test_a_day_is_said_in_full(day, french, english):
    assert [day_in_words(day, language) for language in LANGUAGES] == [french, english]


@pytest.mark.parametrize(
    ("items", "link", "french", "english"),
    [
        ([], "or", "", ""),
        (["a"], "or", "a", "a"),
        (["a", "b"], "or", "a ou b", "a or b"),
        (["a", "b", "c"], "and", "a, b et c", "a, b and c"),
    ],
)
def test_words_are_listed(items, link, french, english):
    assert [listed(items, language, link) for language in LANGUAGES] == [french, english]


def among(fact, *codes):
    return Among(fact, frozenset(codes))


TESTS = [
    (Between("age", 16, 25), "avoir de 16 à 25 ans", "be 16 to 25"),
    (Between("age", 16, None), "avoir au moins 16 ans", "be at least 16"),
    (Between("age", None, 25), "avoir au plus 25 ans", "be at most 25"),
    (Between("age", 20, 20), "avoir 20 ans", "be 20"),
    (Between("age", 1, 1), "avoir 1 an", "be 1"),
    (
        Between("registered_for_months", 6, 12),
        "être inscrit depuis 6 à 12 mois",
        "have been registered for 6 to 12 months",
    ),
    (
        Between("registered_for_months", 12, None),
        "être inscrit depuis au moins 12 mois",
        "have been registered for at least 12 months",
    ),
    (
        Between("registered_for_months", None, 1),
        "être inscrit depuis au plus 1 mois",
        "have been registered for at most 1 month",
    ),
    (Equals("registered", value=True), "être inscrit à France Travail", "be registered with the employment service"),
    (Equals("boe", value=True), "relever de l’obligation d’emploi", "come under the duty to employ"),
    (Equals("minimum_income", value=True), "toucher un minimum social", "receive a minimum income"),
    (
        Equals("priority_neighbourhood", value=True),
        "habiter un quartier prioritaire",
        "live in a priority neighbourhood",
    ),
    (among("target_group", "jeunes"), "faire partie de ce public : jeunes", "be part of this group: young people"),
    (
        among("target_group", "RQTH", "jeunes", "autre"),
        "faire partie d’un de ces publics : jeunes, travailleurs handicapés reconnus (RQTH) ou autre",
        "be part of one of these groups: young people, recognised disabled workers (RQTH) or autre",
    ),
    (
        among("barrier", "mobilite", "sante"),
        "avoir une difficulté avec la santé ou les déplacements",
        "have a difficulty with health or getting around",
    ),
    (
        among("qualification", "4", "3"),
        "avoir un niveau de qualification 3 ou 4",
        "have a qualification of level 3 or 4",
    ),
    (among("occupation", "K2503"), "chercher le métier K2503", "look for work as K2503"),
    (
        LivesIn(frozenset({TerritoryRef.parse("departement:36")})),
        "habiter le département de l’Indre",
        "live in the Indre department",
    ),
    (
        LivesInCatchmentArea(),
        "habiter le territoire d’intervention du partenaire",
        "live in the partner's catchment area",
    ),
    (Always(), "", ""),
]
CONTRARIES = [
    (Between("age", 16, 25), "avoir moins de 16 ans ou plus de 25 ans", "be under 16 or over 25"),
    (Between("age", 16, None), "avoir moins de 16 ans", "be under 16"),
    (Between("age", None, 25), "avoir plus de 25 ans", "be over 25"),
    (Between("age", 20, 20), "avoir un autre âge que 20 ans", "be any age but 20"),
    (
        Between("registered_for_months", 6, 12),
        "être inscrit depuis moins de 6 mois ou plus de 12 mois",
        "have been registered for less than 6 months or more than 12 months",
    ),
    (
        Between("registered_for_months", 1, 1),
        "être inscrit depuis une autre durée que 1 mois",
        "have been registered for any time but 1 month",
    ),
    (
        Equals("registered", value=True),
        "ne pas être inscrit à France Travail",
        "not be registered with the employment service",
    ),
    (Equals("registered", value=False), "être inscrit à France Travail", "be registered with the employment service"),
    (Equals("minimum_income", value=True), "ne pas toucher de minimum social", "not receive a minimum income"),
    (
        among("target_group", "jeunes"),
        "ne pas faire partie de ce public : jeunes",
        "not be part of this group: young people",
    ),
    (
        among("target_group", "jeunes", "seniors"),
        "ne faire partie d’aucun de ces publics : jeunes ou séniors",
        "not be part of any of these groups: young people or seniors",
    ),
    (
        among("barrier", "numerique"),
        "n’avoir aucune difficulté avec le numérique",
        "have no difficulty with digital tools",
    ),
    (among("occupation", "K2503"), "ne pas chercher le métier K2503", "not look for work as K2503"),
    (LivesIn(frozenset({TerritoryRef.parse("commune:36018")})), "ne pas habiter Le Blanc", "not live in Le Blanc"),
    (
        LivesInCatchmentArea(),
        "ne pas habiter le territoire d’intervention du partenaire",
        "not live in the partner's catchment area",
    ),
]


@pytest.mark.parametrize(("test", "french", "english"), TESTS)
def test_what_a_test_asks_for(test, french, english):
    assert [said_test(test, PLACES, language) for language in LANGUAGES] == [french, english]


@pytest.mark.parametrize(("test", "french", "english"), CONTRARIES)
def test_the_contrary_of_what_a_test_asks_for(test, french, english):
    assert [said_test(test, PLACES, language, holds=False) for language in LANGUAGES] == [french, english]


def test_missing_facts_are_said_in_the_order_they_are_asked():
    missing = frozenset({"target_group", "age", "registered"})

    assert [missing_in_words(missing, language) for language in LANGUAGES] == [
        "l’âge, l’inscription à France Travail et la situation",
        "age, registration with the employment service and the situation",
    ]


def test_groups_are_said_in_the_order_given():
    assert groups_in_words(["seniors", "jeunes"], "fr") == "séniors et jeunes"


def test_every_code_and_every_territory_has_its_words_in_both_languages():
    for language in LANGUAGES:
        assert list(GROUP_LABELS[language]) == list(TARGET_GROUPS)
        assert list(BARRIER_LABELS[language]) == list(BARRIERS)
        assert set(FACT_LABELS[language]) == {*FACTS, "catchment_area", "service_conditions"}
    assert {territory.partition(":")[0] for territory, _, _ in TERRITORIES} == {kind.value for kind in TerritoryKind}
