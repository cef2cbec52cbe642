"""Two who write the same file: neither removes what the other has begun."""

from __future__ import annotations

from maillage.engine.whole_files import BEGUN, whole_file


def test_what_another_run_is_writing_is_left_and_what_a_killed_one_left_is_removed(tmp_path):
    path = tmp_path / "openings.csv"
    killed = tmp_path / f".openings-killed{BEGUN}.csv"
    killed.write_text("half")

    with whole_file(path) as first:
        first.write_text("first")
        with whole_file(path) as second:
            second.write_text("second")
            assert first.exists()
        assert path.read_text() == "second"

    assert path.read_text() == "first"
    assert [one.name for one in tmp_path.iterdir()] == ["openings.csv"]
