"""Who may do what to accounts, memberships, sites, teams and stand-ins."""

from __future__ import annotations

from maillage.domain.accounts import Role
from maillage.domain.permissions import ANY_ROLE, Relation, Rule, Sentence, Table

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OF_THE_ORGANISATION = frozenset({Relation.ORGANISATION})
ASK_THE_ADMINISTRATOR = Sentence(
    "Demandez-le à un administrateur de votre organisme : « Mon compte » dit qui ils sont.",
    "Ask an administrator of your organisation: “My account” says who they are.",
)


def _for_administrators(french: str, english: str) -> Rule:
    return Rule(
        roles=ADMINISTRATORS,
        relations=OF_THE_ORGANISATION,
        sentence=Sentence(
            f"Seul un administrateur de l’organisme peut {french}.",
            f"Only an administrator of the organisation may {english}.",
        ),
        remedy=ASK_THE_ADMINISTRATOR,
    )


PERMISSIONS: Table = {
    "see_members": _for_administrators("voir ses membres", "see its members"),
    "invite": _for_administrators("inviter quelqu’un", "invite somebody"),
    "withdraw_invitation": _for_administrators("retirer une invitation", "withdraw an invitation"),
    "renew_access": _for_administrators("renouveler l’accès d’un membre", "renew the access of a member"),
    "place_member": _for_administrators("dire où travaille un membre", "say where a member works"),
    "end_membership": _for_administrators("mettre fin à une appartenance", "end a membership"),
    "freeze_account": _for_administrators("geler le compte d’un membre", "freeze the account of a member"),
    "unfreeze_account": _for_administrators("dégeler le compte d’un membre", "unfreeze the account of a member"),
    "open_site": _for_administrators("ouvrir un site", "open a site"),
    "change_site": _for_administrators("modifier un site", "change a site"),
    "close_site": _for_administrators("fermer un site", "close a site"),
    "open_team": _for_administrators("ouvrir une équipe", "open a team"),
    "close_team": _for_administrators("fermer une équipe", "close a team"),
    "make_key": Rule(
        roles=ANY_ROLE,
        relations=frozenset({Relation.OWN}),
        sentence=Sentence(
            "Une clé agit au nom de qui la fait : chacun ne fait que les siennes.",
            "A key acts in the name of who makes it: everybody makes only their own.",
        ),
    ),
    "revoke_key": Rule(
        roles=ANY_ROLE,
        relations=frozenset({Relation.OWN, Relation.SITE}),
        sentence=Sentence(
            "Une clé est retirée par qui l’a faite, ou par un administrateur de l’organisme.",
            "A key is withdrawn by who made it, or by an administrator of the organisation.",
        ),
        remedy=ASK_THE_ADMINISTRATOR,
    ),
    "name_stand_in": Rule(
        roles=ANY_ROLE,
        relations=frozenset({Relation.OWN, Relation.SITE}),
        sentence=Sentence(
            "Chacun nomme qui le remplace ; un administrateur de l’organisme peut le faire pour un absent.",
            "Everybody names their own stand-in; an administrator of the organisation may do it for somebody absent.",
        ),
        remedy=ASK_THE_ADMINISTRATOR,
    ),
}
