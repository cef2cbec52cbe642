"""A portfolio is answered and written chunk after chunk: same rows and counts as in one piece, whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maillage.domain.services import OwnBasis
from maillage.domain.shared import Point
from maillage.engine import portfolios
from maillage.engine.changing import Change, offer_after
from maillage.engine.columnar import Index
from maillage.engine.opening_files import XLSX_ROWS_AT_MOST
from maillage.engine.patching import index_after
from maillage.engine.people_files import read_people
from maillage.engine.portfolios import write_portfolio
from maillage.engine.whole_files import OutputImpossible
from tests.engine.asking import (
    CHATEAUROUX,
    DAY,
    HAGUENAU,
    LE_BLANC,
    OPENING,
    PLACES,
    agreement,
    offer,
    openings_of,
    opens,
    person,
    service,
)
from tests.engine.test_reshelving import doors_of

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
FACTS = (
    ("20,jeunes", "age: 20, target_groups: [jeunes]"),
    ("30,none", "age: 30, target_groups: []"),
    (",", ""),
    ("24,jeunes|RQTH", "age: 24, target_groups: [jeunes, RQTH]"),
)
EVERYBODY = {f"p{number}": person(FACTS[number % 4][1], HOMES[number % 3]) for number in range(40)}
NAMED = "id,municipality,age,target_groups\n"


def people_file(folder, count=40):
    path = folder / "people.csv"
    lines = [f"p{number},{HOMES[number % 3]},{FACTS[number % 4][0]}" for number in range(count)]
    path.write_text(NAMED + "".join(f"{line}\n" for line in lines))
    return path


@pytest.fixture
def people(tmp_path):
    return read_people(people_file(tmp_path), INDEX)


def one_by_one(top=10):
    """What the reference answers for everybody."""
    return pl.DataFrame(openings_of(INDEX.offer, EVERYBODY, top=top), schema=OPENING, orient="row")


def as_texts(table):
    return table.with_columns(pl.col(pl.Enum).cast(pl.String), pl.col(pl.Categorical).cast(pl.String))


READERS = {"out.csv": pl.read_csv, "out.xlsx": pl.read_excel, "out.parquet": pl.read_parquet}


@pytest.mark.parametrize("name", list(READERS))
def test_what_fits_in_a_chunk_is_written_in_the_order_of_the_file(name, people, tmp_path):
    write_portfolio(INDEX, people, tmp_path / name, on=DAY)

    assert_frame_equal(as_texts(READERS[name](tmp_path / name)), one_by_one(), check_dtypes=False)


@pytest.mark.parametrize("name", list(READERS))
def test_more_is_written_chunk_after_chunk_by_municipality(name, people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", 7)
    told = []

    write_portfolio(INDEX, people, tmp_path / name, on=DAY, progress=told.append)

    written = as_texts(READERS[name](tmp_path / name))
    homes = dict(zip(people.ids.to_list(), people.crowd.home.tolist(), strict=True))
    assert [homes[one] for one in written["id"]] == sorted(homes[one] for one in written["id"])
    assert_frame_equal(written, one_by_one(), check_row_order=False, check_dtypes=False)
    assert told == [7, 14, 21, 28, 35, 40]


def counted(doors, kinds):
    """Count people, those with a door and openings by kind; ``kinds`` gives those of a person, as they are told."""
    found = {}
    for name, one in EVERYBODY.items():
        for kind in kinds(one):
            line = found.setdefault(kind, [0, 0, 0])
            line[:] = line[0] + 1, line[1] + (doors.get(name, 0) > 0), line[2] + doors.get(name, 0)
    return sorted((kind, *line) for kind, line in found.items())


@pytest.mark.parametrize("chunk", [7, 1000])
def test_it_is_counted_as_its_people_are_one_by_one(chunk, people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", chunk)
    table = one_by_one()
    doors = dict(table.group_by("id").len().rows())

    summary = write_portfolio(INDEX, people, tmp_path / "out.parquet", on=DAY)

    assert (summary.people, summary.with_a_door, summary.openings) == (40, len(doors), table.height)
    assert summary.by_territory.rows() == counted(doors, lambda one: [PLACES.municipality(one.municipality).department])
    assert sorted(summary.by_target_group.rows()) == counted(doors, lambda one: one.target_groups or ())
    cited = table.filter(pl.col("agreement").is_not_null())
    assert summary.by_agreement.rows() == [("accord", "P1", cited["id"].n_unique(), cited.height)]


THREE_PEOPLE = NAMED + "A,36018,20,jeunes\nB,36018,30,none\nC,67180,20,jeunes|RQTH\n"


@pytest.fixture
def three(tmp_path):
    path = tmp_path / "three.csv"
    path.write_text(THREE_PEOPLE)
    return write_portfolio(INDEX, read_people(path, INDEX), tmp_path / "out.parquet", on=DAY)


def test_there_is_a_row_an_opening_with_its_ground(three, tmp_path):
    openings = pl.read_parquet(tmp_path / "out.parquet")

    assert tuple(openings.columns) == OPENING
    assert openings.rows() == [
        ("A", 1, "law", "place-a", 0.0, "LAW", None, None, None),
        ("A", 2, "reserved", None, 7.45, "AGREEMENT", "accord", "P1", f"2024-01-01+{TEXT.digest[:8]}"),
        ("A", 3, "remote", None, None, "OWN_MISSION", None, None, None),
        ("B", 1, "law", "place-a", 0.0, "LAW", None, None, None),
        ("B", 2, "remote", None, None, "OWN_MISSION", None, None, None),
    ]


def test_people_and_openings_are_counted_by_territory_group_and_agreement(three):
    assert (three.people, three.with_a_door, three.openings) == (3, 2, 5)
    assert three.by_territory.rows() == [("36", 2, 2, 5), ("67", 1, 0, 0)]
    assert three.by_target_group.rows() == [("jeunes", 2, 1, 3), ("RQTH", 1, 0, 0)]
    assert three.by_agreement.rows() == [("accord", "P1", 1, 1)]


def test_nobody_in_an_offer_of_nothing_has_an_empty_table(tmp_path):
    index = Index.of(offer())
    nobody = read_people(people_file(tmp_path, count=0), index)

    summary = write_portfolio(index, nobody, tmp_path / "out.parquet", on=DAY)

    assert (summary.openings, pl.read_parquet(tmp_path / "out.parquet").shape) == (0, (0, 9))


@pytest.mark.parametrize("name", list(READERS))
def test_nobody_has_a_file_of_no_rows(name, tmp_path):
    nobody = read_people(people_file(tmp_path, count=0), INDEX)

    summary = write_portfolio(INDEX, nobody, tmp_path / name, on=DAY)

    assert (summary.people, summary.openings, summary.by_territory.height) == (0, 0, 0)
    assert READERS[name](tmp_path / name).height == 0


def test_no_more_openings_are_written_than_are_wanted(people, tmp_path):
    write_portfolio(INDEX, people, tmp_path / "out.parquet", on=DAY, top=1)

    assert_frame_equal(as_texts(pl.read_parquet(tmp_path / "out.parquet")), one_by_one(top=1), check_dtypes=False)


def test_what_is_asked_no_further_is_not_answered(people, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", 1)
    answered = portfolios.work_through(INDEX, people, lambda chunk: chunk, on=DAY, top=10)

    first = next(answered)
    answered.close()

    assert people.crowd.home[first.who].tolist() == [people.crowd.home.min()]
    assert list(answered) == []


def test_more_rows_than_a_sheet_holds_are_refused_with_another_way(people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "XLSX_ROWS_AT_MOST", 3)

    with pytest.raises(OutputImpossible, match=r"do not fit on one sheet .* write \.parquet or \.csv"):
        write_portfolio(INDEX, people, tmp_path / "out.xlsx", on=DAY)

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
portfolios.write_portfolio(INDEX, people, folder / sys.argv[2], on=DAY, progress=tell)
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

    write_portfolio(INDEX, people, tmp_path / name, on=DAY)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["is-writing", name, "people.csv"])
    assert READERS[name](tmp_path / name).height == one_by_one().height


def test_a_file_that_another_run_is_writing_is_left_alone(people, tmp_path):
    seen = []

    def meanwhile(_done):
        if not seen:
            seen.append(True)
            write_portfolio(INDEX, people, tmp_path / "out.csv", on=DAY)
            seen.extend(tmp_path.glob(".out-*"))

    write_portfolio(INDEX, people, tmp_path / "out.csv", on=DAY, progress=meanwhile)

    assert len(seen) == 2
    assert pl.read_csv(tmp_path / "out.csv").height == one_by_one().height


def test_shelves_that_are_not_laid_out_are_for_the_people_at_hand_only(people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", 7)
    monkeypatch.setattr(portfolios, "CHUNKS_TOGETHER", 2)
    index, laid_out = Index.of(INDEX.offer), []

    def of_some(self, homes):
        laid_out.append(homes.tolist())
        return Index.laid_out_for(self, homes)

    monkeypatch.setattr(index, "laid_out_for", of_some.__get__(index), raising=False)

    write_portfolio(index, people, tmp_path / "out.parquet", on=DAY)

    here = sorted(set(people.crowd.home.tolist()))
    assert laid_out == [here[:1], here[1:], here[2:]]
    assert "shelves" not in vars(index)
    written = as_texts(pl.read_parquet(tmp_path / "out.parquet"))
    assert_frame_equal(written, one_by_one(), check_row_order=False, check_dtypes=False)


def test_shelves_of_some_municipalities_hold_theirs_and_no_others():
    whole, homes = Index.of(INDEX.offer), [INDEX.tables.position[code] for code in (LE_BLANC, HAGUENAU)]

    part = whole.laid_out_for(np.array(homes))

    assert [doors_of(part, home) for home in homes] == [doors_of(whole, home) for home in homes]
    far = whole.shelves.far_shelf, part.shelves.far_shelf
    assert [doors_of(part, far[1][home]) for home in homes] == [doors_of(whole, far[0][home]) for home in homes]
    assert not any(doors_of(part, home) for home in range(len(whole.points)) if home not in homes)
    assert whole.laid_out_for(np.array(homes)) is whole


NEW = service("nouveau", point=PLACES.municipality("36018").point)
MOVES = {
    "followed nothing": None,
    "followed what moves nothing": Change(),
    "followed a service that comes": Change(services={NEW.id: NEW}),
}


@pytest.mark.parametrize("change", MOVES.values(), ids=MOVES)
def test_planes_are_given_back_behind_unless_they_have_followed_a_change(change, people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", 7)
    given_back = []
    monkeypatch.setattr(portfolios, "let_go", lambda _array, first, last: given_back.append((first, last)))
    index = Index.of(INDEX.offer, vacant_count=4)
    assert len(index.shelves.doors)
    if change is not None:
        index = index_after(index, offer_after(index.offer, change))

    write_portfolio(index, people, tmp_path / "out.xlsx", on=DAY)

    has_moved = "nouveau" in index.ids
    assert bool(given_back) is not has_moved
    assert ("nouveau" in pl.read_excel(tmp_path / "out.xlsx")["service"]) is has_moved
