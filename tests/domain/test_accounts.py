from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from maillage.domain.accounts import SITE_PARENTS, Actor, Author, Role, SiteLevel, locked_until

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (9, None), (10, 15), (11, 30), (12, 60), (16, 960), (17, 1440), (400, 1440)],
)
def test_each_failure_after_the_tenth_locks_for_twice_as_long(failures, minutes):
    until = None if minutes is None else AT + timedelta(minutes=minutes)

    assert locked_until(failures, last_failure_at=AT) == until


def test_somebody_acts_for_themselves_and_for_those_they_stand_in_for():
    actor = Actor(ONE, "Amel", ONE, Role.ADVISER, "france-travail", stands_in_for=frozenset({TWO}))

    assert actor.memberships == {ONE, TWO}


def test_what_somebody_does_is_signed_with_their_account_their_membership_and_their_role():
    actor = Actor(ONE, "Amel", TWO, Role.ADVISER, "france-travail")

    assert Author.of(actor) == Author("Amel", actor.account, actor.membership, "ADVISER", "france-travail")
    assert {actor.account, actor.membership} == {ONE, TWO}


def test_every_level_says_under_which_levels_it_may_stand():
    assert set(SITE_PARENTS) == set(SiteLevel)
    assert all(level not in parents for level, parents in SITE_PARENTS.items())
