"""The first screen asks the database as often for one person as for twenty."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.apps.referrals.conftest import person, sent


@pytest.mark.parametrize("before", [1])
def test_the_first_screen_does_not_ask_more_for_more_people(adviser, amel, before):
    counts = []
    for more in (before, 12):
        for number in range(more):
            sent(amel, person(amel, f"P{number}"), at=timezone.now())
        adviser.get("/mon-portefeuille/")
        with CaptureQueriesContext(connection) as queries:
            adviser.get("/mon-portefeuille/")
        counts.append(len(queries))

    assert counts[1] <= counts[0] + 2, counts
