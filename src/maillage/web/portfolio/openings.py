"""The doors open to a person whose file is open: three to try, the question that would settle most, the rest folded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone

from maillage.apps.eligibility.queries import Answer, Door, offered_on
from maillage.apps.eligibility.use_cases import give_answer
from maillage.apps.people.mapping import PersonRecord
from maillage.apps.people.queries import facts_of
from maillage.domain.accounts import Actor
from maillage.domain.eligibility import Question
from maillage.web.advisers.doors import DoorView, Showing, numbers_of
from maillage.web.advisers.forms import JOBSEEKERS, STATUSES, YES_NO, QuestionForm
from maillage.web.advisers.presenters import FIELDS, closed_title, headline, unknown_title
from maillage.web.components.languages import current_language

SHOWN = 30
ASKED_BY = "person page"


@dataclass(frozen=True)
class Opening:
    """A door, and where « Adresser » leads; ``is_of_us`` when it is one's own body: there is nothing to send."""

    door: DoorView
    send_address: str
    is_of_us: bool


@dataclass(frozen=True)
class FactAsk:
    """The question whose answer settles the most doors, answered in place."""

    fact: str
    words: str
    choices: tuple[tuple[str, str], ...]
    field: BoundField
    has_options: bool


@dataclass(frozen=True)
class Openings:
    """What the file shows of the doors."""

    headline: str
    best: tuple[Opening, ...]
    ask: FactAsk | None
    rest: tuple[Opening, ...]
    unknown: tuple[Opening, ...]
    unknown_title: str
    closed: tuple[DoorView, ...]
    closed_title: str


def openings_of(actor: Actor, record: PersonRecord, now: datetime, *, skipped: frozenset[str]) -> Openings:
    """Answer for a person today; a question that was passed over is not asked again.

    Raises:
        PersonNotFound: the actor does not follow the person.
        UnknownTerritory: the municipality is in no loaded vintage.
    """
    here = timezone.localtime(now)
    facts = facts_of(record.id, actor=actor, on=here.date())
    question = Question(facts, here.date(), themes=record.themes)
    answer = give_answer(by=ASKED_BY, question=question, at=now, language=current_language(), shown=SHOWN)
    showing = Showing(here.date(), here, numbers_of(answer.open), record.municipality)
    best = {door.service.id for door in answer.best}
    return Openings(
        headline=headline(answer.open_count, answer.unknown_count, answer.home.name),
        best=_openings(answer.best, showing, record, actor),
        ask=ask_of(answer, skipped),
        rest=_openings((door for door in answer.open if door.service.id not in best), showing, record, actor),
        unknown=_openings(answer.unknown, showing, record, actor),
        unknown_title=unknown_title(answer),
        closed=tuple(showing.view(door, with_status=False) for door in answer.closed),
        closed_title=closed_title(answer),
    )


def _openings(doors: Iterable[Door], showing: Showing, record: PersonRecord, actor: Actor) -> tuple[Opening, ...]:
    directory = offered_on(showing.on).offer.directory
    return tuple(
        Opening(
            showing.view(door),
            send_address(record, door.service.id),
            directory.are_one_body(actor.organisation, door.service.organisation),
        )
        for door in doors
    )


def send_address(record: PersonRecord, *services: str) -> str:
    """Give the address of « Adresser » for a person to some services."""
    query = urlencode([("to", service) for service in services])
    return f"{reverse('portfolio:send', args=[record.id])}?{query}"


def ask_of(answer: Answer, skipped: frozenset[str]) -> FactAsk | None:
    """Make the question to ask, ``None`` when no answer would settle anything that can be asked here."""
    asked = [fact for fact in answer.asks if fact in FIELDS and fact not in skipped and fact != "age"]
    if not asked:
        return None
    name = FIELDS[asked[0]]
    initial = {"group": [JOBSEEKERS]} if answer.question.person.registered else {}
    bound = QuestionForm(initial=initial)[name]
    choices = tuple((value, str(words)) for value, words in YES_NO[:2]) if name in STATUSES else ()
    return FactAsk(asked[0], str(bound.label), choices, bound, name in {"group", "barrier"})
