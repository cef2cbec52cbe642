"""An index written for other processes answers there as here: same openings, same people left out."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from maillage.engine.columnar import Index
from maillage.engine.people_files import read_people
from maillage.engine.portfolios import Words, work_through
from maillage.engine.sharing import ARRAYS, answer_batch, share, shared_in
from tests.engine.asking import CHATEAUROUX, LE_BLANC, agreement, offer, opens, service

ON = date(2026, 6, 1)
TEXT = agreement(opens("condition: {age: {from: 18, to: 25}}", services="[atelier]"))
INDEX = Index.of(
    offer(
        service("atelier", reserved_by="texte"),
        service("permis", themes=frozenset({"mobilite--preparer-un-permis"})),
        service("conseil", remote=True, in_person=False),
        texts=[TEXT],
    )
)
PEOPLE = pl.DataFrame(
    {
        "id": [1, 2, 3, 4],
        "municipality": [LE_BLANC, CHATEAUROUX, "99999", LE_BLANC],
        "age": ["20", None, "30", "une"],
        "themes": ["mobilite", None, None, None],
    }
)


@pytest.fixture
def shared(tmp_path):
    share(INDEX, tmp_path, on=ON, top=5)
    return shared_in(tmp_path)


def test_a_batch_is_answered_as_on_one_machine(shared, tmp_path):
    file = tmp_path / "people.parquet"
    PEOPLE.write_parquet(file)
    read = read_people(file, INDEX)
    words = Words(INDEX, on=ON)
    expected = pl.concat(work_through(INDEX, read, lambda chunk: words.table(read.ids, chunk), on=ON, top=5))

    openings, _ = answer_batch(shared, PEOPLE)

    assert set(openings["id"]) == {1, 2}
    assert_frame_equal(openings.sort("id", "rank"), expected.sort("id", "rank"))


def test_people_left_out_are_told_by_their_id(shared):
    _, rejected = answer_batch(shared, PEOPLE)

    assert dict(rejected.rows()) == {
        "3": "municipality « 99999 » is in no loaded vintage",
        "4": "age « une »: expected a whole number from 0 to 120",
    }


def test_nobody_is_answered_by_nothing(shared):
    openings, rejected = answer_batch(shared, PEOPLE.clear())

    assert (openings.height, rejected.height) == (0, 0)


def test_arrays_are_those_of_the_file(shared, tmp_path):
    here, there = INDEX.layout.places, shared.index.layout.places

    assert np.array_equal(here.latitude, there.latitude)
    assert not there.latitude.flags.owndata
    assert (tmp_path / ARRAYS).stat().st_size > there.latitude.nbytes


def test_a_folder_is_opened_once_a_process(shared, tmp_path):
    assert shared_in(tmp_path) is shared


def test_what_one_process_writes_stays_its_own(shared, tmp_path):
    before = (tmp_path / ARRAYS).read_bytes()

    shared.index.layout.places.latitude[:] = 0

    assert (tmp_path / ARRAYS).read_bytes() == before
