"""`maillage coverage --theme`, on the demonstration."""

from __future__ import annotations

import json

import pytest

from tests.web.conftest import load_demonstration

ASKED = ("coverage", "--territory", "departement:36", "--theme", "sante", "--on", "2026-11-22")


@pytest.fixture
def indre(maillage):
    load_demonstration()
    return maillage


def test_the_classes_of_a_territory_add_up(indre):
    found = json.loads(indre(*ASKED, "--json").out)

    assert (found["people"], found["excluded"]) == (216_069, 0)
    assert found["common"] == {"people": 0, "municipalities": 0}
    assert found["complementary"]["people"] + found["white"]["people"] == 216_069
    assert found["complementary"]["municipalities"] + found["white"]["municipalities"] == 241


def test_rows_name_the_partners(indre):
    rows = {row["municipality"]: row for row in json.loads(indre(*ASKED, "--by", "municipality", "--json").out)["rows"]}

    assert len(rows) == 241
    assert (rows["36044"]["class"], rows["36044"]["partners"]) == ("COMPLEMENTARY", ["mission-locale"])
    assert (rows["36070"]["class"], rows["36070"]["partners"]) == ("WHITE", [])


def test_a_change_is_told_before_and_after(indre):
    found = json.loads(indre(*ASKED, "--add-point", "46.44,1.58", "--without", "mission-locale", "--json").out)

    assert found["after"]["white"]["people"] > found["before"]["white"]["people"]
    assert found["after"]["complementary"]["municipalities"] > 0


def test_a_reader_gets_sentences(indre):
    lines = indre(*ASKED, "--by", "municipality", "--without", "mission-locale").out.splitlines()

    assert lines[0].split() == ["people", "near", "remote", "class"]
    assert any(line.split()[0] == "Châteauroux" and line.endswith("complementary (mission-locale)") for line in lines)
    assert "After the change:" in lines
    assert lines[-2].split() == ["white", "100.0%", "of", "people,", "241", "municipalities"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--km", "201"], "write a number from 0 to 200"),
        (["--theme", "tricot"], "neither a theme nor a family"),
        (["--group", "x"], "is no target group"),
        (["--network", "la-poste"], "One network alone"),
        (["--network", "la-poste", "--network", "x"], "is not the code of a network"),
        (["--agreement", "x"], "No agreement « x » is loaded"),
        (["--agreement", "x", "--network", "la-poste", "--network", "face"], "not both"),
        (["--without", "x"], "is none of the partners"),
        (["--by", "clpe"], "rows are given by municipality only"),
        (["--points", "AGENCY"], "ask for one or the other"),
        (["--territory", "departement:99"], "holds no loaded municipality"),
    ],
)
def test_a_mistake_says_what_to_do(indre, arguments, expected):
    said = indre(*ASKED, *arguments)

    assert said.status != 0
    assert expected in said.err


def test_options_of_a_theme_need_one(indre):
    said = indre("coverage", "--territory", "departement:36", "--group", "jeunes")

    assert "go with --theme" in said.err
