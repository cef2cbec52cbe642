"""The openings of a portfolio as a table, its summary, and the files it is written to."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maillage.domain.services import OwnBasis
from maillage.domain.shared import Point
from maillage.engine.columnar import Index
from maillage.engine.opening_files import (
    XLSX_ROWS_AT_MOST,
    OutputImpossible,
    check_output,
    openings_table,
    summary_of,
    write_openings,
)
from maillage.engine.people_files import read_people
from tests.engine.asking import DAY, agreement, offer, opens, service

TEXT = agreement(opens("condition: {age: {to: 25}}", "[reserved]"), name="accord")
INDEX = Index.of(
    offer(
        service("law", own_basis=OwnBasis.LAW, location="place-a"),
        service("reserved", reserved_by="Accord", point=Point(46.7, 1.064)),
        service("remote", in_person=False, remote=True, zone="departement:36"),
        texts=[TEXT],
    )
)
PEOPLE = """\
id,municipality,age,target_groups
A,36018,20,jeunes
B,36018,30,none
C,67180,20,jeunes|RQTH
"""
VERSION = f"2024-01-01+{TEXT.digest[:8]}"


@pytest.fixture
def answered(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    people = read_people(path, INDEX)
    found = INDEX.portfolio(people.rows, people.needs, people.need_start, on=DAY, top=10)
    return people, found, openings_table(INDEX, people, found, on=DAY)


def test_there_is_a_row_an_opening_with_its_ground(answered):
    _, _, openings = answered

    assert openings.columns == [
        "id",
        "rank",
        "service",
        "location",
        "distance_km",
        "basis",
        "agreement",
        "article",
        "version",
    ]
    assert openings.rows() == [
        ("A", 1, "law", "place-a", 0.0, "LAW", None, None, None),
        ("A", 2, "reserved", None, 7.45, "AGREEMENT", "accord", "P1", VERSION),
        ("A", 3, "remote", None, None, "OWN_MISSION", None, None, None),
        ("B", 1, "law", "place-a", 0.0, "LAW", None, None, None),
        ("B", 2, "remote", None, None, "OWN_MISSION", None, None, None),
    ]


def test_people_and_openings_are_counted_by_territory_group_and_agreement(answered):
    people, found, openings = answered
    summary = summary_of(INDEX, people, openings, found)

    assert (summary.people, summary.with_a_door, summary.openings) == (3, 2, 5)
    assert summary.by_territory.rows() == [("36", 2, 2, 5), ("67", 1, 0, 0)]
    assert summary.by_target_group.rows() == [("jeunes", 2, 1, 3), ("RQTH", 1, 0, 0)]
    assert summary.by_agreement.rows() == [("accord", "P1", 1, 1)]


def test_a_portfolio_of_nobody_has_an_empty_table(tmp_path):
    (tmp_path / "nobody.csv").write_text("id,municipality\n")
    index = Index.of(offer())
    people = read_people(tmp_path / "nobody.csv", index)
    found = index.portfolio(people.rows, people.needs, people.need_start, on=DAY)
    openings = openings_table(index, people, found, on=DAY)

    assert openings.shape == (0, 9)
    assert summary_of(index, people, openings, found).openings == 0


@pytest.mark.parametrize(
    ("name", "read"),
    [("out.csv", pl.read_csv), ("out.XLSX", pl.read_excel), ("out.parquet", pl.read_parquet)],
)
def test_what_is_written_is_read_again_alike(name, read, answered, tmp_path):
    _, _, openings = answered

    write_openings(openings, tmp_path / name)

    texts = [pl.col(column).cast(pl.String) for column, kind in openings.schema.items() if kind == pl.Enum]
    assert_frame_equal(read(tmp_path / name), openings.with_columns(texts), check_dtypes=False)


FORMULAS = {
    "=1+1": "'=1+1",
    "+33 rings": "'+33 rings",
    "-cmd": "'-cmd",
    "@SUM(A1)": "'@SUM(A1)",
    "\tx": "'\tx",
    "-12.5": "-12.5",
    "+3": "+3",
    "plain": "plain",
}


@pytest.mark.parametrize(("name", "read"), [("out.csv", pl.read_csv), ("out.xlsx", pl.read_excel)])
def test_formulas_are_neutralised_in_what_a_spreadsheet_opens(name, read, tmp_path):
    write_openings(pl.DataFrame({"id": list(FORMULAS), "service": list(FORMULAS)}), tmp_path / name)

    assert read(tmp_path / name)["id"].to_list() == list(FORMULAS.values())


def test_parquet_keeps_the_texts_as_they_are(tmp_path):
    write_openings(pl.DataFrame({"id": list(FORMULAS)}), tmp_path / "out.parquet")

    assert pl.read_parquet(tmp_path / "out.parquet")["id"].to_list() == list(FORMULAS)


def test_more_rows_than_a_sheet_holds_are_refused_with_another_way(tmp_path):
    many = pl.DataFrame({"id": pl.repeat("A", XLSX_ROWS_AT_MOST + 1, eager=True)})

    with pytest.raises(
        OutputImpossible, match=r"1,048,576 openings do not fit on one sheet .* write \.parquet or \.csv"
    ):
        write_openings(many, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("out.doc", "out.doc: expected a name that ends in .csv, .xlsx, .parquet."),
        ("absent/out.csv", "is not a folder: make it first, or write elsewhere."),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_any_work(place, expected, tmp_path):
    with pytest.raises(OutputImpossible) as refused:
        check_output(tmp_path / place)

    assert expected in str(refused.value)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_file_that_cannot_be_opened_says_why(ending, tmp_path):
    (tmp_path / f"out.{ending}").mkdir()

    with pytest.raises(OutputImpossible, match="cannot be written: "):
        write_openings(pl.DataFrame({"id": ["A"]}), tmp_path / f"out.{ending}")
