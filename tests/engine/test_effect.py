"""What an amendment would change: the doors found gained and lost are those of the reference, person by person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.agreements import Agreement, AgreementSet, Amendment, Delegates, Opens, ServiceSelection
from maillage.domain.catalogue import Catalogue
from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import PersonFacts
from maillage.domain.services import Service
from maillage.domain.shared import ALWAYS, Period
from maillage.domain.territories import FRANCE, TerritoryKind
from maillage.engine import reference
from maillage.engine.crowds import crowd_of
from maillage.engine.effect import (
    GAINED,
    LOST,
    EffectLine,
    as_if_signed,
    compare,
    day_of_effect,
    effect_of,
    pairs_of,
    twin_offers,
)
from maillage.engine.offer import Offer, offer_of
from tests.engine import asking, worlds
from tests.engine.asking import CHATEAUROUX, HAGUENAU, LE_BLANC, agreement, opens, service

DAY = date(2024, 6, 1)


def open_to(offer: Offer, person: PersonFacts, on: date) -> set[str]:
    verdicts = reference.answer(offer, Question(person, on))
    return {one.service for one in verdicts if one.finding is Finding.OPEN}


def compared(before: Offer, after: Offer, people: list[PersonFacts], on: date):
    twins = twin_offers(before, after, on=on)
    rows = np.array([twins.index.person_row(person) for person in people], np.int64).reshape(-1, 11)
    crowd = crowd_of(rows, np.zeros(len(people), np.int32))
    return compare(twins, crowd), crowd


def found_pairs(before: Offer, after: Offer, people: list[PersonFacts], on: date) -> set[tuple[int, str, str]]:
    found, crowd = compared(before, after, people, on)
    pairs = pairs_of(found, crowd, pl.Series(np.arange(len(people))))
    assert pairs.height == found.gained.sum() + found.lost.sum()
    return set(pairs.rows())


def in_force(text: Agreement) -> Agreement:
    """Give a text that binds everywhere, always, and keeps what it names for those it names."""
    articles = []
    for article in text.articles:
        clauses = []
        for clause in article.clauses:
            body = clause.body
            if isinstance(body, Opens | Delegates):
                body = replace(body, period=ALWAYS, territory=None, services=ServiceSelection())
            if isinstance(body, Opens):
                body = replace(body, provider="org-a", reserves=True)
            clauses.append(replace(clause, body=body))
        articles.append(replace(article, valid=ALWAYS, clauses=tuple(clauses)))
    return replace(
        text,
        articles=tuple(articles),
        territory=FRANCE,
        signed_on=worlds.FIRST_DAY,
        effective_until=None,
        framework="",
        requires_framework_in_force=False,
        amendments=(),
    )


def at_hand(one: Service) -> Service:
    """Give a service that everybody may reach."""
    return replace(one, organisation="org-a", zone=None, remote=True, point=None, publics=frozenset(), valid=ALWAYS)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Offer, Offer]:
    """A world, and the same one after a text was replaced, added or taken away; in most, much is concerned."""
    catalogue: Catalogue = draw(worlds.catalogues())
    texts = [draw(worlds.agreements(name, framework)) for name, framework in (("cadre", ""), ("local", "cadre"))]
    changed = draw(worlds.agreements(draw(st.sampled_from(["cadre", "local", "autre"]))))
    if draw(st.sampled_from([True, True, True, False])):
        catalogue = replace(catalogue, services=tuple(at_hand(one) for one in catalogue.services))
        texts, changed = [in_force(one) for one in texts], in_force(changed)
    then = {one.id: one for one in texts}
    now = {**then, changed.id: changed} if draw(st.booleans()) else {"local": then["local"]}
    before, after = (offer_of(catalogue, AgreementSet(one), worlds.geography()) for one in (then, now))
    return before, after


@given(
    change=changes(),
    crowd=st.lists(worlds.people.map(lambda one: replace(one, point=None)), max_size=6),
    on=worlds.days,
)
def test_gains_and_losses_are_those_of_the_reference(
    change: tuple[Offer, Offer], crowd: list[PersonFacts], on: date
) -> None:
    before, after = change

    expected = set()
    for number, person in enumerate(crowd):
        then, now = open_to(before, person, on), open_to(after, person, on)
        expected |= {(number, one, GAINED) for one in now - then} | {(number, one, LOST) for one in then - now}

    assert found_pairs(before, after, crowd, on) == expected


WORKSHOP = service(reserved_by="un texte", reach_km=60.0)
YOUNG = opens("condition: {age: {from: 16, to: 25}}")
UNTIL_30 = opens("condition: {age: {from: 16, to: 30}}")
FROM_18 = opens("condition: {age: {from: 18, to: 30}}")


def person(age: int | None, municipality: str = LE_BLANC, groups: tuple[str, ...] | None = ()) -> PersonFacts:
    held = None if groups is None else frozenset(groups)
    return PersonFacts(municipality=municipality, age=age, target_groups=held)


def effect(after: Agreement, people: list[PersonFacts], before: str = YOUNG):
    found, crowd = compared(
        asking.offer(WORKSHOP, texts=[agreement(before)]), asking.offer(WORKSHOP, texts=[after]), people, DAY
    )
    return effect_of(found, crowd)


CROWD = [
    person(16, groups=("jeunes",)),
    person(20),
    person(28, groups=("RQTH",)),
    person(29, CHATEAUROUX),
    person(28, HAGUENAU),
    person(None),
    person(28, groups=None),
]


def test_people_are_counted_by_service_territory_and_target_group():
    found = effect(agreement(FROM_18), CROWD)

    assert (found.people, found.gaining, found.losing, found.looked_at) == (7, 3, 1, 1)
    assert found.services == (EffectLine("atelier", "Service atelier", 3, 1),)
    assert found.territories[TerritoryKind.DEPARTMENT] == (EffectLine("36", "Indre", 3, 1),)
    assert found.territories[TerritoryKind.MUNICIPALITY] == (
        EffectLine(LE_BLANC, "Le Blanc", 2, 1),
        EffectLine(CHATEAUROUX, "Châteauroux", 1, 0),
    )
    assert found.target_groups == (EffectLine("RQTH", "RQTH", 1, 0), EffectLine("jeunes", "jeunes", 0, 1))


def test_each_person_is_told_with_what_they_gain_and_lose():
    ended = service("fini", reserved_by="un texte", valid=Period(None, DAY))
    before, after = (
        asking.offer(WORKSHOP, ended, texts=[agreement(opens(f"condition: {{age: {ages}}}", "[atelier, fini]"))])
        for ages in ("{from: 16, to: 25}", "{from: 18, to: 30}")
    )

    assert found_pairs(before, after, CROWD, DAY) == {
        (0, "atelier", LOST),
        (2, "atelier", GAINED),
        (3, "atelier", GAINED),
        (6, "atelier", GAINED),
    }


def test_a_change_of_words_alone_changes_nothing_for_anybody():
    reworded = replace(agreement(YOUNG), title="Autre titre")

    found = effect(reworded, CROWD)

    assert (found.gaining, found.losing, found.looked_at, found.services) == (0, 0, 0, ())


def test_a_text_that_reserves_a_service_closes_it_to_the_others():
    free = service()
    found, crowd = compared(
        asking.offer(free), asking.offer(free, texts=[agreement(opens("condition: {age: {to: 25}}, reserves: true"))]),
        [person(20), person(40), person(None)], DAY,
    )  # fmt: skip

    assert found.lost.tolist() == [0, 1, 1]
    assert effect_of(found, crowd).losing == 2


def test_what_waits_for_a_signature_counts_as_signed():
    waiting = Amendment("a1", None, date(2025, 1, 1), "pour voir")
    signed = replace(waiting, id="a0", signed_on=date(2024, 2, 1))
    text = replace(agreement(YOUNG), amendments=(signed, waiting))

    found = as_if_signed(text, on=DAY)

    assert [one.signed_on for one in found.amendments] == [date(2024, 2, 1), date(2025, 1, 1)]
    assert found.signed_on == text.signed_on


@pytest.mark.parametrize(
    ("effective_from", "expected"), [(date(2025, 3, 1), date(2025, 3, 1)), (None, DAY)], ids=["said", "not said"]
)
def test_a_text_that_nobody_signed_is_signed_on_its_first_day(effective_from, expected):
    text = replace(agreement(YOUNG), signed_on=None, effective_from=effective_from)

    assert as_if_signed(text, on=DAY).signed_on == expected
    assert day_of_effect(text, today=DAY) == expected


def test_the_day_is_the_first_on_which_the_whole_change_holds():
    amendments = (
        Amendment("a1", None, date(2025, 1, 1), ""),
        Amendment("a2", date(2024, 1, 1), date(2026, 1, 1), ""),
    )

    assert day_of_effect(replace(agreement(YOUNG), amendments=amendments), today=DAY) == date(2025, 1, 1)
    assert day_of_effect(agreement(YOUNG), today=DAY) == DAY


def test_a_service_at_a_distance_counts_and_one_out_of_its_zone_does_not():
    remote = service("distance", reserved_by="un texte", remote=True, in_person=False, zone="departement:36")
    elsewhere = service("ailleurs", reserved_by="un texte", zone="departement:67")
    before, after = (
        asking.offer(remote, elsewhere, texts=[agreement(opens(f"condition: {{age: {ages}}}", "[distance, ailleurs]"))])
        for ages in ("{from: 16, to: 25}", "{from: 18, to: 30}")
    )

    assert found_pairs(before, after, [person(28), person(28, HAGUENAU)], DAY) == {(0, "distance", GAINED)}


def test_a_service_both_remote_and_near_is_gained_once():
    both = service("deux", reserved_by="un texte", remote=True, zone="departement:36")
    before, after = (
        asking.offer(both, texts=[agreement(opens(f"condition: {{age: {ages}}}", "[deux]"))])
        for ages in ("{from: 16, to: 25}", "{from: 18, to: 30}")
    )

    assert found_pairs(before, after, [person(28)], DAY) == {(0, "deux", GAINED)}
