from __future__ import annotations

import pytest

from maillage.domain.organisations import Directory, FileInCharge, Organisation
from maillage.domain.shared import Provenance

HERE = Provenance("test")


def organisation(name, parent="", *networks):
    return Organisation(name, f"Maison {name}", HERE, networks=frozenset(networks), parent=parent)


DIRECTORY = Directory(
    {
        one.id: one
        for one in (
            organisation("france-travail", "", "france-travail"),
            organisation("ft-grand-est", "france-travail"),
            organisation("agence-haguenau", "ft-grand-est", "france-services"),
            organisation("orpheline", "inconnue"),
            organisation("ronde", "encore", "a"),
            organisation("encore", "ronde", "b"),
        )
    }
)


@pytest.mark.parametrize(
    ("name", "lineage"),
    [
        ("france-travail", "france-travail"),
        ("agence-haguenau", "agence-haguenau france-services ft-grand-est france-travail"),
        ("orpheline", "orpheline inconnue"),
        ("ronde", "ronde encore a b"),
        ("absente", "absente"),
    ],
)
def test_an_organisation_answers_to_its_parents_and_networks(name, lineage):
    assert DIRECTORY.lineage_of(name) == frozenset(lineage.split())


def test_an_organisation_is_found_and_named_else_called_by_its_id():
    assert (DIRECTORY.find("ronde").name, DIRECTORY.find("absente")) == ("Maison ronde", None)
    assert [DIRECTORY.name_of(name) for name in ("ronde", "absente")] == ["Maison ronde", "absente"]


def test_the_public_sees_the_function_and_not_who_holds_it():
    clause = FileInCharge("clause sociale", "Chargée de mission", "clause@exemple.fr", "Amel")

    assert clause.for_public() == FileInCharge("clause sociale", "Chargée de mission", "clause@exemple.fr")


BODIES = Directory(
    {
        one.id: one
        for one in (
            organisation("national", "", "national"),
            organisation("centre", "national", "national"),
            organisation("alsace", "national", "national"),
            organisation("agence", "centre"),
            organisation("jeunes-nord", "", "jeunes"),
            organisation("jeunes-sud", "", "jeunes"),
        )
    }
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("centre", "centre", True),
        ("centre", "national", True),
        ("national", "agence", True),
        ("centre", "alsace", True),
        ("jeunes-nord", "jeunes-sud", False),
        ("centre", "jeunes-sud", False),
        ("absente", "centre", False),
        ("centre", "absente", False),
        ("absente", "absente", True),
    ],
)
def test_the_parts_of_a_national_body_are_one_and_members_of_a_network_are_not(first, second, expected):
    assert BODIES.are_one_body(first, second) is expected
