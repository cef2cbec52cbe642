"""Shelves that follow a change are those laid out from scratch, and leave the shelves of before to who reads them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import pairwise
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.domain.agreements import Agreement, Clause, Delegates, Opens
from maillage.domain.eligibility import Question
from maillage.domain.people import PersonFacts
from maillage.domain.rules import Condition
from maillage.domain.services import Service
from maillage.domain.shared import Point
from maillage.engine import reshelving
from maillage.engine.changing import Change, offer_after
from maillage.engine.columnar import Index
from maillage.engine.patching import index_after
from maillage.engine.planes import PLANES, WORD, Planes, fill_part, plan_parts
from tests.engine.asking import CHATEAUROUX, DAY, LE_BLANC, PLACES, offer, person, service
from tests.engine.test_changing import AGREEMENTS, World, change_between, parts
from tests.engine.worlds import FIRST_DAY, agreements, conditions, days, people, services, themes

VACANT = 12
Doors = list[tuple[str, int, int]]
REMOTE = {"point": None, "remote": True, "in_person": False}


def changed(index: Index, change: Change) -> Index:
    return index_after(index, offer_after(index.offer, change))


def followed(index: Index, *services: Service, gone: Sequence[str] = ()) -> Index:
    return changed(index, Change(services={one.id: one for one in services} | dict.fromkeys(gone)))


def doors_of(index: Index, shelf: int) -> Doors:
    """Read a shelf back: the id, the metres and the planes of each door, in order."""
    shelves = index.shelves
    found: Doors = []
    for part in range(shelves.first_part[shelf], shelves.first_part[shelf + 1]):
        start, words = int(shelves.start[part]), int(shelves.words[part])
        lines = shelves.planes[start * PLANES : (start + words) * PLANES].reshape(PLANES, words).tolist()
        doors = shelves.doors[start * WORD : (start + words) * WORD].tolist()
        metres = shelves.metres[start * WORD : (start + words) * WORD].tolist()
        count = sum(service >= 0 for service in doors)
        assert max((*doors[count:], *metres[count:]), default=-1) == -1
        assert all(line[word] >> max(0, min(WORD, count - word * WORD)) == 0 for line in lines for word in range(words))
        for place in range(count):
            word, bit = divmod(place, WORD)
            signature = sum((line[word] >> bit & 1) << plane for plane, line in enumerate(lines))
            found.append((index.ids[doors[place]], metres[place], signature))
    return found


def all_doors(index: Index) -> list[tuple[Doors, Doors]]:
    """Read the near and the far shelf of each municipality."""
    return [(doors_of(index, home), doors_of(index, far)) for home, far in enumerate(index.shelves.far_shelf.tolist())]


def doors_anew(index: Index) -> list[tuple[Doors, Doors]]:
    """Lay out from scratch the shelves of the offer of an index, themes numbered as it numbers them."""
    anew = Index.of(index.offer)
    themes = np.zeros((len(anew.ids), index.layout.places.themes.shape[1]), np.uint64)
    for key, place in anew.place_of.items():
        themes[place] = index.layout.places.themes[index.place_of[key]]
    places = anew.layout.places._replace(themes=themes)
    return all_doors(replace(anew, theme_bit=index.theme_bit, layout=anew.layout._replace(places=places)))


def cut_in_parts(index: Index, size: int, spare: int = 4_000) -> None:
    """Lay the shelves of an index out in parts of a few doors, as those of a crowded place are in larger ones."""
    whole = index.shelves
    shelves = [
        np.concatenate(
            [
                np.arange(start * WORD, (start + words) * WORD)
                for start, words in zip(whole.start[first:last].tolist(), whole.words[first:last].tolist(), strict=True)
            ]
        )
        for first, last in zip(whole.first_part[:-1].tolist(), whole.first_part[1:].tolist(), strict=True)
    ]
    shelves = [doors[whole.doors[doors] >= 0] for doors in shelves]
    counts = [max(1, -(-len(doors) // size)) for doors in shelves]
    room = sum(counts) + spare
    cut = Planes(
        np.zeros(room * WORD, np.int32),
        np.zeros(room * WORD, np.int32),
        np.zeros(room * PLANES, np.uint64),
        np.cumsum([0, *counts], dtype=np.int64),
        np.arange(sum(counts)),
        np.ones(sum(counts), np.int32),
        whole.far_shelf,
        whole.signature,
    )
    block = np.empty(WORD, np.uint64)
    for shelf, doors in enumerate(shelves):
        for number in range(counts[shelf]):
            part, first = int(cut.first_part[shelf]) + number, number * size
            last = min(len(doors), first + size)
            fill_part(cut, part, 1, whole.doors[doors], whole.metres[doors], first, last, block)
    vars(index)["shelves"] = cut


AROUND = [service(f"s{number}", point=Point(46.63 + number / 1000, 1.06)) for number in range(9)]
FAR = [service(f"f{number}", **REMOTE, zone="departement:36") for number in range(3)]


@st.composite
def successions(draw: st.DrawFn) -> list[World]:
    """Draw a world, then change it some times: services come, go, move, ask for others; agreements too."""
    worlds = [draw(parts())]
    for _ in range(draw(st.integers(1, 4))):
        known, texts = dict(worlds[-1].services), dict(worlds[-1].agreements)
        for number in draw(st.lists(st.integers(0, 7), max_size=3, unique=True)):
            known[f"service-{number:02}"] = draw(services(number))
        for key in draw(st.lists(st.sampled_from(sorted(known) or [""]), max_size=2, unique=True)):
            known.pop(key, None)
        for key, above in draw(st.lists(st.sampled_from(AGREEMENTS), max_size=1)):
            now = draw(st.one_of(st.none(), st.just("ended"), agreements(key, above), conditions()))
            if isinstance(now, Agreement):
                texts[key] = now
            elif now and now != "ended":
                texts |= {key: with_condition(texts[key], now)} if key in texts else {}
            elif key in texts:
                ended = replace(texts.pop(key), effective_until=FIRST_DAY, digest="1" * 64)
                texts |= {key: ended} if now else {}
        worlds.append(replace(worlds[-1], services=known, agreements=texts))
    return worlds


def with_condition(text: Agreement, condition: Condition) -> Agreement:
    """Have all clauses of an agreement that open doors open them to others."""

    def rewritten(clause: Clause) -> Clause:
        opens_doors = isinstance(clause.body, Opens | Delegates)
        return replace(clause, body=replace(clause.body, condition=condition)) if opens_doors else clause

    articles = tuple(replace(one, clauses=tuple(map(rewritten, one.clauses))) for one in text.articles)
    return replace(text, articles=articles, digest="2" * 64)


@settings(max_examples=max(200, settings.default.max_examples))
@given(
    worlds=successions(),
    size=st.sampled_from([1, 2, 60]),
    asked=st.lists(people, min_size=1, max_size=2),
    on=days,
    wanted=themes,
)
def test_shelves_that_follow_changes_are_those_laid_out_from_scratch(
    worlds: list[World], size: int, asked: list[PersonFacts], on: date, wanted: tuple[str, ...]
) -> None:
    indexes = [Index.of(worlds[0].offer(), vacant_count=VACANT)]
    cut_in_parts(indexes[0], size)
    expected = [doors_anew(indexes[0])]

    for before, now in pairwise(worlds):
        indexes.append(changed(indexes[-1], change_between(before, now)))
        expected.append(doors_anew(indexes[-1]))

    for index, doors, world in zip(indexes, expected, worlds, strict=True):
        assert "shelves" in vars(index)
        assert all_doors(index) == doors
        scanned = Index.of(world.offer())
        for one in asked:
            question = Question(one, on, wanted, 3)
            assert index.answer(question) == scanned.answer(question)


@given(world=parts())
def test_a_near_shelf_holds_the_row_of_candidates(world: World) -> None:
    index = Index.of(world.offer())

    for home in range(len(index.points)):
        row = [index.ids[one >> 1] for one in index.near_of(home).tolist() if not one & 1 and possible(index, one >> 1)]
        assert [key for key, _, _ in doors_of(index, home)] == row


def possible(index: Index, place: int) -> bool:
    return bool(index.shelves.signature[place])


@pytest.mark.parametrize("latitude", [30.0, 60.0])
def test_who_reaches_far_is_on_the_shelf_of_a_municipality_where_no_cell_is(latitude):
    index = Index.of(offer(service("a", point=Point(latitude, 1.06)), service("wide", reach_km=90.0)))

    doors = doors_of(index, index.tables.position[CHATEAUROUX])

    assert [key for key, _, _ in doors] == ["wide"]


def test_shelves_that_followed_are_kept_on_disk_and_follow_again():
    index = Index.of(offer(*AROUND, *FAR), vacant_count=VACANT)
    cut_in_parts(index, 2)
    after = followed(index, service("s4", age_from=30))

    kept = Planes(*(getattr(after.shelves, name).copy() for name in Planes._fields))
    opened = replace(after)
    vars(opened)["shelves"] = kept
    again = followed(opened, service("s45", point=AROUND[4].point), gone=["s1"])

    assert all_doors(again) == doors_anew(again)
    assert all_doors(opened) == all_doors(after)


@pytest.mark.parametrize("size", [1, 2, 4, 60])
@pytest.mark.parametrize(
    "now",
    [
        service("s4", point=Point(46.9, 1.6)),
        service("s4", point=AROUND[0].point),
        service("s4", point=AROUND[8].point),
        service("s8", point=AROUND[4].point, reach_km=1.0),
        service("s4", point=None),
        service("s4", themes=frozenset({"numerique--utiliser-le-numerique", "t--new"})),
        service("s4", publics=frozenset({"jeunes"}), age_from=26),
        service("s4", zone="departement:67"),
        service("s4", point=AROUND[4].point, remote=True),
        service("s4", conditions_known=False),
        service("s45", point=AROUND[4].point),
        service("f1", **REMOTE, zone="commune:36044"),
        service("f1", **REMOTE, zone="departement:67"),
        service("f1", **REMOTE),
        service("f1", **REMOTE, zone="departement:36", age_until=25),
        service("f15", **REMOTE, zone="departement:36"),
    ],
)
def test_one_service_that_comes_moves_or_asks_for_others(now, size):
    index = Index.of(offer(*AROUND, *FAR), vacant_count=VACANT)
    cut_in_parts(index, size)
    before = all_doors(index)

    after = followed(index, now)
    gone = followed(after, gone=[now.id])

    for one in (after, gone):
        assert all_doors(one) == doors_anew(one)
        scanned = Index.of(one.offer)
        for home in PLACES.municipalities:
            question = Question(PersonFacts(home, age=20), DAY)
            assert one.answer(question) == scanned.answer(question)
    assert all_doors(after) != before
    assert all_doors(index) == before


def test_municipalities_share_a_far_shelf_until_they_part_ways():
    index = Index.of(offer(*FAR), vacant_count=VACANT)
    at = [index.tables.position[code] for code in (LE_BLANC, CHATEAUROUX)]
    shared = index.shelves.far_shelf[at]
    assert shared[0] == shared[1]

    one_left = followed(index, service("f1", **REMOTE, zone=f"commune:{LE_BLANC}"))
    both_left = followed(one_left, service("f2", **REMOTE, zone=f"commune:{CHATEAUROUX}"))

    for after in (one_left, both_left):
        numbers = after.shelves.far_shelf[at]
        assert numbers[0] != numbers[1]
        assert all_doors(after) == doors_anew(after)


def test_a_part_that_is_full_takes_a_word_more():
    near = [service(f"s{number:03}", age_from=number % 40) for number in range(560)]
    index = Index.of(offer(*near), vacant_count=60)
    assert index.shelves.words[:2].max() == 8

    for number in range(3):
        index = followed(index, *(service(f"s1{number}{more:02}") for more in range(9)))
        assert all_doors(index) == doors_anew(index)
    home = index.tables.position[LE_BLANC]
    first = index.shelves.first_part[home]
    assert index.shelves.words[first] == 9


def test_parts_are_cut_with_room_left():
    first_part, words = plan_parts(np.array([0, 1, 496, 497, 1_200]))

    assert first_part.tolist() == [0, 1, 2, 3, 5, 8]
    assert words.tolist() == [0, 1, 8, 8, 1, 8, 8, 4]


def test_words_that_nobody_reads_any_more_are_written_again(caplog):
    caplog.set_level(logging.INFO)
    index = Index.of(offer(*AROUND, *FAR), vacant_count=VACANT)
    cut_in_parts(index, 2, spare=40)

    for number in range(60):
        moved = service("s4", point=AROUND[number % 9].point, age_from=40 if number % 2 else 20)
        index = followed(index, moved)
        assert "shelves" in vars(index)

    assert all_doors(index) == doors_anew(index)
    assert caplog.text == ""


def test_words_of_those_who_still_read_are_left_to_them_and_then_planes_are_laid_out_again(caplog):
    caplog.set_level(logging.INFO)
    index = Index.of(offer(*AROUND, *FAR), vacant_count=VACANT)
    cut_in_parts(index, 2, spare=40)
    held = [index]
    expected = []

    while "shelves" in vars(held[-1]) and len(held) < 90:
        expected.append(all_doors(held[-1]))
        held.append(followed(held[-1], service("s4", point=AROUND[4 + len(held) % 2].point)))

    assert len(expected) > 2
    assert [all_doors(one) for one in held[:-1]] == expected
    assert "No words are left" in caplog.text
    assert all_doors(held[-1]) == doors_anew(held[-1])


@pytest.mark.parametrize("remote", [False, True])
def test_far_shelves_too_need_words(remote):
    index = Index.of(offer(*FAR, service("s1")), vacant_count=VACANT)
    cut_in_parts(index, 2, spare=0)

    after = followed(index, service("f1", **REMOTE, age_from=30) if remote else service("s1", age_from=30))

    assert "shelves" not in vars(after)


def test_two_indexes_after_the_same_write_apart():
    index = Index.of(offer(*AROUND, *FAR), vacant_count=VACANT)
    cut_in_parts(index, 2)

    after = [followed(index, service("s4", age_from=number)) for number in (20, 40)]

    for one in (index, *after):
        assert all_doors(one) == doors_anew(one)


def test_who_reads_while_a_change_comes_sees_one_index_whole():
    versions = [service("s4", point=AROUND[place].point, age_from=30) for place in (1, 8)]
    index = Index.of(offer(*AROUND, *FAR), vacant_count=VACANT)
    cut_in_parts(index, 2, spare=40)
    question = Question(person("age: 35"), DAY)
    expected = [Index.of(followed(index, one).offer).answer(question) for one in versions]
    assert expected[0] != expected[1]
    current = [(followed(index, versions[0]), 0)]
    is_over = Event()

    def read() -> int:
        count = 0
        while not (is_over.is_set() and count):
            seen, number = current[0]
            assert seen.answer(question) == expected[number]
            count += 1
        return count

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(1, 40):
            current[0] = followed(current[0][0], versions[number % 2]), number % 2
        is_over.set()

    assert all(reader.result() for reader in readers)
    assert "shelves" in vars(current[0][0])


def test_many_services_that_move_have_the_planes_laid_out_again(monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(reshelving, "FOLLOWED_AT_MOST", 1)
    index = Index.of(offer(*AROUND), vacant_count=VACANT)
    assert index.shelves.doors.size > 0

    after = followed(index, service("s1", age_from=20), service("s2", age_from=20))

    assert "shelves" not in vars(after)
    assert "2 services come, go or move" in caplog.text
    assert all_doors(after) == doors_anew(after)


def test_themes_that_come_to_share_planes_have_them_laid_out_again(caplog):
    caplog.set_level(logging.INFO)
    index = Index.of(offer(*AROUND, service("a", themes=frozenset({"a--1", "a--2", "a--3"}))), vacant_count=VACANT)
    assert index.shelves.doors.size > 0

    after = followed(index, service("s1", themes=frozenset(f"t--{number}" for number in range(60))))

    assert "shelves" not in vars(after)
    assert "share planes" in caplog.text
    assert followed(index, service("s1", themes=frozenset({"t--1"}))).answer(Question(person(), DAY, ("t",)))
