"""How far a service reaches: its own maximum, else 50 km; what is remote or stands nowhere reaches all its zone."""

from __future__ import annotations

import pytest

from maillage.domain.eligibility import Question
from maillage.domain.people import PersonFacts
from maillage.domain.shared import Point
from maillage.domain.territories import UnknownTerritory
from maillage.engine import reference
from maillage.engine.columnar import Index
from tests.engine.asking import CHATEAUROUX, DAY, HAGUENAU, LE_BLANC, ask, offer, said, service, table


def seen(asked, **where):
    """Say what is answered with its distance in km; nothing where the service is no answer at all."""
    return [(said(one), None if one.distance_km is None else f"{one.distance_km:.3f}") for one in ask(asked, **where)]


REACH = table("""
in person | remote | reach km | municipality | answered
----------|--------|----------|--------------|-----------
yes       | no     |          | 36018        | 0.000
yes       | no     |          | 36044        | no
yes       | no     | 51.4     | 36044        | no
yes       | no     | 51.5     | 36044        | 51.401
yes       | no     | 0        | 36018        | 0.000
yes       | no     | 1000     | 67180        | 558.292
yes       | no     | 20000    | 98735        | no
no        | yes    |          | 36018        | remote
no        | yes    |          | 67180        | remote
no        | yes    |          | 98735        | remote
yes       | yes    |          | 36018        | 0.000
yes       | yes    |          | 67180        | remote
yes       | yes    |          | 98735        | remote
""")


@pytest.mark.parametrize(("in_person", "remote", "reach", "municipality", "answered"), REACH)
def test_a_located_service_reaches(in_person, remote, reach, municipality, answered):
    found = service(in_person=in_person == "yes", remote=remote == "yes", reach_km=float(reach) if reach else None)

    distances = [distance for _, distance in seen(offer(found), municipality=municipality)]

    assert distances == {"no": [], "remote": [None]}.get(answered, [answered])


FAR = table("""
zone                        | 36018  | 36044  | 67180
----------------------------|--------|--------|-------
                            | yes    | yes    | yes
france                      | yes    | yes    | yes
region:24                   | yes    | yes    | no
departement:36 region:44    | yes    | yes    | yes
clpe:CLPE36004              | yes    | no     | no
commune:36999 departement:67| yes    | no     | yes
commune:99999               | no     | no     | no
""")


@pytest.mark.parametrize("located", [True, False], ids=["remote", "nowhere"])
@pytest.mark.parametrize(("zone", "le_blanc", "chateauroux", "haguenau"), FAR)
def test_what_has_no_distance_is_open_throughout_its_zone(zone, le_blanc, chateauroux, haguenau, located):
    how = {"in_person": False, "remote": True} if located else {"point": None}
    asked = offer(service(**how, **({"zone": zone} if zone else {})))

    found = [len(seen(asked, municipality=home)) == 1 for home in (LE_BLANC, CHATEAUROUX, HAGUENAU)]

    assert found == [answer == "yes" for answer in (le_blanc, chateauroux, haguenau)]


def test_an_exact_point_replaces_the_municipality_s():
    at_the_door = PersonFacts(HAGUENAU, point=Point(46.633, 1.064))
    question = Question(at_the_door, DAY)

    assert [one.distance_km for one in reference.answer(offer(service()), question)] == [0.0]
    assert [one.distance_km for one in Index.of(offer(service())).answer(question)] == [0.0]


def test_a_zone_holds_where_the_person_lives_and_not_where_the_service_stands():
    assert seen(offer(service(zone="departement:67", reach_km=1000)), municipality=HAGUENAU) == [("OPEN", "558.292")]
    assert seen(offer(service(zone="departement:67", reach_km=1000)), municipality=LE_BLANC) == [
        ("CLOSED ZONE", "0.000")
    ]


def test_a_remote_service_that_is_near_too_is_listed_once_with_its_distance():
    assert seen(offer(service(remote=True, zone="departement:36"))) == [("OPEN", "0.000")]


def test_a_municipality_of_no_vintage_is_refused_by_both_engines():
    question = Question(PersonFacts("00000"), DAY)

    for answer in (reference.answer, lambda asked, one: Index.of(asked).answer(one)):
        with pytest.raises(UnknownTerritory, match="Municipality 00000 is not in the loaded vintage"):
            answer(offer(service()), question)
