from __future__ import annotations

import pytest

from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.coverage import CoverageImpossible, PlaceChoice, check_km
from maillage.domain.shared import Provenance

POSTAL_CENTRE = AccessPoint(
    id="a",
    name="France services d’Ardentes",
    kinds=frozenset({PlaceKind.FRANCE_SERVICES, PlaceKind.POST_OFFICE}),
    organisation="la-poste",
    municipality="36005",
    point=None,
    provenance=Provenance("test"),
    networks=frozenset({"la-poste"}),
)


@pytest.mark.parametrize(
    ("written", "choice", "is_counted"),
    [
        ("FRANCE_SERVICES", PlaceChoice("FRANCE_SERVICES"), True),
        ("FRANCE_SERVICES:la-poste", PlaceChoice("FRANCE_SERVICES", "la-poste"), True),
        ("FRANCE_SERVICES:msa", PlaceChoice("FRANCE_SERVICES", "msa"), False),
        (" AGENCY ", PlaceChoice("AGENCY"), False),
    ],
)
def test_a_choice_is_a_kind_or_a_kind_of_a_network(written, choice, is_counted):
    assert PlaceChoice.parse(written) == choice
    assert str(choice) == written.strip()
    assert choice.counts(POSTAL_CENTRE) is is_counted


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("SCHOOL", "« SCHOOL » is not a kind of place"),
        ("", "is not a kind"),
        ("AGENCY:", "write the code of a network"),
    ],
)
def test_a_choice_that_cannot_be_read_says_what_to_write(written, said):
    with pytest.raises(CoverageImpossible, match=said):
        PlaceChoice.parse(written)


@pytest.mark.parametrize("km", [0, 15, 1000])
def test_a_distance_has_bounds_that_are_included(km):
    assert check_km(km) == km


@pytest.mark.parametrize("km", [-0.1, 1000.1, float("nan"), float("inf")])
def test_a_distance_out_of_bounds_is_refused(km):
    with pytest.raises(CoverageImpossible, match="write a number from 0 to 1000"):
        check_km(km)
