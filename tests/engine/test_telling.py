"""What an article does is said in one sentence, whatever its kind and its condition: the exact words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from maillage.domain.organisations import Directory, Organisation
from maillage.domain.territories import Geography, Municipality
from maillage.engine.loading import load_folder, load_text
from maillage.engine.telling import Teller, needs_in_words
from maillage.engine.wording import LANGUAGES
from tests.engine.asking import SOMEWHERE

ROOT = Path(__file__).parents[2]
NAMES = {
    "departement:36": "Indre",
    "departement:67": "Bas-Rhin",
    "region:24": "Centre-Val de Loire",
    "france": "France",
}
PLACES = Geography(
    "2026",
    {"36018": Municipality("36018", "Le Blanc", None, None), "36088": Municipality("36088", "Issoudun", None, None)},
    names=NAMES,
)
ORGANISATIONS = {"france-travail": "France Travail", "la-poste": "La Poste", "ave": "Alliance villes emploi"}
DIRECTORY = Directory({key: Organisation(key, name, SOMEWHERE) for key, name in ORGANISATIONS.items()})
CODES = {"atelier": "Atelier de mobilité", "permis": "Aide au permis", "mobilite": "Se déplacer", "sante": "Se soigner"}

HEAD = """
id: convention
title: Convention
level: REGIONAL
kind: AGREEMENT
territory: {territory}
parties:
  - {{id: agence, organisation: france-travail}}
  - {{id: poste, organisation: la-poste}}
  - {{id: villes, organisation: ave}}
signed_on: 2024-01-01
articles:
  - number: 1
    title: Objet
    text: « Une phrase. »
    clauses:
      - id: c1
        {clause}
"""


def teller_of(clause: str, language: str, territory: str = "region:24"):
    agreement = load_text(HEAD.format(clause=clause, territory=territory).encode())
    return Teller(agreement, PLACES, DIRECTORY, CODES, language), agreement.articles[0].clauses[0]


def told(clause: str, language: str, territory: str = "region:24") -> str:
    teller, found = teller_of(clause, language, territory)
    return teller.tell(found)


SENTENCES = [
    (
        "opens: {provider: poste, services: {kinds: [DIGITAL_POINT, FRANCE_SERVICES]}}",
        (
            "Ouvre les lieux France services et les points numériques de La Poste aux habitants de la région "
            "Centre-Val de Loire."
        ),
        (
            "Opens the France services centres and the digital points of La Poste to residents of the Centre-Val de Loire "
            "region."
        ),
    ),
    (
        "opens: {provider: villes, services: all, territory: france, condition: {registered: true}}",
        ("Ouvre tous les services d’Alliance villes emploi, partout en France. Il faut être inscrit à France Travail."),
        (
            "Opens all services of Alliance villes emploi, anywhere in France. One has to be registered with "
            "the employment service."
        ),
    ),
    (
        (
            "opens: {provider: poste, services: {ids: [atelier], themes: [mobilite], networks: [la-poste]}, "
            "territory: departement:67, period: {from: 2024-03-01}, priority: [RQTH], reserves: true}"
        ),
        (
            "Ouvre le service « Atelier de mobilité », les services du thème « Se déplacer » et les services du réseau "
            "« la-poste » de La Poste aux habitants du département du Bas-Rhin, à partir du 1er mars 2024. Priorité donnée "
            "à ces publics : travailleurs handicapés reconnus (RQTH). Ce qui est ouvert est réservé à ces personnes."
        ),
        (
            "Opens the service “Atelier de mobilité”, the services of the theme “Se déplacer” and the services of the "
            "network “la-poste” of La Poste to residents of the Bas-Rhin department, from 1 March 2024. Priority given to: "
            "recognised disabled workers (RQTH). What is opened is kept for these people."
        ),
    ),
    (
        (
            "opens: {provider: poste, services: {ids: [permis, atelier], themes: [mobilite, sante], "
            "networks: [plie, la-poste]}, territory: commune:36018, period: {until: 2025-01-01}}"
        ),
        (
            "Ouvre les services « Atelier de mobilité » et « Aide au permis », les services des thèmes « Se déplacer » et "
            "« Se soigner » et les services des réseaux « la-poste » et « plie » de La Poste aux habitants du Blanc, "
            "jusqu’au 31 décembre 2024 inclus."
        ),
        (
            "Opens the services “Atelier de mobilité” and “Aide au permis”, the services of the themes “Se déplacer” and "
            "“Se soigner” and the services of the networks “la-poste” and “plie” of La Poste to residents of Le Blanc, "
            "until 31 December 2024 included."
        ),
    ),
    (
        (
            "opens: {provider: poste, territory: commune:36088, period: {from: 2024-03-01, until: 2024-03-02}, "
            "required_documents: [Pièce d’identité], answer_within_days: 10}"
        ),
        (
            "Ouvre tous les services de La Poste aux habitants d’Issoudun, le 1er mars 2024. À apporter : Pièce "
            "d’identité. Réponse en 10 jours au plus."
        ),
        (
            "Opens all services of La Poste to residents of Issoudun, on 1 March 2024. To bring: “Pièce d’identité”. An "
            "answer within 10 days."
        ),
    ),
    (
        (
            "delegates: {from: agence, to: villes, period: {from: 2024-03-01, until: 2024-04-01}, condition: {age: {to: 25}}, "
            "volume: {count: 5, per: MONTH}, hand_back: Par écrit}"
        ),
        (
            "France Travail délègue à Alliance villes emploi l’accompagnement des habitants de la région Centre-Val de "
            "Loire, du 1er mars 2024 au 31 mars 2024 inclus. Il faut avoir au plus 25 ans. Au plus 5 entrées par mois. "
            "Reprise : Par écrit."
        ),
        (
            "France Travail delegates to Alliance villes emploi the support of residents of the Centre-Val de Loire region, "
            "from 1 March 2024 to 31 March 2024 included. One has to be at most 25. At most 5 entries a month. Hand-back: "
            "“Par écrit”."
        ),
    ),
    (
        (
            "delegates: {from: agence, to: poste, territory: france, services: [atelier], volume: {count: 30, counts: PEOPLE}, "
            "priority: [jeunes]}"
        ),
        (
            "France Travail délègue à La Poste l’accompagnement de personnes, partout en France. Cela passe par le service "
            "« Atelier de mobilité » de La Poste. Priorité donnée à ces publics : jeunes. Au plus 30 personnes à la fois."
        ),
        (
            "France Travail delegates to La Poste the support of people, anywhere in France. It goes through the service "
            "“Atelier de mobilité” of La Poste. Priority given to: young people. At most 30 people at a time."
        ),
    ),
    (
        "declines: {levels: [TERRITORIAL, LOCAL], must_contain: [un comité, un bilan]}",
        "Se décline en accords territoriaux ou locaux. Ils doivent contenir : un comité et un bilan.",
        "May be followed by territorial or local agreements. They must contain: “un comité” and “un bilan”.",
    ),
    (
        "declines: {levels: [LOCAL], only_while_in_force: true, survival: NOTHING}",
        (
            "Se décline en accords locaux. Ils ne valent que tant que ce texte est en vigueur ; s’il prend fin, ils "
            "s’arrêtent."
        ),
        "May be followed by local agreements. They hold only while this text is in force; when it ends, they end.",
    ),
    (
        (
            "commits: {owner: [agence, poste], promise: Accueillir, indicator: {name: accueils, unit: personnes}, "
            "baseline: 350, target: 800, due_on: 2024-12-31, due_note: '2024-02-30', where: region:24, part: 1.5}"
        ),
        (
            "France Travail et La Poste s’engagent : Accueillir. Indicateur : accueils (personnes). Point de départ : 350. "
            "Cible : 800. Échéance : 31 décembre 2024. due note : 2024-02-30. where : la région Centre-Val de Loire. "
            "part : 1.5."
        ),
        (
            "France Travail and La Poste undertake: “Accueillir”. Indicator: “accueils (personnes)”. Baseline: 350. Target: "
            "800. Due on: 31 December 2024. due note: “2024-02-30”. where: the Centre-Val de Loire region. part: 1.5."
        ),
    ),
    (
        "commits: {owner: poste, target: 60, indicator: {name: emplois}, due_on: null}",
        "La Poste s’engage : ce que le texte ne précise pas. Cible : 60. Indicateur : emplois.",
        "La Poste undertakes: what the text does not specify. Target: 60. Indicator: “emplois”.",
    ),
    (
        "shares: {from: agence, to: poste, fields: [identité, registered], consent: true, retention: Un an}",
        (
            "France Travail transmet à La Poste : identité et l’inscription à France Travail. Avec l’accord de la "
            "personne : oui. Conservation : Un an."
        ),
        (
            "France Travail passes on to La Poste: “identité” and registration with the employment service. With the "
            "person's consent: yes. Kept for: “Un an”."
        ),
    ),
    (
        "convenes: {committee: STEERING, members: [agence, prefet], at_least: 2, per: YEAR}",
        "Un comité de pilotage réunit France Travail et prefet. Réunions, au moins : 2. Rythme : par an.",
        "A steering committee brings together France Travail and “prefet”. Meetings, at least: 2. Frequency: a year.",
    ),
    (
        "provides: {by: poste, to: agence, means: {staff_fte: 3, salle: une, prete: false}}",
        "La Poste met à disposition : postes à temps plein : 3, salle : une, prete : non. À : France Travail.",
        "La Poste provides: full-time posts: 3, salle: “une”, prete: no. To: France Travail.",
    ),
    (
        "announces: {what: [forums], by: [agence, poste], days_before: 30}",
        "France Travail et La Poste annoncent : forums. Jours à l’avance : 30.",
        "France Travail and La Poste announce: “forums”. Days before: 30.",
    ),
    (
        "experiments: {hypotheses: [Un tuteur suffit], sites: {AGENCY: 4}, months: 3}",
        "Essaie ceci : Un tuteur suffit. Lieux : agences : 4. Durée en mois : 3.",
        "Tries this: “Un tuteur suffit”. Places: agencies: 4. Length in months: 3.",
    ),
    (
        "amends: {proposed_by: ANY_PARTY, approved_by: [agence, poste], review_every_months: 12}",
        (
            "Peut être modifié sur proposition de l’une des parties, avec l’accord de France Travail et La Poste. Mois "
            "entre deux revues : 12."
        ),
        (
            "Can be amended on a proposal of any party, with the consent of France Travail and La Poste. Months between two "
            "reviews: 12."
        ),
    ),
]


@pytest.mark.parametrize(("clause", "french", "english"), SENTENCES)
def test_a_clause_is_told_in_a_sentence(clause, french, english):
    assert [told(clause, language) for language in LANGUAGES] == [french, english]


CONDITIONS = [
    ("{age: {from: 18}}", "avoir au moins 18 ans", "be at least 18"),
    (
        "{not: {registered: true}}",
        "ne pas être inscrit à France Travail",
        "not be registered with the employment service",
    ),
    (
        "{all: [{any: [{boe: true}, {minimum_income: true}]}, {age: {to: 25}}]}",
        "avoir au plus 25 ans et soit relever de l’obligation d’emploi, soit toucher un minimum social",
        "be at most 25 and either come under the duty to employ or receive a minimum income",
    ),
    (
        "{not: {any: [{registered: true}, {boe: true}]}}",
        "ne pas être inscrit à France Travail et ne pas relever de l’obligation d’emploi",
        "not be registered with the employment service and not come under the duty to employ",
    ),
    (
        "{not: {all: [{registered: true}, {boe: true}]}}",
        "soit ne pas être inscrit à France Travail, soit ne pas relever de l’obligation d’emploi",
        "either not be registered with the employment service or not come under the duty to employ",
    ),
    (
        "{all: [{all: [{registered: true}, {boe: true}]}, {age: 18}]}",
        "être inscrit à France Travail, relever de l’obligation d’emploi et avoir 18 ans",
        "be registered with the employment service, come under the duty to employ and be 18",
    ),
    (
        "{all: [{any: [{boe: true}, {minimum_income: true}]}, {not: {registered: true}}]}",
        "ne pas être inscrit à France Travail et soit relever de l’obligation d’emploi, soit toucher un minimum social",
        "not be registered with the employment service and either come under the duty to employ or receive a minimum income",
    ),
    ("{any: [{registered: true}]}", "être inscrit à France Travail", "be registered with the employment service"),
]


@pytest.mark.parametrize(("condition", "french", "english"), CONDITIONS)
def test_a_condition_is_an_infinitive(condition, french, english):
    clause = f"opens: {{provider: poste, condition: {condition}}}"
    teller, found = teller_of(clause, "fr")

    said = [needs_in_words(found.body.condition, teller.geography, language) for language in LANGUAGES]

    assert said == [french, english]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("le territoire de X", "du territoire de X"),
        ("les communes", "des communes"),
        ("la région Bretagne", "de la région Bretagne"),
        ("l’arrondissement du Blanc", "de l’arrondissement du Blanc"),
        ("Le Blanc", "du Blanc"),
        ("Alliance", "d’Alliance"),
        ("Tours", "de Tours"),
    ],
)
def test_french_puts_its_article_before_a_name(name, said):
    teller, _ = teller_of("opens: {provider: poste}", "fr")

    assert teller._of(name) == said


@pytest.mark.parametrize("folder", ["agreements", "tests/agreements/fictional"])
def test_every_clause_of_every_text_is_told_in_both_languages(folder):
    for agreement in load_folder(ROOT / folder):
        clauses = [clause for article in agreement.articles for clause in article.clauses]
        for language in LANGUAGES:
            sentences = [Teller(agreement, PLACES, language=language).tell(clause) for clause in clauses]
            assert [one for one in sentences if not one.endswith(".") or "{" in one] == []


def test_names_of_a_preamble_and_references_are_read():
    written = yaml.safe_load(HEAD.format(clause="opens: {provider: poste}", territory="france"))
    written |= {"preamble": " « Avant. » ", "references": [{"title": "Convention de 2019"}], "signed_on": "2024-01-01"}

    read = load_text(yaml.safe_dump(written, allow_unicode=True).encode())

    assert read.preamble == "« Avant. »"
    assert [(one.title, one.relation.value, one.agreement) for one in read.references] == [
        ("Convention de 2019", "MENTIONS", "")
    ]
