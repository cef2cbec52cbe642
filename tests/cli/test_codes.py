from __future__ import annotations

import json

import pytest

from maillage.domain.people import BARRIERS, TARGET_GROUPS


@pytest.fixture
def listed(maillage):
    return json.loads(maillage("codes", "--json").out)


def test_every_list_of_codes_is_given_with_labels(listed):
    assert list(listed) == [
        "themes",
        "theme families",
        "target groups",
        "publics of services",
        "barriers",
        "kinds of place",
        "networks",
        "moves",
        "reasons of refusal",
        "reasons of failure",
        "reasons of withdrawal",
        "reasons of error",
        "absences",
        "outcomes",
        "territories",
    ]
    assert all(label for codes in listed.values() for label in codes.values())


def test_the_codes_are_those_of_the_interface(listed):
    assert list(listed["target groups"]) == list(TARGET_GROUPS)
    assert list(listed["barriers"]) == list(BARRIERS)
    assert list(listed["kinds of place"])[:7] == [
        "AGENCY",
        "POST_OFFICE",
        "FRANCE_SERVICES",
        "DIGITAL_POINT",
        "DIGITAL_STAGE",
        "DIGITAL_ADVISER",
        "MISSION_LOCALE",
    ]
    assert {"la-poste", "face", "mission-locale", "france-travail"} < set(listed["networks"])
    assert set(listed["theme families"]) == {theme.partition("--")[0] for theme in listed["themes"]}


def test_one_list_is_read_in_columns(maillage):
    said = maillage("codes", "barriers")

    lines = said.out.splitlines()
    assert (said.status, lines[0]) == (0, "barriers")
    assert [line.split()[0] for line in lines[1:-1]] == list(BARRIERS)


def test_a_list_that_does_not_exist_names_those_that_do(maillage):
    said = maillage("codes", "colours")

    assert (said.status, "« colours »: expected one of themes, theme families" in said.err) == (2, True)
