"""Who may do what to the files of people."""

from __future__ import annotations

from maillage.apps.people import models
from maillage.domain.accounts import Actor, Role
from maillage.domain.permissions import Relation, Rule, Sentence, Table
from maillage.domain.visibility import FOLLOWING_ROLES

IN_CHARGE = frozenset({Relation.OWN, Relation.TEAM, Relation.SITE})
ASK_WHO_FOLLOWS = Sentence(
    "Demandez-le au conseiller ou à l’équipe qui suit la personne.",
    "Ask the adviser or the team that follows the person.",
)


def _for_who_follows(french: str, english: str) -> Rule:
    return Rule(
        roles=FOLLOWING_ROLES,
        relations=IN_CHARGE,
        sentence=Sentence(
            f"Seul le conseiller ou l’équipe qui suit la personne peut {french}.",
            f"Only the adviser or the team that follows the person may {english}.",
        ),
        remedy=ASK_WHO_FOLLOWS,
    )


PERMISSIONS: Table = {
    "create_person": Rule(
        roles=FOLLOWING_ROLES,
        relations=frozenset({Relation.ORGANISATION}),
        sentence=Sentence(
            "Seul un conseiller peut ouvrir le dossier d’une personne.", "Only an adviser may open a person's file."
        ),
        remedy=Sentence("Demandez-le à un conseiller de votre organisme.", "Ask an adviser of your organisation."),
    ),
    "import_portfolio": Rule(
        roles=FOLLOWING_ROLES,
        relations=frozenset({Relation.ORGANISATION}),
        sentence=Sentence(
            "Seul un conseiller peut reprendre un portefeuille.",
            "Only an adviser may bring in a portfolio.",
        ),
        remedy=Sentence("Demandez-le à un conseiller de votre organisme.", "Ask an adviser of your organisation."),
    ),
    "transfer_portfolio": Rule(
        roles=FOLLOWING_ROLES | {Role.OFFICER, Role.ADMINISTRATOR},
        relations=frozenset({Relation.OWN, Relation.ORGANISATION}),
        sentence=Sentence(
            "Un conseiller transmet son propre portefeuille ; un chargé de partenariats ou un administrateur de "
            "l’organisme transmet celui d’un autre.",
            "An adviser hands over their own portfolio; an officer or an administrator of the organisation hands over "
            "that of somebody else.",
        ),
        remedy=Sentence("Demandez-le à un administrateur.", "Ask an administrator."),
    ),
    "edit_person": _for_who_follows("changer ce qui est écrit d’elle", "change what is written about them"),
    "merge_people": _for_who_follows("réunir deux dossiers", "bring two files together"),
    "record_will": _for_who_follows("noter ce qu’elle accepte ou refuse", "note what the person allows or refuses"),
    "make_follow_link": _for_who_follows("lui donner un lien privé", "give them a private link"),
    "export_person": _for_who_follows("lui remettre tout ce qui est gardé d’elle", "give them all that is kept"),
    "erase_person": _for_who_follows("effacer son dossier", "erase their file"),
}


def relations_to(actor: Actor, row: models.Person) -> frozenset[Relation]:
    """Give what an actor is to a person: in charge by name, by team, by site, of the organisation; or nothing."""
    if actor.organisation != row.lead_organisation:
        return frozenset({Relation.NONE})
    found = {Relation.ORGANISATION}
    if row.lead_adviser in actor.memberships:
        found.add(Relation.OWN)
    if row.lead_team in actor.teams:
        found.add(Relation.TEAM)
    if row.lead_adviser is None and row.lead_team is None and row.lead_site in {None, actor.site}:
        found.add(Relation.SITE)
    return frozenset(found)
