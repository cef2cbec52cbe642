"""All, any and not, with three truth values: what is unknown never closes a door, and only what matters is asked."""

from __future__ import annotations

import pytest

from maillage.engine.columnar import Index
from maillage.engine.kernels import STACK_DEPTH
from maillage.engine.planning import ConditionTooDeep
from tests.engine.asking import agreement, offer, opens, said_of, service, table

RESERVED = service(reserved_by="La convention")

NESTED = table("""
condition                                                              | the person                  | the door
-----------------------------------------------------------------------|-----------------------------|---------------------
all: [{registered: true}, {age: {to: 25}}]                             | registered: true, age: 20   | OPEN
all: [{registered: true}, {age: {to: 25}}]                             | registered: true, age: 30   | CLOSED CONDITION
all: [{registered: true}, {age: {to: 25}}]                             | registered: true            | UNKNOWN age
all: [{registered: true}, {age: {to: 25}}]                             |                             | UNKNOWN age, registered
all: [{registered: true}, {age: {to: 25}}]                             | age: 30                     | CLOSED CONDITION
any: [{registered: true}, {age: {to: 25}}]                             | registered: true            | OPEN
any: [{registered: true}, {age: {to: 25}}]                             | registered: false           | UNKNOWN age
any: [{registered: true}, {age: {to: 25}}]                             | registered: false, age: 30  | CLOSED CONDITION
any: [{registered: true}, {age: {to: 25}}]                             | age: 30                     | UNKNOWN registered
not: {registered: true}                                                | registered: false           | OPEN
not: {registered: true}                                                | registered: true            | CLOSED CONDITION
not: {registered: true}                                                |                             | UNKNOWN registered
not: {not: {age: {to: 25}}}                                            | age: 25                     | OPEN
not: {all: [{registered: true}, {age: {to: 25}}]}                      | registered: false           | OPEN
not: {all: [{registered: true}, {age: {to: 25}}]}                      | registered: true            | UNKNOWN age
not: {any: [{registered: true}, {age: {to: 25}}]}                      | age: 20                     | CLOSED CONDITION
not: {any: [{registered: true}, {age: {to: 25}}]}                      | age: 30                     | UNKNOWN registered
all: [{age: {from: 16}}, {any: [{boe: true}, {minimum_income: true}]}] | age: 16, boe: false         | UNKNOWN minimum_income
all: [{age: {from: 16}}, {any: [{boe: true}, {minimum_income: true}]}] | age: 16, boe: true          | OPEN
all: [{age: {from: 16}}, {any: [{boe: true}, {minimum_income: true}]}] | age: 15                     | CLOSED CONDITION
any: [{all: [{age: {to: 25}}, {registered: true}]}, {boe: true}]       | age: 20, boe: false         | UNKNOWN registered
any: [{all: [{age: {to: 25}}, {registered: true}]}, {boe: true}]       | age: 26, boe: false         | CLOSED CONDITION
""")


@pytest.mark.parametrize(("condition", "facts", "door"), NESTED)
def test_a_nested_condition(condition, facts, door):
    text = agreement(opens(f"condition: {{{condition}}}"))

    assert said_of(offer(RESERVED, texts=[text]), facts) == door


def test_a_condition_of_as_many_parts_as_the_stack_holds_is_answered():
    parts = ", ".join(["{registered: true}"] * (STACK_DEPTH - 1))
    text = agreement(opens(f"condition: {{all: [{parts}]}}"))

    assert said_of(offer(RESERVED, texts=[text]), "registered: true") == "OPEN"


def test_a_condition_of_more_parts_is_refused_before_any_answer():
    parts = ", ".join(["{registered: true}"] * STACK_DEPTH)
    asked = offer(RESERVED, texts=[agreement(opens(f"condition: {{all: [{parts}]}}"))])

    with pytest.raises(ConditionTooDeep, match=r"^convention, article P1, clause c1: .* Split it into several clauses"):
        Index.of(asked)
