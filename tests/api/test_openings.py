"""The API answers what the command answers, and keeps nothing of the person."""

from __future__ import annotations

import json
import logging

import pytest

from maillage.apps.audit.models import AuditEvent
from maillage.apps.eligibility.models import AnswerContext
from tests.api.conftest import LE_BLANC
from tests.cli.conftest import maillage  # noqa: F401 (a fixture)

HAGUENAU = {"municipality": "67180", "age": 20, "registered": True, "on": "2022-03-01"}
PEOPLE = [
    (LE_BLANC, "--municipality 36018 --age 35 --on 2024-10-15"),
    (HAGUENAU, "--municipality 67180 --age 20 --registered --on 2022-03-01"),
    (
        {"municipality": "36044", "target_groups": [], "themes": ["numerique"], "on": "2024-10-15", "language": "en"},
        "--municipality 36044 --target-group none --theme numerique --on 2024-10-15 --language en",
    ),
    (
        {"municipality": "36018", "point": [46.6, 1.1], "barriers": ["mobilite"], "limit": 3, "on": "2025-06-01"},
        "--municipality 36018 --point 46.6,1.1 --barrier mobilite --limit 3 --on 2025-06-01",
    ),
]


@pytest.mark.parametrize(("question", "options"), PEOPLE)
def test_it_is_what_the_command_answers(question, options, post, maillage):  # noqa: F811
    items = post("openings", question)["items"]

    assert items
    assert items == json.loads(maillage("openings", *options.split(), "--json").out)


def test_unknown_and_closed_doors_come_after_the_open_ones_each_up_to_the_limit(post):
    items = post("openings", {**LE_BLANC, "include": ["closed", "unknown"], "limit": 2})["items"]

    assert [item["finding"] for item in items] == ["OPEN", "OPEN", "UNKNOWN", "UNKNOWN", "CLOSED", "CLOSED"]


def test_the_answers_of_a_batch_are_those_of_its_people_one_by_one(post):
    person = {name: value for name, value in LE_BLANC.items() if name != "on"}
    other = {"municipality": "36044", "themes": ["numerique"]}

    found = post("openings/batch", {"on": "2024-10-15", "people": [person, other], "limit": 20})["answers"]

    assert found == [post("openings", {**one, "on": "2024-10-15"}) for one in (person, other)]


def test_a_question_without_a_day_is_about_today(post):
    today = post("openings", {"municipality": "36018"})

    assert today == post("openings", {"municipality": "36018", "on": today["on"]})


def test_the_answer_can_be_given_again_from_its_name(post, maillage, tmp_path):  # noqa: F811
    given = post("openings", LE_BLANC)
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"municipality": "36018", "age": 35}))

    assert json.loads(maillage("replay", given["answer"], "--facts", facts, "--json").out) == given["items"]


def test_nothing_about_the_person_is_stored_or_logged(post, caplog):
    with caplog.at_level(logging.DEBUG):
        post("openings", {**LE_BLANC, "age": 47, "target_groups": ["RQTH"], "qualification": "NIV4"})
        post("openings", {**LE_BLANC, "age": 247, "target_groups": ["RQTH"]}, status=422)
    kept = [str(row.content) for row in AnswerContext.objects.all()]
    kept += [str(vars(event)) for event in AuditEvent.objects.all()]

    facts = ("RQTH", "NIV4", "36018", '"age"')
    written = " ".join(
        [*kept, *(record.getMessage() for record in caplog.records if record.name != "django.db.backends")]
    )
    assert [fact for fact in facts if fact in written] == []


def test_an_answer_is_kept_by_no_cache(client, demonstration):
    response = client.post("/api/v1/openings", json.dumps(LE_BLANC), content_type="application/json")

    assert response.headers["Cache-Control"] == "no-store"
