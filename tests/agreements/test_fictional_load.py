"""Three fictional agreements, denser than any real one: every clause, every fact, every kind of amendment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from maillage.domain.agreements import (
    AgreementSet,
    ClauseKind,
    Delegates,
    Force,
    InstructionKind,
    Opens,
    consolidated,
    every_reading,
    force_of,
    term_of,
    version_of,
)
from maillage.domain.people import FACTS
from maillage.domain.rules import All, Any, Between, LivesIn, LivesInCatchmentArea, Not, parts_of
from maillage.domain.shared import Period
from maillage.domain.territories import TerritoryKind
from maillage.engine.loading import load_folder

FICTIONAL = Path(__file__).parent / "fictional"
NATIONAL, INDRE, ALSACE = "2023-passerelle-national", "2024-passerelle-indre", "2025-tremplin-alsace-nord"


@pytest.fixture(scope="module")
def fictional() -> AgreementSet:
    return load_folder(FICTIONAL)


def clauses_of(agreements):
    return [clause for agreement in agreements for article, _ in every_reading(agreement) for clause in article.clauses]


def parts_in(agreements):
    bodies = [clause.body for clause in clauses_of(agreements) if isinstance(clause.body, Opens | Delegates)]
    return [part for body in bodies for part in parts_of(body.condition)]


def test_they_load_with_about_a_dozen_articles_each(fictional):
    counts = {agreement.id: len(agreement.articles) for agreement in fictional}

    assert counts == {NATIONAL: 13, INDRE: 12, ALSACE: 12}


def test_together_they_hold_every_kind_of_clause(fictional):
    assert {clause.kind for clause in clauses_of(fictional)} == set(ClauseKind)


def test_together_they_ask_every_fact(fictional):
    parts = parts_in(fictional)
    asked = {part.fact for part in parts if hasattr(part, "fact")}

    assert asked | {"lives_in"} == set(FACTS)
    assert {All, Any, Not, LivesIn, LivesInCatchmentArea} <= {type(part) for part in parts}


def test_together_they_use_bounds_on_one_side(fictional):
    bounds = {(part.low is None, part.high is None) for part in parts_in(fictional) if isinstance(part, Between)}

    assert bounds == {(False, False), (True, False), (False, True)}


def test_together_they_name_every_kind_of_territory(fictional):
    lived_in = {area.kind for part in parts_in(fictional) if isinstance(part, LivesIn) for area in part.territories}
    narrowed = {
        clause.body.territory.kind
        for clause in clauses_of(fictional)
        if isinstance(clause.body, Opens | Delegates) and clause.body.territory
    }

    assert lived_in | narrowed | {agreement.territory.kind for agreement in fictional} == set(TerritoryKind)


def test_together_they_give_every_instruction(fictional):
    given = {
        instruction.kind
        for agreement in fictional
        for amendment in agreement.amendments
        for instruction in amendment.instructions
    }

    assert given == set(InstructionKind)


@pytest.mark.parametrize(
    ("day", "numbers"),
    [
        (date(2023, 12, 31), "1 2 3 4 5 6 7 8 9 10 11 12 13"),
        (date(2024, 1, 1), "1 2 3 4 5 6 7 8 9 10 11 12 13 14"),
        (date(2024, 6, 1), "1 2 3 5 6 7 8 9 10 11 12 13 14"),
        (date(2026, 12, 1), "1 2 3 5 6 7 8 9 10 11 12 13 14"),
    ],
)
def test_text_as_it_stood_on_a_day(fictional, day, numbers):
    text = consolidated(fictional.find(NATIONAL), on=day)

    assert " ".join(article.number for article in text.articles) == numbers


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2023, 6, 1), "2023-01-09"),
        (date(2024, 1, 1), "2024-01-01"),
        (date(2024, 2, 10), "2024-02-10"),
        (date(2026, 12, 1), "2026-01-15"),
    ],
)
def test_version_of_a_day(fictional, day, version):
    agreement = fictional.find(NATIONAL)

    assert version_of(agreement, on=day) == f"{version}+{agreement.digest[:8]}"


def test_amendment_extends_the_term_and_an_unsigned_one_changes_nothing(fictional):
    agreement = fictional.find(NATIONAL)

    assert term_of(agreement) == Period(date(2023, 2, 1), date(2026, 2, 1))
    assert term_of(consolidated(agreement, on=date(2026, 12, 1))) == Period(date(2023, 2, 1), date(2027, 7, 1))
    assert "vingt-six" in consolidated(agreement, on=date(2026, 12, 1)).article("3").text


def test_clerical_correction_says_so(fictional):
    clerical = [amendment.id for amendment in fictional.find(NATIONAL).amendments if amendment.is_clerical]

    assert clerical == ["correction-1"]


@pytest.mark.parametrize(
    ("name", "day", "force"),
    [
        (NATIONAL, date(2023, 1, 31), Force.NOT_YET),
        (NATIONAL, date(2023, 2, 1), Force.IN_FORCE),
        (NATIONAL, date(2027, 6, 30), Force.IN_FORCE),
        (NATIONAL, date(2027, 7, 1), Force.LAPSED),
        (INDRE, date(2024, 3, 14), Force.NOT_YET),
        (INDRE, date(2027, 6, 30), Force.IN_FORCE),
        (INDRE, date(2027, 7, 1), Force.FRAMEWORK_NOT_IN_FORCE),
        (INDRE, date(2028, 1, 1), Force.LAPSED),
        (ALSACE, date(2026, 1, 31), Force.IN_FORCE),
        (ALSACE, date(2026, 2, 1), Force.LAPSED),
    ],
)
def test_in_force_on_the_right_days(fictional, name, day, force):
    assert force_of(fictional.find(name), fictional, on=day) is force


def test_a_local_agreement_without_its_framework_is_not_presumed_in_force(fictional):
    alone = AgreementSet({INDRE: fictional.find(INDRE)})

    assert force_of(alone.find(INDRE), alone, on=date(2025, 1, 1)) is Force.FRAMEWORK_UNKNOWN
