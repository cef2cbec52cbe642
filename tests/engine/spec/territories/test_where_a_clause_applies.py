"""A clause applies to who lives in its territory, else in its agreement's; a catchment area is who the partner serves."""

from __future__ import annotations

import pytest

from tests.engine.asking import agreement, offer, opens, said_of, service, table

RESERVED = service(reserved_by="La convention", reach_km=1000)
HERE = "condition: {lives_in: catchment_area}"

TERRITORIES = table("""
agreement      | clause         | lives in | the door
---------------|----------------|----------|-----------------
departement:36 |                | 36044    | OPEN
departement:36 |                | 36999    | OPEN
departement:36 |                | 67180    | CLOSED TERRITORY
departement:36 | departement:67 | 67180    | OPEN
departement:36 | departement:67 | 36044    | CLOSED TERRITORY
france         |                | 67180    | OPEN
region:24      | clpe:CLPE36004 | 36018    | OPEN
region:24      | clpe:CLPE36004 | 36044    | CLOSED TERRITORY
commune:36999  |                | 36018    | OPEN
""")


@pytest.mark.parametrize(("whole", "narrowed", "municipality", "door"), TERRITORIES)
def test_a_clause_applies_where_people_live(whole, narrowed, municipality, door):
    text = agreement(opens(f"territory: {narrowed}" if narrowed else ""), head=f"territory: {whole}")

    assert said_of(offer(RESERVED, texts=[text]), municipality=municipality) == door


def test_territory_is_read_before_condition_and_asks_nothing():
    asked = offer(RESERVED, texts=[agreement(opens("condition: {registered: true}"))])

    assert said_of(asked, municipality="67180") == "CLOSED TERRITORY"
    assert said_of(asked, municipality="36018") == "UNKNOWN registered"


CATCHMENTS = table("""
level       | recorded area               | lives in | the door
------------|-----------------------------|----------|-----------------------
NATIONAL    | clpe:CLPE36004              | 36018    | OPEN
NATIONAL    | clpe:CLPE36004              | 36044    | CLOSED CONDITION
NATIONAL    | commune:36999 commune:36044 | 36018    | OPEN
NATIONAL    |                             | 36018    | UNKNOWN catchment_area
REGIONAL    |                             | 36018    | UNKNOWN catchment_area
TERRITORIAL |                             | 36018    | OPEN
LOCAL       |                             | 36018    | OPEN
LOCAL       | clpe:CLPE36001              | 36018    | CLOSED CONDITION
""")


@pytest.mark.parametrize(("level", "area", "municipality", "door"), CATCHMENTS)
def test_a_catchment_area_is_recorded_else_that_of_a_local_agreement_else_unknown(level, area, municipality, door):
    text = agreement(opens(HERE), head=f"level: {level}")

    assert said_of(offer(RESERVED, texts=[text], area=area or None), municipality=municipality) == door


LIVES_IN = table("""
condition                                               | lives in | the door
--------------------------------------------------------|----------|-----------------------
lives_in: commune:36018                                 | 36018    | OPEN
lives_in: commune:36999                                 | 36018    | OPEN
lives_in: {in: [commune:36044, departement:67]}         | 67180    | OPEN
lives_in: {in: [commune:36044, departement:67]}         | 36018    | CLOSED CONDITION
lives_in: {in: [catchment_area, commune:36044]}         | 36044    | OPEN
lives_in: {in: [catchment_area, commune:36044]}         | 36018    | UNKNOWN catchment_area
not: {lives_in: catchment_area}                         | 36018    | UNKNOWN catchment_area
not: {lives_in: departement:67}                         | 36018    | OPEN
all: [{lives_in: catchment_area}, {lives_in: france}]   | 36018    | UNKNOWN catchment_area
""")


@pytest.mark.parametrize(("condition", "municipality", "door"), LIVES_IN)
def test_where_the_person_lives_can_be_a_condition(condition, municipality, door):
    text = agreement(opens(f"condition: {{{condition}}}"), head="territory: france")

    assert said_of(offer(RESERVED, texts=[text]), municipality=municipality) == door
