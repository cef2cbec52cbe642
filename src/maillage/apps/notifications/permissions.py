"""Who may say where an organisation is told what happens."""

from __future__ import annotations

from maillage.domain.accounts import Role
from maillage.domain.permissions import Relation, Rule, Sentence, Table

PERMISSIONS: Table = {
    "change_webhooks": Rule(
        roles=frozenset({Role.ADMINISTRATOR}),
        relations=frozenset({Relation.ORGANISATION}),
        sentence=Sentence(
            "Seul un administrateur de l’organisme peut dire où il est prévenu.",
            "Only an administrator of the organisation may say where it is told.",
        ),
    ),
}
