"""Who may do what to a delegation, and in which state."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.domain.accounts import Role
from maillage.domain.delegation import DelegationState
from maillage.domain.permissions import Relation, Rule, Sentence
from maillage.domain.visibility import FOLLOWING_ROLES

_BOTH_SIDES = frozenset({Relation.SENDER, Relation.RECIPIENT})
_RUNNING = frozenset({DelegationState.RUNNING})
_NOT_BEGUN = frozenset({DelegationState.PROPOSED, DelegationState.WAITING})
_PARTIES = Sentence(
    "C’est aux deux organismes de la délégation de le faire.", "This is for the two organisations of the delegation."
)
_ONLY_RUNNING = Sentence(
    "On ne reprend que ce qui a commencé : la délégation n’est pas en cours.",
    "Only what has begun can be handed back: the delegation is not running.",
)

TABLE: Mapping[str, Rule] = {
    "RECORD_AGREEMENT": Rule(
        FOLLOWING_ROLES,
        _BOTH_SIDES,
        _PARTIES,
        _NOT_BEGUN,
        Sentence("La délégation a déjà commencé ou pris fin.", "The delegation has already begun or ended."),
    ),
    "HAND_BACK": Rule(
        FOLLOWING_ROLES,
        _BOTH_SIDES,
        _PARTIES,
        _RUNNING,
        _ONLY_RUNNING,
        Sentence(
            "Avant le premier accueil, retirez ou refusez la demande.",
            "Before the first meeting, withdraw or refuse the request.",
        ),
    ),
    "RECORD_REVIEW": Rule(
        FOLLOWING_ROLES,
        _BOTH_SIDES,
        _PARTIES,
        _RUNNING,
        Sentence(
            "On ne fait le point que sur un accompagnement en cours : la délégation ne l’est pas.",
            "Only a support under way is reviewed: the delegation is not running.",
        ),
    ),
    "RECORD_LEAD_DECISION": Rule(
        frozenset({Role.ADVISER, Role.PARTNER_ADVISER, Role.OFFICER}),
        frozenset({Relation.SENDER}),
        Sentence(
            "C’est à l’organisme qui suit la personne de noter la décision.",
            "The organisation that follows the person records the decision.",
        ),
    ),
}
