"""The shares that invented people are drawn from; ``docs/reference/synthetic-people.md`` gives the source of each.

Every share is between 0 and 1. None is an estimate about anybody: together they make a portfolio of a plausible shape.
"""

from __future__ import annotations

from collections.abc import Mapping

AGES: tuple[tuple[int, int, float], ...] = (
    (16, 17, 0.010),
    (18, 21, 0.070),
    (22, 25, 0.095),
    (26, 29, 0.110),
    (30, 39, 0.270),
    (40, 49, 0.205),
    (50, 54, 0.095),
    (55, 59, 0.090),
    (60, 64, 0.050),
    (65, 67, 0.005),
)
"""First and last age of a band, both included, and its share; every age of a band is as likely."""

YOUNG_UNTIL, ADULT_FROM, FIFTY, SENIOR_FROM, PENSION_NEAR = 25, 18, 50, 55, 60
WOMEN, ALONE_OR_VICTIM = 0.51, 0.08
IN_WORK = {"under_18": 0.05, "until_25": 0.30, "after": 0.36}
"""Registered people who worked that month; of the others, ``IN_WORK_UNREGISTERED``."""
IN_WORK_UNREGISTERED = 0.10
REGISTERED = {"under_18": 0.35, "until_25": 0.88, "after": 0.97}
MEAN_MONTHS = {"until_25": 8.0, "until_49": 15.0, "after": 26.0}
"""Mean of the exponential law of the months registered, cut at what the age allows and at ``MONTHS_AT_MOST``."""
MONTHS_AT_MOST = 240
SCHOOL_UNTIL = 16
"""Nobody is registered since before this age."""

MINIMUM_INCOME = {"until_25": 0.02, "until_59": 0.18, "after": 0.11}
MINIMUM_INCOME_IF_LONG_TERM, MINIMUM_INCOME_IF_NOT_REGISTERED = 1.5, 0.60
MINIMUM_INCOME_AT_MOST = 0.9
PRESSURE_BOUNDS = (0.6, 1.8)
"""How far the unemployment of a department may lower or raise the minimum income there."""

PRIORITY_FROM, PRIORITY_PER_DOUBLING, PRIORITY_AT_MOST = 5_000, 0.05, 0.25
"""A town has priority neighbourhoods from that population on; the share of people grows with each doubling."""

RQTH = {"until_25": 0.02, "until_49": 0.065, "after": 0.135}
OTHER_GROUND_OF_BOE = 0.01
FAMILIES = {"until_25": 0.12, "until_49": 0.46, "after": 0.14}
STUDENTS, EXILES, EMERGENCIES, JUDICIAL = 0.05, 0.03, 0.015, 0.01

VILLAGE_UNTIL, CITY_FROM = 2_000, 50_000
MOBILITY = {"village": 0.30, "town": 0.20, "city": 0.12}
DIGITAL = {"until_39": 0.08, "until_54": 0.15, "after": 0.28}
HEALTH, HEALTH_IF_BOE, HEALTH_AFTER_50 = 0.08, 0.40, 0.14
HOUSING, HOUSING_IF_PRIORITY, HOUSING_IF_EMERGENCY = 0.07, 0.12, 0.70
FAMILY, FAMILY_IF_FATHER, FAMILY_IF_MOTHER = 0.03, 0.10, 0.26
MONEY, MONEY_IF_MINIMUM_INCOME = 0.09, 0.38
PAPERS, PAPERS_IF_EXILE = 0.05, 0.30
FRENCH, FRENCH_IF_PRIORITY, FRENCH_IF_EXILE = 0.04, 0.09, 0.50

THEME_OF_BARRIER: Mapping[str, str] = {
    "sante": "sante--acces-aux-soins",
    "logement": "logement-hebergement--louer-un-logement",
    "mobilite": "mobilite--etre-accompagne-dans-son-parcours-mobilite",
    "familiale": "famille--garde-denfants",
    "financiere": "difficultes-financieres--ameliorer-sa-gestion-budgetaire",
    "numerique": "numerique--maitriser-les-fondamentaux-du-numerique",
    "administrative_juridique": "difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits",
    "francais_calcul": "lecture-ecriture-calcul--maitriser-le-francais",
}
"""The need that each barrier may bring."""
LICENCE_THEME = "mobilite--preparer-un-permis"
"""The need that the barrier of mobility brings to young people."""
THEMES_OF_WORK: Mapping[str, float] = {
    "trouver-un-emploi--repondre-a-des-offres-demploi": 0.22,
    "preparer-sa-candidature--realiser-un-cv-et-ou-une-lettre-de-motivation": 0.20,
    "se-former--trouver-sa-formation": 0.20,
    "choisir-un-metier--decouvrir-un-metier-ou-un-secteur-dactivite": 0.14,
    "preparer-sa-candidature--organiser-ses-demarches-de-recherche-demploi": 0.10,
    "creer-une-entreprise--definir-son-projet-de-creation-dentreprise": 0.08,
    "remobilisation--bien-etre-confiance-en-soi": 0.06,
}
"""The needs that anybody may have, each with its share."""
NEED_FROM_BARRIER, SECOND_NEED, THIRD_NEED, NO_NEED_SAID = 0.65, 0.50, 0.35, 0.15

NOT_YET_MET = 0.04
"""People of whom little is known: registered, not yet received."""
BARRIERS_NOT_ASKED = 0.10
MEAN_WAIT, WAIT_AT_MOST = 60.0, 730
"""Days: mean of the exponential law of the wait, and its bound; nobody waits for longer than they are registered."""
