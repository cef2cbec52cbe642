"""Answering from the database: doors with their records and reasons, and the same answer given again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from maillage.apps.agreements.queries import TextForgotten
from maillage.apps.eligibility import keeping
from maillage.apps.eligibility.mapping import Context, answer_id
from maillage.apps.eligibility.queries import (
    AnswerUnknown,
    Door,
    answer,
    best_of,
    context_of,
    doors_of,
    offered_as,
    offered_on,
    verdicts_of,
)
from maillage.apps.eligibility.use_cases import remember_context
from maillage.apps.imports.use_cases import import_file
from maillage.domain.eligibility import Finding, Question, Settings, Verdict
from maillage.domain.people import PersonFacts
from maillage.domain.territories import UnknownTerritory
from maillage.engine.reference import ask
from tests.apps.eligibility.conftest import COMMUNES, LE_BLANC, MISSION, NOON, WELCOME, WORKSHOP, amend, keep

DAY = date(2024, 6, 1)
LATER = datetime(2024, 9, 1, 12, tzinfo=UTC)
YOUNG = Question(PersonFacts("36018", age=20, target_groups=frozenset({"jeunes"})), DAY)
EVERYTHING = frozenset(Finding)

pytestmark = pytest.mark.usefixtures("places")


def answered(question, folder, **how):
    return answer(offered_on(question.on, folder=folder), question, **how)


def findings(offered, question):
    return {one.service: one.finding.value for one in verdicts_of(offered, question, EVERYTHING)}


def test_an_answer_shows_doors_with_their_records(agreements):
    given = answered(YOUNG, agreements)

    assert [(door.service, door.organisation, door.organisation_name) for door in given.open] == [
        (WELCOME, MISSION, MISSION.name),
        (WORKSHOP, MISSION, MISSION.name),
    ]
    assert (given.open_count, given.unknown_count, given.closed_count, given.asks) == (2, 0, 0, ())
    assert given.home.name == "Le Blanc"


def test_an_answer_counts_more_than_it_shows(agreements):
    given = answered(YOUNG, agreements, shown=1)

    assert ([door.service.id for door in given.open], given.open_count) == (["accueil"], 2)


def test_an_answer_says_what_is_closed_and_what_to_ask(agreements):
    given = answered(replace(YOUNG, person=PersonFacts("36018")), agreements)
    closed = answered(replace(YOUNG, person=PersonFacts("36018", age=30)), agreements, language="en")

    assert ([door.service.id for door in given.unknown], given.asks) == (["accueil", "atelier"], ("age",))
    assert [door.reasons[0].change for door in closed.closed] == ["One would have to be at most 25."] * 2


def test_nothing_is_open_where_a_municipality_is_unknown(agreements):
    with pytest.raises(UnknownTerritory):
        answered(Question(PersonFacts("00000"), DAY), agreements)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ({Finding.OPEN}, []),
        ({Finding.OPEN, Finding.UNKNOWN}, ["accueil", "atelier"]),
        ({Finding.OPEN, Finding.CLOSED}, []),
    ],
)
def test_only_the_findings_asked_for_are_given(wanted, shown, agreements):
    question = Question(PersonFacts("36018"), DAY)

    given = verdicts_of(offered_on(DAY, folder=agreements), question, frozenset(wanted))

    assert [one.service for one in given] == shown


def test_the_same_question_has_the_same_id_and_the_same_offer(agreements):
    first, again = offered_on(DAY, folder=agreements), offered_on(DAY, folder=agreements)

    assert again.index is first.index
    assert answered(YOUNG, agreements).id == answer_id(first.context, YOUNG.person, ())


def test_days_between_two_changes_share_an_offer_and_only_a_few_are_kept(agreements):
    offered = [offered_on(date(2024, 6, day), folder=agreements) for day in (1, 2)]
    assert offered[0].index is offered[1].index

    for reach in range(10, 20):
        offered_on(DAY, folder=agreements, settings=Settings(default_reach_km=reach))
    assert len(keeping._kept) == keeping.OFFERS_KEPT


def test_an_answer_is_given_again_after_the_catalogue_and_the_agreements_changed(agreements):
    before = offered_on(DAY, folder=agreements)
    remember_context(by="amel", context=before.context, at=NOON, folder=agreements)
    told = doors_of(ask(before.offer, YOUNG), verdicts_of(before, YOUNG, EVERYTHING), "fr")

    keep(
        replace(WELCOME, valid=replace(WELCOME.valid, end=date(2024, 2, 1))), replace(WORKSHOP, name="Autre"), at=LATER
    )
    amend(agreements, "{to: 25}", "{to: 18}")
    now = offered_on(DAY, folder=agreements)
    again = offered_as(context_of(answer_id(before.context, YOUNG.person, ())))

    assert now.context != before.context
    assert findings(now, YOUNG) != findings(before, YOUNG) == findings(again, YOUNG)
    assert doors_of(ask(again.offer, YOUNG), verdicts_of(again, YOUNG, EVERYTHING), "fr") == told


def test_an_answer_of_another_place_is_not_given_again():
    with pytest.raises(AnswerUnknown, match="No answer 0123-4567 was given by this database"):
        context_of("0123-4567")


def move_the_municipality(tmp_path):
    (tmp_path / "communes.csv").write_text(COMMUNES.replace("46.6309", "46.7"))
    import_file(by="amel", format_name="communes", path=tmp_path / "communes.csv", at=LATER)


def test_an_answer_outlives_the_next_import_of_territories(agreements, tmp_path):
    before = offered_on(DAY, folder=agreements)
    remember_context(by="amel", context=before.context, at=NOON, folder=agreements)
    told = doors_of(ask(before.offer, YOUNG), verdicts_of(before, YOUNG, EVERYTHING), "fr")

    move_the_municipality(tmp_path)
    now = offered_on(DAY, folder=agreements)
    again = offered_as(context_of(answer_id(before.context, YOUNG.person, ())))

    assert verdicts_of(now, YOUNG, EVERYTHING) != verdicts_of(before, YOUNG, EVERYTHING)
    assert doors_of(ask(again.offer, YOUNG), verdicts_of(again, YOUNG, EVERYTHING), "fr") == told


def test_an_answer_whose_territories_were_not_kept_is_not_given_again(agreements, tmp_path):
    before = offered_on(DAY, folder=agreements).context
    move_the_municipality(tmp_path)

    with pytest.raises(AnswerUnknown, match="The territories that this answer rests on are not in this database"):
        offered_as(before)


def test_an_answer_whose_text_was_not_kept_is_not_given_again(agreements):
    context = offered_on(DAY, folder=agreements).context

    with pytest.raises(TextForgotten, match="was never read by this database"):
        offered_as(Context(context.on, ("0" * 64,), context.catalogue, context.geography, context.settings))


def door(name, *themes, theme=""):
    offered = replace(WELCOME, id=name, themes=frozenset(themes))
    verdict = Verdict(name, "o", None, None, Finding.OPEN, theme=theme)
    return Door(verdict, offered, None, "", None, ())


BEST = [
    ([], ""),
    ([door("a"), door("b"), door("c"), door("d", "sante--x")], "a b d"),
    ([door(name, "mobilite--x") for name in "abc"] + [door("d", "numerique--x")], "a b d"),
    ([door(name, f"{name}--x") for name in "abcd"], "a b c"),
    ([door(name, theme="mobilite") for name in "abc"] + [door("d", theme="sante")], "a b d"),
]


@pytest.mark.parametrize(("doors", "best"), BEST)
def test_the_best_doors_bring_each_another_help_and_stay_in_order(doors, best):
    assert [one.service.id for one in best_of(doors)] == best.split()


def test_a_service_stands_where_it_stands(agreements):
    assert WELCOME.point == LE_BLANC
    assert findings(offered_on(DAY, folder=agreements), Question(PersonFacts("67180", age=20), DAY)) == {}
