from __future__ import annotations

import pytest

from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance


def service(**said):
    return Service("s", "S", "o", Provenance("test"), **said)


@pytest.mark.parametrize(
    ("asked", "is_served"),
    [("mobilite--preparer-un-permis", True), ("mobilite", True), ("mobil", False), ("mobilite--", False), ("", False)],
)
def test_a_theme_is_served_whole_or_by_its_family(asked, is_served):
    assert service(themes=frozenset({"mobilite--preparer-un-permis"})).serves(asked) is is_served


@pytest.mark.parametrize(
    ("said", "is_placed"),
    [({}, False), ({"point": Point(46, 1)}, True), ({"point": Point(46, 1), "in_person": False}, False)],
)
def test_distance_decides_where_a_service_is_met_in_person_somewhere_known(said, is_placed):
    assert service(**said).is_placed is is_placed


def test_a_service_is_reserved_only_when_a_text_says_so():
    assert [service(reserved_by=text).is_reserved for text in ("", "Convention")] == [False, True]
