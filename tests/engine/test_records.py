"""Records stay texts until somebody asks for one."""

from __future__ import annotations

import pytest

from maillage.engine.records import Records
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


def test_a_record_that_came_since_is_given_as_it_is(records, asked):
    after = records.with_changes({"a": "NEW"})

    assert (after["a"], records["a"]) == ("NEW", "ONE")
    assert asked == [b"one"]
