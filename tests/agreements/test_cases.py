"""Every case written beside an agreement is asked of both engines: its clause alone, opening one reserved service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from maillage.domain.agreements import (
    Agreement,
    AgreementSet,
    Article,
    Clause,
    Delegates,
    Opens,
    ServiceSelection,
    every_reading,
)
from maillage.domain.catalogue import Catalogue
from maillage.domain.eligibility import Finding, Question
from maillage.domain.organisations import Directory, Organisation
from maillage.domain.people import PersonFacts
from maillage.domain.services import Service
from maillage.domain.shared import Provenance
from maillage.domain.territories import TerritoryRef
from maillage.engine import reference
from maillage.engine.columnar import Index
from maillage.engine.loading import load_folder
from maillage.engine.offer import Offer, offer_of
from maillage.engine.reading import read_document
from tests.agreements.places import named_places
from tools.boot import ROOT

IN_ORDER = ("NOT_IN_FORCE", "TERRITORY", "CONDITION")
ASKED = "the-service-asked-about"
FOLDERS = {place: load_folder(place) for place in (ROOT / "agreements", Path(__file__).parent / "fictional")}
PLACES = named_places()
FROM_THE_CASE = Provenance("case")


ALL_CASES = [
    pytest.param(agreements, path.parent.name, case, id=f"{path.parent.name}: {case['case']}")
    for place, agreements in FOLDERS.items()
    for path in sorted(place.glob("*/cases.yaml"))
    for case in read_document(path.read_text(encoding="utf-8"), file=path.name).content["cases"]
]


def only(clause_id: str, agreement: Agreement) -> Agreement:
    """Take the other openings away, and make the clause open the one service."""

    def narrowed(article: Article | None) -> Article | None:
        return article and replace(
            article,
            clauses=tuple(
                alone(clause)
                for clause in article.clauses
                if clause.id == clause_id or not isinstance(clause.body, Opens | Delegates)
            ),
        )

    def alone(clause: Clause) -> Clause:
        if not isinstance(clause.body, Opens | Delegates):
            return clause
        return replace(clause, body=replace(clause.body, services=ServiceSelection(ids=frozenset({ASKED}))))

    amendments = [
        replace(
            amendment,
            instructions=tuple(replace(one, article=narrowed(one.article)) for one in amendment.instructions),
        )
        for amendment in agreement.amendments
    ]
    articles = tuple(narrowed(article) for article in agreement.articles)
    return replace(agreement, articles=articles, amendments=tuple(amendments))


def body_of(clause_id: str, agreement: Agreement) -> Opens | Delegates:
    clauses = [clause for article, _ in every_reading(agreement) for clause in article.clauses]
    return next(clause.body for clause in clauses if clause.id == clause_id)


def offer_for(agreements: AgreementSet, agreement_id: str, case: dict) -> Offer:
    """Bring the clause of a case, and nothing else that opens, to one reserved service that stands nowhere."""
    texts = {one.id: only(case["clause"] if one.id == agreement_id else "", one) for one in agreements}
    body = body_of(case["clause"], texts[agreement_id])
    provider = body.provider if isinstance(body, Opens) else body.to_party
    area = tuple(map(TerritoryRef.parse, case["catchment_area"])) if "catchment_area" in case else None
    directory = Directory({provider: Organisation(provider, provider, FROM_THE_CASE, catchment_area=area)})
    service = Service(ASKED, "Le service", provider, FROM_THE_CASE, reserved_by="le cas")
    return offer_of(Catalogue((service,), {}, directory), AgreementSet(texts), PLACES)


def question_of(case: dict) -> Question:
    facts = {key: frozenset(value) if isinstance(value, list) else value for key, value in case["person"].items()}
    return Question(PersonFacts(**facts), date.fromisoformat(case["day"]))


def expected_of(case: dict) -> dict:
    expected = dict(case["expected"])
    return expected | ({"missing": sorted(expected["missing"])} if "missing" in expected else {})


def told(finding, article, missing, obstacles) -> dict:
    """Write an answer as the cases do."""
    answer = {"finding": finding.value, "article": article}
    if finding is Finding.UNKNOWN:
        answer["missing"] = sorted(missing)
    if finding is Finding.CLOSED:
        answer["because"] = min((kind.value for kind in obstacles), key=IN_ORDER.index)
    return answer


@pytest.mark.parametrize(("agreements", "agreement_id", "case"), ALL_CASES)
def test_a_case_is_answered_as_it_is_written(agreements, agreement_id, case):
    offer, question = offer_for(agreements, agreement_id, case), question_of(case)

    (verdict,) = reference.answer(offer, question)
    (found,) = Index.of(offer).answer(question, everything=True)

    cited = [*verdict.grounds, *(obstacle.ground for obstacle in verdict.obstacles)]
    article = cited[0].article if cited else offer.clauses[0].article
    kinds = {obstacle.kind for obstacle in verdict.obstacles}
    assert told(verdict.finding, article, verdict.missing, kinds) == expected_of(case)
    article = article if found.clause is None else offer.clauses[found.clause].article
    assert told(found.finding, article, found.missing, found.obstacles) == expected_of(case)
