"""Records stay texts until somebody asks for one; whoever walks all of them keeps none."""

from __future__ import annotations

import pytest

from maillage.engine.records import Records, each_once
from maillage.engine.storing import texts_of


@pytest.fixture
def asked():
    return []


@pytest.fixture
def records(asked):
    def read(text):
        asked.append(text)
        return text.decode().upper()

    return Records.of(["a", "b"], *texts_of([b"one", b"two"]), read)


def test_a_record_asked_for_is_read_once_and_kept(records, asked):
    assert [records["b"], records["b"], records["a"]] == ["TWO", "TWO", "ONE"]
    assert asked == [b"two", b"one"]


def test_records_walked_are_not_kept(records, asked):
    assert list(each_once(records, ["b", "", "a"], "none")) == ["TWO", "none", "ONE"]
    assert records["a"] == "ONE"
    assert asked == [b"two", b"one", b"one"]


def test_a_record_that_is_kept_is_not_read_again(records, asked):
    assert [records["a"], records.once("a")] == ["ONE", "ONE"]
    assert asked == [b"one"]


def test_what_is_no_text_is_walked_alike():
    assert list(each_once({"a": "ONE"}, ["", "a"], "none")) == ["none", "ONE"]
