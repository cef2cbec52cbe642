"""Places proposed: never more than there are, in the article's order, as a plain algorithm would."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.agreements import AgreementSet
from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import PersonFacts
from maillage.engine import capacity
from maillage.engine.capacity import CapacityImpossible, Proposal, order_of_wait, propose
from maillage.engine.columnar import Index
from maillage.engine.crowds import crowd_of, needs_for
from maillage.engine.offer import Offer, offer_of
from maillage.engine.people_files import People
from maillage.engine.proposal_files import proposal_table, summary_of_proposal, write_proposal
from maillage.engine.reference import answer
from tests.engine import asking, worlds
from tests.engine.asking import HAGUENAU, LE_BLANC, agreement, opens, service
from tests.engine.test_effect import at_hand, in_force

DAY = date(2024, 6, 1)
Asked = tuple[PersonFacts, tuple[str, ...]]


def people_of(index: Index, crowd: list[Asked], waiting: list[int]) -> People:
    lists = sorted({wanted for _, wanted in crowd})
    rows = np.array([index.person_row(person) for person, _ in crowd], np.int64).reshape(-1, 11)
    needs = np.array([lists.index(wanted) for _, wanted in crowd], np.int32)
    ids = pl.Series("id", np.arange(len(crowd)), dtype=pl.Int64)
    since = np.array(waiting, np.int32)
    return People(ids, crowd_of(rows, needs), needs_for(index, lists), since, (), len(crowd))


def proposed(index: Index, proposal: Proposal) -> list[str | None]:
    return [None if place < 0 else index.services[place].id for place in proposal.held.services]


def plainly(
    index: Index, crowd: list[Asked], waiting: list[int], places: dict[str, int], on: date, seed: int
) -> list[str | None]:
    """Propose as the rule is told: all who hold nothing ask their next door, each service keeps the first of those asking."""
    order = order_of_wait(np.array(waiting, np.int32), seed=seed).tolist()
    verdicts = [answer(index.offer, Question(person, on, wanted, 99)) for person, wanted in crowd]
    doors = [[one for one in found if one.finding is Finding.OPEN] for found in verdicts]

    def key(who: int, at: int) -> tuple[bool, int]:
        return not doors[who][at].priority_groups, order.index(who)

    at = [0] * len(crowd)
    while True:
        asking_there: dict[str, list[int]] = {}
        for who in range(len(crowd)):
            if at[who] < len(doors[who]):
                asking_there.setdefault(doors[who][at[who]].service, []).append(who)
        refused = [
            who
            for name, all_there in asking_there.items()
            if name in places
            for who in sorted(all_there, key=lambda one: key(one, at[one]))[places[name] :]
        ]
        if not refused:
            return [doors[who][at[who]].service if at[who] < len(doors[who]) else None for who in range(len(crowd))]
        for who in refused:
            at[who] += 1


@st.composite
def lively_offers(draw: st.DrawFn) -> Offer:
    """A world where most services are at hand, several are kept by articles, and some articles put groups first."""
    catalogue = draw(worlds.catalogues())
    extra = tuple(at_hand(draw(worlds.services(number))) for number in range(10, 13))
    services = (*(at_hand(one) for one in catalogue.services), *extra)
    texts = [in_force(draw(worlds.agreements(name))) for name in ("cadre", "local")]
    known = replace(catalogue, services=services)
    return offer_of(known, AgreementSet({text.id: text for text in texts}), worlds.geography())


crowds = st.lists(
    st.tuples(worlds.people.map(lambda one: replace(one, point=None)), worlds.themes, st.integers(-1, 3)), max_size=12
)


@given(
    offer=lively_offers(),
    crowd=crowds,
    counts=st.lists(st.integers(0, 3), min_size=20, max_size=20),
    doors=st.sampled_from([(1, 1), (1, 3), (2, 8), (6, 100)]),
)
def test_places_are_proposed_as_the_rule_is_told(
    offer: Offer, crowd: list[tuple[PersonFacts, tuple[str, ...], int]], counts: list[int], doors: tuple[int, int]
) -> None:
    index = Index.of(offer)
    asked, waiting = [(person, wanted) for person, wanted, _ in crowd], [since for *_, since in crowd]
    places = {one.id: count for one, count in zip(offer.services, counts, strict=False) if count < 3}

    with patch.multiple(capacity, DOORS_AT_FIRST=doors[0], PEOPLE_AT_FIRST=doors[1], DOORS_AT_ONCE=doors[1]):
        found = propose(index, people_of(index, asked, waiting), places, on=worlds.FIRST_DAY, seed=5)

    assert proposed(index, found) == plainly(index, asked, waiting, places, worlds.FIRST_DAY, 5)
    for name, count in places.items():
        assert proposed(index, found).count(name) <= count


def person(groups: tuple[str, ...] = (), municipality: str = LE_BLANC, age: int = 20) -> PersonFacts:
    return PersonFacts(municipality=municipality, age=age, target_groups=frozenset(groups))


PRIORITY = opens("priority: [RQTH]", services="[atelier]")
WORKSHOP = service(reserved_by="un texte")


def run(
    crowd: list[PersonFacts], waiting: list[int], places: dict[str, int], offer: Offer | None = None, seed: int = 1
):
    index = Index.of(offer or asking.offer(WORKSHOP, texts=[agreement(PRIORITY)]))
    people = people_of(index, [(one, ()) for one in crowd], waiting)
    return index, people, propose(index, people, places, on=DAY, seed=seed)


ORDERS = [
    # groups of each person, waiting since, places -> who is proposed one
    ([(), (), ()], [30, 10, 20], 2, [1, 2]),
    ([(), ("RQTH",), ()], [10, 30, 20], 2, [0, 1]),
    ([("RQTH",), ("RQTH",), ()], [30, 20, 10], 1, [1]),
    ([(), (), ()], [10, -1, 20], 2, [0, 2]),
    ([(), ()], [1, 2], 0, []),
    ([(), ()], [1, 2], 9, [0, 1]),
]


@pytest.mark.parametrize(("groups", "waiting", "count", "expected"), ORDERS)
def test_priority_groups_of_the_article_come_first_then_who_waits_for_longest(groups, waiting, count, expected):
    index, _, found = run([person(held) for held in groups], waiting, {"atelier": count})

    assert [who for who, name in enumerate(proposed(index, found)) if name] == expected


def test_a_person_is_first_for_an_article_and_not_for_another():
    offer = asking.offer(
        WORKSHOP,
        service("stage", reserved_by="un texte"),
        texts=[agreement(PRIORITY, opens("priority: [jeunes]", services="[stage]"))],
    )

    index, _, found = run([person(("RQTH",)), person(("jeunes",))], [2, 1], {"atelier": 1, "stage": 1}, offer)

    assert proposed(index, found) == ["atelier", "stage"]


FIRST = opens("priority: [RQTH]", services="[atelier]")
FIRST_OF_SOME = opens("priority: [RQTH], condition: {age: {from: 30, to: 60}}", services="[atelier]")
LISTED = opens(services="[atelier]")
DELEGATED = "delegates: {from: agence, to: ml, services: [atelier], volume: {count: 1, per: YEAR}}"
SEVERAL_ARTICLES = [
    # the articles that open the workshop, in their order -> who has its one place: who waits, or the RQTH of 20, or of 40
    ((LISTED,), "waits"),
    ((FIRST, LISTED), "rqth of 20"),
    ((LISTED, FIRST), "rqth of 20"),
    ((LISTED, FIRST_OF_SOME), "rqth of 40"),
    ((DELEGATED, FIRST), "waits"),
]


@pytest.mark.parametrize(("articles", "expected"), SEVERAL_ARTICLES)
def test_every_article_that_opens_the_door_says_who_comes_first(articles, expected):
    offer = asking.offer(WORKSHOP, texts=[agreement(*articles)])
    crowd = {"waits": person(age=40), "rqth of 20": person(("RQTH",)), "rqth of 40": person(("RQTH",), age=40)}

    index, people, found = run(list(crowd.values()), [1, 2, 3], {"atelier": 1}, offer)

    assert [name for name, door in zip(crowd, proposed(index, found), strict=True) if door] == [expected]
    assert proposal_table(index, people, found)["priority"].to_list() == [expected != "waits"]


def test_every_door_of_a_person_is_looked_at_for_priority():
    both = "[atelier, stage]"
    offer = asking.offer(
        WORKSHOP,
        service("stage", reserved_by="un texte"),
        texts=[agreement(opens(services=both), opens("priority: [RQTH]", services=both))],
    )

    index, people, found = run(
        [person(), person(("RQTH",)), person(("RQTH",))], [1, 2, 3], {"atelier": 1, "stage": 1}, offer
    )

    assert proposed(index, found) == [None, "atelier", "stage"]
    assert proposal_table(index, people, found)["priority"].to_list() == [True, True]


def test_an_article_of_another_territory_puts_nobody_first():
    offer = asking.offer(
        WORKSHOP, texts=[agreement(LISTED, opens("priority: [RQTH], territory: departement:67", services="[atelier]"))]
    )

    index, _, found = run([person(), person(("RQTH",))], [1, 2], {"atelier": 1}, offer)

    assert proposed(index, found) == ["atelier", None]


def test_equal_waits_are_drawn_and_the_seed_gives_the_draw_again():
    winners = {
        tuple(np.flatnonzero(run([person()] * 6, [5] * 6, {"atelier": 2}, seed=seed)[2].held.services >= 0))
        for seed in (*range(20), *range(20))
    }

    assert 5 < len(winners) <= 15


def test_who_finds_no_place_near_is_looked_for_further(monkeypatch):
    monkeypatch.setattr(capacity, "DOORS_AT_FIRST", 1)
    monkeypatch.setattr(capacity, "PEOPLE_AT_FIRST", 2)
    monkeypatch.setattr(capacity, "DOORS_AT_ONCE", 2)
    offer = asking.offer(*(service(f"atelier-{number}") for number in range(5)))
    done = []
    index = Index.of(offer)
    people = people_of(index, [(person(), ())] * 6, list(range(6)))

    found = propose(
        index, people, {f"atelier-{number}": 1 for number in range(5)}, on=DAY, seed=1, progress=done.append
    )

    assert proposed(index, found) == [*(f"atelier-{number}" for number in range(5)), None]
    assert done[:3] == [2, 4, 6]


def delegation(volume: int, sites: str = "[atelier, stage]") -> str:
    return f"delegates: {{from: agence, to: ml, services: {sites}, volume: {{count: {volume}, per: YEAR}}}}"


def test_the_volume_of_a_delegation_is_shared_by_its_services():
    offer = asking.offer(WORKSHOP, service("stage"), texts=[agreement(delegation(2))])

    _, _, found = run([person()] * 4, [1, 2, 3, 4], {}, offer)

    assert (found.held.services >= 0).tolist() == [True, True, False, False]
    assert found.limits.names == ("convention c1",)


VOLUMES = [
    # the volume as written -> what it counts, and the days that its places are for on 1 June 2024
    ("{count: 2, per: MONTH}", "ENTRIES", (date(2024, 6, 1), date(2024, 6, 20))),
    ("{count: 2, per: QUARTER}", "ENTRIES", (date(2024, 4, 1), date(2024, 6, 20))),
    ("{count: 2, per: YEAR}", "ENTRIES", (date(2024, 1, 8), date(2024, 6, 20))),
    ("{count: 2}", "ENTRIES", (date(2024, 1, 8), date(2024, 6, 20))),
    ("{count: 2, per: MONTH, counts: PEOPLE}", "PEOPLE", (date(2024, 1, 8), date(2024, 6, 20))),
]


@pytest.mark.parametrize(("volume", "counts", "days"), VOLUMES)
def test_a_volume_gives_its_places_for_the_period_that_holds_the_day(volume, counts, days):
    clause = (
        f"delegates: {{from: agence, to: ml, services: [atelier], period: {{until: 2024-06-21}}, volume: {volume}}}"
    )
    text = agreement(clause, head="effective_from: 2024-01-08")
    index, people, found = run([person()] * 3, [1, 2, 3], {}, asking.offer(WORKSHOP, texts=[text]))

    summary = summary_of_proposal(index, people, found)

    assert summary.limited.rows() == [("convention c1", 2, 2, 1, counts, *days)]


def test_a_volume_of_a_text_not_in_force_holds_no_place():
    text = agreement(delegation(2), head="effective_from: 2024-06-02")

    _, _, found = run([person()], [1], {}, asking.offer(WORKSHOP, service("stage"), texts=[text]))

    assert found.limits.names == ()


@pytest.mark.parametrize(("places", "expected"), [({}, 3), ({"atelier": 1}, 1), ({"atelier": 9}, 3)])
def test_the_smaller_of_the_volume_and_the_places_counts(places, expected):
    offer = asking.offer(WORKSHOP, texts=[agreement(delegation(3, "[atelier]"))])

    _, _, found = run([person()] * 4, [1, 2, 3, 4], places, offer)

    assert (found.held.services >= 0).sum() == expected


def test_places_of_one_service_that_shares_a_volume_are_refused():
    offer = asking.offer(WORKSHOP, service("stage"), texts=[agreement(delegation(2))])

    with pytest.raises(CapacityImpossible, match="atelier shares the 2 places of convention, article P1, with 1 other"):
        run([person()], [1], {"atelier": 1}, offer)


def test_what_is_missing_is_told_by_department_theme_and_service():
    offer = asking.offer(
        service(themes=frozenset({"numerique--maitriser-les-fondamentaux-du-numerique"})), service("zone", remote=True)
    )
    crowd = [person(), person(), person(), person(municipality=HAGUENAU)]
    index, people, found = run(crowd, [1, 2, 3, 4], {"atelier": 1, "zone": 1}, offer)

    summary = summary_of_proposal(index, people, found)
    table = proposal_table(index, people, found)

    assert (summary.people, summary.at_first_door, summary.further) == (4, 1, 1)
    assert (summary.without_place, summary.without_door, summary.unlimited) == (2, 0, 0)
    assert summary.missing.rows() == [("36", "Indre", "numerique", 1), ("67", "Bas-Rhin", "none", 1)]
    assert summary.limited.rows() == [
        ("atelier", 1, 1, 2, "PLACES", None, None),
        ("zone", 1, 1, 1, "PLACES", None, None),
    ]
    assert table.select("id", "service", "limited", "priority", "status", "seed").rows() == [
        (0, "atelier", True, False, "proposition", 1),
        (1, "zone", True, False, "proposition", 1),
    ]


def test_a_service_whose_places_nobody_said_has_no_limit():
    index, people, found = run([person(("RQTH",)), person()], [1, 2], {})

    summary = summary_of_proposal(index, people, found)

    assert (summary.at_first_door, summary.unlimited, summary.missing.height, summary.limited.height) == (2, 2, 0, 0)
    assert proposal_table(index, people, found)["priority"].to_list() == [True, False]


def test_nobody_is_proposed_anything_in_an_empty_portfolio():
    index, people, found = run([], [], {"atelier": 1})

    assert summary_of_proposal(index, people, found).people == 0


def test_many_give_their_places_up_to_priority_groups():
    crowd = [person(("RQTH",) if number % 3 == 0 else ()) for number in range(60)]
    waiting = [(number * 37) % 61 for number in range(60)]
    index, _, found = run(crowd, waiting, {"atelier": 25})
    asked: list[Asked] = [(one, ()) for one in crowd]

    assert proposed(index, found) == plainly(index, asked, waiting, {"atelier": 25}, DAY, 1)
    assert found.limits.pools.taken.tolist() == [25]


def test_services_to_employers_that_share_a_volume_hold_no_place():
    employers = service("recruter", for_employers=True)
    offer = asking.offer(WORKSHOP, employers, texts=[agreement(delegation(2, "[atelier, recruter]"))])

    _, _, found = run([person()] * 3, [1, 2, 3], {"atelier": 1}, offer)

    assert (found.held.services >= 0).tolist() == [True, False, False]


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.parquet"])
def test_a_proposal_is_written_with_its_seed(name, tmp_path: Path):
    index, people, found = run([person(), person()], [1, 2], {"atelier": 1}, seed=7)

    write_proposal(proposal_table(index, people, found), tmp_path / name, found)

    read = {"csv": pl.read_csv, "xlsx": pl.read_excel, "parquet": pl.read_parquet}[name.partition(".")[2]]
    table = read(tmp_path / name)
    assert table.select("status", "seed").rows() == [("proposition", 7)]
    if name.endswith("parquet"):
        kept = pl.read_parquet_metadata(tmp_path / name)
        assert (kept["status"], kept["seed"], kept["on"]) == ("proposition", "7", "2024-06-01")


def test_without_limits_more_people_would_ask_for_a_service_than_it_takes():
    index, _, found = run([person()] * 9, list(range(9)), {"atelier": 4})

    assert [index.services[place].id for place in found.first].count("atelier") == 9
    assert proposed(index, found).count("atelier") == 4
