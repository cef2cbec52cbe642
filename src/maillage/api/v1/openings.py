"""Openings: which services are open to a person, how far, and by virtue of which text. Nothing about anybody is kept.

The facts come in the body, so that no address and no journal ever holds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from maillage.api.v1.asking import PLAIN_TEXT, Day, MunicipalityCode
from maillage.api.v1.problems import Refused
from maillage.api.v1.shapes import ERRORS, Answer, Answers
from maillage.apps.eligibility.mapping import answer_id, question_from
from maillage.apps.eligibility.queries import Offered, door_content, first_doors, offered_on
from maillage.apps.eligibility.use_cases import remember_context
from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import BARRIERS, HIGHEST_AGE, LOWEST_AGE, TARGET_GROUPS
from maillage.domain.territories import UnknownTerritory
from maillage.engine.clauses import THEME_FAMILIES, THEMES
from maillage.engine.wording import Language

router = Router(tags=["openings"])
ASKED_BY = "API"
PEOPLE_AT_MOST = 200
ONE_LIMIT, BATCH_LIMIT = 200, 50
FINDINGS = {"closed": Finding.CLOSED, "unknown": Finding.UNKNOWN}


def _among(known: Sequence[str], *, listed: bool = True) -> Any:
    """Accept the codes of a closed list only, each once; a long list is not repeated in the contract."""
    kept = frozenset(known)

    def check(codes: list[str]) -> list[str]:
        if not set(codes) <= kept or len(set(codes)) < len(codes):
            raise PydanticCustomError("code", "not a known code")
        return codes

    extra: dict[str, Any] = {"enum": list(known)} if listed else {}
    member = Annotated[str, Field(max_length=100, json_schema_extra=extra)]
    return Annotated[
        list[member],
        Field(max_length=len(known), json_schema_extra={"uniqueItems": True}),
        AfterValidator(check),
    ]


def _on_the_globe(pair: list[float]) -> list[float]:
    if not (-90 <= pair[0] <= 90 and -180 <= pair[1] <= 180):
        raise PydanticCustomError("other", "not a point")
    return pair


Degrees = Annotated[float, Field(allow_inf_nan=False)]
Point = Annotated[
    list[Degrees], Field(min_length=2, max_length=2, examples=[[46.63, 1.09]]), AfterValidator(_on_the_globe)
]
FreeCode = Annotated[str, Field(max_length=20, pattern=PLAIN_TEXT)]
Theme = _among(sorted(THEMES | THEME_FAMILIES))


class Person(Schema):
    """What is known of one person; a fact left out is unknown, an empty list is a known none."""

    model_config = ConfigDict(strict=True, extra="forbid")

    municipality: MunicipalityCode = Field(examples=["36018"])
    point: Point | None = None
    age: Annotated[int, Field(ge=LOWEST_AGE, le=HIGHEST_AGE)] | None = None
    registered: bool | None = None
    registered_for_months: Annotated[int, Field(ge=0, le=12 * HIGHEST_AGE)] | None = None
    target_groups: _among(TARGET_GROUPS) | None = None  # type: ignore[valid-type]
    barriers: _among(BARRIERS) | None = None  # type: ignore[valid-type]
    boe: bool | None = None
    minimum_income: bool | None = None
    priority_neighbourhood: bool | None = None
    qualification: FreeCode | None = None
    occupation: FreeCode | None = None
    themes: Theme = []  # type: ignore[valid-type]


class Shown(Schema):
    """On which day, how much, and in which language."""

    model_config = ConfigDict(strict=True, extra="forbid")

    on: Day | None = None
    include: Annotated[list[Literal["closed", "unknown"]], Field(max_length=2)] = []
    language: Language = "fr"

    @property
    def day(self) -> date:
        """The day asked about."""
        return self.on or timezone.localdate()

    @property
    def findings(self) -> frozenset[Finding]:
        """The findings to give."""
        return frozenset({Finding.OPEN, *(FINDINGS[name] for name in self.include)})


class OneQuestion(Person, Shown):
    """One person, one day."""

    limit: Annotated[int, Field(ge=1, le=ONE_LIMIT)] = 20


class ManyQuestions(Shown):
    """Several people, one day."""

    people: Annotated[list[Person], Field(min_length=1, max_length=PEOPLE_AT_MOST)]
    limit: Annotated[int, Field(ge=1, le=BATCH_LIMIT)] = 10


@router.post("", response={200: Answer, **ERRORS}, operation_id="askOpenings", exclude_unset=True)
def ask_openings(request: HttpRequest, response: HttpResponse, question: OneQuestion) -> dict[str, Any]:
    """Answer one question."""
    response["Cache-Control"] = "no-store"
    offered = _offered(question.day)
    return _answered(offered, question, question, question.limit, field="municipality")


@router.post("/batch", response={200: Answers, **ERRORS}, operation_id="askManyOpenings", exclude_unset=True)
def ask_many_openings(request: HttpRequest, response: HttpResponse, question: ManyQuestions) -> dict[str, Any]:
    """Answer many questions about one day, in their order."""
    response["Cache-Control"] = "no-store"
    offered = _offered(question.day)
    answers = [
        _answered(offered, person, question, question.limit, field=f"people.{place}.municipality")
        for place, person in enumerate(question.people)
    ]
    return {"answers": answers}


def _offered(day: date) -> Offered:
    """Give the offer of a day, once its versions are kept so that the answers can be given again."""
    offered = offered_on(day)
    remember_context(by=ASKED_BY, context=offered.context, at=timezone.now())
    return offered


def _answered(offered: Offered, person: Person, shown: Shown, limit: int, *, field: str) -> dict[str, Any]:
    facts = person.model_dump(include=set(Person.model_fields), exclude_none=True)
    known = question_from(facts, on=shown.day)
    question = Question(known.person, known.on, known.themes, limit)
    try:
        doors = first_doors(offered, question, shown.findings, shown.language)
    except UnknownTerritory as failure:
        raise Refused(field, "municipality") from failure
    name = answer_id(offered.context, question.person, question.themes)
    return {"answer": name, "on": shown.day.isoformat(), "items": [door_content(door, name) for door in doors]}
