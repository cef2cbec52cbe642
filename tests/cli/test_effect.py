"""`maillage agreement effect TEXT --people FILE`: who an amendment would concern, before anybody signs it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.cli.test_openings import DELEGATION, demonstration

__all__ = ["demonstration"]

SHIPPED = Path(__file__).parents[2] / "agreements" / "2021-ml-alsace-nord" / "agreement.yaml"
PEOPLE = """\
id,municipality,age,registered,target_groups
A,67180,20,true,none
B,67180,28,true,LONG_TERM
C,67544,29,true,LONG_TERM
D,67180,17,true,none
E,36018,28,true,none
F,67180,28,,none
G,00000,28,true,none
"""
WIDER = """
amendments:
  - id: avenant-1
    effective_from: 2027-06-01
    why: Ouvrir la délégation jusqu’à 29 ans
    instructions:
      - replace:
          number: P3
          title: Délégation de l’accompagnement
          text: « L’accompagnement est délégué jusqu’à 29 ans. »
          clauses:
            - id: delegation-16-25
              delegates:
                from: pole-emploi
                to: mission-locale-alsace-nord
                condition: {all: [{registered: true}, {age: {from: 16, to: 29}}, {lives_in: catchment_area}]}
"""


def changed(low, high):
    return SHIPPED.read_text(encoding="utf-8").replace("{from: 16, to: 25}", f"{{from: {low}, to: {high}}}")


@pytest.fixture
def effect(maillage, demonstration, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(PEOPLE)

    def ask(text, *options):
        Path("proposed.yaml").write_text(text, encoding="utf-8")
        return maillage(
            "agreement", "effect", "proposed.yaml", "--people", "people.csv", "--on", "2022-03-01", *options
        )

    return ask


def test_a_changed_text_is_compared_with_the_one_in_force(effect):
    said = effect(changed(18, 29), "--ids", "who.csv")

    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "2021-ml-alsace-nord, beside the text in force, on 2022-03-01."
    assert lines[1] == "7 lines read, 6 people answered, 1 lines rejected."
    assert (
        "2 demandeurs d’emploi depuis 12 mois ou plus de plus, dont 1 à Haguenau ; 1 personne de moins, à Haguenau."
        in lines
    )
    assert "6 people looked at, for 1 services: 2 gain a service, 1 lose one." in lines
    assert lines[lines.index("By service") + 2].split()[0] == DELEGATION
    assert pl.read_csv("who.csv").rows() == [
        ("B", DELEGATION, "gained"),
        ("C", DELEGATION, "gained"),
        ("D", DELEGATION, "lost"),
    ]


def test_a_text_that_changes_nobody_says_so(effect):
    said = effect(changed(16, 25), "--english")

    assert "Nobody gains or loses a service." in said.out
    assert "By service" not in said.out


def test_an_amendment_that_waits_for_a_signature_counts_from_its_day(maillage, effect, demonstration, tmp_path):
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "agreement.yaml").write_text(SHIPPED.read_text(encoding="utf-8") + WIDER, encoding="utf-8")

    said = maillage("agreement", "effect", "text", "--people", "people.csv")

    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("2021-ml-alsace-nord, beside the text in force, on 2027-06-01.")
    assert "2 demandeurs d’emploi depuis 12 mois ou plus de plus" in said.out


def test_a_new_text_is_said_to_be_new(effect):
    text = changed(16, 25).replace("id: 2021-ml-alsace-nord", "id: 2026-nouvelle-convention")

    said = effect(text)

    assert said.out.startswith("2026-nouvelle-convention, a new text, on 2022-03-01.")
    assert "2 personnes de plus, en totalité à Haguenau." in said.out


MISTAKES = [
    (["absent", "--people", "people.csv"], "absent is not a file"),
    (["proposed.yaml", "--people", "absent.csv"], "absent.csv is not a file"),
    (["proposed.yaml"], "Missing option '--people'"),
    (["proposed.yaml", "--people", "people.csv", "--ids", "who.doc"], "expected a name that ends in"),
    (["wrong.yaml", "--people", "people.csv"], "wrong.yaml"),
]


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES)
def test_a_mistake_is_a_sentence(arguments, expected, maillage, demonstration, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(PEOPLE)
    Path("proposed.yaml").write_text(changed(18, 29), encoding="utf-8")
    Path("wrong.yaml").write_text("id: 3\n")

    said = maillage("agreement", "effect", *arguments)

    assert (said.status, said.out) == (2, "")
    assert expected in said.err
