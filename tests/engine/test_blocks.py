"""Blocks of people: every kind of fact and of condition read for many at once, more people than a block holds."""

from __future__ import annotations

import random

import numpy as np
import pytest

from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import BARRIERS, TARGET_GROUPS, PersonFacts
from maillage.domain.shared import Point, distance_km
from maillage.engine import reference
from maillage.engine.columnar import Index
from maillage.engine.crowds import answer_crowd, crowd_of, needs_for
from tests.engine.asking import (
    CHATEAUROUX,
    DAY,
    HAGUENAU,
    LE_BLANC,
    PLACES,
    WITHOUT_POINT,
    agreement,
    offer,
    opens,
    service,
)

CONDITIONS = (
    "{registered: true}",
    "{registered_for_months: {from: 12}}",
    "{target_group: [jeunes, RQTH]}",
    "{barrier: [mobilite]}",
    "{boe: true}",
    "{minimum_income: false}",
    "{priority_neighbourhood: true}",
    '{qualification: ["3", "4"]}',
    "{occupation: [K2503]}",
    "{lives_in: [departement:36]}",
    "{not: {registered: true}}",
    "{all: [{age: {from: 26}}, {any: [{registered: true}, {barrier: [sante]}]}]}",
    "{any: [{not: {age: {to: 30}}}, {boe: true}]}",
    "{lives_in: catchment_area}",
    "{not: {lives_in: [region:44]}}",
)
MOBILITY, DIGITAL, SITES = "mobilite--preparer-un-permis", "numerique--utiliser-le-numerique", 20
OTHERS = tuple(f"logement-hebergement--{number}" for number in range(60))
LISTS = ((), (MOBILITY,), ("numerique", MOBILITY), (OTHERS[3], "mobilite"), (OTHERS[3], OTHERS[3]), ("famille",))


def a_service(number):
    themes = {MOBILITY} if number % 3 else {DIGITAL, OTHERS[number % 60]}
    return service(
        f"s{number:03}",
        point=None if number % 7 == 3 else Point(46.6 + number % 13 / 50, 1.0 + number % 5 / 30),
        remote=number % 5 == 0,
        zone="departement:36" if number % 4 == 0 else "commune:36018 departement:67" if number % 4 == 1 else None,
        themes=frozenset(themes),
        age_from=(None, 18, 27)[number % 3],
        age_until=None if number % 4 == 2 else (None, 25, 40)[number % 3],
        publics=frozenset({"jeunes", "femmes"}) if number % 6 == 0 else frozenset(),
        reserved_by="Convention" if number % 2 else "",
        conditions_known=number % 11 != 0,
    )


TEXTS = [
    agreement(
        opens(f"condition: {condition}", f"[{', '.join(f's{one:03}' for one in range(place, 90, 6))}]"),
        name=f"t{place:02}",
    )
    for place, condition in enumerate(CONDITIONS)
]
OFFER = offer(
    *(a_service(number) for number in range(90)),
    *(service(f"x{n}", themes=frozenset({t}), age_from=16) for n, t in enumerate(OTHERS)),
    texts=TEXTS,
)
INDEX = Index.of(OFFER)


def somebody(chance):
    groups = frozenset(chance.sample(TARGET_GROUPS, chance.randint(0, 3)))
    return PersonFacts(
        chance.choice([LE_BLANC] * 5 + [CHATEAUROUX, HAGUENAU, WITHOUT_POINT]),
        age=chance.choice([None, *range(14, 66)]),
        registered=chance.choice([None, True, False]),
        registered_for_months=chance.choice([None, 0, 11, 12, 40]),
        target_groups=chance.choice([None, groups, groups]),
        barriers=chance.choice([None, frozenset(), frozenset(chance.sample(BARRIERS, 2))]),
        boe=chance.choice([None, True, False]),
        minimum_income=chance.choice([None, True, False]),
        priority_neighbourhood=chance.choice([None, True, False]),
        qualification=chance.choice([None, "3", "9"]),
        occupation=chance.choice([None, "K2503", "A1101"]),
    )


CHANCE = random.Random(2026)  # noqa: S311 - people of a test
PEOPLE = [somebody(CHANCE) for _ in range(300)]
KINDS = [CHANCE.randrange(len(LISTS)) for _ in PEOPLE]
CROWD = crowd_of(np.array([INDEX.person_row(one) for one in PEOPLE]), np.array(KINDS))
NEEDS = needs_for(INDEX, LISTS)


def expected(person, wanted, top, full=frozenset()):
    found = [one for one in reference.answer(OFFER, Question(person, DAY, wanted)) if one.finding is Finding.OPEN]
    return [
        (
            one.service,
            one.grounds[0].agreement,
            None if one.distance_km is None else round(one.distance_km, 3),
        )
        for one in found
        if one.service not in full
    ][:top]


def doors(found, person):
    services, clauses, metres = (part[person].tolist() for part in found)
    return [
        (
            INDEX.ids[service],
            OFFER.clauses[clause].agreement if clause >= 0 else "",
            None if away < 0 else away / 1000,
        )
        for service, clause, away in zip(services, clauses, metres, strict=True)
        if service >= 0
    ]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("top", [1, 10, 1000])
def test_every_kind_of_fact_is_read_for_a_block_as_for_one(top, threads):
    found = answer_crowd(INDEX, CROWD, NEEDS, on=DAY, top=top, threads=threads)

    for place, (person, kind) in enumerate(zip(PEOPLE, KINDS, strict=True)):
        assert doors(found, place) == expected(person, LISTS[kind], top)


def test_the_people_of_this_world_meet_every_clause():
    """Else the test above would hold nothing: each text opens a door to somebody, but what nobody can know."""
    found = answer_crowd(INDEX, CROWD, NEEDS, on=DAY, top=1000)

    cited = {agreement for place in range(len(PEOPLE)) for _, agreement, _ in doors(found, place)} - {""}

    assert cited == {f"t{place:02}" for place in range(len(CONDITIONS))} - {"t13"}


def test_a_service_of_which_no_place_is_left_is_passed_over():
    left = np.full(len(INDEX.ids), -1, np.int32)
    full = {"s001", "s004", "x1", "x2"}
    left[[INDEX.ids.index(one) for one in full]] = 0

    found = answer_crowd(INDEX, CROWD, NEEDS, on=DAY, top=10, left=left)

    for place, (person, kind) in enumerate(zip(PEOPLE, KINDS, strict=True)):
        assert doors(found, place) == expected(person, LISTS[kind], 10, full)


def test_a_sheet_is_read_once_for_several_crowds():
    index = Index.of(OFFER)
    alone = answer_crowd(index, CROWD, NEEDS, on=DAY)
    sheet = index.sheet_on(DAY)
    was_read = sheet.is_read.copy()

    found = answer_crowd(index, CROWD, NEEDS, on=DAY)

    assert all((part == other).all() for part, other in zip(found, alone, strict=True))
    assert index.sheet_on(DAY) is sheet
    assert was_read.any()
    assert (sheet.is_read == was_read).all()


def test_the_sheets_of_a_few_days_are_kept(monkeypatch):
    monkeypatch.setattr("maillage.engine.columnar.SHEETS_KEPT", 1)
    index = Index.of(OFFER)

    for day in (DAY, DAY.replace(year=2025)):
        answer_crowd(index, CROWD, NEEDS, on=day)

    assert list(index.sheets) == [DAY.replace(year=2025)]


def test_nobody_is_answered_nothing():
    nobody = crowd_of(np.zeros((0, 11), np.int64), np.zeros(0, np.int32))

    assert [part.shape for part in answer_crowd(INDEX, nobody, NEEDS, on=DAY, top=3)] == [(0, 3)] * 3


def test_a_few_days_and_lists_of_needs_are_kept(monkeypatch):
    monkeypatch.setattr("maillage.engine.columnar.DAYS_KEPT", 1)
    monkeypatch.setattr("maillage.engine.columnar.NEEDS_KEPT", 1)
    index = Index.of(OFFER)
    assert index.shelves.doors.size > 0

    for day in (DAY, DAY.replace(year=2025), DAY):
        for wanted in ((), ("mobilite",)):
            question = Question(PEOPLE[0], day, wanted, 5)
            assert index.answer(question) == Index.of(OFFER).answer(question)

    assert (list(index.read_days), list(index.lists)) == ([DAY], [()])


@pytest.mark.parametrize("wanted", LISTS)
def test_one_person_is_told_the_first_need_that_a_door_serves(wanted):
    assert INDEX.shelves.doors.size > 0
    scanned = Index.of(OFFER)

    for someone in PEOPLE[:40]:
        question = Question(someone, DAY, wanted, 30)
        assert INDEX.answer(question) == scanned.answer(question)


def test_a_reach_is_held_to_the_last_digit():
    site = Point(46.9, 1.5)
    away = distance_km(PLACES.municipalities[LE_BLANC].point, site)
    ends = {"just": away, "short": away * (1 - 1e-13)}
    index = Index.of(offer(*(service(name, point=site, reach_km=reach) for name, reach in ends.items())))

    found = answer_crowd(
        index,
        crowd_of(np.array([index.person_row(PersonFacts(LE_BLANC))]), np.zeros(1)),
        needs_for(index, [()]),
        on=DAY,
    )

    assert [index.ids[one] for one in found[0][0] if one >= 0] == ["just"]
