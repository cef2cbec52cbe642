"""How facts, conditions and days are said, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from maillage.domain.people import BARRIERS, TARGET_GROUPS
from maillage.domain.rules import Always, Among, Between, Equals, LivesIn, Test
from maillage.domain.territories import Geography, TerritoryKind, TerritoryRef

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
_VOWELS = frozenset("aâàeéèêëiîïoôuœ")

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
        "boe": "le droit à l’obligation d’emploi des travailleurs handicapés",
        "minimum_income": "le minimum social touché",
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
        "minimum_income": "whether on minimum income",
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
        "boe": ("relever de l’obligation d’emploi", "ne pas relever de l’obligation d’emploi"),
        "minimum_income": ("toucher un minimum social", "ne pas toucher de minimum social"),
        "priority_neighbourhood": (
            "habiter un quartier prioritaire",
            "habiter hors d’un quartier prioritaire",
        ),
    },
    "en": {
        "registered": ("be registered with the employment service", "not be registered with the employment service"),
        "boe": ("come under the duty to employ", "not come under the duty to employ"),
        "minimum_income": ("receive a minimum income", "not receive a minimum income"),
        "priority_neighbourhood": ("live in a priority neighbourhood", "live outside a priority neighbourhood"),
    },
}

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "and": " et ",
        "or": " ou ",
        "not": "ne pas ",
        "age": "avoir {range}",
        "age between": "de {low} à {high}",
        "age from": "au moins {low}",
        "age to": "au plus {high}",
        "age exactly": "{low}",
        "age not between": "moins de {low} ou plus de {high}",
        "age not from": "moins de {low}",
        "age not to": "plus de {high}",
        "age not exactly": "un autre âge que {low}",
        "age unit": "an",
        "registered_for_months": "être inscrit depuis {range}",
        "registered_for_months between": "{low} à {high}",
        "registered_for_months unit": "mois",
        "registered_for_months not exactly": "une autre durée que {low}",
        "group": "faire partie de ce public : {codes}",
        "groups": "faire partie d’un de ces publics : {codes}",
        "no group": "ne pas faire partie de ce public : {codes}",
        "no groups": "ne faire partie d’aucun de ces publics : {codes}",
        "barrier": "avoir une difficulté avec {codes}",
        "no barrier": "n’avoir aucune difficulté avec {codes}",
        "qualification": "avoir un niveau de qualification {codes}",
        "occupation": "chercher le métier {codes}",
        "lives": "habiter {codes}",
        "catchment": "habiter le territoire d’intervention du partenaire",
    },
    "en": {
        "and": " and ",
        "or": " or ",
        "not": "not ",
        "age": "be {range}",
        "age between": "{low} to {high}",
        "age from": "at least {low}",
        "age to": "at most {high}",
        "age exactly": "{low}",
        "age not between": "under {low} or over {high}",
        "age not from": "under {low}",
        "age not to": "over {high}",
        "age not exactly": "any age but {low}",
        "age unit": "",
        "registered_for_months": "have been registered for {range}",
        "registered_for_months unit": "month",
        "registered_for_months not between": "less than {low} or more than {high}",
        "registered_for_months not from": "less than {low}",
        "registered_for_months not to": "more than {high}",
        "registered_for_months not exactly": "any time but {low}",
        "group": "be part of this group: {codes}",
        "groups": "be part of one of these groups: {codes}",
        "no group": "not be part of this group: {codes}",
        "no groups": "not be part of any of these groups: {codes}",
        "barrier": "have a difficulty with {codes}",
        "no barrier": "have no difficulty with {codes}",
        "qualification": "have a qualification of level {codes}",
        "occupation": "look for work as {codes}",
        "lives": "live in {codes}",
        "catchment": "live in the partner's catchment area",
    },
}

_TERRITORIES: Mapping[Language, Mapping[TerritoryKind, str]] = {
    "fr": {
        TerritoryKind.EPCI: "l’intercommunalité « {name} »",
        TerritoryKind.EMPLOYMENT_ZONE: "la zone d’emploi {of}{name}",
        TerritoryKind.LOCAL_COMMITTEE: "le territoire {of}{name}",
        TerritoryKind.ARRONDISSEMENT: "l’arrondissement {of}{name}",
        TerritoryKind.DEPARTMENT: "le département {of}{name}",
        TerritoryKind.REGION: "la région {name}",
        TerritoryKind.FRANCE: "la France",
    },
    "en": {
        TerritoryKind.EPCI: "the intermunicipality “{name}”",
        TerritoryKind.EMPLOYMENT_ZONE: "the {name} employment zone",
        TerritoryKind.LOCAL_COMMITTEE: "the {name} area",
        TerritoryKind.ARRONDISSEMENT: "the {name} arrondissement",
        TerritoryKind.DEPARTMENT: "the {name} department",
        TerritoryKind.REGION: "the {name} region",
        TerritoryKind.FRANCE: "France",
    },
}

_OF_DEPARTMENTS: Mapping[str, str] = {
    code: article
    for article, codes in (
        ("de l’", "01 02 03 07 09 10 11 12 27 34 36 38 60 61 89 91"),
        (
            "de la ",
            "2A 2B 16 17 19 21 23 24 26 31 33 42 43 44 48 50 51 52 53 55 57 58 70 72 73 74 76 80 85 86 87 93 971 972 973",
        ),
        ("du ", "14 15 18 25 29 30 32 39 45 46 56 59 62 63 67 68 69 81 83 90 94 95"),
        ("des ", "04 05 06 08 13 22 40 64 65 66 78 79 88 92"),
    )
    for code in codes.split()
}
"""The article that French puts before the name of a department; the others take none (de Paris, d’Ille-et-Vilaine)."""


def day_in_words(day: date, language: Language) -> str:
    """Say a day: « 1er mars 2022 », "1 March 2022"."""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language][day.month - 1]} {day.year}"


def listed(items: Sequence[str], language: Language, link: str = "or") -> str:
    """Join with commas and a last "or" (or "and")."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + _WORDS[language][link] + items[-1]


def missing_in_words(missing: frozenset[str], language: Language) -> str:
    """Say which facts are missing, in the order they are asked."""
    labels = FACT_LABELS[language]
    return listed([labels[fact] for fact in labels if fact in missing], language, "and")


def groups_in_words(groups: Sequence[str], language: Language, link: str = "and") -> str:
    """Say target groups, in the order given; a code of no list is said as it is."""
    return listed([GROUP_LABELS[language].get(group, group) for group in groups], language, link)


def territory_in_words(territory: TerritoryRef, geography: Geography, language: Language) -> str:
    """Name a territory with its kind where the name alone would not say which; its notation when nobody named it."""
    name = geography.name_of(territory)
    form = _TERRITORIES[language].get(territory.kind, "{name}")
    if territory.kind is not TerritoryKind.FRANCE and name == str(territory):
        return name
    if territory.kind is TerritoryKind.DEPARTMENT and territory.code in _OF_DEPARTMENTS:
        return form.format(of=_OF_DEPARTMENTS[territory.code], name=name)
    of, rest = of_place(name)
    return form.format(of=of, name=rest if "{of}" in form else name)


def of_place(name: str) -> tuple[str, str]:
    """Put « de » before the name of a place: d’Issoudun, du Blanc, de La Châtre, des Sables."""
    for article, of in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return of, name.removeprefix(article)
    return ("d’" if name[:1].lower() in _VOWELS else "de "), name


def said_test(test: Test, geography: Geography, language: Language, *, holds: bool = True) -> str:
    """Say what a test asks for, or its contrary, as an infinitive; nothing for what is always so."""
    match test:
        case Always():
            return ""
        case Equals(fact, value):
            return _STATUSES[language][fact][value is not holds]
        case Between():
            return _range_in_words(test, language, holds=holds)
        case Among(fact, codes):
            return _codes_in_words(fact, codes, language, holds=holds)
        case LivesIn(territories):
            names = listed([territory_in_words(one, geography, language) for one in sorted(territories)], language)
            said = _WORDS[language]["lives"].format(codes=names)
        case _:
            said = _WORDS[language]["catchment"]
    return said if holds else _WORDS[language]["not"] + said


def _range_in_words(test: Between, language: Language, *, holds: bool) -> str:
    """Say a range; one without any bound is said from zero."""
    words, fact, low, high = _WORDS[language], test.fact, test.low, test.high
    shape = "exactly" if low == high else "to" if low is None else "from" if high is None else "between"
    if not holds:
        shape = f"not {shape}"
    form = words.get(f"{fact} {shape}") or words[f"age {shape}"]
    unit = words[f"{fact} unit"]
    first = "{low}" in form and "{high}" in form and not shape.startswith("not")
    low_said = str(low or 0) if first else _counted(low or 0, unit, language)
    return words[fact].format(range=form.format(low=low_said, high=_counted(high or 0, unit, language)))


def _counted(number: int, unit: str, language: Language) -> str:
    if not unit:
        return str(number)
    is_one = number < 2 if language == "fr" else number == 1
    return f"{number} {unit if is_one or unit.endswith('s') else f'{unit}s'}"


def _codes_in_words(fact: str, codes: frozenset[str], language: Language, *, holds: bool) -> str:
    words, negated = _WORDS[language], "" if holds else "no "
    if fact == "target_group":
        order = [*(code for code in TARGET_GROUPS if code in codes), *sorted(codes - set(TARGET_GROUPS))]
        key = "group" if len(codes) == 1 else "groups"
        return words[f"{negated}{key}"].format(codes=groups_in_words(order, language, "or"))
    if fact == "barrier":
        names = [label for code, label in BARRIER_LABELS[language].items() if code in codes]
        return words[f"{negated}barrier"].format(codes=listed(names, language))
    return ("" if holds else words["not"]) + words[fact].format(codes=listed(sorted(codes), language))
