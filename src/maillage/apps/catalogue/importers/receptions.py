"""The service of being received at a kind of place: what for, by virtue of what, from which age.

The lists of sites say where, never what for; this table is our reading of the texts it cites. Themes are codes of
data·inclusion. A post office counter has no line: it becomes a service only where an agreement or a label makes it one.
"""

from __future__ import annotations

from dataclasses import dataclass

from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.services import OwnBasis, Service

PAPERWORK = "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives"
RIGHTS = "difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits"
ONLINE_SERVICES = "numerique--acceder-a-des-services-en-ligne"
CONNECTION = "numerique--acceder-a-une-connexion-internet"
DIGITAL_BASICS = "numerique--maitriser-les-fondamentaux-du-numerique"
JOB_OFFERS = "trouver-un-emploi--repondre-a-des-offres-demploi"
JOB_SEARCH = "preparer-sa-candidature--organiser-ses-demarches-de-recherche-demploi"
CV = "preparer-sa-candidature--realiser-un-cv-et-ou-une-lettre-de-motivation"
OCCUPATIONS = "choisir-un-metier--decouvrir-un-metier-ou-un-secteur-dactivite"
CHOICE_OF_OCCUPATION = "choisir-un-metier--confirmer-son-choix-de-metier"
TRAINING = "se-former--trouver-sa-formation"
MOBILITY = "mobilite--etre-accompagne-dans-son-parcours-mobilite"
HOUSING = "logement-hebergement--sinformer-sur-les-demarches-liees-a-lacces-au-logement"
CARE = "sante--acces-aux-soins"


@dataclass(frozen=True)
class Reception:
    """What being received at a kind of place means."""

    name: str
    themes: frozenset[str]
    own_basis: OwnBasis
    own_source: str
    age_from: int | None = None
    age_until: int | None = None


RECEPTIONS: dict[PlaceKind, Reception] = {
    PlaceKind.AGENCY: Reception(
        "Accueil France Travail",
        frozenset({JOB_OFFERS, JOB_SEARCH, CV, OCCUPATIONS, CHOICE_OF_OCCUPATION, TRAINING}),
        OwnBasis.LAW,
        "Code du travail, art. L. 5312-1",
    ),
    # « aider les jeunes de seize à vingt-cinq ans révolus » : both ages included, the whole of the 26th year too.
    PlaceKind.MISSION_LOCALE: Reception(
        "Accueil de la Mission locale",
        frozenset(
            {JOB_OFFERS, JOB_SEARCH, CV, OCCUPATIONS, CHOICE_OF_OCCUPATION, TRAINING, RIGHTS, MOBILITY, HOUSING, CARE}
        ),
        OwnBasis.LAW,
        "Code du travail, art. L. 5314-2",
        age_from=16,
        age_until=25,
    ),
    PlaceKind.FRANCE_SERVICES: Reception(
        "Accueil France services",
        frozenset({PAPERWORK, RIGHTS, ONLINE_SERVICES, DIGITAL_BASICS}),
        OwnBasis.OWN_MISSION,
        "Charte nationale d’engagement France services",
    ),
    PlaceKind.DIGITAL_STAGE: Reception(
        "Étape numérique",
        frozenset({ONLINE_SERVICES, DIGITAL_BASICS, PAPERWORK}),
        OwnBasis.OWN_MISSION,
        "Étapes numériques de La Poste",
    ),
    PlaceKind.DIGITAL_ADVISER: Reception(
        "Aide d’un conseiller numérique",
        frozenset({ONLINE_SERVICES, DIGITAL_BASICS}),
        OwnBasis.OWN_MISSION,
        "Dispositif Conseiller numérique",
    ),
    PlaceKind.DIGITAL_POINT: Reception(
        "Point numérique en accès libre",
        frozenset({CONNECTION, ONLINE_SERVICES, DIGITAL_BASICS}),
        OwnBasis.OWN_MISSION,
        "Espace connecté en accès libre",
    ),
}
"""In the order in which a place of several kinds takes its reception."""


def reception_at(point: AccessPoint, themes: frozenset[str] = frozenset()) -> Service | None:
    """Give the service of being received at an access point; ``None`` where a counter is all there is.

    ``themes`` replaces those of the table when the source says them.
    """
    reception = next((found for kind, found in RECEPTIONS.items() if kind in point.kinds), None)
    if reception is None:
        return None
    return Service(
        id=f"{point.id}--accueil",
        name=reception.name,
        organisation=point.organisation,
        provenance=point.provenance,
        location=point.id,
        point=point.point,
        municipality=point.municipality,
        kind="accompagnement",
        place_kinds=point.kinds,
        networks=point.networks,
        themes=themes or reception.themes,
        age_from=reception.age_from,
        age_until=reception.age_until,
        own_basis=reception.own_basis,
        own_source=reception.own_source,
        fees="gratuit",
        telephone=point.telephone,
        email=point.email,
        website=point.website,
        hours=point.hours,
        valid=point.valid,
    )
