from __future__ import annotations

from enum import Enum
from uuid import UUID

import pytest

from maillage.domain.accounts import Actor, Role
from maillage.domain.permissions import (
    ANY_ROLE,
    Ground,
    NotPermitted,
    Relation,
    Rule,
    Sentence,
    impossible,
    refusal_of,
    require,
)


class State(Enum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"


WHO = Sentence("Seul le titulaire peut répondre.", "Only the holder may answer.")
WHEN = Sentence("On répond tant que c’est ouvert.", "One answers while it is open.")
REMEDY = Sentence("Demandez à votre équipe.", "Ask your team.")
TABLE = {
    "answer": Rule(
        roles=frozenset({Role.PARTNER_ADVISER}),
        relations=frozenset({Relation.OWN, Relation.TEAM}),
        sentence=WHO,
        states=frozenset({State.OPEN}),
        when=WHEN,
        remedy=REMEDY,
    ),
    "read": Rule(roles=ANY_ROLE, relations=frozenset({Relation.NONE}), sentence=WHO),
}
BRUNO = Actor(UUID(int=1), "Bruno", UUID(int=2), Role.PARTNER_ADVISER, "mission-locale")
AMEL = Actor(UUID(int=3), "Amel", UUID(int=4), Role.ADVISER, "france-travail")


@pytest.mark.parametrize(
    ("actor", "relation", "state", "ground", "sentence"),
    [
        (BRUNO, Relation.OWN, State.OPEN, None, None),
        (BRUNO, frozenset({Relation.SITE, Relation.TEAM}), State.OPEN, None, None),
        (None, Relation.OWN, State.OPEN, Ground.SIGNED_OUT, "Cette page est réservée aux comptes."),
        (AMEL, Relation.OWN, State.OPEN, Ground.ROLE, WHO.french),
        (BRUNO, Relation.SITE, State.OPEN, Ground.RELATION, WHO.french),
        (BRUNO, frozenset(), State.OPEN, Ground.RELATION, WHO.french),
        (BRUNO, Relation.OWN, State.CLOSED, Ground.STATE, WHEN.french),
        (BRUNO, Relation.OWN, None, Ground.STATE, WHEN.french),
    ],
)
def test_a_refusal_says_the_first_thing_that_forbids(actor, relation, state, ground, sentence):
    refusal = refusal_of(TABLE, "answer", actor, relation, state)

    assert (refusal.ground if refusal else None, refusal.sentence_fr if refusal else None) == (ground, sentence)


def test_a_rule_without_states_holds_in_all():
    assert refusal_of(TABLE, "read", AMEL) is None


def test_the_exception_and_the_answer_are_one():
    require(TABLE, "answer", BRUNO, Relation.OWN, State.OPEN)

    with pytest.raises(NotPermitted) as raised:
        require(TABLE, "answer", AMEL, Relation.OWN, State.OPEN)

    assert raised.value.refusal == refusal_of(TABLE, "answer", AMEL, Relation.OWN, State.OPEN)
    assert raised.value.refusal.code == "answer:ROLE"
    assert str(raised.value) == "Seul le titulaire peut répondre. Demandez à votre équipe."


def test_what_no_table_can_say_beforehand_is_a_refusal_too():
    refused = impossible("answer:gone", WHEN)

    assert (refused.refusal.ground, str(refused)) == (Ground.STATE, WHEN.french)


def test_an_action_that_no_table_has_is_a_mistake_of_the_code():
    with pytest.raises(KeyError):
        refusal_of(TABLE, "fly", BRUNO)
