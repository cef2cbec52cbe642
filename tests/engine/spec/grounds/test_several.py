"""Several clauses may open one service: any one is enough, all are cited, and what each lacks is told apart."""

from __future__ import annotations

import pytest

from maillage.domain.access_points import PlaceKind
from tests.engine.asking import agreement, ask, offer, opens, said_of, service, table

RESERVED = service(reserved_by="Les conventions")
TWO_WAYS = offer(
    RESERVED,
    texts=[
        agreement(opens("condition: {age: {to: 25}}"), opens("condition: {boe: true}"), name="b"),
        agreement(opens("condition: {registered: true}"), name="a", head="territory: commune:36018"),
    ],
)

ANSWERS = table("""
the person                             | the door               | grounds
---------------------------------------|------------------------|---------------
age: 20, boe: true, registered: true   | OPEN                   | a P1, b P1, b P2
age: 20                                | OPEN                   | b P1
age: 30, boe: false, registered: false | CLOSED CONDITION       |
age: 30, boe: false                    | UNKNOWN registered     |
age: 30                                | UNKNOWN boe, registered|
""")


@pytest.mark.parametrize(("facts", "door", "grounds"), ANSWERS)
def test_any_one_clause_is_enough(facts, door, grounds):
    (verdict,) = ask(TWO_WAYS, facts)

    assert said_of(TWO_WAYS, facts) == door
    assert ", ".join(f"{ground.agreement} {ground.article}" for ground in verdict.grounds) == grounds


def test_every_clause_says_what_forbids_it():
    (verdict,) = ask(TWO_WAYS, "age: 30, boe: false, registered: false")

    told = [(one.kind.value, one.ground.agreement, one.ground.article) for one in verdict.obstacles]
    assert told == [("CONDITION", "a", "P1"), ("CONDITION", "b", "P1"), ("CONDITION", "b", "P2")]


SELECTIONS = table("""
what the clause selects                 | opens
----------------------------------------|--------
all                                     | yes
[atelier]                               | yes
[autre]                                 | no
{themes: [mobilite]}                    | yes
{themes: [mobilite--preparer-un-permis]}| yes
{themes: [numerique]}                   | no
{kinds: [AGENCY]}                       | yes
{kinds: [POST_OFFICE]}                  | no
{networks: [face]}                      | yes
{networks: [la-poste]}                  | no
{networks: [la-poste], ids: [atelier]}  | yes
""")


@pytest.mark.parametrize(("selection", "is_open"), SELECTIONS)
def test_a_clause_opens_the_services_it_selects(selection, is_open):
    found = service(
        reserved_by="La convention",
        themes=frozenset({"mobilite--preparer-un-permis"}),
        place_kinds=frozenset({PlaceKind.AGENCY}),
        networks=frozenset({"face"}),
    )
    asked = offer(found, texts=[agreement(opens(services=selection))])

    assert said_of(asked) == ("OPEN" if is_open == "yes" else "CLOSED NO_CLAUSE")


SITES = table("""
stands at | selected by          | opened
----------|----------------------|-------
36018     | all                  | yes
67180     | all                  | no
67180     | [atelier]            | yes
          | all                  | yes
99999     | all                  | yes
""")


@pytest.mark.parametrize(("site", "selection", "is_open"), SITES)
def test_a_broad_selection_keeps_to_the_sites_of_its_territory(site, selection, is_open):
    found = service(reserved_by="La convention", municipality=site)

    door = said_of(offer(found, texts=[agreement(opens(services=selection))]))

    assert door == ("OPEN" if is_open == "yes" else "CLOSED NO_CLAUSE")


PRIORITIES = table("""
the person                              | groups
----------------------------------------|----------------
target_groups: [jeunes, seniors]        | jeunes seniors
target_groups: [seniors]                | seniors
target_groups: [VERY_LONG_TERM]         | LONG_TERM
target_groups: []                       |
                                        |
""")


@pytest.mark.parametrize(("facts", "groups"), PRIORITIES)
def test_priority_groups_are_those_of_the_person_in_the_order_of_the_text(facts, groups):
    text = agreement(opens("priority: [jeunes, seniors, LONG_TERM]"), opens("priority: [jeunes]"))
    (verdict,) = ask(offer(RESERVED, texts=[text]), facts)

    assert verdict.priority_groups == tuple(groups.split())


def test_priority_closes_nothing_and_a_clause_that_does_not_open_gives_none():
    text = agreement(opens("priority: [jeunes], condition: {registered: true}"), opens())
    (verdict,) = ask(offer(RESERVED, texts=[text]), "target_groups: [jeunes], registered: false")

    assert verdict.priority_groups == ()
