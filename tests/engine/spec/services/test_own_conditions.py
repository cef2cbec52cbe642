"""A service's own conditions always apply, whatever opens it: its days, its zone, its ages, its publics."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from maillage.domain.shared import Period
from tests.engine.asking import (
    CHATEAUROUX,
    HAGUENAU,
    LE_BLANC,
    agreement,
    ask,
    offer,
    opens,
    said,
    said_of,
    service,
    table,
)

YEAR_2024 = Period(date(2024, 1, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("valid", "on", "door"),
    [
        (YEAR_2024, date(2023, 12, 31), "CLOSED NOT_AVAILABLE"),
        (YEAR_2024, date(2024, 1, 1), "OPEN"),
        (YEAR_2024, date(2024, 12, 31), "OPEN"),
        (YEAR_2024, date(2025, 1, 1), "CLOSED NOT_AVAILABLE"),
        (Period(None, date(2025, 1, 1)), date(1900, 1, 1), "OPEN"),
        (Period(date(2024, 1, 1), None), date(2999, 1, 1), "OPEN"),
    ],
)
def test_a_service_is_offered_on_its_days(valid, on, door):
    assert said_of(offer(service(valid=valid)), on=on) == door


AGES = table("""
from | until | the person | the door
-----|-------|------------|-----------
16   | 25    | age: 15    | CLOSED AGE
16   | 25    | age: 16    | OPEN
16   | 25    | age: 25    | OPEN
16   | 25    | age: 26    | CLOSED AGE
16   | 25    |            | UNKNOWN age
     | 25    | age: 0     | OPEN
     | 25    | age: 26    | CLOSED AGE
60   |       | age: 59    | CLOSED AGE
60   |       | age: 120   | OPEN
0    |       | age: 0     | OPEN
     |       |            | OPEN
""")


@pytest.mark.parametrize(("low", "high", "facts", "door"), AGES)
def test_both_bounds_of_an_age_are_included(low, high, facts, door):
    asked = offer(service(age_from=int(low) if low else None, age_until=int(high) if high else None))

    assert said_of(asked, facts) == door


PUBLICS = table("""
publics                | the person                    | the door
-----------------------|-------------------------------|---------------------
jeunes                 | target_groups: [jeunes]       | OPEN
jeunes seniors         | target_groups: [seniors]      | OPEN
jeunes                 | target_groups: [seniors]      | CLOSED PUBLICS
jeunes                 | target_groups: []             | CLOSED PUBLICS
jeunes                 |                               | UNKNOWN target_group
LONG_TERM              | target_groups: [VERY_LONG_TERM]| OPEN
a-public-of-no-list    | target_groups: [jeunes]       | CLOSED PUBLICS
a-public-of-no-list    |                               | UNKNOWN target_group
                       |                               | OPEN
""")


@pytest.mark.parametrize(("publics", "facts", "door"), PUBLICS)
def test_one_of_the_publics_is_enough(publics, facts, door):
    assert said_of(offer(service(publics=frozenset(publics.split()))), facts) == door


ZONES = table("""
zone                       | municipality | the door
---------------------------|--------------|-------------
departement:36             | 36018        | OPEN
departement:67             | 36018        | CLOSED ZONE
departement:67 region:24   | 36018        | OPEN
commune:36999              | 36018        | OPEN
commune:36018              | 36999        | OPEN
commune:36044              | 36018        | CLOSED ZONE
france                     | 36018        | OPEN
""")


@pytest.mark.parametrize(("zone", "municipality", "door"), ZONES)
def test_a_zone_keeps_a_near_service_to_those_who_live_in_it(zone, municipality, door):
    assert said_of(offer(service(zone=zone)), municipality=municipality) == door


def test_an_empty_zone_is_nobody_s():
    assert said_of(offer(service(zone=())), municipality=LE_BLANC) == "CLOSED ZONE"


def test_a_scheme_that_its_source_does_not_define_stays_uncertain():
    scheme = service(conditions_known=False)

    assert said_of(offer(scheme)) == "UNKNOWN service_conditions"
    assert said_of(offer(replace(scheme, age_until=25)), "age: 40") == "CLOSED AGE"


def test_all_that_forbids_and_all_that_is_missing_is_told():
    closed = service("closed", age_until=25, publics=frozenset({"jeunes"}), zone="departement:67")
    unknown = service("unknown", age_until=25, publics=frozenset({"jeunes"}), conditions_known=False)

    told = [said(one) for one in ask(offer(closed, unknown), "age: 40, target_groups: []")]
    asked = [said(one) for one in ask(offer(unknown))]

    assert told == ["CLOSED ZONE, AGE, PUBLICS", "CLOSED AGE, PUBLICS"]
    assert asked == ["UNKNOWN age, service_conditions, target_group"]


def test_own_conditions_apply_to_what_an_agreement_opens():
    asked = offer(service(age_until=25, reserved_by="La convention"), texts=[agreement(opens())])

    assert said_of(asked, "age: 25") == "OPEN"
    assert said_of(asked, "age: 26") == "CLOSED AGE"
    assert said_of(asked) == "UNKNOWN age"


def test_a_service_for_employers_is_no_answer_to_a_person():
    assert ask(offer(service(for_employers=True))) == ()


def test_an_organisation_elsewhere_is_no_answer():
    assert ask(offer(service()), municipality=HAGUENAU) == ()
    assert ask(offer(service()), municipality=CHATEAUROUX) == ()
