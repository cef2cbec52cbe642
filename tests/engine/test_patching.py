"""An index that follows changes answers what an index laid out anew answers."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import date
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.agreements import AgreementSet
from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import PersonFacts
from maillage.domain.services import Service
from maillage.domain.shared import Point
from maillage.engine import patching
from maillage.engine.changing import Change, Succession, TooEntangled, offer_after
from maillage.engine.columnar import Index
from maillage.engine.patching import index_after
from tests.engine.asking import DAY, PLACES, agreement, offer, opens, person, service
from tests.engine.test_changing import World, change_between, parts, successive_worlds
from tests.engine.worlds import days, people, themes

VACANT = 12


def followed(index: Index, change: Change) -> Index:
    return index_after(index, offer_after(index.offer, change))


@given(worlds=successive_worlds(), last=parts(), asked=st.lists(people, min_size=1, max_size=2), on=days, wanted=themes)
def test_an_index_that_follows_changes_answers_as_one_laid_out_anew(
    worlds: tuple[World, World], last: World, asked: list[PersonFacts], on: date, wanted: tuple[str, ...]
) -> None:
    first = Index.of(worlds[0].offer(), vacant_count=VACANT)
    first.prepare()
    assert first.shelves is not None
    questions = [Question(one, on, wanted, 3) for one in asked]
    before = [first.answer(question, everything=True) for question in questions]

    second = followed(first, change_between(*worlds))
    third = followed(second, change_between(worlds[1], last))

    for index, world in ((second, worlds[1]), (third, last)):
        anew = Index.of(world.offer())
        for key, place in index.place_of.items():
            then = anew.place_of[key]
            assert index.signs.own[place] == anew.signs.own[then]
            assert index.signs.locations[place] == anew.signs.locations[then]
        index.prepare()
        for home in range(len(index.points)):
            row, expected = index.near_of(home), anew.near_of(home)
            assert [index.ids[one >> 1] for one in row] == [anew.ids[one >> 1] for one in expected]
            assert (row & 1).tolist() == (expected & 1).tolist()
        for question in questions:
            assert index.answer(question, everything=True) == anew.answer(question, everything=True)
            assert index.answer(question) == anew.answer(question)
    assert [first.answer(question, everything=True) for question in questions] == before


class NotRead(dict[str, Service]):
    """Services whose ids are known and whose records nobody reads."""

    def __getitem__(self, key: str) -> Service:
        raise AssertionError(f"the record of {key} was read")

    get = __getitem__


def test_of_a_service_that_a_text_no_longer_opens_no_record_is_read():
    texts = [agreement(opens("condition: {age: {to: 30}}"), name=name) for name in ("a", "b")]
    atelier = service(reserved_by="texte", age_from=18)
    before = offer(atelier, service("autre"), texts=texts)
    index, succession = Index.of(before), offer_after(before, Change(agreements=AgreementSet({"b": texts[1]})))
    assert succession.reopened == {"atelier"}
    unread = replace(succession.offer, by_id=NotRead(succession.offer.by_id))

    after = index_after(index, replace(succession, offer=unread))

    anew = Index.of(succession.offer)
    for age in (17, 20, 45):
        question = Question(person(f"age: {age}"), DAY, limit=9)
        assert after.answer(question, everything=True) == anew.answer(question, everything=True)


def test_an_index_holds_no_cycle_so_that_it_goes_without_the_collector():
    index = Index.of(offer(service(), texts=[agreement(opens())]), vacant_count=1)
    question = Question(person(), DAY)
    assert index.shelves is not None
    assert index.answer(question) == index.survey(question, 9).first[Finding.OPEN]
    after = followed(index, Change(services={"b": service("b")}))
    gc.collect()
    gc.disable()
    try:
        held = ref(index), ref(index.offer), ref(after)
        del index, after
        assert [one() for one in held] == [None, None, None]
    finally:
        gc.enable()


def names(index: Index) -> list[str]:
    return [one.service for one in index.answer(Question(person(), DAY, limit=1_000))]


def test_services_that_come_one_after_the_other_at_one_place_stay_in_the_order_of_their_ids():
    index = Index.of(offer(service("a"), service("z")), vacant_count=80)
    expected = ["a", "z"]

    for number in range(70):
        key = f"b{number:02}" if number % 2 else f"c{99 - number:02}"
        index = followed(index, Change(services={key: service(key)}))
        expected = sorted([*expected, key])

        assert names(index) == expected


def test_services_that_come_together_between_two_others_are_put_in_order():
    index = Index.of(offer(service("a"), service("z")), vacant_count=80)

    index = followed(index, Change(services={f"b{number:02}": service(f"b{number:02}") for number in range(70)}))

    assert names(index) == ["a", *(f"b{number:02}" for number in range(70)), "z"]


def test_a_place_given_back_is_given_again():
    index = Index.of(offer(service("a"), service("b")), vacant_count=1)

    for number in range(5):
        come, gone = f"c{number}", f"c{number - 1}" if number else "b"
        index = followed(index, Change(services={gone: None}))
        index = followed(index, Change(services={come: service(come)}))

    assert names(index) == ["a", "c4"]


@pytest.mark.parametrize(
    "moved",
    [{"point": Point(60.0, 20.0)}, {"reach_km": 90.0}, {"point": Point(46.7, -60.0)}],
    ids=["beyond the cells", "further than the cells answer for", "west of the cells"],
)
def test_a_service_that_no_cell_can_hold_is_looked_for_apart(moved):
    index = Index.of(offer(service("a"), service("b")), vacant_count=1)
    changed = service("b", **moved)

    found = followed(index, Change(services={"b": changed}))

    anew = Index.of(offer(service("a"), changed))
    for home in PLACES.municipalities:
        question = Question(PersonFacts(home), DAY)
        assert found.answer(question) == anew.answer(question)


def test_a_theme_nobody_had_is_found_and_more_than_a_word_holds():
    index = Index.of(offer(service("a")), vacant_count=80)
    found = followed(
        index,
        Change(
            services={f"b{number}": service(f"b{number}", themes=frozenset({f"t--{number}"})) for number in range(66)}
        ),
    )

    answered = found.answer(Question(person(), DAY, ("t--65",)))

    assert [one.service for one in answered] == ["b65"]


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        (Change(services={"a": service("a", hours="Mo 09:00", reserved_by="texte")}), True),
        (Change(services={"a": None}), False),
        (Change(services={"far": None}), False),
        (Change(services={"a": service("a", age_from=40)}), False),
        (Change(services={"a": service("a", themes=frozenset({"t--1"}))}), False),
        (Change(services={"a": service("a", reach_km=5.0)}), False),
        (Change(services={"a": service("a", remote=True)}), False),
        (Change(services={"new": service("new")}), False),
        (Change(agreements=AgreementSet({"convention": agreement(opens("condition: {age: 20}"))})), True),
    ],
)
def test_the_planes_are_shared_as_long_as_nobody_comes_moves_or_asks_for_others(change, stays):
    far = service("far", point=None, remote=True, in_person=False)
    index = Index.of(offer(service("a"), service("atelier"), far, texts=[agreement(opens())]), vacant_count=3)
    planes = index.shelves

    after = followed(index, change)

    assert "shelves" in vars(after)
    assert (after.shelves is planes) is stays
    anew = Index.of(after.offer)
    assert anew.shelves is not planes
    for age in (20, 45):
        question = Question(person(f"age: {age}"), DAY)
        assert after.answer(question) == anew.answer(question)


def test_without_a_place_left_the_index_is_made_anew():
    index = Index.of(offer(service("a")))

    with pytest.raises(TooEntangled, match="No place is left"):
        followed(index, Change(services={"b": service("b")}))


def test_too_many_services_are_not_followed(monkeypatch):
    monkeypatch.setattr(patching, "TOUCHED_AT_MOST", 1)
    index = Index.of(offer(service("a")), vacant_count=5)

    with pytest.raises(TooEntangled, match="2 services differ"):
        index_after(index, Succession(index.offer, frozenset({"a", "b"}), frozenset(), ()))


def test_rows_are_made_again_when_many_services_move(monkeypatch):
    monkeypatch.setattr(patching, "MOVED_AT_MOST", 0)
    index = Index.of(offer(service("a")), vacant_count=5)
    index.prepare()

    assert followed(index, Change(services={"a": None})).near == {}
