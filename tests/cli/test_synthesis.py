"""`maillage synth people OUT`: a portfolio of invented people, and what forbids one."""

from __future__ import annotations

import polars as pl
import pytest

from tests.cli.test_openings import demonstration

__all__ = ["demonstration"]


def test_people_are_invented_then_answered(maillage, demonstration, tmp_path):
    file, output = tmp_path / "people.parquet", tmp_path / "openings.parquet"

    said = maillage("synth", "people", file, "--count", "300", "--departments", "36,67", "--on", "2022-03-01")
    answered = maillage("portfolio", file, "-o", output, "--on", "2022-03-01", "--top", "2")

    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("300 invented people (seed 2026) in ")
    assert pl.read_parquet_metadata(file)["departments"] == "36,67"
    assert answered.out.startswith("300 lines read, 300 people answered, 0 lines rejected.")
    assert pl.read_parquet(output).height > 300


def test_the_figures_that_people_are_spread_by_are_said(maillage, demonstration, tmp_path):
    (tmp_path / "jobseekers.csv").write_text("departement,inscrits\n36,1000\n67,0\n")
    file = tmp_path / "people.csv"

    said = maillage("synth", "people", file, "--count", "50", "--jobseekers", tmp_path / "jobseekers.csv")

    assert "by department, jobseekers.csv." in said.out
    assert set(pl.read_csv(file, schema_overrides={"municipality": pl.String})["municipality"].str.head(2)) == {"36"}


MISTAKES = [
    (["people.xlsx"], "expected a name that ends in .parquet or .csv"),
    (["absent/people.csv"], "absent is not a folder"),
    (["people.csv", "--count", "0"], "0 is not in the range"),
    (["people.csv", "--departments", "99"], "department 99"),
    (["people.csv", "--jobseekers", "absent.csv"], "absent.csv is not a file"),
    (["people.csv", "--on", "2022-02-30"], "« 2022-02-30 » is not a day"),
]


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES)
def test_a_mistake_is_a_sentence_and_nothing_is_written(
    arguments, expected, maillage, demonstration, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)

    said = maillage("synth", "people", *arguments)

    assert (said.status, said.out) == (2, "")
    assert expected in said.err
    assert list(tmp_path.iterdir()) == []
