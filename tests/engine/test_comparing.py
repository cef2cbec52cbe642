"""What changed in a text between two days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from maillage.domain.agreements import consolidated
from maillage.engine.comparing import ChangeKind, amendments_between, changes_between, days_of_change, word_runs
from maillage.engine.loading import load_folder

FICTIONAL = Path(__file__).parents[1] / "agreements" / "fictional"
SAME, ADDED, REMOVED, CHANGED = ChangeKind.SAME, ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.CHANGED


@pytest.fixture(scope="module")
def passerelle():
    return load_folder(FICTIONAL).agreements["2023-passerelle-national"]


def changes(agreement, first: date, last: date):
    return changes_between(consolidated(agreement, on=first), consolidated(agreement, on=last))


def test_words_that_stay_come_and_go():
    runs = word_runs("dès dix-huit ans  révolus", "dès seize ans révolus et plus")

    assert [(run.kind, run.text) for run in runs] == [
        (SAME, "dès"),
        (REMOVED, "dix-huit"),
        (ADDED, "seize"),
        (SAME, "ans révolus"),
        (ADDED, "et plus"),
    ]


def test_words_can_only_go():
    assert [(run.kind, run.text) for run in word_runs("un deux trois", "un trois")] == [
        (SAME, "un"),
        (REMOVED, "deux"),
        (SAME, "trois"),
    ]


def test_spaces_alone_change_nothing():
    assert [run.kind for run in word_runs("un\n  deux", "un deux")] == [SAME]


def test_an_amendment_changes_one_article_and_adds_another(passerelle):
    found = changes(passerelle, date(2023, 12, 31), date(2024, 1, 1))

    assert [(one.kind, one.article.number) for one in found] == [(CHANGED, "2"), (ADDED, "14")]
    (condition,) = found[0].clauses
    assert condition.before.id == condition.after.id == "ateliers-de-mobilite"
    assert [one.before for one in found[1].clauses] == [None]


def test_a_repealed_article_comes_last_with_what_it_did(passerelle):
    found = changes(passerelle, date(2024, 1, 1), date(2024, 6, 1))

    assert [(one.kind, one.article.number) for one in found] == [(CHANGED, "1"), (REMOVED, "4")]
    assert found[0].clauses == ()
    assert [one.after for one in found[1].clauses] == [None]


def test_nothing_changes_between_two_days_without_an_amendment(passerelle):
    assert changes(passerelle, date(2023, 3, 1), date(2023, 12, 31)) == ()


def test_amendments_are_those_that_take_effect_after_the_first_day(passerelle):
    found = amendments_between(passerelle, first=date(2024, 1, 1), last=date(2026, 12, 31))

    assert [one.id for one in found] == ["correction-1", "avenant-2", "avenant-3"]


def test_the_days_of_change_leave_out_what_nobody_signed(passerelle):
    assert days_of_change(passerelle) == (date(2024, 1, 1), date(2024, 2, 10), date(2024, 6, 1), date(2026, 1, 15))
