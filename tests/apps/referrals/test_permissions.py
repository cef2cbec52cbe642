"""Every action of the table for every role and relation: who may, and that the others are told who may."""

from __future__ import annotations

from uuid import uuid4

import pytest

from maillage.apps.delegation.permissions import TABLE as DELEGATION_TABLE
from maillage.apps.referrals.permissions import RECIPIENT_MOVES, REPORTABLE, TABLE
from maillage.domain.accounts import Actor, Role
from maillage.domain.permissions import Relation, refusal_of
from maillage.domain.referrals import Move
from maillage.domain.referrals.moves import SENDER_MOVES

FOLLOWING = {Role.ADVISER, Role.PARTNER_ADVISER}
RECEIVING = FOLLOWING | {Role.ACCESS_POINT_STAFF}
STEERING = {Role.OFFICER, Role.COMMITTEE_MEMBER, Role.ADMINISTRATOR}
# Action -> who may, and what they must be to the thing.
WHO = {
    **{move.value: (FOLLOWING, {Relation.SENDER}) for move in SENDER_MOVES},
    **{move.value: (RECEIVING, {Relation.RECIPIENT}) for move in RECIPIENT_MOVES},
    **{f"REPORT_{move.value}": (FOLLOWING, {Relation.SENDER}) for move in REPORTABLE},
    "ADD_OUTCOME": (RECEIVING, {Relation.SENDER, Relation.RECIPIENT}),
    "DECLARE_ERROR": (RECEIVING | {Role.OFFICER}, {Relation.OWN, Relation.PARTY}),
    "EXPIRE": (set(), set()),
    "REMIND": (set(), set()),
    "PREPARE": (FOLLOWING, {Relation.SENDER}),
    "TELL_WALK_IN": (RECEIVING, {Relation.RECIPIENT}),
    "CONFIRM_WALK_IN": (FOLLOWING, {Relation.SENDER}),
    "SET_RECEPTION": (FOLLOWING | {Role.ADMINISTRATOR, Role.OFFICER}, {Relation.ORGANISATION}),
    "SET_OWN_FORM": ({Role.PARTNER_ADVISER, Role.ADMINISTRATOR}, {Relation.ORGANISATION}),
    "COUNT_VISITS": (RECEIVING, {Relation.ORGANISATION}),
    "READ_RATES": (STEERING, {Relation.ORGANISATION, Relation.PARTY}),
}
DELEGATION_WHO = {
    "RECORD_AGREEMENT": (FOLLOWING, {Relation.SENDER, Relation.RECIPIENT}),
    "HAND_BACK": (FOLLOWING, {Relation.SENDER, Relation.RECIPIENT}),
    "RECORD_REVIEW": (FOLLOWING, {Relation.SENDER, Relation.RECIPIENT}),
    "RECORD_LEAD_DECISION": (FOLLOWING | {Role.OFFICER}, {Relation.SENDER}),
}
ROWS = [(TABLE, action, *who) for action, who in sorted(WHO.items(), key=lambda row: row[0])]
ROWS += [(DELEGATION_TABLE, action, *who) for action, who in sorted(DELEGATION_WHO.items(), key=lambda row: row[0])]


def test_every_action_has_its_row() -> None:
    assert set(WHO) == set(TABLE)
    assert set(DELEGATION_WHO) == set(DELEGATION_TABLE)
    assert {move.value for move in Move} <= set(TABLE)


@pytest.mark.parametrize(("table", "action", "roles", "relations"), ROWS, ids=[row[1] for row in ROWS])
def test_who_may_do_what(table, action, roles, relations) -> None:
    rule = table[action]
    state = next(iter(rule.states)) if rule.states else None
    for role in Role:
        actor = Actor(uuid4(), "Amel", uuid4(), role, "agency")
        for relation in Relation:
            refusal = refusal_of(table, action, actor, relation, state)
            assert (refusal is None) == (role in roles and relation in relations), (role, relation)
            assert refusal is None or (refusal.sentence_fr and refusal.sentence_en)
