"""The sentences of the reasons, word for word: why a door is open, closed or uncertain, and what would change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from maillage.domain.eligibility import Basis, Question
from maillage.domain.services import OwnBasis
from maillage.domain.shared import Period, Provenance
from maillage.engine import reference
from maillage.engine.explaining import Explainer, questions_to_ask
from tests.engine.asking import DAY, agreement, offer, opens, person, service, table

RESERVED = service(reserved_by="Convention d’essai")
ENDED = "effective_until: 2030-01-01"


def reasons(asked, facts="", *, on=DAY, language="fr", **where):
    question = Question(person(facts, **where), on)
    (verdict,) = reference.answer(asked, question)
    return Explainer(reference.ask(asked, question), language).reasons(verdict)


def sentences(asked, facts="", **how):
    """Say the reasons in both languages, each with what would change it."""
    return [
        [
            " ".join(filter(None, (reason.sentence, reason.change)))
            for reason in reasons(asked, facts, language=language, **how)
        ]
        for language in ("fr", "en")
    ]


def by(clause="", head=ENDED, **how):
    return offer(RESERVED, texts=[agreement(opens(clause), head=f"title: Essai, {head}")], **how)


OPEN = [
    (
        by(),
        "",
        "Ouvert par « Essai », passage P1 (numérotation Maillage).",
        "Open under “Essai”, passage P1 (numbered by Maillage).",
    ),
    (
        by(head="level: LOCAL"),
        "",
        "Ouvert par « Essai », passage P1 (numérotation Maillage). Le texte ne dit pas quand il prend fin : il s’applique tant qu’aucune fin n’est enregistrée.",
        "Open under “Essai”, passage P1 (numbered by Maillage). The text does not say when it ends: it applies until an end is recorded.",
    ),
    (
        by("priority: [seniors, jeunes, LONG_TERM]"),
        "target_groups: [jeunes, VERY_LONG_TERM]",
        "Ouvert par « Essai », passage P1 (numérotation Maillage). Priorité donnée à ces publics : jeunes et demandeurs d’emploi depuis 12 mois ou plus.",
        "Open under “Essai”, passage P1 (numbered by Maillage). Priority given to: young people and jobseekers for 12 months and more.",
    ),
    (
        offer(service(own_basis=OwnBasis.LAW, own_source="code du travail, L. 5314-2")),
        "",
        "Ouvert par la loi : code du travail, L. 5314-2.",
        "Open by law: code du travail, L. 5314-2.",
    ),
    (
        offer(service()),
        "",
        "Ouvert par la mission de l’organisme : Mission locale de l’Indre.",
        "Open by the organisation's own mission: Mission locale de l’Indre.",
    ),
]


@pytest.mark.parametrize(("asked", "facts", "french", "english"), OPEN)
def test_an_open_door_says_by_virtue_of_what(asked, facts, french, english):
    assert sentences(asked, facts) == [[french], [english]]


def test_an_article_that_the_source_numbers_is_cited_by_its_number():
    text = agreement(opens(), head=ENDED)
    numbered = replace(text, articles=(replace(text.articles[0], number="3", is_numbered_by_source=True),))
    reason, _ = reasons(offer(service(), texts=[numbered]))

    assert reason.sentence == "Ouvert par « Convention convention », article 3."
    assert (reason.basis, reason.agreement, reason.article) == (Basis.AGREEMENT, "convention", "3")
    assert (reason.version, reason.quote) == (f"2024-01-01+{text.digest[:8]}", "« Passage 1. »")
    assert reason.is_number_ours is False


def test_each_ground_is_a_reason_and_agreements_come_first():
    text = agreement(opens(), opens(), head=ENDED)

    assert [(one.basis.value, one.article) for one in reasons(offer(service(), texts=[text]))] == [
        ("AGREEMENT", "P1"),
        ("AGREEMENT", "P2"),
        ("OWN_MISSION", ""),
    ]


@pytest.mark.parametrize(
    ("provenance", "language", "source"),
    [
        (Provenance("laposte-points", date(2024, 5, 2)), "fr", "Catalogue : laposte-points, donnée du 2 mai 2024"),
        (Provenance("laposte-points", date(2024, 5, 2)), "en", "Catalogue: laposte-points, as of 2 May 2024"),
        (Provenance("laposte-points"), "fr", "Catalogue : laposte-points"),
    ],
)
def test_a_door_without_agreement_says_where_its_record_comes_from(provenance, language, source):
    (reason,) = reasons(offer(service(provenance=provenance)), language=language)

    assert (reason.basis, reason.source) == (Basis.OWN_MISSION, source)


TO_BE_READ_AGAIN = "Ce texte est antérieur à l’inscription automatique (1er janvier 2025) : à relire."


@pytest.mark.parametrize(
    ("condition", "signed", "on", "is_said"),
    [
        ("registered: true", "2024-12-31", date(2025, 1, 1), True),
        ("registered: true", "2024-12-31", date(2024, 12, 31), False),
        ("registered: true", "2025-01-01", date(2025, 6, 1), False),
        ("all: [{registered: true}, {age: {to: 25}}]", "2024-12-31", date(2025, 1, 1), True),
        ("age: {to: 25}", "2024-12-31", date(2025, 1, 1), False),
    ],
)
def test_a_text_older_than_automatic_registration_is_flagged(condition, signed, on, is_said):
    asked = by(f"condition: {{{condition}}}", head=f"signed_on: {signed}, {ENDED}")
    (reason,) = reasons(asked, "registered: true, age: 20", on=on)

    assert reason.sentence.endswith(TO_BE_READ_AGAIN) is is_said


P1_FR, P1_EN = "« Essai », passage P1 (numérotation Maillage) : ", "“Essai”, passage P1 (numbered by Maillage): "
NOT_IN_FORCE = [
    (
        "signed_on: null",
        "l’accord n’est pas signé. Il faudrait que l’accord soit signé.",
        "the agreement is not signed. The agreement would have to be signed.",
    ),
    (
        "effective_until: 2024-05-01",
        "l’accord a pris fin le 30 avril 2024. Il faudrait un renouvellement ou un avenant.",
        "the agreement ended on 30 April 2024. It would take a renewal or an amendment.",
    ),
    (
        "effective_from: 2024-08-01",
        "l’accord ne s’applique qu’à partir du 1er août 2024.",
        "the agreement applies only from 1 August 2024.",
    ),
    (
        "framework: absent, requires_framework_in_force: true",
        "l’accord-cadre dont il dépend n’est pas enregistré. Il faudrait enregistrer l’accord-cadre, et qu’il soit en vigueur.",
        "the framework it depends on is not recorded. The framework would have to be recorded, and in force.",
    ),
]


@pytest.mark.parametrize(("head", "french", "english"), NOT_IN_FORCE)
def test_an_agreement_not_in_force_says_why_and_since_when(head, french, english):
    assert sentences(by(head=head)) == [[P1_FR + french], [P1_EN + english]]


def test_an_agreement_whose_framework_has_lapsed_says_so():
    framework = agreement("declines: {levels: [LOCAL]}", name="cadre", head="effective_until: 2024-02-01")
    local = agreement(opens(), head="title: Essai, framework: cadre, requires_framework_in_force: true")

    assert sentences(offer(RESERVED, texts=[framework, local])) == [
        [f"{P1_FR}l’accord-cadre dont il dépend n’est pas en vigueur. Il faudrait que l’accord-cadre soit en vigueur."],
        [f"{P1_EN}the framework it depends on is not in force. The framework would have to be in force."],
    ]


@pytest.mark.parametrize(
    ("period", "head", "french"),
    [
        (
            "until: 2024-04-01",
            ENDED,
            "cette disposition a pris fin le 31 mars 2024. Il faudrait un renouvellement ou un avenant.",
        ),
        (
            "until: 2024-04-01",
            "effective_until: 2024-05-01",
            "cette disposition a pris fin le 31 mars 2024. Il faudrait un renouvellement ou un avenant.",
        ),
        (
            "until: 2024-05-10",
            "effective_until: 2024-05-01",
            "l’accord a pris fin le 30 avril 2024. Il faudrait un renouvellement ou un avenant.",
        ),
        ("from: 2024-09-01", ENDED, "cette disposition ne s’applique qu’à partir du 1er septembre 2024."),
        (
            "from: 2024-09-01",
            "effective_from: 2024-08-01",
            "cette disposition ne s’applique qu’à partir du 1er septembre 2024.",
        ),
    ],
)
def test_a_clause_that_ends_or_begins_apart_says_it_of_itself(period, head, french):
    assert sentences(by(f"period: {{{period}}}", head=head))[0] == [P1_FR + french]


def test_a_repealed_article_is_still_quoted():
    repeal = "[{id: a, signed_on: 2024-03-01, effective_from: 2024-04-01, why: W, instructions: [{repeal: P1}]}]"
    (reason,) = reasons(offer(RESERVED, texts=[agreement(opens(), amendments=repeal)]))

    assert (reason.quote, reason.version[:10]) == ("« Passage 1. »", "2024-04-01")
    assert reason.sentence.endswith("cette disposition a pris fin le 31 mars 2024.")


def test_an_article_to_come_is_quoted_from_the_amendment_that_brings_it():
    new = f"{{number: P2, title: T, text: « Nouveau. », clauses: [{{id: c2, {opens()}}}]}}"
    amendment = (
        f"[{{id: a, signed_on: 2024-03-01, effective_from: 2024-09-01, why: W, instructions: [{{insert: {new}}}]}}]"
    )
    (reason,) = reasons(offer(RESERVED, texts=[agreement("commits: {owner: agence}", amendments=amendment)]))

    assert reason.quote == "« Nouveau. »"
    assert reason.sentence.endswith("cette disposition ne s’applique qu’à partir du 1er septembre 2024.")


def test_a_territory_says_who_it_is_for():
    (french,), (english,) = sentences(by("territory: departement:67"))

    assert (
        french
        == f"{P1_FR}pour les personnes qui habitent le département du Bas-Rhin. Il faudrait habiter le département du Bas-Rhin."
    )
    assert (
        english
        == f"{P1_EN}for people who live in the Bas-Rhin department. One would have to live in the Bas-Rhin department."
    )


WHAT_WOULD_CHANGE = [
    ("age: {to: 25}", "age: 30", "Il faudrait avoir au plus 25 ans.", "One would have to be at most 25."),
    (
        "all: [{registered: true}, {age: {to: 25}}, {lives_in: departement:36}]",
        "registered: false, age: 20",
        "Il faudrait être inscrit à France Travail.",
        "One would have to be registered with the employment service.",
    ),
    (
        "all: [{registered: true}, {age: {to: 25}}]",
        "registered: false",
        "Il faudrait être inscrit à France Travail et avoir au plus 25 ans.",
        "One would have to be registered with the employment service and be at most 25.",
    ),
    (
        "any: [{registered: true}, {age: {to: 25}}]",
        "registered: false, age: 30",
        "Il faudrait être inscrit à France Travail ou avoir au plus 25 ans.",
        "One would have to be registered with the employment service or be at most 25.",
    ),
    (
        "all: [{registered: true}, {any: [{age: {to: 25}}, {boe: true}]}]",
        "registered: false, age: 30, boe: false",
        "Il faudrait être inscrit à France Travail et (avoir au plus 25 ans ou relever de l’obligation d’emploi).",
        "One would have to be registered with the employment service and (be at most 25 or come under the duty to employ).",
    ),
    (
        "all: [{registered: true}, {all: [{age: {to: 25}}, {boe: true}]}]",
        "registered: false, age: 30, boe: false",
        "Il faudrait être inscrit à France Travail, avoir au plus 25 ans et relever de l’obligation d’emploi.",
        "One would have to be registered with the employment service, be at most 25 and come under the duty to employ.",
    ),
    (
        "not: {all: [{registered: true}, {age: {to: 25}}]}",
        "registered: true, age: 20",
        "Il faudrait ne pas être inscrit à France Travail ou avoir plus de 25 ans.",
        "One would have to not be registered with the employment service or be over 25.",
    ),
    (
        "not: {any: [{registered: true}, {age: {to: 25}}]}",
        "registered: false, age: 20",
        "Il faudrait avoir plus de 25 ans.",
        "One would have to be over 25.",
    ),
    (
        "not: {not: {boe: true}}",
        "boe: false",
        "Il faudrait relever de l’obligation d’emploi.",
        "One would have to come under the duty to employ.",
    ),
]


@pytest.mark.parametrize(("condition", "facts", "french", "english"), WHAT_WOULD_CHANGE)
def test_a_condition_says_what_would_meet_it(condition, facts, french, english):
    assert sentences(by(f"condition: {{{condition}}}"), facts) == [
        [f"{P1_FR}la condition n’est pas remplie. {french}"],
        [f"{P1_EN}the condition is not met. {english}"],
    ]


OWN_CONDITIONS = [
    ({"age_from": 16, "age_until": 25}, "Ce service s’adresse à un autre âge. Il faudrait avoir de 16 à 25 ans."),
    (
        {"publics": frozenset({"jeunes"})},
        "Ce service s’adresse à d’autres personnes. Il faudrait faire partie de ce public : jeunes.",
    ),
    (
        {"zone": "departement:67"},
        "Ce service est réservé à d’autres communes. Il faudrait habiter le département du Bas-Rhin.",
    ),
    ({"zone": ()}, "Ce service est réservé à d’autres communes."),
    ({"valid": Period(date(2025, 1, 1), None)}, "Ce service n’existe pas ce jour-là."),
    ({"reserved_by": "loi de 2023"}, "Ce service est réservé (loi de 2023) et aucun accord enregistré ne l’ouvre."),
]


@pytest.mark.parametrize(("conditions", "french"), OWN_CONDITIONS)
def test_a_service_s_own_condition_says_what_would_meet_it(conditions, french):
    assert sentences(offer(service(**conditions)), "age: 40, target_groups: []")[0] == [french]


def test_a_service_that_an_amendment_left_out_names_no_text_that_it_does_not_have():
    narrowed = f"{{number: P1, title: T, text: « N. », clauses: [{{id: c1, {opens('reserves: true', '[autre]')}}}]}}"
    amendment = f"[{{id: a, signed_on: 2024-03-01, effective_from: 2024-04-01, why: W, instructions: [{{replace: {narrowed}}}]}}]"
    asked = offer(service(), texts=[agreement(opens("reserves: true"), amendments=amendment)])

    assert sentences(asked)[0] == ["Ce service est réservé et aucun accord enregistré ne l’ouvre."]


UNCERTAIN = [
    (
        by("condition: {all: [{registered: true}, {age: {to: 25}}]}"),
        f"{P1_FR}à vérifier, il manque l’âge et l’inscription à France Travail.",
        f"{P1_EN}to be checked. Not known: age and registration with the employment service.",
    ),
    (
        by("condition: {lives_in: catchment_area}"),
        f"{P1_FR}à vérifier, il manque le territoire d’intervention du partenaire, que personne n’a enregistré.",
        f"{P1_EN}to be checked. Not known: the partner's catchment area, which nobody recorded.",
    ),
    (
        offer(service(age_until=25)),
        "À vérifier : il manque l’âge.",
        "To be checked. Not known: age.",
    ),
    (
        offer(service(conditions_known=False, conditions_note="Le texte dit « les jeunes ».")),
        "À vérifier : il manque les conditions du service, que son texte ne définit pas. Le texte dit « les jeunes ».",
        "To be checked. Not known: the conditions of the service, which its text does not define. Le texte dit « les jeunes ».",
    ),
]


@pytest.mark.parametrize(("asked", "french", "english"), UNCERTAIN)
def test_an_uncertain_door_says_what_is_missing(asked, french, english):
    assert sentences(asked) == [[french], [english]]


def test_an_uncertain_door_tells_the_clause_and_the_service_apart():
    text = agreement(opens("condition: {registered: true}"), opens("condition: {boe: true}"), head="title: Essai")
    found = reasons(offer(replace(RESERVED, age_until=25), texts=[text]), "boe: false")

    assert [(one.basis.value, one.sentence) for one in found] == [
        ("AGREEMENT", f"{P1_FR}à vérifier, il manque l’inscription à France Travail."),
        ("OWN_MISSION", "À vérifier : il manque l’âge."),
    ]


def test_where_the_service_is_not_reserved_an_uncertain_clause_is_not_told():
    text = agreement(opens("condition: {registered: true}"))

    assert sentences(offer(service(age_until=25), texts=[text]))[0] == ["À vérifier : il manque l’âge."]


ASKED = table("""
doors that hang on these facts                   | asked
-------------------------------------------------|----------------
                                                 |
registered: 1                                    | registered
registered: 1, age: 2                            | age registered
boe: 1, age: 1, registered: 1                    | age registered
boe+age+barrier: 2, registered: 1                | registered age
boe+age+barrier: 9, registered: 1                | age barrier
age+service_conditions: 5, catchment_area: 5     |
age+service_conditions: 5, boe: 1                | boe
""")


@pytest.mark.parametrize(("doors", "asked"), ASKED)
def test_at_most_two_questions_are_asked_those_that_settle_most_first(doors, asked):
    counts = [door.rpartition(": ") for door in doors.split(", ") if door]
    missing = {frozenset(facts.split("+")): int(count) for facts, _, count in counts}

    assert questions_to_ask(missing) == tuple(asked.split())


LAPSED = "« Essai », passage P1 (numérotation Maillage) : l’accord a pris fin le 31 décembre 2023."


@pytest.mark.parametrize(
    ("door", "told"),
    [
        (service(), [LAPSED]),
        (RESERVED, []),  # it closes the door, and is told there
    ],
    ids=["open by its own mission", "closed by the lapse"],
)
def test_a_text_that_opens_no_more_is_told_where_something_else_does(door, told):
    asked = offer(
        door, texts=[agreement(opens(), head="title: Essai, signed_on: 2022-01-01, effective_until: 2024-01-01")]
    )
    question = Question(person(""), DAY)
    (verdict,) = reference.answer(asked, question)

    assert [one.sentence for one in Explainer(reference.ask(asked, question)).lapsed(verdict)] == told
