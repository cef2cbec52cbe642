"""What is kept on disk: whole or not at all, and noticed when it is damaged."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from maillage.engine import storing
from maillage.engine.records import Records, with_changes
from maillage.engine.storing import IndexDamaged, let_go, manifests_in, read_arrays, texts_of, words_of, write_folder

ARRAYS = {"small": np.arange(3), "large": np.arange(100_000), "none": np.zeros((0, 2))}


def written(folder):
    return write_folder(folder, ARRAYS, versions={"catalogue": "c1"}, parts={"themes": ["é"]})


def test_arrays_are_read_as_they_were_written(tmp_path):
    manifest = written(tmp_path / "index")

    (found,) = manifests_in(tmp_path / "index")
    arrays = read_arrays(found)

    assert found == manifest
    assert {name: array.tolist() for name, array in arrays.items()} == {k: v.tolist() for k, v in ARRAYS.items()}
    assert isinstance(arrays["large"].base, np.memmap)
    assert found.size == sum(file.stat().st_size for file in found.folder.iterdir())


def test_what_a_process_writes_in_an_array_is_its_own(tmp_path):
    manifest = written(tmp_path)
    read_arrays(manifest)["large"][0] = 7

    assert read_arrays(manifest)["large"][0] == 0


def resident_kib(address):
    """How much of what is mapped around an address is in memory."""
    lines = Path("/proc/self/smaps").read_text().splitlines()
    for place, line in enumerate(lines):
        ends = re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line)
        if ends and int(ends[1], 16) <= address < int(ends[2], 16):
            return int(next(one for one in lines[place:] if one.startswith("Rss:")).split()[1])
    raise AssertionError("nothing is mapped there")


@pytest.mark.skipif(not Path("/proc/self/smaps").is_file(), reason="only Linux tells what is in memory")
def test_memory_that_is_given_back_is_read_again_from_the_file(tmp_path):
    large = read_arrays(written(tmp_path))["large"]
    assert int(large.sum()) == int(ARRAYS["large"].sum())
    whole = resident_kib(large.ctypes.data)

    let_go(large, 1_000, 90_000)

    assert resident_kib(large.ctypes.data) < whole - 89_000 * 8 // 1024 + 16
    assert large.tolist() == ARRAYS["large"].tolist()


@pytest.mark.parametrize("name", ["small", "large"])
@pytest.mark.parametrize(("first", "last"), [(0, 3), (1, 1), (2, 3)])
def test_too_little_to_be_given_back_is_kept(tmp_path, name, first, last):
    found = read_arrays(written(tmp_path))[name]
    found[:3] = (7, 8, 9)

    let_go(found, first, last)

    assert found[:3].tolist() == [7, 8, 9]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"checksum": 1, "content": "{}"}'])
def test_a_manifest_that_cannot_be_read_is_left_out(tmp_path, content):
    manifest = written(tmp_path)
    (manifest.folder / storing.MANIFEST).write_bytes(content)

    assert manifests_in(tmp_path) == ()


def test_a_file_that_changed_is_damaged(tmp_path):
    manifest = written(tmp_path)
    file = manifest.folder / "large.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"?")

    with pytest.raises(IndexDamaged, match=r"large\.npy is not the file"):
        read_arrays(manifest)


def test_a_file_that_is_absent_is_damage_too(tmp_path):
    manifest = written(tmp_path)
    (manifest.folder / "small.npy").unlink()

    with pytest.raises(IndexDamaged, match="cannot be read"):
        read_arrays(manifest)


def test_nothing_is_there_where_nothing_was_written(tmp_path):
    assert manifests_in(tmp_path / "index") == ()


def test_a_folder_taken_away_meanwhile_is_the_oldest(tmp_path):
    assert storing._written_at(tmp_path / "gone") == 0.0


KILLED = """
import os, signal, sys
import numpy as np
from pathlib import Path
from maillage.engine import storing
storing._checksums = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
storing.write_folder(Path(sys.argv[1]), {"a": np.zeros(9)}, versions={}, parts={})
"""


def test_a_writer_that_is_killed_leaves_no_index_and_the_next_cleans_up(tmp_path):
    first = written(tmp_path)

    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)  # noqa: S603

    assert ended.returncode == -9
    assert len(list(tmp_path.iterdir())) == 2
    assert manifests_in(tmp_path) == (first,)
    second = written(tmp_path)
    assert list(tmp_path.iterdir()) == [second.folder]


def test_the_draft_of_another_writer_at_work_is_left_alone(tmp_path, monkeypatch):
    mine, other = tmp_path / f".writing-{os.getpid()}-a", tmp_path / ".writing-1-b"
    for folder in (mine, other, tmp_path / "something else"):
        folder.mkdir()

    written(tmp_path)
    assert mine.exists()
    assert (tmp_path / "something else").exists()

    def refused(_pid, _signal):
        raise PermissionError

    monkeypatch.setattr(storing.os, "kill", refused)
    written(tmp_path)
    assert other.exists()


def test_a_write_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        write_folder(tmp_path, {"a": np.array([object()])}, versions={}, parts={})

    assert list(tmp_path.iterdir()) == []


def test_words_are_read_as_they_were_laid_out():
    words = ["un", "", "deux é"]

    assert words_of(*texts_of([word.encode() for word in words])) == words
    assert words_of(*texts_of([])) == []


def records(*words):
    read = []

    def decoder(text):
        read.append(text)
        return text.decode()

    texts, start = texts_of([word.encode() for word in words])
    return Records.of([f"r{number}" for number in range(len(words))], texts, start, decoder), read


def test_a_record_is_read_when_it_is_asked_for_and_once():
    found, read = records("un", "deux")

    assert (found["r1"], found["r1"], len(found), "r0" in found, list(found)) == ("deux", "deux", 2, True, ["r0", "r1"])
    assert read == [b"deux"]
    assert dict(found) == {"r0": "un", "r1": "deux"}


@pytest.mark.parametrize("is_text", [True, False])
def test_records_after_a_change_leave_those_before_as_they_were(is_text):
    before = records("un", "deux")[0] if is_text else {"r0": "un", "r1": "deux"}

    after = with_changes(before, {"r0": None, "r1": "DEUX", "r2": "trois", "r3": None})

    assert dict(after) == {"r1": "DEUX", "r2": "trois"}
    assert dict(before) == {"r0": "un", "r1": "deux"}
    assert with_changes(before, {}) is before
