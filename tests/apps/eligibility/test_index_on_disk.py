"""The index on disk: opened instead of the catalogue, carried to what is known now, and never used when it is not whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.apps.audit.models import AuditEvent
from maillage.apps.catalogue.models import CatalogueSequence
from maillage.apps.eligibility import keeping
from maillage.apps.eligibility.queries import offered_on, wanted_on
from maillage.apps.eligibility.use_cases import build_index
from maillage.engine import storing
from maillage.engine.columnar import Index
from tests.apps.eligibility.conftest import MISSION, WORKSHOP, amend, keep
from tests.apps.eligibility.test_keeping import (
    AFTER,
    DAY,
    EVENING,
    LATER,
    NEW,
    anew,
    doors,
    nothing_kept,  # noqa: F401 - a fixture
    readings,  # noqa: F401 - a fixture
)

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.MAILLAGE_HOME = tmp_path / "home"


@pytest.fixture
def built(agreements, readings):  # noqa: F811
    """Write the index, then begin as another process does."""
    manifest = build_index(by="amel", on=DAY, at=LATER, folder=agreements)
    keeping._kept.clear()
    keeping._days.clear()
    del readings[:]
    return manifest


def test_the_index_on_disk_is_opened_instead_of_the_catalogue(built, agreements, readings):  # noqa: F811
    found = offered_on(DAY, folder=agreements)

    assert readings == []
    expected = anew(DAY, agreements)
    assert found.offer == expected
    assert found.offer.stock == expected.stock
    assert doors(found.index, DAY) == doors(Index.of(expected), DAY)
    assert keeping.is_current(built, wanted_on(DAY, folder=agreements))
    assert AuditEvent.objects.filter(what="build_index", subject=built.folder.name).count() == 1


def test_an_older_index_is_carried_to_what_is_known_now(built, agreements, readings):  # noqa: F811
    keep(MISSION, EVENING, WORKSHOP, NEW, at=LATER)
    amend(agreements, "to: 25", "to: 30")
    assert not keeping.is_current(built, wanted_on(AFTER, folder=agreements))

    found = offered_on(AFTER, folder=agreements)

    assert readings == []
    expected = anew(AFTER, agreements)
    assert found.offer == expected
    assert doors(found.index, AFTER) == doors(Index.of(expected), AFTER)


def test_without_its_manifest_compared_a_stale_index_would_answer(built, agreements, monkeypatch):
    """The control of the tests above: what they hold is the comparison of versions."""
    keep(MISSION, EVENING, WORKSHOP, at=LATER)
    monkeypatch.setattr(keeping, "_carried", lambda kept, _wanted: kept)

    assert offered_on(AFTER, folder=agreements).offer != anew(AFTER, agreements)


@pytest.mark.parametrize("damage", ["a byte", "cut", "absent"])
def test_a_damaged_file_is_said_and_the_offer_laid_out_anew(built, agreements, readings, caplog, damage):  # noqa: F811
    file = built.folder / "door_text.npy"
    content = file.read_bytes()
    if damage == "absent":
        file.unlink()
    else:
        file.write_bytes(content[:-1] + (b"?" if damage == "a byte" else b""))

    found = offered_on(DAY, folder=agreements)

    assert len(readings) == 1
    assert found.offer == anew(DAY, agreements)
    assert "maillage index build" in caplog.text


@pytest.mark.parametrize("change", ["layout", "manifest", "history", "territories", "settings"])
def test_an_index_of_other_versions_is_left_alone(built, agreements, readings, monkeypatch, change):  # noqa: F811
    asked = {}
    if change == "layout":
        monkeypatch.setattr(storing, "LAYOUT", storing.LAYOUT + 1)
    elif change == "manifest":
        manifest = built.folder / "manifest.json"
        manifest.write_text(manifest.read_text().replace("c1", "c0").replace("test", "best"))
    elif change == "history":
        CatalogueSequence.objects.update(token="0" * 32)
    elif change == "territories":
        monkeypatch.setattr(keeping, "_alike", lambda versions: object())
    else:
        asked["settings"] = replace(wanted_on(DAY, folder=agreements).settings, default_reach_km=10.0)

    offered_on(DAY, folder=agreements, **asked)

    assert len(readings) == 1


def test_texts_nobody_remembers_cannot_be_followed(built, agreements, readings, monkeypatch):  # noqa: F811
    def forgotten(_digests):
        raise keeping.TextForgotten("forgotten")

    monkeypatch.setattr(keeping, "agreements_recalled", forgotten)
    amend(agreements, "to: 25", "to: 30")

    offered_on(DAY, folder=agreements)

    assert len(readings) == 1


def test_an_index_takes_the_place_of_the_one_before(built, agreements):
    again = build_index(by="amel", on=DAY, at=LATER, folder=agreements)

    assert [one.folder for one in storing.manifests_in(keeping.index_folder())] == [again.folder]
    assert not built.folder.exists()
