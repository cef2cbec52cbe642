"""`maillage portfolio IN -o OUT --within-capacity PLACES`: a proposal that never exceeds a place."""

from __future__ import annotations

import polars as pl
import pytest

from tests.cli.test_openings import DELEGATION, RECEPTION, demonstration

__all__ = ["demonstration"]

PEOPLE = "id,municipality,age,registered,waiting_since\n" + "".join(
    f"{name},67180,20,true,2022-01-{day:02}\n" for day, name in enumerate("ABCD", start=1)
)


@pytest.fixture
def propose(maillage, demonstration, tmp_path):
    def run(places, *options):
        (tmp_path / "people.csv").write_text(PEOPLE)
        (tmp_path / "places.csv").write_text(places)
        arguments = ("portfolio", tmp_path / "people.csv", "-o", tmp_path / "out.parquet", "--on", "2022-03-01")
        return maillage(*arguments, "--within-capacity", tmp_path / "places.csv", *options)

    return run


def test_places_are_proposed_and_what_is_missing_is_told(propose, tmp_path):
    said = propose(f"service,places\n{DELEGATION},1\n{RECEPTION},2\n", "--seed", "9")

    assert (said.status, said.err) == (0, "")
    openings = pl.read_parquet(tmp_path / "out.parquet")
    assert openings.filter(pl.col("service") == DELEGATION)["id"].to_list() == ["A"]
    assert openings.filter(pl.col("service") == RECEPTION)["id"].to_list() == ["B", "C"]
    assert openings["status"].unique().to_list() == ["proposition"]
    lines = said.out.splitlines()
    assert lines[0] == "4 lines read, 4 people answered, 0 lines rejected."
    assert lines[1].startswith("Proposition, seed 9: advisers confirm it line by line.")
    assert lines[2] == "1 people at the first of their open doors, 3 at another for want of a place;"
    assert "Places missing, by department and theme of the first open door" in lines
    assert lines[lines.index("Places, by service or delegation") + 1].split()[:3] == ["pool", "places", "held"]


def test_a_mistake_in_the_places_is_told_and_nothing_is_written(propose, tmp_path):
    said = propose("service,places\nabsent,1\n")

    assert (said.status, said.out) == (2, "")
    assert "line 2: service « absent »: no such service" in said.err
    assert not (tmp_path / "out.parquet").exists()


def test_places_that_are_no_file_are_told(maillage, demonstration, tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE)

    said = maillage(
        "portfolio", tmp_path / "people.csv", "-o", tmp_path / "out.csv", "--within-capacity", tmp_path / "absent.csv"
    )

    assert (said.status, "absent.csv is not a file" in said.err) == (2, True)
