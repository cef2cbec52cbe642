"""`maillage agreement show|check|at DATE`."""

from __future__ import annotations

import pytest

from tests.apps.eligibility.conftest import AGREEMENT

AMENDED = (
    AGREEMENT
    + """\
amendments:
  - id: avenant-1
    signed_on: 2024-05-01
    effective_from: 2024-06-01
    why: « Ouvrir davantage. »
    instructions:
      - replace: {number: P1, title: Ateliers ouverts, text: « À tous. », clauses: [{id: ateliers, opens: {provider: ml, services: [atelier]}}]}
"""
)


@pytest.fixture
def folder(tmp_path):
    def write(text=AMENDED):
        (tmp_path / "essai.yaml").write_text(text)
        return tmp_path

    return write


def test_the_shipped_agreements_are_listed_with_their_state(maillage):
    said = maillage("agreement", "show")

    states = {line.split()[0]: line.split()[1] for line in said.out.splitlines()}
    assert (said.status, states) == (
        0,
        {
            "2014-face-national": "IN_FORCE",
            "2020-ave-national": "LAPSED",
            "2021-ml-alsace-nord": "IN_FORCE",
            "2022-la-poste-centre-val-de-loire": "IN_FORCE",
            "2024-indre-experimentation-numerique": states["2024-indre-experimentation-numerique"],
        },
    )


def test_one_agreement_is_shown_article_by_article(maillage):
    said = maillage("agreement", "show", "2021-ml-alsace-nord")

    lines = said.out.splitlines()
    assert lines[0] == "Partenariat renforcé de Pôle emploi et de la Mission locale d’Alsace du Nord"
    assert lines[1].startswith("2021-ml-alsace-nord, version 2021-12-04+")
    assert (
        lines[3]
        == "Party: france-travail-bas-rhin, signed by Claude Rouillon (Directeur territorial de Pôle emploi Bas-Rhin)"
    )
    assert "Passage P3 (our number). Partage d’informations et délégation de l’accompagnement" in lines
    assert any(line.startswith("  - delegates: delegation-16-25 (line ") for line in lines)


@pytest.mark.parametrize(
    ("day", "state", "version", "title"),
    [
        ("2023-12-31", "NOT_YET", "2024-01-01", "Ateliers"),
        ("2024-05-31", "in force", "2024-01-01", "Ateliers"),
        ("2024-06-01", "in force", "2024-06-01", "Ateliers ouverts"),
    ],
)
def test_an_agreement_is_read_as_it_stood(day, state, version, title, maillage, folder):
    said = maillage("agreement", "at", day, "essai", "--agreements", folder())

    lines = said.out.splitlines()
    assert said.status == 0
    assert lines[1].startswith(f"essai, version {version}+")
    assert lines[2] == f"On {day}: {state}; from 2024-01-01, no end stated."
    assert f"Passage P1 (our number). {title}" in lines


def test_an_end_is_said_with_its_last_day(maillage, folder):
    said = maillage("agreement", "at", "2024-05-01", "--agreements", folder(AMENDED + "effective_until: 2025-01-01\n"))

    assert "from 2024-01-01, until 2024-12-31 included." in said.out


def test_sound_agreements_have_status_0(maillage):
    said = maillage("agreement", "check")

    assert said.status == 0
    assert said.out.splitlines()[-1].startswith("5 agreements read, ")


def test_an_error_found_has_status_1(maillage, folder):
    impossible = AGREEMENT.replace("{age: {to: 25}}", "{all: [{age: {to: 15}}, {age: {from: 16}}]}")

    said = maillage("agreement", "check", folder(impossible))

    assert said.status == 1
    assert said.out.startswith("ERROR essai P1 ateliers: ")


def test_a_file_is_checked_with_its_folder(maillage, folder):
    assert maillage("agreement", "check", folder() / "essai.yaml").out.splitlines()[-1].startswith("1 agreement read, ")


MISTAKES = [
    (["show", "absent"], "No agreement absent here; there are 2014-face-national, "),
    (["at", "2024-02-30"], "« 2024-02-30 » is not a day"),
    (["at", "yesterday"], "« yesterday » is not a day"),
    (["check", "/nowhere"], "/nowhere holds no agreement"),
    (["show", "--agreements", "/nowhere"], "/nowhere holds no agreement"),
    (["sign"], "No such command 'sign'"),
]


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES)
def test_a_mistake_is_a_sentence_and_status_2(arguments, expected, maillage):
    said = maillage("agreement", *arguments)

    assert (said.status, said.out) == (2, "")
    assert expected in said.err


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("level: LOCAL", "level: VILLAGE", "« VILLAGE »"),
        ("« Les ateliers sont ouverts aux jeunes. »", "{", "essai.yaml"),
        ("services: [atelier]", "services: [atelier], condition: {colour: red}", "essai.yaml"),
    ],
)
def test_a_broken_file_is_told_with_its_line(old, new, expected, maillage, folder):
    said = maillage("agreement", "check", folder(AGREEMENT.replace(old, new)))

    assert (said.status, said.out) == (2, "")
    assert expected in said.err
    assert "line " in said.err
