from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from maillage.domain.agreements import (
    Agreement,
    AgreementKind,
    AgreementLevel,
    AgreementSet,
    Amendment,
    Article,
    Clause,
    ClauseKind,
    Declines,
    Force,
    Instruction,
    InstructionKind,
    Party,
    ServiceSelection,
    Statement,
    Survival,
    Volume,
    amendments_in_effect,
    consolidated,
    every_reading,
    falls_with,
    force_of,
    is_in_force,
    term_of,
    version_of,
)
from maillage.domain.shared import ALWAYS, Period
from maillage.domain.territories import FRANCE


def article(number, title="Premier texte"):
    return Article(number, title, f"« {title} »")


def amendment(name, effect, *instructions, signed=date(2024, 1, 2), **said):
    changes = tuple(
        Instruction(InstructionKind(verb), number, None if verb == "repeal" else article(number, name))
        for verb, number in (text.split() for text in instructions)
    )
    return Amendment(name, signed, effect, "« Il le faut. »", changes, **said)


def agreement(name="convention", **said):
    shared = {"articles": (article("1"), article("2")), "parties": (Party("a", "org"),), "signed_on": date(2024, 1, 1)}
    level, kind = AgreementLevel.LOCAL, AgreementKind.AGREEMENT
    return Agreement(name, "Titre", level, kind, FRANCE, digest="0123456789abcdef", **{**shared, **said})


AMENDED = agreement(
    amendments=(
        amendment("deuxième", date(2024, 6, 1), "repeal 1", "insert 4"),
        amendment("premier", date(2024, 3, 1), "replace 1", "insert 3", changes_term=True, new_until=date(2025, 1, 1)),
        amendment("jamais signé", date(2024, 2, 1), "repeal 2", signed=None),
    )
)


@pytest.mark.parametrize(
    ("day", "names", "text"),
    [
        (date(2024, 2, 29), [], "1 Premier texte, 2 Premier texte"),
        (date(2024, 3, 1), ["premier"], "1 premier, 2 Premier texte, 3 premier"),
        (date(2024, 6, 1), ["premier", "deuxième"], "2 Premier texte, 3 premier, 4 deuxième"),
    ],
)
def test_the_text_of_a_day_replays_the_signed_amendments_in_the_order_of_their_effect(day, names, text):
    found = consolidated(AMENDED, on=day)

    assert [one.id for one in amendments_in_effect(AMENDED, on=day)] == names
    assert ", ".join(f"{one.number} {one.title}" for one in found.articles) == text


def test_amendments_of_one_day_are_replayed_in_the_order_they_were_signed():
    later = amendment("signé après", date(2024, 3, 1), "replace 1", signed=date(2024, 2, 2))
    earlier = amendment("signé avant", date(2024, 3, 1), "replace 1", signed=date(2024, 2, 1))
    found = consolidated(agreement(amendments=(later, earlier)), on=date(2024, 3, 1))

    assert found.article("1").title == "signé après"


def test_an_amendment_changes_the_term_only_where_it_says_so():
    assert term_of(consolidated(AMENDED, on=date(2024, 2, 29))) == Period(date(2024, 1, 1), None)
    assert term_of(consolidated(AMENDED, on=date(2024, 6, 1))) == Period(date(2024, 1, 1), date(2025, 1, 1))


def test_the_term_begins_with_the_effect_else_with_the_signature():
    assert term_of(agreement(effective_from=date(2024, 2, 1))).start == date(2024, 2, 1)
    assert term_of(agreement()).start == date(2024, 1, 1)


def test_every_article_is_given_with_the_days_it_stands():
    readings = [(one.number, one.title, period.start, period.end) for one, period in every_reading(AMENDED)]

    assert readings == [
        ("1", "Premier texte", None, date(2024, 3, 1)),
        ("2", "Premier texte", None, None),
        ("1", "premier", date(2024, 3, 1), date(2024, 6, 1)),
        ("3", "premier", date(2024, 3, 1), None),
        ("4", "deuxième", date(2024, 6, 1), None),
    ]


def test_an_article_that_comes_back_stands_twice():
    there_and_back = agreement(
        articles=(article("1"),),
        amendments=(
            amendment("sans", date(2024, 3, 1), "repeal 1"),
            Amendment(
                "retour",
                date(2024, 1, 2),
                date(2024, 6, 1),
                "W",
                (Instruction(InstructionKind.INSERT, "1", article("1")),),
            ),
        ),
    )

    assert [period for _, period in every_reading(there_and_back)] == [
        Period(None, date(2024, 3, 1)),
        Period(date(2024, 6, 1), None),
    ]


@pytest.mark.parametrize(
    ("found", "day", "version"),
    [
        (agreement(), date(2024, 2, 1), "2024-01-01+01234567"),
        (AMENDED, date(2024, 2, 29), "2024-01-01+01234567"),
        (AMENDED, date(2024, 4, 1), "2024-03-01+01234567"),
        (AMENDED, date(2030, 1, 1), "2024-06-01+01234567"),
        (agreement(signed_on=None), date(2024, 2, 1), "unsigned+01234567"),
    ],
)
def test_a_version_is_a_date_and_eight_digits_of_the_file(found, day, version):
    assert version_of(found, on=day) == version


@pytest.mark.parametrize(
    ("said", "day", "force"),
    [
        ({}, date(2023, 12, 31), Force.NOT_YET),
        ({}, date(2024, 1, 1), Force.IN_FORCE),
        ({"signed_on": None}, date(2024, 1, 1), Force.NOT_SIGNED),
        ({"effective_until": date(2024, 2, 1)}, date(2024, 1, 31), Force.IN_FORCE),
        ({"effective_until": date(2024, 2, 1)}, date(2024, 2, 1), Force.LAPSED),
        ({"framework": "absent"}, date(2024, 2, 1), Force.IN_FORCE),
        ({"framework": "absent", "requires_framework_in_force": True}, date(2024, 2, 1), Force.FRAMEWORK_UNKNOWN),
        ({"framework": "lapsed"}, date(2024, 2, 1), Force.IN_FORCE),
        ({"framework": "lapsed", "requires_framework_in_force": True}, date(2024, 2, 1), Force.FRAMEWORK_NOT_IN_FORCE),
        ({"framework": "living", "requires_framework_in_force": True}, date(2024, 2, 1), Force.IN_FORCE),
        (
            {"framework": "convention", "requires_framework_in_force": True},
            date(2024, 2, 1),
            Force.FRAMEWORK_NOT_IN_FORCE,
        ),
    ],
)
def test_being_in_force_follows_from_dates_and_frameworks(said, day, force):
    found = agreement(**said)
    known = AgreementSet(
        {
            "convention": found,
            "lapsed": agreement("lapsed", effective_until=date(2024, 1, 15)),
            "living": agreement("living"),
        }
    )

    assert force_of(found, known, on=day) is force
    assert is_in_force(found, known, on=day) is (force is Force.IN_FORCE)


@pytest.mark.parametrize(
    ("body", "falls"),
    [
        (Declines((AgreementLevel.LOCAL,)), False),
        (Declines((AgreementLevel.LOCAL,), only_while_in_force=True), True),
        (Declines((AgreementLevel.LOCAL,), only_while_in_force=True, survival=Survival.NOTHING), True),
        (Declines((AgreementLevel.LOCAL,), only_while_in_force=True, survival=Survival.WHOLE), False),
        (Statement(ClauseKind.COMMITS, (("owner", "a"),)), False),
    ],
)
def test_local_agreements_fall_with_a_framework_that_says_so(body, falls):
    clause = Clause("c", ClauseKind.DECLINES, body)
    framework = agreement(articles=(replace(article("1"), clauses=(clause,)),))

    assert falls_with(framework, on=date(2024, 2, 1)) is falls


def test_a_statement_gives_its_fields_by_name():
    statement = Statement(ClauseKind.CONVENES, (("kind", "STEERING"), ("times", 2)))

    assert (statement.value_of("times"), statement.value_of("by")) == (2, None)


def test_parties_articles_and_agreements_are_found_by_id():
    found = agreement()

    assert (found.party("a").organisation, found.party("b")) == ("org", None)
    assert (found.article("2").number, found.article("9")) == ("2", None)
    assert AgreementSet({"convention": found}).find("convention") is found
    assert AgreementSet().find("convention") is None


def test_agreements_are_walked_by_id():
    assert [one.id for one in AgreementSet({"b": agreement("b"), "a": agreement("a")})] == ["a", "b"]


def test_an_empty_selection_is_everything():
    assert ServiceSelection().is_everything
    assert not ServiceSelection(ids=frozenset({"s"})).is_everything


PERIODS = [
    (Volume(5, "MONTH"), date(2026, 2, 28), Period(date(2026, 2, 1), date(2026, 3, 1))),
    (Volume(5, "MONTH"), date(2026, 12, 31), Period(date(2026, 12, 1), date(2027, 1, 1))),
    (Volume(5, "QUARTER"), date(2026, 5, 1), Period(date(2026, 4, 1), date(2026, 7, 1))),
    (Volume(5, "QUARTER"), date(2026, 10, 1), Period(date(2026, 10, 1), date(2027, 1, 1))),
    (Volume(5, "HALF_YEAR"), date(2026, 6, 30), Period(date(2026, 1, 1), date(2026, 7, 1))),
    (Volume(5, "YEAR"), date(2026, 7, 1), Period(date(2026, 1, 1), date(2027, 1, 1))),
    (Volume(5, "YEAR"), date.max, Period(date(9999, 1, 1))),
    (Volume(5, "TERM"), date(2026, 7, 1), ALWAYS),
    (Volume(5, "YEAR", "PEOPLE"), date(2026, 7, 1), ALWAYS),
]


@pytest.mark.parametrize(("volume", "day", "expected"), PERIODS)
def test_a_volume_is_for_the_period_that_holds_the_day(volume, day, expected):
    assert volume.period_on(day) == expected
    assert day in expected
