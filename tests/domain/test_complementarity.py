from __future__ import annotations

from datetime import date

import pytest

from maillage.domain.complementarity import (
    Complementarity,
    ComplementarityImpossible,
    ComplementarityQuestion,
    ImaginedChange,
    MunicipalityOffer,
    OfferClass,
    PartnerChoice,
    ThemeOffer,
    differing,
)
from maillage.domain.shared import Point
from maillage.domain.territories import FRANCE, Municipality

ON = date(2026, 11, 22)


def asked(**changes):
    return ComplementarityQuestion(**{"territory": FRANCE, "theme": "mobilite", "km": 15, "on": ON, **changes})


def answer(*rows):
    found = tuple(
        MunicipalityOffer(
            Municipality(f"3600{number}", "Ville", None, people), len(partners), 0, len(partners), partners
        )
        for number, (people, partners) in enumerate(rows)
    )
    return Complementarity(asked(), ImaginedChange(), "France", "2026", found, (), (), 0)


@pytest.mark.parametrize(("partners", "expected"), [(0, "WHITE"), (1, "COMPLEMENTARY"), (2, "COMMON"), (7, "COMMON")])
def test_the_number_of_partners_makes_the_class(partners, expected):
    assert OfferClass.of(partners) is OfferClass[expected]


def test_people_and_municipalities_are_counted_by_class():
    found = answer((100, ()), (None, ("a",)), (30, ("a", "b")), (7, ("b",)))

    counts = {one.name: (found.municipalities_in(one), found.people_in(one)) for one in OfferClass}

    assert counts == {"COMMON": (1, 30), "COMPLEMENTARY": (2, 7), "WHITE": (1, 100)}
    assert found.people == 137


def test_the_class_of_a_theme_is_that_of_the_whole_territory():
    lines = [ThemeOffer("mobilite", reached, 0) for reached in ((), (("a", 3),), (("a", 3), ("b", 0)))]

    assert [line.offer_class.name for line in lines] == ["WHITE", "COMPLEMENTARY", "COMMON"]


def test_only_a_change_of_class_counts_as_a_difference():
    before, after = answer((1, ()), (2, ("a",)), (3, ("a", "b"))), answer((1, ("a",)), (2, ("b",)), (3, ("b",)))

    assert [one.people for one, _ in differing(before, after)] == [1, 3]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"km": -1}, "-1 km cannot be asked"),
        ({"km": 200.5}, "200.5 km"),
        ({"km": float("nan")}, "nan km"),
        ({"group": "retraites"}, "« retraites » is no target group"),
    ],
)
def test_what_cannot_be_counted_is_refused(changes, said):
    with pytest.raises(ComplementarityImpossible, match=said):
        asked(**changes)


@pytest.mark.parametrize(
    ("agreement", "networks", "said"), [("a", ("face",), "not both"), ("", ("face", "face"), "One network alone")]
)
def test_partners_are_chosen_in_one_way(agreement, networks, said):
    with pytest.raises(ComplementarityImpossible, match=said):
        PartnerChoice(agreement, networks)


@pytest.mark.parametrize(
    ("change", "expected"),
    [(ImaginedChange(), True), (ImaginedChange((Point(46, 1),)), False), (ImaginedChange(lost="face"), False)],
)
def test_a_change_may_be_nothing(change, expected):
    assert change.is_nothing is expected
