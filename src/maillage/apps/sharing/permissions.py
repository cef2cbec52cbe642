"""Who may say that a name is kept from the others; what a person wills is recorded by who follows them."""

from __future__ import annotations

from maillage.domain.accounts import Role
from maillage.domain.permissions import Relation, Rule, Sentence, Table

PERMISSIONS: Table = {
    "mark_discreet": Rule(
        roles=frozenset({Role.OFFICER, Role.ADMINISTRATOR}),
        relations=frozenset({Relation.ORGANISATION}),
        sentence=Sentence(
            "Seul un chargé de partenariats ou un administrateur peut dire qu’un nom est gardé secret.",
            "Only an officer or an administrator may say that a name is kept from the others.",
        ),
    )
}
