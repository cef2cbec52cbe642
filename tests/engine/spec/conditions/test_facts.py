"""What each fact of the condition language answers: held, not held, or unknown and named."""

from __future__ import annotations

import pytest

from tests.engine.asking import agreement, offer, opens, said_of, service, table

RESERVED = service(reserved_by="La convention")

ONE_FACT = table("""
condition                                  | the person                       | the door
-------------------------------------------|----------------------------------|----------------------
age: 20                                    | age: 20                          | OPEN
age: 20                                    | age: 21                          | CLOSED CONDITION
age: {from: 16, to: 25}                    | age: 15                          | CLOSED CONDITION
age: {from: 16, to: 25}                    | age: 16                          | OPEN
age: {from: 16, to: 25}                    | age: 25                          | OPEN
age: {from: 16, to: 25}                    | age: 26                          | CLOSED CONDITION
age: {from: 16, to: 25}                    |                                  | UNKNOWN age
age: {from: 45}                            | age: 44                          | CLOSED CONDITION
age: {from: 45}                            | age: 120                         | OPEN
age: {to: 25}                              | age: 0                           | OPEN
age: {to: 25}                              | age: 26                          | CLOSED CONDITION
age: {in: [18, 20]}                        | age: 20                          | OPEN
age: {in: [18, 20]}                        | age: 19                          | CLOSED CONDITION
registered: true                           | registered: true                 | OPEN
registered: true                           | registered: false                | CLOSED CONDITION
registered: true                           |                                  | UNKNOWN registered
registered: false                          | registered: false                | OPEN
registered: false                          | registered: true                 | CLOSED CONDITION
registered_for_months: {from: 12}          | registered_for_months: 11        | CLOSED CONDITION
registered_for_months: {from: 12}          | registered_for_months: 12        | OPEN
registered_for_months: {from: 12}          |                                  | UNKNOWN registered_for_months
minimum_income: true                       | minimum_income: true             | OPEN
minimum_income: true                       | minimum_income: false            | CLOSED CONDITION
minimum_income: true                       |                                  | UNKNOWN minimum_income
priority_neighbourhood: true               | priority_neighbourhood: true     | OPEN
priority_neighbourhood: false              | priority_neighbourhood: true     | CLOSED CONDITION
priority_neighbourhood: true               |                                  | UNKNOWN priority_neighbourhood
target_group: jeunes                       | target_groups: [jeunes, familles]| OPEN
target_group: jeunes                       | target_groups: [familles]        | CLOSED CONDITION
target_group: jeunes                       | target_groups: []                | CLOSED CONDITION
target_group: jeunes                       |                                  | UNKNOWN target_group
target_group: {in: [jeunes, seniors]}      | target_groups: [seniors]         | OPEN
target_group: LONG_TERM                    | target_groups: [VERY_LONG_TERM]  | OPEN
target_group: VERY_LONG_TERM               | target_groups: [LONG_TERM]       | CLOSED CONDITION
barrier: mobilite                          | barriers: [mobilite]             | OPEN
barrier: mobilite                          | barriers: [sante]                | CLOSED CONDITION
barrier: mobilite                          | barriers: []                     | CLOSED CONDITION
barrier: mobilite                          |                                  | UNKNOWN barrier
boe: true                                  | boe: true                        | OPEN
boe: true                                  | boe: false                       | CLOSED CONDITION
boe: true                                  | target_groups: [RQTH]            | OPEN
boe: true                                  | target_groups: [jeunes]          | UNKNOWN boe
boe: true                                  |                                  | UNKNOWN boe
qualification: {in: ["3", "4"]}            | qualification: "4"               | OPEN
qualification: {in: ["3", "4"]}            | qualification: "5"               | CLOSED CONDITION
qualification: {in: ["3", "4"]}            |                                  | UNKNOWN qualification
occupation: K2503                          | occupation: K2503                | OPEN
occupation: K2503                          | occupation: A1101                | CLOSED CONDITION
occupation: K2503                          |                                  | UNKNOWN occupation
""")


@pytest.mark.parametrize(("condition", "facts", "door"), ONE_FACT)
def test_a_condition_on_one_fact(condition, facts, door):
    text = agreement(opens(f"condition: {{{condition}}}"))

    assert said_of(offer(RESERVED, texts=[text]), facts) == door


def test_an_article_without_condition_opens_to_everybody():
    assert said_of(offer(RESERVED, texts=[agreement(opens())])) == "OPEN"
