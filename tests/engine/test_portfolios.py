"""A portfolio is answered and written chunk after chunk: same rows and counts as in one piece, whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maillage.domain.services import OwnBasis
from maillage.domain.shared import Point
from maillage.engine import portfolios
from maillage.engine.columnar import Index
from maillage.engine.opening_files import XLSX_ROWS_AT_MOST, openings_table, summary_of
from maillage.engine.people_files import read_people
from maillage.engine.portfolios import write_portfolio
from maillage.engine.whole_files import OutputImpossible
from tests.engine.asking import CHATEAUROUX, DAY, HAGUENAU, LE_BLANC, agreement, offer, opens, service

TEXT = agreement(opens("condition: {age: {to: 25}}", "[reserved]"), name="accord")
INDEX = Index.of(
    offer(
        service("law", own_basis=OwnBasis.LAW, location="place-a"),
        service("reserved", reserved_by="Accord", point=Point(46.7, 1.064)),
        service("remote", in_person=False, remote=True, zone="departement:36"),
        texts=[TEXT],
    )
)
HOMES = (LE_BLANC, HAGUENAU, CHATEAUROUX)
FACTS = ("20,jeunes", "30,none", ",", "24,jeunes|RQTH")


def people_file(folder, count=40):
    path = folder / "people.csv"
    lines = [f"p{number},{HOMES[number % 3]},{FACTS[number % 4]}" for number in range(count)]
    path.write_text("\n".join(["id,municipality,age,target_groups", *lines, ""]))
    return path


@pytest.fixture
def people(tmp_path):
    return read_people(people_file(tmp_path), INDEX)


def in_one_piece(people):
    found = INDEX.portfolio(people.rows, people.needs, people.need_start, on=DAY, top=10)
    return openings_table(INDEX, people, found, on=DAY), found


def as_texts(table):
    return table.with_columns(pl.col(pl.Enum).cast(pl.String), pl.col(pl.Categorical).cast(pl.String))


READERS = {"out.csv": pl.read_csv, "out.xlsx": pl.read_excel, "out.parquet": pl.read_parquet}


@pytest.mark.parametrize("name", list(READERS))
def test_what_fits_in_a_chunk_is_written_in_the_order_of_the_file(name, people, tmp_path):
    write_portfolio(INDEX, INDEX.shelves, people, tmp_path / name, on=DAY)

    expected, _ = in_one_piece(people)
    assert_frame_equal(as_texts(READERS[name](tmp_path / name)), as_texts(expected), check_dtypes=False)


@pytest.mark.parametrize("name", list(READERS))
def test_more_is_written_chunk_after_chunk_by_municipality(name, people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", 7)
    told = []

    write_portfolio(INDEX, INDEX.shelves, people, tmp_path / name, on=DAY, progress=told.append)

    expected, _ = in_one_piece(people)
    written = as_texts(READERS[name](tmp_path / name))
    homes = dict(zip(people.ids.to_list(), people.crowd.home.tolist(), strict=True))
    assert [homes[one] for one in written["id"]] == sorted(homes[one] for one in written["id"])
    assert_frame_equal(written, as_texts(expected), check_row_order=False, check_dtypes=False)
    assert told == [7, 14, 21, 28, 35, 40]


@pytest.mark.parametrize("chunk", [7, 1000])
def test_it_is_counted_as_the_whole_table_is(chunk, people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", chunk)
    table, found = in_one_piece(people)
    expected = summary_of(INDEX, people, table, found)

    summary = write_portfolio(INDEX, INDEX.shelves, people, tmp_path / "out.parquet", on=DAY)

    assert (summary.people, summary.with_a_door, summary.openings) == (
        expected.people,
        expected.with_a_door,
        expected.openings,
    )
    assert summary.by_territory.rows() == expected.by_territory.rows()
    assert summary.by_target_group.rows() == expected.by_target_group.rows()
    assert summary.by_agreement.rows() == expected.by_agreement.rows()


@pytest.mark.parametrize("name", list(READERS))
def test_nobody_has_a_file_of_no_rows(name, tmp_path):
    nobody = read_people(people_file(tmp_path, count=0), INDEX)

    summary = write_portfolio(INDEX, INDEX.shelves, nobody, tmp_path / name, on=DAY)

    assert (summary.people, summary.openings, summary.by_territory.height) == (0, 0, 0)
    assert READERS[name](tmp_path / name).height == 0


def test_no_more_openings_are_written_than_are_wanted(people, tmp_path):
    write_portfolio(INDEX, INDEX.shelves, people, tmp_path / "out.parquet", on=DAY, top=1)

    expected, _ = in_one_piece(people)
    written = pl.read_parquet(tmp_path / "out.parquet")
    assert_frame_equal(as_texts(written), as_texts(expected.filter(pl.col("rank") == 1)), check_dtypes=False)


def test_what_is_asked_no_further_is_not_answered(people, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", 1)
    answered = portfolios.answer_by_chunks(INDEX, INDEX.shelves, people, on=DAY, top=10)

    first = next(answered)
    answered.close()

    assert people.crowd.home[first.who].tolist() == [people.crowd.home.min()]
    assert list(answered) == []


def test_more_rows_than_a_sheet_holds_are_refused_with_another_way(people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "XLSX_ROWS_AT_MOST", 3)

    with pytest.raises(OutputImpossible, match=r"do not fit on one sheet .* write \.parquet or \.csv"):
        write_portfolio(INDEX, INDEX.shelves, people, tmp_path / "out.xlsx", on=DAY)

    assert XLSX_ROWS_AT_MOST > 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv"]


KILLED = """
import sys, time
from pathlib import Path
from maillage.engine import portfolios
from maillage.engine.people_files import read_people
from tests.engine.test_portfolios import DAY, INDEX
folder = Path(sys.argv[1])
people = read_people(folder / "people.csv", INDEX)
portfolios.CHUNK = 7
def tell(done):
    (folder / "is-writing").touch()
    time.sleep(60 if done > 20 else 0)
portfolios.write_portfolio(INDEX, INDEX.shelves, people, folder / sys.argv[2], on=DAY, progress=tell)
"""


@pytest.mark.parametrize("name", list(READERS))
def test_a_run_that_is_killed_leaves_no_file_and_the_next_one_finishes(name, people, tmp_path):
    root = Path(__file__).parents[2]
    run = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", KILLED, str(tmp_path), name], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    until = time.monotonic() + 120
    while not (tmp_path / "is-writing").exists() and run.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(run.pid, signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL

    assert not (tmp_path / name).exists()
    assert len(list(tmp_path.glob(".out-*"))) == 1

    write_portfolio(INDEX, INDEX.shelves, people, tmp_path / name, on=DAY)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["is-writing", name, "people.csv"])
    assert READERS[name](tmp_path / name).height == in_one_piece(people)[0].height


def test_a_file_that_another_run_is_writing_is_left_alone(people, tmp_path):
    seen = []

    def meanwhile(_done):
        if not seen:
            seen.append(True)
            write_portfolio(INDEX, INDEX.shelves, people, tmp_path / "out.csv", on=DAY)
            seen.extend(tmp_path.glob(".out-*"))

    write_portfolio(INDEX, INDEX.shelves, people, tmp_path / "out.csv", on=DAY, progress=meanwhile)

    assert len(seen) == 2
    assert pl.read_csv(tmp_path / "out.csv").height == in_one_piece(people)[0].height
