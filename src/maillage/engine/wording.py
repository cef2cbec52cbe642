"""How facts, conditions and days are said, in French and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal

from maillage.domain.people import BARRIERS, TARGET_GROUPS
from maillage.domain.rules import Always, Among, Between, Equals, LivesIn, Test
from maillage.domain.territories import Geography, TerritoryKind, TerritoryRef

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

_MONTHS: Mapping[Language, Sequence[str]] = {
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
    ),
    "en": (
        "January February March April May June July August September October November December".split()  # noqa: SIM905
    ),
}

GROUP_LABELS: Mapping[Language, Mapping[str, str]] = {
    "fr": dict(
        zip(
            TARGET_GROUPS,
            (
                "personnes en emploi",
                "personnes qui touchent un minimum social",
                "demandeurs d’emploi",
                "étudiants",
                "familles",
                "femmes isolées ou victimes de violences",
                "jeunes",
                "personnes en situation de handicap",
                "personnes en situation d’urgence",
                "personnes en situation juridique particulière",
                "personnes exilées",
                "habitants d’un quartier prioritaire ou d’une zone rurale à revitaliser",
                "séniors",
                "demandeurs d’emploi depuis 12 mois ou plus",
                "demandeurs d’emploi depuis 24 mois ou plus",
                "travailleurs handicapés reconnus (RQTH)",
            ),
            strict=True,
        )
    ),
    "en": dict(
        zip(
            TARGET_GROUPS,
            (
                "people in work",
                "people on minimum income",
                "jobseekers",
                "students",
                "families",
                "women alone or victims of violence",
                "young people",
                "disabled people",
                "people in an emergency",
                "people in a particular legal situation",
                "exiled people",
                "residents of a priority neighbourhood or a rural revitalisation zone",
                "seniors",
                "jobseekers for 12 months and more",
                "jobseekers for 24 months and more",
                "recognised disabled workers (RQTH)",
            ),
            strict=True,
        )
    ),
}

BARRIER_LABELS: Mapping[Language, Mapping[str, str]] = {
    "fr": dict(
        zip(
            BARRIERS,
            (
                "la santé",
                "le logement",
                "les déplacements",
                "la famille",
                "l’argent",
                "le numérique",
                "les démarches et le droit",
                "le français ou le calcul",
            ),
            strict=True,
        )
    ),
    "en": dict(
        zip(
            BARRIERS,
            (
                "health",
                "housing",
                "getting around",
                "family",
                "money",
                "digital tools",
                "paperwork and law",
                "French or arithmetic",
            ),
            strict=True,
        )
    ),
}

FACT_LABELS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "age": "l’âge",
        "registered": "l’inscription à France Travail",
        "registered_for_months": "le nombre de mois d’inscription",
        "lives_in": "la commune",
        "target_group": "la situation",
        "barrier": "ce qui complique la vie",
        "boe": "l’obligation d’emploi des travailleurs handicapés",
        "minimum_income": "le revenu minimum",
        "priority_neighbourhood": "l’adresse en quartier prioritaire",
        "qualification": "le niveau de qualification",
        "occupation": "le métier cherché",
        "catchment_area": "le territoire d’intervention du partenaire, que personne n’a enregistré",
        "service_conditions": "les conditions du service, que son texte ne définit pas",
    },
    "en": {
        "age": "age",
        "registered": "registration with the employment service",
        "registered_for_months": "how many months registered",
        "lives_in": "the municipality",
        "target_group": "the situation",
        "barrier": "what makes life harder",
        "boe": "the duty-to-employ status",
        "minimum_income": "minimum income",
        "priority_neighbourhood": "an address in a priority neighbourhood",
        "qualification": "the level of qualification",
        "occupation": "the occupation sought",
        "catchment_area": "the partner's catchment area, which nobody recorded",
        "service_conditions": "the conditions of the service, which its text does not define",
    },
}

_STATUSES: Mapping[Language, Mapping[str, tuple[str, str]]] = {
    "fr": {
        "registered": ("être inscrit à France Travail", "ne pas être inscrit à France Travail"),
        "boe": ("relever de l’obligation d’emploi (RQTH…)", "ne pas relever de l’obligation d’emploi"),
        "minimum_income": ("toucher un revenu minimum", "ne pas toucher de revenu minimum"),
        "priority_neighbourhood": (
            "habiter un quartier prioritaire",
            "habiter hors d’un quartier prioritaire",
        ),
    },
    "en": {
        "registered": ("be registered with the employment service", "not be registered with the employment service"),
        "boe": ("come under the duty to employ (RQTH...)", "not come under the duty to employ"),
        "minimum_income": ("receive a minimum income", "not receive a minimum income"),
        "priority_neighbourhood": ("live in a priority neighbourhood", "live outside a priority neighbourhood"),
    },
}

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "and": " et ",
        "or": " ou ",
        "not": "ne pas ",
        "between": "{what} de {low} à {high} {unit}",
        "from": "{what} d’au moins {low} {unit}",
        "to": "{what} d’au plus {high} {unit}",
        "exactly": "{what} de {low} {unit}",
        "any": "{what} quelconque",
        "age": "avoir un âge",
        "years": "ans",
        "registered_for_months": "avoir une inscription",
        "months": "mois",
        "group": "faire partie de : {codes}",
        "no_group": "ne pas faire partie de : {codes}",
        "barrier": "être gêné par {codes}",
        "no_barrier": "ne pas être gêné par {codes}",
        "qualification": "avoir un niveau de qualification {codes}",
        "occupation": "chercher le métier {codes}",
        "lives": "habiter {codes}",
        "lives_not": "habiter ailleurs que {codes}",
        "catchment": "habiter le territoire d’intervention du partenaire",
        "always": "rien de plus",
        "never": "aucune situation ne convient",
    },
    "en": {
        "and": " and ",
        "or": " or ",
        "not": "not ",
        "between": "{what} of {low} to {high} {unit}",
        "from": "{what} of at least {low} {unit}",
        "to": "{what} of at most {high} {unit}",
        "exactly": "{what} of {low} {unit}",
        "any": "any {what}",
        "age": "have an age",
        "years": "years",
        "registered_for_months": "have been registered for a time",
        "months": "months",
        "group": "be one of: {codes}",
        "no_group": "not be one of: {codes}",
        "barrier": "be held back by {codes}",
        "no_barrier": "not be held back by {codes}",
        "qualification": "have a qualification of level {codes}",
        "occupation": "look for work as {codes}",
        "lives": "live in {codes}",
        "lives_not": "live elsewhere than {codes}",
        "catchment": "live in the partner's catchment area",
        "always": "nothing more",
        "never": "no situation fits",
    },
}


def word(key: str, language: Language) -> str:
    """Give a phrase by its key."""
    return _WORDS[language][key]


def day_in_words(day: date, language: Language) -> str:
    """Say a day: « 1er mars 2022 », "1 March 2022"."""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language][day.month - 1]} {day.year}"


def listed(items: Sequence[str], language: Language, link: str = "or") -> str:
    """Join with commas and a last "or" (or "and")."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + word(link, language) + items[-1]


def missing_in_words(missing: frozenset[str], language: Language) -> str:
    """Say which facts are missing, in the order they are asked."""
    labels = FACT_LABELS[language]
    return listed([labels[fact] for fact in labels if fact in missing], language, "and")


def groups_in_words(groups: Sequence[str], language: Language) -> str:
    """Say target groups."""
    return listed([GROUP_LABELS[language].get(group, group) for group in groups], language)


def territory_in_words(territory: TerritoryRef, geography: Geography, language: Language) -> str:
    """Name a territory with its kind where the name alone would not say which."""
    name = geography.name_of(territory)
    kinds: Mapping[TerritoryKind, tuple[str, str]] = {
        TerritoryKind.DEPARTMENT: ("département {name}", "the department {name}"),
        TerritoryKind.REGION: ("région {name}", "the region {name}"),
        TerritoryKind.LOCAL_COMMITTEE: ("le territoire de {name}", "the area of {name}"),
        TerritoryKind.EMPLOYMENT_ZONE: ("la zone d’emploi de {name}", "the employment zone of {name}"),
        TerritoryKind.ARRONDISSEMENT: ("l’arrondissement de {name}", "the arrondissement of {name}"),
    }
    if territory.kind is TerritoryKind.FRANCE:
        return "la France" if language == "fr" else "France"
    return kinds.get(territory.kind, ("{name}", "{name}"))[language == "en"].format(name=name)


def said_test(test: Test, geography: Geography, language: Language, *, holds: bool = True) -> str:
    """Say what a test asks for, or its contrary, as an infinitive."""
    match test:
        case Always():
            return word("always" if holds else "never", language)
        case Equals(fact, value):
            return _STATUSES[language][fact][value is not holds]
        case Between(fact, low, high):
            said = _range_in_words(fact, low, high, language)
            return said if holds else word("not", language) + said
        case Among(fact, codes):
            return _codes_in_words(fact, codes, language, holds=holds)
        case LivesIn(territories):
            names = listed([territory_in_words(one, geography, language) for one in sorted(territories)], language)
            return word("lives" if holds else "lives_not", language).format(codes=names)
        case _:
            return ("" if holds else word("not", language)) + word("catchment", language)


def _range_in_words(fact: str, low: int | None, high: int | None, language: Language) -> str:
    forms = {(True, True): "any", (True, False): "to", (False, True): "from", (False, False): "between"}
    form = "exactly" if low is not None and low == high else forms[low is None, high is None]
    unit = word("years" if fact == "age" else "months", language)
    return word(form, language).format(what=word(fact, language), low=low, high=high, unit=unit)


def _codes_in_words(fact: str, codes: frozenset[str], language: Language, *, holds: bool) -> str:
    labels: Mapping[str, Callable[[str], str]] = {
        "target_group": lambda code: GROUP_LABELS[language].get(code, code),
        "barrier": lambda code: BARRIER_LABELS[language][code],
    }
    names = listed([labels.get(fact, str)(code) for code in sorted(codes)], language)
    keys = {"target_group": ("group", "no_group"), "barrier": ("barrier", "no_barrier")}
    if fact in keys:
        return word(keys[fact][not holds], language).format(codes=names)
    return ("" if holds else word("not", language)) + word(fact, language).format(codes=names)
