"""What can be used on a day is read from intervals, and is what the offer says of that day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.agreements import Force
from maillage.engine.columnar import DAYS_KEPT, Index
from maillage.engine.kernels import SILENT
from maillage.engine.offer import Offer
from tests.engine.asking import DAY, agreement, offer, opens, service
from tests.engine.worlds import days, offers

FAR_DAYS = st.one_of(days, st.sampled_from([date.min, date(1990, 1, 1), date(2050, 6, 1), date.max]))


@given(world=offers(), on=FAR_DAYS)
def test_the_calendar_says_what_the_offer_says_of_a_day(world: Offer, on: date) -> None:
    force, silent = world.force_on(on), world.silent_on(on)
    expected = [
        SILENT if position in silent else int(force[clause.agreement] is Force.IN_FORCE and on in clause.standing)
        for position, clause in enumerate(world.clauses)
    ]

    usable = Index.of(world, vacant_count=3).usable_on(on)

    assert usable.clauses.tolist() == expected
    available = [int(on in service.valid) for service in world.services]
    assert usable.services.tolist()[: len(available)] == available
    assert not usable.services[len(available) :].any()


def test_a_circle_of_frameworks_has_a_calendar():
    texts = [
        agreement(opens(), name=one, head=f"framework: {other}, requires_framework_in_force: true")
        for one, other in (("a", "b"), ("b", "a"))
    ]

    assert Index.of(offer(service(), texts=texts)).usable_on(DAY).clauses.tolist() == [0, 0]


@pytest.mark.parametrize("first", [date(1990, 1, 1), date(2050, 1, 1)])
def test_only_some_days_are_kept(first):
    index = Index.of(offer(service()))

    for number in range(DAYS_KEPT + 5):
        index.usable_on(date.fromordinal(first.toordinal() + number))

    assert len(index.days) == 5
    assert np.flatnonzero(index.usable_on(DAY).services).tolist() == [0]
