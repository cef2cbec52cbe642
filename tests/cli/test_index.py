"""`maillage index`: built, told, and noticed when it is old or damaged."""

from __future__ import annotations

import pytest

from maillage.apps.eligibility.keeping import index_folder
from maillage.engine.storing import manifests_in
from tests.web.conftest import load_demonstration


@pytest.fixture
def home(settings, tmp_path):
    settings.MAILLAGE_HOME = tmp_path


@pytest.fixture
def demonstration(maillage, home):
    load_demonstration()
    return maillage


def test_without_an_index_it_says_how_to_write_one(demonstration):
    said = demonstration("index", "status")

    assert (said.status, said.err) == (0, "")
    assert "No index on disk" in said.out
    assert "maillage index build" in said.out


def test_an_index_is_written_then_up_to_date_then_damaged(demonstration):
    built = demonstration("index", "build")
    assert (built.status, built.err) == (0, "")
    assert built.out.startswith("Index written in ")

    assert "Whole, and up to date." in demonstration("index", "status").out

    (manifest,) = manifests_in(index_folder())
    (manifest.folder / "id.npy").write_bytes(b"")
    assert "Damaged, and not used" in demonstration("index", "status").out
