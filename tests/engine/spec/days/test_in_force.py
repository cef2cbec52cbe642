"""Being in force is asked of a day: of the term, of the article, of the clause, of the framework; never stored."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.domain.agreements import Force
from tests.engine.asking import DAY, agreement, ask, offer, opens, said_of, service, table

RESERVED = service(reserved_by="La convention")

TERMS = table("""
signed and in effect                                                               | on         | why not
-----------------------------------------------------------------------------------|------------|--------
signed_on: 2024-01-01                                                              | 2023-12-31 | NOT_YET
signed_on: 2024-01-01                                                              | 2024-01-01 |
signed_on: 2024-01-01                                                              | 2999-01-01 |
signed_on: 2024-01-01, effective_from: 2024-02-01                                  | 2024-01-31 | NOT_YET
signed_on: 2024-01-01, effective_from: 2024-02-01                                  | 2024-02-01 |
signed_on: 2024-01-01, effective_until: 2025-01-01                                 | 2024-12-31 |
signed_on: 2024-01-01, effective_until: 2025-01-01                                 | 2025-01-01 | LAPSED
signed_on: null                                                                    | 2024-06-01 | NOT_SIGNED
signed_on: null, effective_from: 2024-01-01                                        | 2024-06-01 | NOT_SIGNED
signed_on: 2024-01-01, framework: cadre                                            | 2024-06-01 |
signed_on: 2024-01-01, framework: cadre, requires_framework_in_force: true         | 2024-06-01 | FRAMEWORK_UNKNOWN
""")


def obstacle_of(asked, on):
    (verdict,) = ask(asked, on=on)
    return [one.force for one in verdict.obstacles]


@pytest.mark.parametrize(("head", "on", "force"), TERMS)
def test_an_agreement_is_in_force_on_the_days_of_its_term(head, on, force):
    asked = offer(RESERVED, texts=[agreement(opens(), head=head)])

    assert obstacle_of(asked, date.fromisoformat(on)) == ([Force(force)] if force else [])


NARROWED = table("""
article and clause                                                  | on         | why not
--------------------------------------------------------------------|------------|--------
/ valid_from: 2024-03-01                                            | 2024-02-29 | NOT_YET
/ valid_from: 2024-03-01                                            | 2024-03-01 |
/ valid_until: 2024-03-01                                           | 2024-03-01 | LAPSED
period: {from: 2024-03-01, until: 2024-04-01}                       | 2024-02-29 | NOT_YET
period: {from: 2024-03-01, until: 2024-04-01}                       | 2024-03-31 |
period: {from: 2024-03-01, until: 2024-04-01}                       | 2024-04-01 | LAPSED
""")


@pytest.mark.parametrize(("narrowed", "on", "force"), NARROWED)
def test_an_article_and_a_clause_may_have_days_of_their_own(narrowed, on, force):
    rest, _, article = narrowed.partition("/ ")
    text = agreement(f"{opens(rest.strip())}{f' / {article}' if article else ''}")

    assert obstacle_of(offer(RESERVED, texts=[text]), date.fromisoformat(on)) == ([Force(force)] if force else [])


FALLS = "declines: {levels: [LOCAL], only_while_in_force: true}"
FRAMEWORKS = table("""
the framework's clause                                                      | the local agreement requires it | the door
----------------------------------------------------------------------------|---------------------------------|---------
declines: {levels: [LOCAL]}                                                 | no                              | OPEN
declines: {levels: [LOCAL]}                                                 | yes                             | CLOSED NOT_IN_FORCE
declines: {levels: [LOCAL], only_while_in_force: true}                      | no                              | CLOSED NOT_IN_FORCE
declines: {levels: [LOCAL], only_while_in_force: true, survival: NOTHING}   | no                              | CLOSED NOT_IN_FORCE
declines: {levels: [LOCAL], only_while_in_force: true, survival: WHOLE}     | no                              | OPEN
""")


@pytest.mark.parametrize(("clause", "requires", "door"), FRAMEWORKS)
def test_a_local_agreement_when_its_framework_has_lapsed(clause, requires, door):
    framework = agreement(clause, name="cadre", head="effective_until: 2024-05-01")
    local = agreement(
        opens(), head=f"framework: cadre, requires_framework_in_force: {'true' if requires == 'yes' else 'false'}"
    )

    assert said_of(offer(RESERVED, texts=[framework, local]), on=date(2024, 4, 30)) == "OPEN"
    assert said_of(offer(RESERVED, texts=[framework, local]), on=date(2024, 5, 1)) == door


def test_the_framework_of_a_framework_counts_too():
    top = agreement(FALLS, name="haut", head="effective_until: 2024-05-01")
    middle = agreement(FALLS, name="milieu", head="framework: haut")
    local = agreement(opens(), head="framework: milieu")

    assert obstacle_of(offer(RESERVED, texts=[top, middle, local]), DAY) == [Force.FRAMEWORK_NOT_IN_FORCE]


def test_a_circle_of_frameworks_is_not_in_force():
    one = agreement(opens(), name="un", head="framework: deux, requires_framework_in_force: true")
    other = agreement(FALLS, name="deux", head="framework: un, requires_framework_in_force: true")

    assert obstacle_of(offer(RESERVED, texts=[one, other]), DAY) == [Force.FRAMEWORK_NOT_IN_FORCE]
