"""`maillage portfolio IN -o OUT`: a row a person in, a row an opening out, every line accounted for."""

from __future__ import annotations

import polars as pl
import pytest

from tests.cli.test_openings import DELEGATION, RECEPTION, demonstration

__all__ = ["demonstration"]

PEOPLE = """\
id,municipality,age,registered,target_groups,barriers,themes,nom
A,67180,20,true,none,none,,Driss
B,67180,20,false,,,,
C,36018,40,,,,numerique,
D,36018,abc,,,,,
E,99999,20,,,,,
A,36018,20,,,,,
"""
COLUMNS = ["id", "rank", "service", "location", "distance_km", "basis", "agreement", "article", "version"]


@pytest.fixture
def answer(maillage, demonstration, tmp_path):
    """Answer for the people, on 1 March 2022; gives what is said and the openings."""

    def run(*options, content=PEOPLE, output="out.csv"):
        (tmp_path / "people.csv").write_text(content)
        said = maillage("portfolio", tmp_path / "people.csv", "-o", tmp_path / output, "--on", "2022-03-01", *options)
        assert (said.status, said.err) == (0, "")
        read = {"csv": pl.read_csv, "xlsx": pl.read_excel, "parquet": pl.read_parquet}[output.rpartition(".")[2]]
        return said.out, read(tmp_path / output)

    return run


def test_there_is_a_row_an_opening(answer):
    _, openings = answer("--top", "2")

    assert openings.columns == COLUMNS
    haguenau = openings.filter(pl.col("id") == "A").select("rank", "service", "basis", "agreement", "article").rows()
    assert haguenau == [
        (1, DELEGATION, "AGREEMENT", "2021-ml-alsace-nord", "P3"),
        (2, RECEPTION, "LAW", None, None),
    ]
    assert openings.filter(pl.col("id") == "B")["service"].to_list()[0] == RECEPTION
    assert openings.group_by("id", maintain_order=True).len().rows() == [("A", 2), ("B", 2), ("C", 2)]


def test_every_line_is_accounted_for_and_what_is_not_read_is_told(answer):
    out, _ = answer("--top", "2")

    assert out.splitlines()[:5] == [
        "6 lines read, 3 people answered, 3 lines rejected.",
        "Columns not read: nom.",
        "  line 5: age « abc »: expected a whole number from 0 to 120",
        "  line 6: municipality « 99999 » is in no loaded vintage",
        "  line 7: id « A » was already given above",
    ]


def test_a_summary_counts_by_territory_target_group_and_agreement(answer):
    out, _ = answer("--top", "2")

    titles = (
        "By department",
        "By target group (a person may be in several)",
        "By agreement and article (the first that each opening cites)",
    )
    lines = out.splitlines()
    assert [line for line in lines if line.startswith("By ")] == list(titles)
    assert lines[lines.index("By department") + 1].split() == ["territory", "people", "with_a_door", "openings"]
    assert lines[lines.index("By department") + 3].split() == ["67", "2", "2", "4"]


@pytest.mark.parametrize("output", ["out.csv", "out.xlsx", "out.parquet"])
def test_openings_are_written_as_their_name_says(output, answer):
    _, openings = answer(output=output)

    assert openings.columns == COLUMNS
    assert openings.height > 10


def test_only_twenty_rejected_lines_are_shown(answer):
    many = "id,municipality\nA,67180\n" + "".join(f"B{number},00000\n" for number in range(25))

    out, _ = answer(content=many)

    assert "26 lines read, 1 people answered, 25 lines rejected." in out
    assert "  and 5 more" in out.splitlines()


MISTAKES = [
    (["absent.csv", "-o", "out.csv"], "absent.csv is not a file"),
    (["people.csv", "-o", "out.doc"], "out.doc: expected a name that ends in .csv, .xlsx, .parquet."),
    (["people.csv", "-o", "absent/out.csv"], "absent is not a folder"),
    (["people.csv"], "Missing option '-o'"),
    (["people.csv", "-o", "out.csv", "--top", "0"], "0 is not in the range"),
    (["people.csv", "-o", "out.csv", "--on", "2022-02-30"], "« 2022-02-30 » is not a day"),
    (["people.csv", "-o", "out.csv", "--agreements", "/nowhere"], "/nowhere holds no agreement"),
    (["noid.csv", "-o", "out.csv"], "noid.csv has no column id"),
]


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES)
def test_a_mistake_is_a_sentence_and_nothing_is_written(arguments, expected, maillage, db, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "noid.csv").write_text("municipality\n67180\n")

    said = maillage("portfolio", *arguments)

    assert (said.status, said.out) == (2, "")
    assert expected in said.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["noid.csv", "people.csv"]
