"""What is remarked in agreements that load, and what is not: a remark is never a false alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from maillage.domain.agreements import AgreementSet
from maillage.domain.territories import TerritoryRef
from maillage.engine.checking import RemarkKind, Severity, are_apart, check, months_after, whole_term
from maillage.engine.loading import load_folder, load_text
from tools.boot import ROOT

HEAD = """\
id: essai
title: Convention d’essai
level: LOCAL
kind: AGREEMENT
territory: departement:36
parties: [{id: agence, organisation: france-travail}, {id: passerelle, organisation: passerelle}]
signed_on: 2024-01-15
effective_from: 2024-02-01
effective_until: 2025-02-01
"""
REPEALS = "{id: a, effective_from: 2024-06-01, why: W, instructions: [{repeal: P1}]}"


def agreement_of(*articles, head=HEAD, amendments="[]"):
    """Make an agreement of clauses, an article each: ``commits: {…}``, or ``commits: {…} / valid_from: …``."""
    lines = [head, f"amendments: {amendments}\narticles:{'' if articles else ' []'}"]
    for number, article in enumerate(articles, start=1):
        clause, _, dates = article.partition(" / ")
        lines.append(f"  - number: P{number}\n    title: Titre\n    text: « Texte. »\n    {dates}")
        lines.append(f"    clauses: [{{id: c{number}, {clause}}}]")
    return load_text("\n".join(lines).encode())


def checked(*agreements, **asked):
    return check(AgreementSet({agreement.id: agreement for agreement in agreements}), **asked)


def kinds(*articles, head=HEAD, amendments="[]", **asked):
    return [
        (remark.kind.value, remark.clause or remark.article)
        for remark in checked(agreement_of(*articles, head=head, amendments=amendments), **asked)
    ]


def opens(condition="", rest=""):
    return f"opens: {{provider: passerelle, services: [s]{f', condition: {condition}' if condition else ''}{rest}}}"


def delegates(condition, rest="", parties="from: agence, to: passerelle"):
    return f"delegates: {{{parties}, condition: {condition}{rest}}}"


def test_a_sound_agreement_is_not_remarked():
    assert kinds(opens("{age: {from: 16, to: 25}}"), delegates("{registered: true}"), "commits: {owner: agence}") == []


def test_a_remark_says_where_what_why_and_what_to_do():
    (remark,) = checked(agreement_of(opens(), opens("{all: [{age: {from: 30}}, {age: {to: 20}}]}")))

    assert (remark.kind, remark.severity) == (RemarkKind.CONTRADICTION, Severity.ERROR)
    assert (remark.agreement, remark.article, remark.clause, remark.line) == ("essai", "P2", "c2", 22)
    assert remark.sentence == (
        "Article P2, clause c2: no person can satisfy its condition, so it opens nothing to anybody; correct the part "
        "that excludes."
    )


@pytest.mark.parametrize(
    "condition",
    [
        "{all: [{age: {from: 30}}, {all: [{registered: true}, {age: {to: 20}}]}]}",
        "{all: [{registered: true}, {registered: false}]}",
        "{all: [{boe: true}, {not: {boe: true}}]}",
    ],
)
def test_contradictions(condition):
    assert kinds(opens(condition)) == [("CONTRADICTION", "c1")]
    assert kinds(delegates(condition)) == [("CONTRADICTION", "c1")]


@pytest.mark.parametrize(
    ("first", "second", "remarked"),
    [
        (opens("{age: {from: 16}}"), opens("{age: {from: 18}}"), ["c2"]),
        (opens("{age: {from: 18}}"), opens("{age: {from: 16}}"), ["c1"]),
        (opens("{age: {from: 18}}"), opens("{age: {from: 18}}"), ["c2"]),
        (opens("{age: {from: 18}}"), opens("{boe: true}"), []),
        (opens(), opens("{boe: true}", ", period: {from: 2024-05-01}"), ["c2"]),
        (opens("", ", period: {from: 2024-05-01}"), opens("{boe: true}"), []),
        (opens(), opens("{boe: true}", ", territory: departement:36"), ["c2"]),
        (opens(), opens("{boe: true}", ", territory: commune:36018"), []),
        (opens(), opens("{boe: true}", ", priority: [jeunes]"), []),
        (opens(), opens("{boe: true}", ", reserves: true"), []),
        (opens(), "opens: {provider: passerelle, services: [autre], condition: {boe: true}}", []),
        (opens(), "commits: {owner: agence}", []),
        (opens() + " / valid_until: 2024-05-01", opens("{boe: true}"), []),
        (delegates("{boe: true}"), delegates("{boe: true}"), []),
        (delegates("{age: {from: 16}}", ", services: [s]"), delegates("{age: {from: 18}}", ", services: [s]"), ["c2"]),
        (opens(), delegates("{boe: true}", ", services: [s]"), []),
    ],
)
def test_shadowed_clauses(first, second, remarked):
    assert kinds(first, second) == [("SHADOWED", clause) for clause in remarked]


def test_two_versions_of_an_article_do_not_shadow_each_other():
    new = "{number: P1, title: T, text: « T. », clauses: [{id: c1, " + opens("{age: {from: 16}}") + "}]}"
    amendment = (
        f"[{{id: a, signed_on: 2024-03-01, effective_from: 2024-04-01, why: W, instructions: [{{replace: {new}}}]}}]"
    )

    assert kinds(opens("{age: {from: 18}}"), amendments=amendment) == []


@pytest.mark.parametrize(
    ("second", "remarked"),
    [
        (delegates("{boe: true}", parties="from: passerelle, to: agence"), ["c2"]),
        (delegates("{boe: false}", parties="from: passerelle, to: agence"), []),
        (delegates("{boe: true}", ", period: {from: 2026-01-01}", "from: passerelle, to: agence"), []),
        (delegates("{boe: true}", ", territory: commune:36018", "from: passerelle, to: agence"), []),
    ],
)
def test_opposite_delegations(second, remarked):
    first = delegates("{boe: true}", ", period: {until: 2025-01-01}")
    found = kinds(first, second)

    assert [clause for kind, clause in found if kind == "OPPOSITE_DELEGATIONS"] == remarked


@pytest.mark.parametrize(
    ("article", "found"),
    [
        (opens("", ", period: {from: 2025-02-01}"), [("OUTSIDE_TERM", "c1")]),
        (opens("", ", period: {from: 2025-01-31}"), []),
        (opens("", ", period: {until: 2024-02-01}"), [("OUTSIDE_TERM", "c1")]),
        (opens() + " / valid_from: 2026-01-01", [("OUTSIDE_TERM", "P1")]),
        ("commits: {owner: agence} / valid_until: 2024-02-01", [("OUTSIDE_TERM", "P1")]),
        (opens("", ", period: {from: 2024-09-01}") + " / valid_until: 2024-06-01", [("OUTSIDE_TERM", "c1")]),
        (opens("", ", territory: departement:67"), [("OUTSIDE_TERRITORY", "c1")]),
        (opens("", ", territory: arrondissement:672"), [("OUTSIDE_TERRITORY", "c1")]),
        (opens("", ", territory: arrondissement:361"), []),
        (opens("", ", territory: clpe:CLPE67001"), []),
        (opens("", ", territory: commune:67180"), []),
    ],
)
def test_clauses_that_never_apply(article, found):
    assert kinds(article) == found


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("france", "region:24", False),
        ("region:24", "region:44", True),
        ("region:24", "departement:67", False),
        ("departement:974", "arrondissement:9741", False),
        ("departement:974", "arrondissement:9721", True),
        ("commune:36018", "commune:36044", False),
    ],
)
def test_territories_are_told_apart_by_their_codes_only_when_sure(one, other, apart):
    assert are_apart(TerritoryRef.parse(one), TerritoryRef.parse(other)) is apart


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("amends: {review_every_months: 12}", [("REVIEW_OUTSIDE_TERM", "c1")]),
        ("amends: {review_every_months: 11}", []),
        ("amends: {proposed_by: ANY_PARTY}", []),
        ("convenes: {committee: STEERING, at_least: 1, per: YEAR}", []),
        ("convenes: {committee: STEERING}", []),
        ("commits: {due_on: 2025-01-31}", []),
        ("commits: {due_on: 2025-02-01}", [("TARGET_OUTSIDE_TERM", "c1")]),
        ("commits: {due_on: 2024-01-31}", [("TARGET_OUTSIDE_TERM", "c1")]),
        ("experiments: {starts_on: 2024-02-01, months: 12}", []),
        ("experiments: {starts_on: 2024-02-02, months: 12}", [("EXPERIMENT_OUTSIDE_TERM", "c1")]),
        ("experiments: {starts_on: 2025-03-01}", [("EXPERIMENT_OUTSIDE_TERM", "c1")]),
        ("experiments: {months: 13}", [("EXPERIMENT_OUTSIDE_TERM", "c1")]),
        ("experiments: {months: 200000}", [("EXPERIMENT_OUTSIDE_TERM", "c1")]),
        ("experiments: {hypotheses: [Un essai]}", []),
    ],
)
def test_dates_that_cannot_fall_in_the_term(clause, found):
    assert kinds(clause) == found


def test_a_committee_per_year_in_a_term_of_less():
    head = HEAD.replace("effective_until: 2025-02-01", "effective_until: 2025-01-31")

    assert kinds("convenes: {at_least: 1, per: YEAR}", head=head) == [("COMMITTEE_OUTSIDE_TERM", "c1")]


def test_an_agreement_without_dates_has_nothing_outside():
    head = "\n".join(line for line in HEAD.splitlines() if "_on:" not in line and "effective" not in line) + "\n"

    assert (
        kinds("experiments: {months: 6}", "amends: {review_every_months: 12}", opens("{registered: true}"), head=head)
        == []
    )


def test_an_extension_counts_in_the_term():
    extension = "[{id: a, signed_on: 2024-12-01, effective_from: 2025-01-01, effective_until: 2027-01-01, why: W}]"
    endless = extension.replace("2027-01-01", "null")

    assert kinds("commits: {due_on: 2026-12-31}", amendments=extension) == []
    assert whole_term(agreement_of(amendments=endless)).end is None


@pytest.mark.parametrize(
    ("amendments", "found"),
    [
        ("[{id: a, signed_on: 2024-12-01, effective_from: 2025-01-31, why: W}]", []),
        ("[{id: a, signed_on: 2024-12-01, effective_from: 2025-02-01, why: W}]", [("AMENDMENT_AFTER_END", "")]),
        ("[{id: a, effective_from: 2026-01-01, why: W}]", [("AMENDMENT_AFTER_END", "")]),
        (
            f"[{REPEALS}, {{id: b, effective_from: 2024-07-01, why: W, instructions: [{{repeal: P1}}, {{repeal: P2}}]}}]",
            [("CONFLICTING_AMENDMENTS", "P1")],
        ),
        (
            f"[{REPEALS}, {{id: b, signed_on: 2024-05-01, effective_from: 2024-07-01, why: W, instructions: [{{repeal: P1}}]}}]",
            [],
        ),
    ],
)
def test_amendments(amendments, found):
    assert kinds("commits: {owner: agence}", "commits: {owner: agence}", amendments=amendments) == found


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("framework: cadre\n", [("FRAMEWORK_ABSENT", Severity.WARNING)]),
        ("framework: cadre\nrequires_framework_in_force: true\n", [("FRAMEWORK_ABSENT", Severity.ERROR)]),
        ("requires_framework_in_force: true\n", [("FRAMEWORK_ABSENT", Severity.ERROR)]),
        ("", []),
    ],
)
def test_absent_frameworks(more, found):
    remarks = checked(agreement_of(head=HEAD + more))

    assert [(remark.kind.value, remark.severity) for remark in remarks] == found


@pytest.mark.parametrize(
    ("signed_on", "declines", "requires", "remarked"),
    [
        ("2024-01-31", "only_while_in_force: true", "false", True),
        ("2024-02-01", "only_while_in_force: true", "false", False),
        ("2024-01-31", "only_while_in_force: true, survival: WHOLE", "false", True),
        ("2024-01-31", "only_while_in_force: false", "false", False),
        ("2024-01-31", "only_while_in_force: false", "true", True),
        ("null", "only_while_in_force: true", "true", False),
    ],
)
def test_signed_while_the_framework_was_not_in_force(signed_on, declines, requires, remarked):
    framework = agreement_of(f"declines: {{levels: [LOCAL], {declines}}}", head=HEAD.replace("essai", "cadre", 1))
    head = HEAD.replace("signed_on: 2024-01-15", f"signed_on: {signed_on}").replace("effective_from: 2024-02-01\n", "")
    local = agreement_of(head=f"{head}framework: cadre\nrequires_framework_in_force: {requires}\n")

    found = [remark.kind for remark in checked(framework, local)]

    assert found == ([RemarkKind.FRAMEWORK_NOT_IN_FORCE] if remarked else [])


@pytest.mark.parametrize(
    ("declines", "remarked"),
    [
        ("only_while_in_force: true, survival: NOTHING", False),
        ("survival: NOTHING", True),
        ("survival: WHOLE", True),
        ("survival: OPEN_REFERRALS", False),
    ],
)
def test_survival_where_nothing_falls(declines, remarked):
    found = kinds(f"declines: {{levels: [LOCAL], {declines}}}")

    assert found == ([("SURVIVAL_WITHOUT_EFFECT", "c1")] if remarked else [])


def test_services_are_looked_up_when_the_catalogue_is_known():
    articles = [opens(), "commits: {owner: agence}", delegates("{boe: true}")]

    assert kinds(*articles) == []
    assert kinds(*articles, service_ids=frozenset({"s"})) == []
    assert kinds(*articles, service_ids=frozenset()) == [("UNKNOWN_SERVICE", "c1")]


def test_priority_groups_are_looked_up_in_texts_that_did_not_come_from_a_file():
    sound = agreement_of(opens("", ", priority: [jeunes]"))
    (article,) = sound.articles
    (clause,) = article.clauses
    wrong = replace(clause, body=replace(clause.body, priority=("ados",)), line=0)
    broken = replace(sound, articles=(replace(article, clauses=(wrong,)),))

    assert checked(sound) == ()
    assert [(remark.kind.value, remark.line) for remark in checked(broken)] == [("UNKNOWN_GROUP", 1)]


@pytest.mark.parametrize(
    ("signed_on", "until", "article", "found"),
    [
        ("2023-12-17", "2025-01-02", opens("{registered: true}"), ["TO_READ_AGAIN"]),
        ("2023-12-17", "null", opens("{not: {registered_for_months: {from: 6}}}"), ["TO_READ_AGAIN"]),
        ("2023-12-17", "2025-01-01", opens("{registered: true}"), []),
        ("2023-12-17", "null", opens("{registered: true}", ", period: {until: 2024-06-01}"), []),
        ("2023-12-18", "null", opens("{registered: true}"), []),
        ("2023-12-17", "null", opens("{boe: true}"), []),
    ],
)
def test_texts_older_than_the_law_are_read_again(signed_on, until, article, found):
    head = HEAD.replace("2024-01-15", signed_on).replace("2025-02-01", until)

    assert [kind for kind, _ in kinds(article, head=head)] == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("[identité, humeur]", ["UNKNOWN_SHARED_FIELD"]),
        ("[identité, présence]", []),
        ("[études réalisées]", []),
    ],
)
def test_a_fact_about_people_that_nothing_stores_is_told_where_others_are_shared(fields, found):
    shares = f"shares: {{fields: {fields}, from: agence, to: passerelle, purpose: Suivre}}"

    assert [kind for kind, _ in kinds(shares)] == found


def test_the_text_of_a_day_is_checked_alone():
    amendment = "[{id: a, signed_on: 2024-03-01, effective_from: 2024-04-01, why: W, instructions: [{repeal: P1}]}]"
    articles = [opens("{age: {from: 30, to: 30}}", ", territory: region:24")]
    articles += [opens("{all: [{boe: true}, {boe: false}]}") + " / valid_until: 2024-01-01"]
    whole = [("OUTSIDE_TERM", "P2"), ("CONTRADICTION", "c2")]

    assert kinds(*articles, amendments=amendment) == whole
    assert kinds(*reversed(articles), amendments=amendment, on=date(2024, 5, 1)) == []
    assert kinds(*articles, amendments=amendment, on=date(2024, 5, 1)) == whole


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 12, 1), 12, date(2025, 12, 1)),
        (date(2024, 1, 1), 10**6, date.max),
    ],
)
def test_months_after_a_day(day, months, expected):
    assert months_after(day, months) == expected


def test_the_texts_of_the_repository_hold_no_error():
    remarks = check(load_folder(ROOT / "agreements"))

    assert [remark.sentence for remark in remarks if remark.severity is Severity.ERROR] == []
    assert {(remark.kind, remark.agreement, remark.article) for remark in remarks} == {
        (RemarkKind.COMMITTEE_OUTSIDE_TERM, "2020-ave-national", "3"),
        (RemarkKind.REVIEW_OUTSIDE_TERM, "2020-ave-national", "4"),
        (RemarkKind.TO_READ_AGAIN, "2021-ml-alsace-nord", "P3"),
    }
