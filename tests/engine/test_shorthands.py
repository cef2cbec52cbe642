"""What an author may write short in a clause means what it means in full."""

from __future__ import annotations

import pytest

from maillage.engine.loading import load_text
from maillage.engine.reading import AgreementMistakes
from maillage.engine.shorthands import in_full

HEAD = """
id: essai
title: Essai
level: LOCAL
kind: AGREEMENT
territory: departement:36
parties: [{id: a, organisation: org-a}]
articles:
  - {number: 1, title: Un, text: « Un. », clauses: [{id: c, %s}]}
amendments:
  - {id: x, effective_from: 2025-01-01, why: y, instructions: [{replace: {number: 1, title: Un, text: « Un. », clauses: [{id: c, %s}]}}]}
"""
OPENS = [
    ("opens: {provider: a, priority: jeunes}", "opens: {provider: a, priority: [jeunes]}"),
    ("opens: {provider: a, services: {kinds: AGENCY}}", "opens: {provider: a, services: {kinds: [AGENCY]}}"),
    ("opens: {provider: a, condition: , territory: null}", "opens: {provider: a}"),
    (
        "opens: {provider: a, condition: {target_group: [jeunes, RQTH]}}",
        "opens: {provider: a, condition: {target_group: {in: [jeunes, RQTH]}}}",
    ),
    (
        "opens: {provider: a, condition: {not: {age: {from: 16, to: null}}}}",
        "opens: {provider: a, condition: {not: {age: {from: 16}}}}",
    ),
    ("delegates: {from: a, to: a, volume: 100}", "delegates: {from: a, to: a, volume: {count: 100}}"),
    ("announces: {what: forums}", "announces: {what: [forums]}"),
]


def loaded(clause: str):
    text = load_text((HEAD % (clause, clause)).encode())
    return text.articles, [one.instructions for one in text.amendments]


@pytest.mark.parametrize(("short", "full"), OPENS)
def test_a_shorthand_is_read_as_what_it_stands_for(short, full):
    assert loaded(short) == loaded(full)


@pytest.mark.parametrize(
    "content",
    [
        {"articles": 3, "amendments": "none"},
        {"articles": ["no article", {"clauses": None}]},
        {"amendments": ["no amendment", {"instructions": ["no instruction", {"repeal": 2}]}, {"why": "x"}]},
    ],
)
def test_what_is_no_agreement_is_left_for_the_schema_to_refuse(content):
    assert in_full(content) == content


def test_a_null_is_not_taken_for_what_is_required():
    with pytest.raises(AgreementMistakes, match="« provider »"):
        loaded("opens: {provider: null, priority: jeunes}")
