"""A state of the geography that an answer cites is kept whole, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maillage.apps.audit.models import AuditEvent
from maillage.apps.territories.demonstration import load
from maillage.apps.territories.mapping import packed, unpacked
from maillage.apps.territories.models import GeographyKept
from maillage.apps.territories.queries import geography, geography_as, geography_version
from maillage.apps.territories.use_cases import keep_geography

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_places(db):
    load(by="amel", at=NOON)


def test_a_packed_geography_is_read_back_the_same():
    assert unpacked(packed(geography())) == geography()


def test_the_present_geography_is_kept_once_and_told_in_the_journal():
    token = geography_version()

    assert [keep_geography(by="amel", token=token, at=NOON) for _ in range(2)] == [True, False]
    assert AuditEvent.objects.filter(what="keep_geography", subject=token).count() == 1


def test_a_state_that_is_gone_cannot_be_kept():
    assert keep_geography(by="amel", token="0" * 32, at=NOON) is False
    assert geography_as("0" * 32) is None


def test_a_kept_state_is_found_by_its_token():
    GeographyKept.objects.create(token="1" * 32, content=packed(geography()), kept_at=NOON)

    assert geography_as("1" * 32) == geography_as(geography_version()) == geography()
