"""Invented people: where they live follows the figures, their facts hold together, the same seed gives the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from maillage.domain.people import BARRIERS, TARGET_GROUPS
from maillage.domain.territories import Geography, Municipality
from maillage.engine.clauses import THEMES
from maillage.engine.columnar import Index
from maillage.engine.opening_files import OutputImpossible
from maillage.engine.people_files import PortfolioUnreadable, read_people
from maillage.engine.synthesis import (
    DRAWN_AT_ONCE,
    NEEDS,
    NobodyToInvent,
    draw_people,
    homes_of,
    people_table,
    read_jobseekers,
    write_people,
)
from tests.engine.asking import offer

ON = date(2026, 6, 1)
PLACES = Geography(
    "2026",
    {
        code: Municipality(code, code, None, population, department=code[:2])
        for code, population in (
            ("36001", 1_000),
            ("36002", 3_000),
            ("67001", 400_000),
            ("67002", None),
            ("98001", 4_000),
        )
    },
)


def table(count=20_000, seed=1, **kept):
    homes = homes_of(kept.get("places", PLACES), kept.get("rates", {}), kept.get("jobseekers", {}))
    return people_table(homes, draw_people(homes, count=count, seed=seed), on=ON)


@pytest.fixture(scope="module")
def people():
    return table()


WEIGHTS = [
    # rates, jobseekers, departments -> expected share of 36001, 36002, 67001, 98001
    ({}, {}, (), (1, 3, 400, 4)),
    ({"36": 10.0, "67": 5.0}, {}, (), (1 * 10, 3 * 10, 400 * 5, 4 * 7.5)),
    ({"36": 10.0, "67": 5.0}, {"36": 40, "67": 160}, (), (10, 30, 160, 30 * 200 / 2040)),
    ({}, {"36": 40, "67": 160, "98": 0}, (), (10, 30, 160, 0)),
    ({"36": 10.0}, {}, ("36",), (1, 3)),
]


@pytest.mark.parametrize(("rates", "jobseekers", "departments", "expected"), WEIGHTS)
def test_people_live_where_jobseekers_do(rates, jobseekers, departments, expected):
    homes = homes_of(PLACES, rates, jobseekers, departments)

    assert homes.codes == ("36001", "36002", "67001", "98001")[: len(expected)]
    assert homes.weight == pytest.approx(np.array(expected) / sum(expected))


def test_unemployment_raises_the_pressure_of_a_department_within_bounds():
    homes = homes_of(PLACES, {"36": 50.0, "67": 5.0, "98": 1.0}, {})

    assert homes.pressure.tolist() == [1.8, 1.8, pytest.approx(5 / ((4 * 50 + 400 * 5 + 4) / 408)), 0.6]


NOBODY = [
    (Geography("none", {}), {}, (), "No inhabited municipality is loaded"),
    (PLACES, {}, ("36", "99"), "department 99"),
    (PLACES, {"36": 0}, ("36",), "count nobody there"),
]


@pytest.mark.parametrize(("places", "jobseekers", "departments", "expected"), NOBODY)
def test_nobody_is_invented_where_nobody_is_known(places, jobseekers, departments, expected):
    with pytest.raises(NobodyToInvent, match=expected):
        homes_of(places, {}, jobseekers, departments)


def test_each_municipality_has_its_share_to_the_nearest_person(people):
    homes = homes_of(PLACES, {}, {})

    counts = people.group_by("municipality").len().sort(pl.col("municipality").cast(pl.String))["len"]

    assert np.abs(counts.to_numpy() - homes.weight * people.height).max() <= 1


def groups(people):
    held = pl.col("target_groups").cast(pl.String).str.split("|")
    return {group: people.select(held.list.contains(group)).to_series() for group in TARGET_GROUPS}


IMPLIED = [
    ("jeunes", pl.col("age") <= 25),
    ("seniors", pl.col("age") >= 55),
    ("demandeurs-emploi", pl.col("registered")),
    ("LONG_TERM", pl.col("registered_for_months") >= 12),
    ("VERY_LONG_TERM", pl.col("registered_for_months") >= 24),
    ("beneficiaires-des-minimas-sociaux", pl.col("minimum_income")),
    ("residents-qpv-frr", pl.col("priority_neighbourhood")),
    ("personnes-en-situation-de-handicap", pl.col("boe")),
]


@pytest.mark.parametrize(("group", "rule"), IMPLIED, ids=[group for group, _ in IMPLIED])
def test_groups_and_facts_say_the_same(group, rule, people):
    held = groups(people)[group]
    known = held.is_not_null()

    assert held.filter(known).to_list() == people.select(rule).to_series().filter(known).to_list()
    assert 0 < held.sum() < people.height


def test_disabled_workers_are_beneficiaries_of_the_duty_to_employ(people):
    assert people.filter(groups(people)["RQTH"])["boe"].all()


def test_nobody_is_registered_since_before_leaving_school_nor_waits_since_before_registering(people):
    registered = people.filter("registered")
    waited = (ON - registered["waiting_since"]).dt.total_days()

    assert (registered["registered_for_months"] <= (registered["age"] - 15) * 12).all()
    assert (waited <= registered["registered_for_months"] * 30).all()
    assert people.filter(~pl.col("registered"))["registered_for_months"].drop_nulls().unique().to_list() == [0]
    assert people["waiting_since"].max() <= ON


def test_facts_are_unknown_together_for_those_not_yet_met(people):
    facts = ("target_groups", "registered_for_months", "boe", "minimum_income", "priority_neighbourhood")
    unknown = people.select(pl.col(name).is_null() for name in facts)

    assert (unknown.sum_horizontal().is_in([0, len(facts)])).all()
    assert 0.03 < unknown["boe"].mean() < 0.05
    assert people["barriers"].null_count() > 2 * unknown["boe"].sum()


def test_what_is_drawn_is_what_a_portfolio_reads(people, tmp_path):
    assert set(NEEDS) <= THEMES
    file = tmp_path / "people.parquet"
    write_people(people, file, origin={"synthetic": "true"})

    read = read_people(file, Index.of(replace(offer(), geography=PLACES)))

    assert (read.read, read.rejected) == (people.height, ())
    assert set(read.unread) <= {"waiting_since", "synthetic"}


def test_a_person_asks_for_three_different_needs_at_most(people):
    asked = people["themes"].cast(pl.String).drop_nulls().str.split("|")

    assert (asked.list.len() == asked.list.n_unique()).all()
    assert sorted(asked.list.len().unique()) == [1, 2, 3]


def test_barriers_are_codes_or_none(people):
    found = set(people["barriers"].cast(pl.String).drop_nulls().str.split("|").explode())

    assert found == {*BARRIERS, "none"}


def test_the_same_seed_gives_the_same_people_and_another_others():
    assert table(500).equals(table(500))
    assert not table(500).equals(table(500, seed=2))


def test_a_block_is_drawn_after_the_other():
    done = []
    homes = homes_of(PLACES, {}, {})

    blocks = draw_people(homes, count=DRAWN_AT_ONCE + 10, seed=1, progress=done.append)

    assert [len(block.home) for block in blocks] == [DRAWN_AT_ONCE, 10]
    assert done == [DRAWN_AT_ONCE, DRAWN_AT_ONCE + 10]
    assert not np.array_equal(blocks[0].age[:10], blocks[1].age)


@pytest.mark.parametrize("name", ["people.csv", "people.parquet"])
def test_files_say_that_they_are_synthetic(name, tmp_path):
    file = tmp_path / name
    write_people(table(50), file, origin={"synthetic": "true", "seed": "1"})

    read = pl.read_csv(file) if name.endswith("csv") else pl.read_parquet(file)
    assert read["synthetic"].all()
    if name.endswith("parquet"):
        assert pl.read_parquet_metadata(file)["synthetic"] == "true"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("people.xlsx", "expected a name that ends in"),
        ("absent/people.csv", "not a folder"),
        (f"{'x' * 250}.csv", "cannot be written"),
    ],
)
def test_a_file_that_cannot_be_is_refused(name, expected, tmp_path):
    with pytest.raises(OutputImpossible, match=expected):
        write_people(table(5), tmp_path / name, origin={})
    assert list(tmp_path.iterdir()) == []


def test_nothing_stays_of_a_file_that_could_not_be_written(tmp_path):
    (tmp_path / "people.csv").mkdir()

    with pytest.raises(OutputImpossible, match="cannot be written"):
        write_people(table(5), tmp_path / "people.csv", origin={})
    assert [file.name for file in tmp_path.iterdir()] == ["people.csv"]


JOBSEEKERS = [
    ("departement,inscrits\n36,13000\n2A,\n67,70000.0\n", {"36": 13000.0, "67": 70000.0}),
    ("departement,mois,A,B,C\n36,2016-05,1,1,1\n36,2016-06,10500,2400,4100\n", {"36": 17000.0}),
]


@pytest.mark.parametrize(("content", "expected"), JOBSEEKERS)
def test_jobseekers_are_read_from_either_table(content, expected, tmp_path):
    (tmp_path / "jobseekers.csv").write_text(content)

    assert read_jobseekers(tmp_path / "jobseekers.csv") == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("code,count\n36,1\n", "expected departement,inscrits"),
        ("departement,inscrits\n36,many\n", "with counts"),
        ("departement,inscrits\n36,-1\n", "below 0"),
    ],
)
def test_a_table_of_jobseekers_that_cannot_be_is_refused(content, expected, tmp_path):
    (tmp_path / "jobseekers.csv").write_text(content)

    with pytest.raises(PortfolioUnreadable, match=expected):
        read_jobseekers(tmp_path / "jobseekers.csv")
