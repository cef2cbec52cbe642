"""Every code that files are written with is listed, with words."""

from __future__ import annotations

from maillage.domain.people import BARRIERS, TARGET_GROUPS
from maillage.engine.clauses import NETWORKS, PLACE_KINDS, THEME_FAMILIES, THEMES
from maillage.engine.codes import all_codes

NOT_OF_AGREEMENTS = {
    "publics of services",
    "territories",
    "moves",
    "reasons of refusal",
    "reasons of failure",
    "reasons of withdrawal",
    "reasons of error",
    "absences",
    "outcomes",
}


def test_the_lists_are_those_that_agreements_are_checked_against():
    codes = all_codes()

    assert {title: set(codes[title]) for title in codes if title not in NOT_OF_AGREEMENTS} == {
        "themes": THEMES,
        "theme families": THEME_FAMILIES,
        "target groups": set(TARGET_GROUPS),
        "barriers": set(BARRIERS),
        "kinds of place": PLACE_KINDS,
        "networks": NETWORKS,
    }


def test_every_code_has_words():
    assert [code for content in all_codes().values() for code, label in content.items() if not label] == []
