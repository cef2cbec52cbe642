"""An amendment changes the text from its effect on, once signed: a clause is read as it stood on the day asked about."""

from __future__ import annotations

from datetime import date

import pytest

from maillage.domain.agreements import Force
from tests.engine.asking import agreement, ask, offer, opens, said, service, table

RESERVED = service(reserved_by="La convention")
UNTIL_25, UNTIL_29 = (opens(f"condition: {{age: {{to: {age}}}}}") for age in (25, 29))


def article(clause, number="P1", name="c1"):
    return f"{{number: {number}, title: T, text: « Nouveau. », clauses: [{{id: {name}, {clause}}}]}}"


def amendment(instruction, effect="2024-06-01", signed="2024-05-01", name="avenant-1", rest=""):
    return f"{{id: {name}, signed_on: {signed}, effective_from: {effect}, why: W{rest}, instructions: [{instruction}]}}"


REPLACES = amendment(f"replace: {article(UNTIL_29)}")
UNSIGNED = REPLACES.replace("2024-05-01", "null")
REPEALS = amendment("repeal: P1")
INSERTS = amendment(f"insert: {article(UNTIL_29, 'P2', 'c2')}")
EXTENDS = amendment("repeal: P2", rest=", effective_until: 2026-01-01")
NARROWS = amendment(f"replace: {article(opens(services='[autre]'))}")
REPEALS_LATER = amendment("repeal: P1", "2024-09-01", "2024-08-01", "avenant-2")

TEXTS = {
    "replaced": agreement(UNTIL_25, amendments=f"[{REPLACES}]"),
    "unsigned": agreement(UNTIL_25, amendments=f"[{UNSIGNED}]"),
    "repealed": agreement(UNTIL_25, amendments=f"[{REPEALS}]"),
    "inserted": agreement(UNTIL_25, amendments=f"[{INSERTS}]"),
    "replaced then lapsed": agreement(UNTIL_25, amendments=f"[{REPLACES}]", head="effective_until: 2025-01-01"),
    "extended": agreement(UNTIL_25, opens(), amendments=f"[{EXTENDS}]", head="effective_until: 2025-01-01"),
}

DAYS = table("""
the text             | on         | the person | the door
---------------------|------------|------------|---------------------------
replaced             | 2024-05-31 | age: 27    | CLOSED CONDITION
replaced             | 2024-06-01 | age: 27    | OPEN 2024-06-01
replaced             | 2024-06-01 | age: 30    | CLOSED CONDITION
replaced             | 2024-05-31 | age: 25    | OPEN 2024-01-01
replaced             | 2023-12-31 | age: 25    | CLOSED NOT_IN_FORCE
unsigned             | 2024-06-01 | age: 27    | CLOSED CONDITION
unsigned             | 2024-06-01 | age: 25    | OPEN 2024-01-01
repealed             | 2024-05-31 | age: 20    | OPEN 2024-01-01
repealed             | 2024-06-01 | age: 20    | CLOSED NOT_IN_FORCE
inserted             | 2024-05-31 | age: 27    | CLOSED CONDITION, NOT_IN_FORCE
inserted             | 2024-06-01 | age: 27    | OPEN 2024-06-01
replaced then lapsed | 2024-12-31 | age: 27    | OPEN 2024-06-01
replaced then lapsed | 2025-01-01 | age: 27    | CLOSED NOT_IN_FORCE
extended             | 2025-06-01 | age: 20    | OPEN 2024-06-01
extended             | 2026-01-01 | age: 20    | CLOSED NOT_IN_FORCE
""")


@pytest.mark.parametrize(("name", "on", "facts", "door"), DAYS)
def test_a_clause_is_read_as_it_stood(name, on, facts, door):
    (verdict,) = ask(offer(RESERVED, texts=[TEXTS[name]]), facts, on=date.fromisoformat(on))

    version = f" {verdict.grounds[0].version.partition('+')[0]}" if verdict.grounds else ""
    assert said(verdict) + version == door


def test_a_former_reading_says_nothing_where_the_new_one_stands():
    (verdict,) = ask(offer(RESERVED, texts=[TEXTS["replaced"]]), "age: 40", on=date(2024, 7, 1))

    assert [(one.kind.value, one.force) for one in verdict.obstacles] == [("CONDITION", None)]


def test_of_readings_that_all_have_ended_the_last_one_speaks():
    twice = f"[{REPLACES}, {REPEALS_LATER}]"
    (verdict,) = ask(offer(RESERVED, texts=[agreement(UNTIL_25, amendments=twice)]), "age: 20", on=date(2024, 10, 1))

    assert [one.force for one in verdict.obstacles] == [Force.LAPSED]


def test_of_readings_that_are_all_to_come_the_first_one_speaks():
    text = agreement(f"{UNTIL_25} / valid_from: 2024-03-01", amendments=f"[{REPLACES}]")
    (verdict,) = ask(offer(RESERVED, texts=[text]), "age: 20", on=date(2024, 2, 1))

    assert [one.force for one in verdict.obstacles] == [Force.NOT_YET]


def test_a_service_that_the_new_reading_leaves_out_is_opened_by_no_clause():
    asked = offer(RESERVED, texts=[agreement(opens(), amendments=f"[{NARROWS}]")])

    assert [said(one) for one in ask(asked, on=date(2024, 5, 31))] == ["OPEN"]
    assert [said(one) for one in ask(asked, on=date(2024, 6, 1))] == ["CLOSED NO_CLAUSE"]
