"""The order of an answer: needs as they were given, then distance, then id; what has no distance last; listed once."""

from __future__ import annotations

import pytest

from maillage.domain.shared import Point
from tests.engine.asking import ask, offer, service, table

ONLINE, USES = "numerique--acceder-a-des-services-en-ligne", "numerique--utiliser-le-numerique"
LICENCE = "mobilite--preparer-un-permis"

NEAR, NEARER = Point(46.70, 1.064), Point(46.65, 1.064)
OFFER = offer(
    service("a-near", point=NEAR, themes=frozenset({ONLINE})),
    service("b-nearer", point=NEARER, themes=frozenset({LICENCE})),
    service("c-near-too", point=NEAR, themes=frozenset({USES, LICENCE})),
    service("d-nowhere", point=None, themes=frozenset({ONLINE})),
    service("e-remote", in_person=False, remote=True, themes=frozenset({LICENCE}), zone="departement:36"),
    service("f-remote", in_person=False, remote=True, zone="commune:36018"),
    service("g-remote-and-nearer", remote=True, point=NEARER),
)

ORDERS = table("""
needs                                                 | services
------------------------------------------------------|----------------------------------------------------------------
                                                      | b-nearer g-remote-and-nearer a-near c-near-too d-nowhere e-remote f-remote
mobilite--preparer-un-permis                          | b-nearer c-near-too e-remote
mobilite                                              | b-nearer c-near-too e-remote
numerique                                             | a-near c-near-too d-nowhere
numerique mobilite                                    | a-near c-near-too d-nowhere b-nearer e-remote
mobilite numerique                                    | b-nearer c-near-too e-remote a-near d-nowhere
numerique--utiliser-le-numerique numerique            | c-near-too a-near d-nowhere
numerique--utiliser-le-numerique mobilite numerique   | c-near-too b-nearer e-remote a-near d-nowhere
logement-hebergement                                  |
numer                                                 |
""")


@pytest.mark.parametrize(("needs", "services"), ORDERS)
def test_services_come_by_need_then_distance_then_id(needs, services):
    assert [one.service for one in ask(OFFER, themes=needs.split())] == services.split()


def test_a_service_is_listed_under_the_first_need_it_serves():
    found = ask(OFFER, themes=["mobilite", "numerique"])

    assert {one.service: one.theme for one in found}["c-near-too"] == "mobilite"


def test_more_themes_than_a_machine_word_are_told_apart():
    many = [
        service(f"s{number:03}", point=None, themes=frozenset({f"famille--theme-{number:03}"})) for number in range(130)
    ]

    assert [one.service for one in ask(offer(*many), themes=["famille--theme-129", "famille--theme-000"])] == [
        "s129",
        "s000",
    ]


LIMITS = table("""
limit | listed
------|--------------------------------------------------
1     | b1 c2-closed d4-unknown
2     | b1 c2-closed c3 d4-unknown
3     | b1 c2-closed c3 d4-unknown d5
20    | b1 c2-closed c3 d4-unknown d5
""")
CROWD = offer(
    *(
        service(name, point=Point(46.633 + int(name[1]) / 100, 1.064), **conditions)
        for name, conditions in (
            ("b1", {}),
            ("c2-closed", {"age_until": 25}),
            ("c3", {}),
            ("d4-unknown", {"publics": frozenset({"jeunes"})}),
            ("d5", {}),
        )
    )
)


@pytest.mark.parametrize(("limit", "listed"), LIMITS)
def test_the_limit_counts_open_doors_and_hides_no_other(limit, listed):
    assert [one.service for one in ask(CROWD, "age: 30", limit=int(limit))] == listed.split()
