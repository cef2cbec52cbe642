from __future__ import annotations

import pytest

from maillage.domain.eligibility import Basis, Finding, Ground, Settings
from maillage.domain.rules import Truth
from maillage.domain.services import OwnBasis


@pytest.mark.parametrize(
    ("truth", "finding"),
    [(Truth.FALSE, Finding.CLOSED), (Truth.TRUE, Finding.OPEN), (Truth.UNKNOWN, Finding.UNKNOWN)],
)
def test_a_finding_says_a_truth(truth, finding):
    assert Finding.of(truth) is finding


def test_agreements_are_cited_before_law_and_own_mission():
    grounds = [Ground("OWN_MISSION"), Ground("LAW"), Ground("AGREEMENT", "b"), Ground("AGREEMENT", "a", "P2")]

    assert sorted(grounds) == [
        Ground("AGREEMENT", "a", "P2"),
        Ground("AGREEMENT", "b"),
        Ground("LAW"),
        Ground("OWN_MISSION"),
    ]


def test_a_service_s_own_basis_is_one_of_the_bases():
    assert {basis.value for basis in OwnBasis} == {basis.value for basis in Basis} - {"AGREEMENT"}


def test_the_reach_is_fifty_kilometres_unless_said():
    assert Settings().default_reach_km == 50
