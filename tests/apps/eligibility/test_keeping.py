"""What a process keeps laid out follows the database and the folder, and never answers for what they no longer are."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue import queries as catalogue
from maillage.apps.catalogue.models import CatalogueSequence
from maillage.apps.eligibility import keeping
from maillage.apps.eligibility.queries import offered_on
from maillage.apps.territories import queries as territories
from maillage.domain.eligibility import Question
from maillage.domain.people import PersonFacts
from maillage.engine.columnar import Index
from maillage.engine.offer import offer_of
from tests.apps.eligibility.conftest import MISSION, WELCOME, WORKSHOP, amend, keep

DAY = date(2024, 6, 1)
LATER = datetime(2024, 9, 1, 12, tzinfo=UTC)
AFTER = LATER.date() + timedelta(days=1)
YOUNG = PersonFacts("36018", age=20, target_groups=frozenset({"jeunes"}))
EVENING = replace(WELCOME, name="Accueil du soir", age_until=18)
NEW = replace(WELCOME, id="bureau", name="Bureau")

pytestmark = pytest.mark.usefixtures("places")


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Let each test begin as a process does."""
    monkeypatch.setattr(keeping, "_kept", type(keeping._kept)())
    monkeypatch.setattr(keeping, "_days", {})


@pytest.fixture
def readings(monkeypatch):
    """Count how often the whole catalogue is read."""
    found, read = [], catalogue.catalogue_on

    def counted(*args, **options):
        found.append(args)
        return read(*args, **options)

    monkeypatch.setattr(keeping.catalogue, "catalogue_on", counted)
    return found


def anew(on, folder):
    return offer_of(catalogue.catalogue_on(on), agreements_in(folder).agreements, territories.geography())


def doors(index, on):
    return index.answer(Question(YOUNG, on), everything=True)


@pytest.mark.parametrize(
    ("records", "day"),
    [
        ([MISSION, EVENING, WORKSHOP], AFTER),
        ([MISSION, WELCOME, WORKSHOP, NEW], AFTER),
        ([MISSION, WORKSHOP], AFTER),
        ([replace(MISSION, catchment_area=None, networks=frozenset({"face"})), WELCOME, WORKSHOP], AFTER),
        ([MISSION, EVENING, WORKSHOP], DAY),
    ],
    ids=["changed", "added", "closed", "organisation", "a day before"],
)
def test_records_that_change_are_followed_without_reading_the_catalogue(agreements, readings, records, day):
    before = offered_on(day, folder=agreements)
    keep(*records, at=LATER)
    del readings[:]

    after = offered_on(day, folder=agreements)

    assert readings == []
    expected = anew(day, agreements)
    assert after.offer == expected
    assert after.offer.catalogue_version == "c2"
    assert doors(after.index, day) == doors(Index.of(expected), day)
    assert before.offer.catalogue_version == "c1"


def test_another_day_of_the_catalogue_is_followed_too(agreements, readings):
    keep(MISSION, EVENING, WORKSHOP, at=LATER)

    names = [offered_on(day, folder=agreements).offer.by_id["accueil"].name for day in (AFTER, DAY, AFTER)]

    assert names == ["Accueil du soir", "Accueil", "Accueil du soir"]
    assert len(readings) == 1


def test_a_text_that_changes_is_followed_and_counts_at_once(agreements, readings):
    assert [one.finding.value for one in doors(offered_on(DAY, folder=agreements).index, DAY)] == ["OPEN", "OPEN"]

    amend(agreements, "signed_on: 2024-01-01", "signed_on: 2024-01-01\neffective_until: 2024-05-01")
    after = offered_on(DAY, folder=agreements)

    assert [one.finding.value for one in doors(after.index, DAY)] == ["OPEN", "CLOSED"]
    assert after.offer == anew(DAY, agreements)
    assert len(readings) == 2  # the first, and the one of this test


def test_a_change_of_many_records_is_read_anew_and_said(agreements, readings, monkeypatch, caplog):
    offered_on(DAY, folder=agreements)
    monkeypatch.setattr(keeping, "RECORDS_FOLLOWED", 0)
    keep(MISSION, EVENING, WORKSHOP, at=LATER)

    after = offered_on(AFTER, folder=agreements)

    assert after.offer.by_id["accueil"].name == "Accueil du soir"
    assert len(readings) == 2
    assert "made anew" in caplog.text


def test_a_history_that_was_rewritten_is_not_followed(agreements, readings):
    """A database put back from a copy bears the same numbers for other changes."""
    offered_on(DAY, folder=agreements)
    CatalogueSequence.objects.update(token=uuid4())
    keep(MISSION, EVENING, WORKSHOP, at=LATER)

    after = offered_on(AFTER, folder=agreements)

    assert after.offer == anew(AFTER, agreements)
    assert len(readings) == 3


def test_other_territories_are_laid_out_anew(agreements, readings, monkeypatch):
    offered_on(DAY, folder=agreements)
    monkeypatch.setattr(territories, "geography_version", lambda: "another")

    offered_on(DAY, folder=agreements)

    assert len(readings) == 2


def test_only_some_offers_are_kept(agreements):
    for number in range(keeping.OFFERS_KEPT + 2):
        keep(MISSION, replace(WELCOME, name=f"Accueil {number}"), WORKSHOP, at=LATER + timedelta(days=number))
        offered_on(AFTER + timedelta(days=number), folder=agreements)

    assert len(keeping._kept) == keeping.OFFERS_KEPT


def test_catching_up_asks_few_queries(agreements, django_assert_max_num_queries):
    offered_on(DAY, folder=agreements)
    keep(MISSION, EVENING, WORKSHOP, at=LATER)

    with django_assert_max_num_queries(12):
        offered_on(DAY, folder=agreements)
    with django_assert_max_num_queries(3):
        offered_on(DAY, folder=agreements)


def test_the_collector_of_cycles_leaves_alone_what_is_made_anew_and_not_what_follows(agreements):
    gc.unfreeze()
    offered_on(DAY, folder=agreements)
    assert gc.get_freeze_count() > 0

    gc.unfreeze()
    keep(MISSION, EVENING, WORKSHOP, at=LATER)
    offered_on(AFTER, folder=agreements)
    assert gc.get_freeze_count() == 0


def test_what_is_forgotten_is_laid_out_again(agreements, readings):
    before = offered_on(DAY, folder=agreements).index
    assert offered_on(DAY, folder=agreements).index is before
    del readings[:]

    keeping.forget()

    assert offered_on(DAY, folder=agreements).index is not before
    assert len(readings) == 1
