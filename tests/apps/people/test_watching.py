from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from maillage.apps.accounts import models as accounts
from maillage.apps.audit.models import Reading
from maillage.apps.notifications.models import OutboxMessage
from maillage.apps.people import models
from maillage.apps.people.queries import PersonNotFound, people_listed_for, people_visible_to, person_for
from maillage.apps.people.watching import REFUSED_LIMIT, SPELLS, AccountFrozen
from tests.apps.people.conftest import AGENCY, AT, ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(amel):
    return accounts.Account.objects.create(id=amel.account, email="amel@example.org", name="Amel", opened_at=AT)


@pytest.fixture
def crowd(amel, account):
    """Three hundred people in the hands of one adviser."""
    rows = [
        models.Person(
            lead_organisation=AGENCY,
            lead_adviser=amel.membership,
            given_name="A",
            family_name="B",
            municipality="36018",
            last_contact_on=date(2026, 1, 1),
            created_at=AT,
        )
        for _ in range(300)
    ]
    models.Person.objects.bulk_create(rows)
    return [row.pk for row in rows]


def walk(amel, people, seconds):
    """Open files one after the other; give how many were shown before the account was frozen."""
    shown = 0
    for number, person in enumerate(people):
        try:
            person_for(amel, person, at=AT + timedelta(seconds=seconds * number), why="page")
        except AccountFrozen:
            return shown
        except PersonNotFound:
            continue
        shown += 1
    return shown


@pytest.mark.parametrize("seconds", [1, 25, 120, 280])
def test_an_account_that_walks_people_is_frozen_before_two_hundred_at_any_pace(crowd, amel, account, seconds):
    shown = walk(amel, crowd, seconds)

    assert shown < 200
    account.refresh_from_db()
    assert account.frozen_at is not None
    (message,) = OutboxMessage.objects.all()
    assert (message.kind, message.organisation, message.data["account"]) == (
        "account_frozen",
        AGENCY,
        str(amel.account),
    )


def test_a_days_work_freezes_nobody(crowd, amel, account):
    assert walk(amel, crowd[:60] * 3, seconds=150) == 180
    account.refresh_from_db()
    assert account.frozen_at is None


def test_ones_own_list_freezes_nobody_and_the_looks_are_written(crowd, amel, account):
    for page in range(10):
        rows = people_visible_to(amel, on=ON).order_by("pk")[page * 30 : page * 30 + 30]
        assert len(people_listed_for(amel, rows, at=AT, why="portfolio")) == 30

    assert Reading.objects.count() == 300


def test_the_list_of_others_counts(crowd, amel, account):
    models.Person.objects.update(lead_adviser=None)

    with pytest.raises(AccountFrozen):
        people_listed_for(amel, people_visible_to(amel, on=ON), at=AT, why="team")


def test_ids_asked_for_in_vain_freeze_sooner(db, amel, account):
    assert walk(amel, [uuid4() for _ in range(REFUSED_LIMIT)], seconds=1) == 0
    account.refresh_from_db()
    assert account.frozen_at is None

    with pytest.raises(AccountFrozen):
        person_for(amel, uuid4(), at=AT + timedelta(seconds=30), why="page")


def test_the_limits_hold_the_promise():
    assert all(limit < 200 for _, limit in SPELLS)
