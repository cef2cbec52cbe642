"""The fixed interface of `maillage coverage`, on the demonstration."""

from __future__ import annotations

import json

import pytest

from tests.web.conftest import load_demonstration

ASKED = ("coverage", "--territory", "departement:36", "--km", "15", "--on", "2026-11-22")
AGENCIES = ("--points", "AGENCY")


@pytest.fixture
def indre(maillage):
    load_demonstration()
    return maillage


def test_the_object_of_a_territory(indre):
    said = indre(*ASKED, *AGENCIES, "--points", "FRANCE_SERVICES:la-poste", "--json")

    assert (said.status, said.err) == (0, "")
    assert json.loads(said.out) == {
        "territory": "departement:36",
        "name": "Indre",
        "people": 216_069,
        "excluded": 0,
        "share_beyond": 0.187209,
        "mean_km": 8.111,
    }


@pytest.mark.parametrize(("by", "count"), [("municipality", 241), ("clpe", 4), ("department", 1)])
def test_rows_add_up_to_the_territory(indre, by, count):
    rows = json.loads(indre(*ASKED, *AGENCIES, "--by", by, "--json").out)

    assert (len(rows), sum(row["people"] for row in rows)) == (count, 216_069)
    assert set(rows[0]) == {"territory", "name", "people", "excluded", "share_beyond", "mean_km"}


def test_a_place_imagined_brings_people_nearer(indre):
    before = json.loads(indre(*ASKED, *AGENCIES, "--json").out)
    after = json.loads(indre(*ASKED, *AGENCIES, "--add-point", "46.63,1.06", "--json").out)

    assert after["share_beyond"] < before["share_beyond"]


def test_a_table_is_shown_to_a_reader(indre):
    lines = indre(*ASKED, *AGENCIES, "--by", "clpe").out.splitlines()

    assert lines[0].split() == ["people", "beyond", "mean", "km", "left", "out"]
    assert lines[1].split() == ["Châteauroux", "125,603", "25.6%", "11.3", "0"]
    assert lines[-3].split()[0] == "Indre"
    assert lines[-2] == "Beyond 15 km in a straight line of AGENCY: 5 places."


def test_no_place_of_that_kind_is_said_plainly(indre):
    said = indre(*ASKED, "--points", "OUTREACH")
    machine = json.loads(indre(*ASKED, "--points", "OUTREACH", "--json").out)

    assert "No such place is known on that day: everybody is beyond, and there is no mean distance." in said.out
    assert (machine["share_beyond"], machine["mean_km"]) == (1, None)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--territory", "departement:99", *AGENCIES], "holds no loaded municipality"),
        (["--territory", "Indre", *AGENCIES], "is not a territory"),
        (["--points", "SCHOOL"], "is not a kind of place"),
        (["--points", "FRANCE_SERVICES:"], "write the code of a network"),
        (["--points", "FRANCE_SERVICES:nobody"], "is not the code of a network"),
        ([], "Say which places count"),
        ([*AGENCIES, "--km", "-1"], "write a number from 0 to 1000"),
        ([*AGENCIES, "--km", "nan"], "write a number from 0 to 1000"),
        ([*AGENCIES, "--by", "region"], "--by"),
        ([*AGENCIES, "--add-point", "46"], "expected LATITUDE,LONGITUDE"),
        ([*AGENCIES, "--add-point", "460,1"], "expected LATITUDE,LONGITUDE"),
        ([*AGENCIES, "--on", "2026-02-30"], "is not a day"),
    ],
)
def test_mistakes_say_what_to_write(indre, arguments, expected):
    said = indre(*ASKED, *arguments)

    assert said.status == 2
    assert expected in said.err
