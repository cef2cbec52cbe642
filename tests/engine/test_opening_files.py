"""Openings are written whole to the files they are asked for in, or refused before any work."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maillage.engine.opening_files import (
    XLSX_ROWS_AT_MOST,
    OutputImpossible,
    check_output,
    write_openings,
)

OPENINGS = pl.DataFrame(
    {
        "id": ["A", "A", "B"],
        "rank": pl.Series([1, 2, 1], dtype=pl.Int16),
        "service": pl.Series(["law", "remote", "law"], dtype=pl.Enum(["law", "remote"])),
        "distance_km": [0.0, None, 7.45],
        "agreement": [None, "accord", None],
    }
)


@pytest.mark.parametrize(
    ("name", "read"),
    [("out.csv", pl.read_csv), ("out.XLSX", pl.read_excel), ("out.parquet", pl.read_parquet)],
)
def test_what_is_written_is_read_again_alike(name, read, tmp_path):
    write_openings(OPENINGS, tmp_path / name)

    texts = [pl.col(column).cast(pl.String) for column, kind in OPENINGS.schema.items() if kind == pl.Enum]
    assert_frame_equal(read(tmp_path / name), OPENINGS.with_columns(texts), check_dtypes=False)


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
