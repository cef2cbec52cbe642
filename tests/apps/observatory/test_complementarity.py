from __future__ import annotations

from dataclasses import replace

import pytest

from maillage.apps.observatory.complementarity import complementarity_of, known_on
from maillage.domain.complementarity import (
    Complementarity,
    ComplementarityImpossible,
    ComplementarityQuestion,
    ImaginedChange,
    PartnerChoice,
)
from maillage.domain.shared import Point
from maillage.domain.territories import TerritoryKind, TerritoryRef, UnknownTerritory
from tests.apps.observatory.conftest import DAY

pytestmark = pytest.mark.django_db
INDRE = TerritoryRef(TerritoryKind.DEPARTMENT, "36")
ASKED = ComplementarityQuestion(INDRE, "mobilite", 15, DAY)
SERVICES = (
    "id;name;organisation;municipality;latitude;longitude;themes;publics;networks;remote;in_person;source;dated_on\n"
    "s1;Garage;garage;36044;46.81;1.69;mobilite--preparer-un-permis;;la-poste;;;test;2026-01-01\n"
    "s2;Permis;ecole;36044;46.82;1.70;mobilite--preparer-un-permis;jeunes;;;;test;2026-01-01\n"
    "s3;Conseil;conseil;36018;46.63;1.09;mobilite--preparer-un-permis;seniors;mission-locale;;;test;2026-02-01\n"
    "s4;Ligne;ligne;;;;mobilite--preparer-un-permis;;;yes;no;test;2026-01-01\n"
)


@pytest.fixture
def offered(territories):
    territories("services", SERVICES)


def told(found: Complementarity) -> dict[str, tuple[int, int, tuple[str, ...], str]]:
    return {
        row.municipality.code: (row.service_count, row.remote_count, row.partners, row.offer_class.value)
        for row in found.rows
    }


def test_each_municipality_has_its_services_and_their_partners(offered):
    found = complementarity_of(ASKED)

    assert told(found) == {
        "36018": (1, 1, ("mission-locale",), "COMPLEMENTARY"),
        "36044": (2, 1, ("ecole", "la-poste"), "COMMON"),
    }
    assert (found.name, found.people, found.left_out) == ("Indre", 49_000, 1)
    assert dict(found.partner_names)["mission-locale"] == "Mission Locale"


@pytest.mark.parametrize(
    ("group", "classes"),
    [
        ("tous-publics", ["WHITE", "COMPLEMENTARY"]),
        ("jeunes", ["WHITE", "COMMON"]),
        ("seniors", ["COMPLEMENTARY", "COMPLEMENTARY"]),
    ],
)
def test_a_group_has_what_names_it_and_what_asks_for_none(offered, group, classes):
    found = complementarity_of(replace(ASKED, group=group))

    assert [row.offer_class.value for row in found.rows] == classes


def test_networks_leave_the_others_out(offered):
    found = complementarity_of(replace(ASKED, partners=PartnerChoice(networks=("la-poste", "mission-locale"))))

    assert [row.partners for row in found.rows] == [("mission-locale",), ("la-poste",)]


def test_a_change_is_answered_beside_what_is(offered):
    opened = complementarity_of(ASKED, ImaginedChange(points=(Point(46.63, 1.09),)))
    lost = complementarity_of(ASKED, ImaginedChange(lost="la-poste"))

    assert [row.offer_class.value for row in opened.rows] == ["COMMON", "COMMON"]
    assert [row.offer_class.value for row in lost.rows] == ["COMPLEMENTARY", "COMPLEMENTARY"]


def test_a_new_file_is_seen_at_once(offered, territories):
    before = complementarity_of(ASKED)

    territories("services", SERVICES + "s5;Vélo;atelier;36018;46.63;1.09;mobilite;;;;;test;2026-03-01\n")

    assert told(before)["36018"][3] == "COMPLEMENTARY"
    assert told(complementarity_of(ASKED))["36018"][3] == "COMMON"


def test_what_the_offer_is_made_of_is_told(offered):
    known = known_on(DAY)

    assert {"la-poste", "mission-locale"} <= set(known.networks)
    assert "test" in dict(known.sources)


@pytest.mark.parametrize(
    ("changes", "change", "error"),
    [
        ({"territory": TerritoryRef(TerritoryKind.DEPARTMENT, "99")}, ImaginedChange(), UnknownTerritory),
        ({"theme": "tricot"}, ImaginedChange(), ComplementarityImpossible),
        ({"partners": PartnerChoice(networks=("a", "b"))}, ImaginedChange(), ComplementarityImpossible),
        ({"partners": PartnerChoice("absent")}, ImaginedChange(), ComplementarityImpossible),
        ({}, ImaginedChange(lost="nobody"), ComplementarityImpossible),
        ({}, ImaginedChange(points=(Point(46, 1),) * 51), ComplementarityImpossible),
    ],
)
def test_what_cannot_be_counted_is_refused(offered, changes, change, error):
    with pytest.raises(error):
        complementarity_of(replace(ASKED, **changes), change)
