"""Who sees an uptake: each side its own, the officers of both, nobody else; raw SQL no more than the pages."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from maillage.apps.delegation.volumes import live_delegations
from maillage.apps.people.acting import as_actor
from maillage.apps.people.queries import may_see
from maillage.apps.people.use_cases import transfer_portfolio
from maillage.apps.referrals.codes import code_of
from maillage.apps.referrals.queries import awaited, find_uptake, inbox, uptakes_visible_to
from maillage.apps.referrals.use_cases.clock import run_clock
from maillage.apps.referrals.use_cases.moving import UptakeNotFound
from maillage.apps.referrals.use_cases.sending import wake
from maillage.apps.referrals.use_cases.tear_off import CodeRefused, answer_with_code
from maillage.domain.accounts import Role
from maillage.domain.referrals import Move
from tests.apps.referrals.conftest import AGENCY, AGREEMENT, AT, MISSION, ON, POST, member, moved, person, sent

pytestmark = pytest.mark.django_db
TABLES = ("referrals_uptake", "referrals_uptakeevent", "referrals_referral", "referrals_uptakegroup")


@pytest.fixture
def cast(amel, bruno, chloe):
    """Two advisers who follow one person each, sent to two partners; officers, and people of elsewhere."""
    anna = member("Anna", Role.ADVISER, AGENCY)
    lea = member("Léa", Role.ACCESS_POINT_STAFF, POST)
    to_mission = sent(amel, person(amel, "Driss")).uptakes[0].uptake
    to_post = sent(anna, person(anna, "Élise"), "ordinateurs").uptakes[0].uptake
    everybody = {
        "amel": (amel, {to_mission}),
        "anna": (anna, {to_post}),
        "bruno": (bruno, {to_mission}),
        "lea": (lea, {to_post}),
        "chloe": (chloe, {to_mission, to_post}),
        "committee": (member("Zoé", Role.COMMITTEE_MEMBER, AGENCY), set()),
        "employer": (member("Yves", Role.EMPLOYER, MISSION), set()),
        "elsewhere": (member("Ugo", Role.PARTNER_ADVISER, "ailleurs"), set()),
    }
    return everybody, to_mission, to_post


def seen_by(actor) -> set:
    with as_actor(actor, on=ON):
        return set(uptakes_visible_to(actor, on=ON).values_list("pk", flat=True))


def rows_under_policy(actor, table: str) -> int:
    with as_actor(actor, on=ON), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (names of our own)
        return cursor.fetchone()[0]


def test_each_sees_what_they_sent_received_or_steer(cast):
    everybody, *_ = cast

    assert {name: seen_by(actor) for name, (actor, _) in everybody.items()} == {
        name: expected for name, (_, expected) in everybody.items()
    }


@pytest.mark.skipif("not __import__('django.db').db.connection.vendor == 'postgresql'", reason="row policies")
def test_raw_sql_sees_no_more(cast):
    everybody, *_ = cast

    found = {name: [rows_under_policy(actor, table) for table in TABLES] for name, (actor, _) in everybody.items()}

    # An uptake has two events and one group; a referral is seen with its uptake.
    assert found == {
        name: [len(expected), 2 * len(expected), len(expected), len(expected)]
        for name, (_, expected) in everybody.items()
    }


def test_what_is_called_back_is_hidden_from_the_recipient_alone(cast, bruno, amel):
    _, to_mission, _ = cast
    moved(amel, to_mission, Move.WITHDRAW)

    assert seen_by(bruno) == set()
    assert seen_by(amel) == {to_mission}


def test_a_transferred_portfolio_carries_what_is_awaited(cast, amel, bruno):
    everybody, to_mission, to_post = cast
    anna = everybody["anna"][0]
    moved(bruno, to_mission, Move.REFUSE, reason="NO_PLACE")
    transfer_portfolio(by=amel, giver=amel.membership, receiver=anna.membership, at=AT)

    assert seen_by(anna) == {to_mission, to_post}
    assert [one.id for one in awaited(anna, on=ON)] == [to_mission]
    assert awaited(amel, on=ON) == ()
    moved(anna, to_mission, Move.ACKNOWLEDGE)
    assert awaited(anna, on=ON) == ()


def test_an_id_that_is_not_ones_own_is_as_one_that_does_not_exist(cast):
    everybody, to_mission, _ = cast

    for uptake in (to_mission, uuid4()):
        with pytest.raises(UptakeNotFound, match="No such request among those you sent or received"):
            moved(everybody["elsewhere"][0], uptake, Move.ACCEPT)


NOTHING_SURVIVES = """\
  - number: P4
    title: Fin
    text: « Rien ne subsiste de la convention après son terme. »
    clauses: [{id: fin, declines: {levels: [LOCAL], survival: NOTHING}}]
"""
LAST_DAY = date(2026, 11, 30)


@pytest.fixture
def ending(settings, offer) -> None:
    """Let the agreement of the cast end at the end of November, without letting anything survive."""
    path = settings.MAILLAGE_AGREEMENTS / "essai" / "agreement.yaml"
    ended = AGREEMENT.replace("signed_on: 2024-01-01", "signed_on: 2024-01-01\neffective_until: 2026-12-01")
    path.write_text(ended + NOTHING_SURVIVES)


@pytest.mark.parametrize(("day", "is_seen"), [(LAST_DAY, True), (LAST_DAY + timedelta(days=1), False)])
def test_what_no_text_lets_survive_leaves_every_page_of_who_received_it(ending, amel, bruno, chloe, day, is_seen):
    steered = member("Gaël", Role.OFFICER, MISSION)
    uptake = sent(amel, person(amel)).uptakes[0].uptake
    led = sent(amel, person(amel, "Élise"), "accompagnement").uptakes[0].uptake
    at = AT + (day - ON)
    expected = {uptake, led} if is_seen else set()

    assert {one.id for one in inbox(bruno, on=day).to_answer + inbox(bruno, on=day).late} == expected
    assert (find_uptake(bruno, uptake, on=day) is not None) is is_seen
    assert {one.uptake for one in live_delegations(bruno, on=day)} == expected - {uptake}
    for officer, sees in ((steered, is_seen), (chloe, True)):
        assert (find_uptake(officer, uptake, on=day) is not None) is sees
    assert find_uptake(amel, uptake, on=day) is not None
    with pytest.raises(CodeRefused) if not is_seen else nullcontext():
        answer_with_code(code=code_of(uptake), name="Bruno", move=Move.ACCEPT, network_address="192.0.2.1", at=at)


def test_what_is_woken_under_another_text_is_seen_as_long_as_that_one_says(ending, settings, amel, bruno):
    uptake = sent(amel, person(amel)).uptakes[0].uptake
    run_clock(at=AT + timedelta(days=60))
    path = settings.MAILLAGE_AGREEMENTS / "essai" / "agreement.yaml"
    path.write_text(path.read_text().replace("effective_until: 2026-12-01", "effective_until: 2027-12-01"))
    day = date(2027, 1, 4)
    wake(actor=amel, uptake=uptake, at=datetime(2027, 1, 4, 9, tzinfo=UTC))

    assert [one.id for one in inbox(bruno, on=day).to_answer] == [uptake]
    assert may_see(bruno, find_uptake(bruno, uptake, on=day).person, on=day)
    assert not may_see(bruno, find_uptake(amel, uptake, on=day).person, on=date(2027, 12, 1))
