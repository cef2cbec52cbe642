"""The cases are written as their README says: known keys, known places, clauses that the text holds, enough of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from maillage.domain.agreements import every_reading
from maillage.domain.eligibility import Finding, ObstacleKind
from maillage.domain.people import PersonFacts
from maillage.domain.territories import TerritoryRef
from maillage.engine.loading import load_text
from maillage.engine.reading import read_document
from tests.agreements.places import named_places
from tools.boot import ROOT

FOLDERS = sorted(
    path.parent
    for place in (ROOT / "agreements", Path(__file__).parent / "fictional")
    for path in place.glob("*/cases.yaml")
)
PLACES = named_places()


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request) -> Path:
    return request.param


def cases_of(folder: Path):
    path = folder / "cases.yaml"
    return read_document(path.read_text(encoding="utf-8"), file=path.name).content["cases"]


def test_there_are_enough_cases_and_no_two_say_the_same(folder):
    sentences = [case["case"] for case in cases_of(folder)]

    assert len(sentences) >= 6
    assert len(set(sentences)) == len(sentences)


def test_cases_ask_the_clauses_of_their_text(folder):
    agreement = load_text((folder / "agreement.yaml").read_bytes())
    held = {(clause.id, article.number) for article, _ in every_reading(agreement) for clause in article.clauses}

    assert [case for case in cases_of(folder) if (case["clause"], case["expected"]["article"]) not in held] == []


def test_cases_are_about_days_places_and_people_that_can_be(folder):
    for case in cases_of(folder):
        facts = {key: frozenset(value) if isinstance(value, list) else value for key, value in case["person"].items()}

        assert set(case) <= {"case", "clause", "day", "person", "catchment_area", "expected"}
        assert PLACES.find(PersonFacts(**facts).municipality)
        assert date.fromisoformat(case["day"])
        assert all(TerritoryRef.parse(area) for area in case.get("catchment_area", []))


def test_cases_expect_an_answer_with_its_reason(folder):
    reasons = {kind.value for kind in (ObstacleKind.NOT_IN_FORCE, ObstacleKind.TERRITORY, ObstacleKind.CONDITION)}
    details = {
        Finding.OPEN: set(),
        Finding.CLOSED: {"because"},
        Finding.UNKNOWN: {"missing"},
    }

    for case in cases_of(folder):
        expected = case["expected"]
        assert set(expected) == {"finding", "article"} | details[Finding(expected["finding"])], case["case"]
        assert expected.get("because", "CONDITION") in reasons
