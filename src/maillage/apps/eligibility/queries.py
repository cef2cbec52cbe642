"""Answering: which doors are open to this person on this day, how far, why, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from maillage.apps.agreements.queries import LoadedAgreements, agreements_in, agreements_recalled
from maillage.apps.catalogue import queries as catalogue
from maillage.apps.catalogue.following import CatalogueState
from maillage.apps.eligibility.keeping import Wanted, laid_out
from maillage.apps.eligibility.mapping import Context, answer_id, opening_content
from maillage.apps.eligibility.models import AnswerContext
from maillage.apps.territories import queries as territories
from maillage.domain.access_points import AccessPoint
from maillage.domain.agreements import AgreementSet
from maillage.domain.eligibility import Finding, Question, Reason, Settings, Verdict
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import MaillageError
from maillage.domain.territories import Geography, Municipality
from maillage.engine.columnar import Index
from maillage.engine.explaining import Explainer, questions_to_ask
from maillage.engine.offer import Offer
from maillage.engine.reference import Asked, ask, assess
from maillage.engine.wording import Language

BEST_DOORS = 3


class AnswerUnknown(MaillageError):
    """An answer cannot be given again from its id."""


@dataclass(frozen=True)
class Offered:
    """An offer laid out for both engines, with the versions it is made from."""

    offer: Offer
    index: Index
    context: Context


@dataclass(frozen=True)
class Door:
    """One service with all that a page or a machine needs to show it.

    ``lapsed``: the texts that used to open it, where something else still does.
    """

    verdict: Verdict
    service: Service
    organisation: Organisation | None
    organisation_name: str
    access_point: AccessPoint | None
    reasons: tuple[Reason, ...]
    lapsed: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is answered to one question.

    ``open``, ``unknown`` and ``closed`` are each in the order of the answer and at most as many as were asked to be
    shown; the counts are those before that limit. ``best`` are the doors to try first; ``asks`` the facts whose answer
    would settle the most uncertain doors.
    """

    id: str
    question: Question
    home: Municipality
    open: tuple[Door, ...]
    unknown: tuple[Door, ...]
    closed: tuple[Door, ...]
    open_count: int
    unknown_count: int
    closed_count: int
    best: tuple[Door, ...]
    asks: tuple[str, ...]


def offered_on(
    on: date, *, loaded: LoadedAgreements | None = None, folder: Path | None = None, settings: Settings | None = None
) -> Offered:
    """Give the offer to answer a day with, as everything is known now. Two small queries when nothing changed."""
    wanted, context = _wanted_on(on, loaded or agreements_in(folder), settings or Settings())
    index = laid_out(wanted)
    return Offered(index.offer, index, context)


def wanted_on(on: date, *, folder: Path | None = None) -> Wanted:
    """Name all that the offer of a day rests on, as everything is known now."""
    return _wanted_on(on, agreements_in(folder), Settings())[0]


def _wanted_on(on: date, texts: LoadedAgreements, parameters: Settings) -> tuple[Wanted, Context]:
    known_in, token = catalogue.last_change()
    context = Context(on, texts.digests, f"c{known_in}", territories.geography_version(), parameters)
    return _wanted(context, texts.agreements, territories.geography(), (known_in, token)), context


def offered_as(context: Context) -> Offered:
    """Give the offer that an earlier answer rested on.

    Raises:
        TextForgotten: one of its agreements was never read here.
        AnswerUnknown: its territories were never kept here.
    """
    geography = territories.geography_as(context.geography)
    if geography is None:
        raise AnswerUnknown(
            "The territories that this answer rests on are not in this database: give it again where it was first given."
        )
    agreements = agreements_recalled(context.agreements)
    known_in = int(context.catalogue.removeprefix("c"))
    index = laid_out(_wanted(context, agreements, geography, (known_in, catalogue.token_of(known_in))))
    return Offered(index.offer, index, context)


def _wanted(context: Context, agreements: AgreementSet, geography: Geography, change: tuple[int, str]) -> Wanted:
    return Wanted(
        agreements=agreements,
        digests=context.agreements,
        catalogue=CatalogueState(*change, context.on),
        geography=geography,
        geography_version=context.geography,
        settings=context.settings,
    )


def verdicts_of(offered: Offered, question: Question, findings: frozenset[Finding]) -> tuple[Verdict, ...]:
    """Answer in full: the first ``limit`` open doors, and all others of the findings asked for.

    The columnar engine finds and orders; the reference engine then gives the whole verdict of what is kept.

    Raises:
        UnknownTerritory: the person's municipality is in no loaded vintage.
    """
    found = offered.index.answer(question, everything=findings != {Finding.OPEN})
    asked = ask(offered.offer, question)
    return tuple(_whole(asked, one.service) for one in found if one.finding in findings)


def _whole(asked: Asked, service: str) -> Verdict:
    verdict = assess(asked, asked.offer.by_id[service])
    if verdict is None:
        raise AssertionError(f"the engines disagree about {service}")
    return verdict


def answer(offered: Offered, question: Question, *, language: Language = "fr", shown: int = 40) -> Answer:
    """Answer one question for a page: at most ``shown`` doors of each finding, the reasons in sentences.

    Raises:
        UnknownTerritory: the person's municipality is in no loaded vintage.
    """
    asked = ask(offered.offer, question)
    survey = offered.index.survey(question, shown)
    doors = {
        finding: doors_of(asked, [_whole(asked, one.service) for one in found], language)
        for finding, found in survey.first.items()
    }
    return Answer(
        id=answer_id(offered.context, question.person, question.themes),
        question=question,
        home=asked.home,
        open=doors[Finding.OPEN],
        unknown=doors[Finding.UNKNOWN],
        closed=doors[Finding.CLOSED],
        open_count=survey.counts[Finding.OPEN],
        unknown_count=survey.counts[Finding.UNKNOWN],
        closed_count=survey.counts[Finding.CLOSED],
        best=best_of(doors[Finding.OPEN]),
        asks=questions_to_ask(survey.missing),
    )


def doors_of(asked: Asked, verdicts: Sequence[Verdict], language: Language) -> tuple[Door, ...]:
    """Make the doors of some verdicts: the records they name, and their reasons in sentences."""
    offer, explainer = asked.offer, Explainer(asked, language)
    return tuple(
        Door(
            verdict=verdict,
            service=offer.by_id[verdict.service],
            organisation=offer.directory.find(verdict.organisation),
            organisation_name=offer.directory.name_of(verdict.organisation),
            access_point=offer.access_points.get(verdict.location or ""),
            reasons=explainer.reasons(verdict),
            lapsed=explainer.lapsed(verdict),
        )
        for verdict in verdicts
    )


def first_doors(
    offered: Offered, question: Question, findings: frozenset[Finding], language: Language
) -> tuple[Door, ...]:
    """Give at most ``limit`` doors of each finding asked for: the open ones, then the unknown, then the closed.

    Raises:
        UnknownTerritory: the person's municipality is in no loaded vintage.
    """
    if findings == {Finding.OPEN}:
        found = offered.index.answer(question)
    else:
        first = offered.index.survey(question, question.limit).first
        order = (Finding.OPEN, Finding.UNKNOWN, Finding.CLOSED)
        found = tuple(one for finding in order if finding in findings for one in first[finding])
    asked = ask(offered.offer, question)
    return doors_of(asked, [_whole(asked, one.service) for one in found], language)


def door_content(door: Door, answer: str) -> dict[str, Any]:
    """Write a door for machines: what the command and the API both give."""
    return opening_content(door.verdict, door.service.name, door.reasons, answer)


def best_of(doors: Sequence[Door]) -> tuple[Door, ...]:
    """Choose the doors to try first: the nearest for each need, then the nearest that bring another kind of help.

    Where no need was said, a need is a family of themes. Different places come before the same place twice. Nothing
    about the person's chances enters; the order is that of the answer.
    """
    chosen: list[Door] = []
    met: set[str] = set()
    for door in doors:
        needs = {door.verdict.theme} if door.verdict.theme else {one.partition("--")[0] for one in door.service.themes}
        if len(chosen) < BEST_DOORS and needs - met and _is_elsewhere(door, chosen):
            chosen.append(door)
            met |= needs
    others = [door for door in doors if door not in chosen]
    others.sort(key=lambda door: not _is_elsewhere(door, chosen))
    kept = chosen + others[: BEST_DOORS - len(chosen)]
    return tuple(door for door in doors if door in kept)


def _is_elsewhere(door: Door, chosen: Sequence[Door]) -> bool:
    return door.verdict.location is None or all(door.verdict.location != one.verdict.location for one in chosen)


def context_of(answer_name: str) -> Context:
    """Find the versions that an answer rests on, from its id.

    Raises:
        AnswerUnknown: no answer of that context was given here.
    """
    row = AnswerContext.objects.filter(digest=answer_name.partition("-")[0]).first()
    if row is None:
        raise AnswerUnknown(
            f"No answer {answer_name} was given by this database: check the id, or ask where it was given."
        )
    return Context.read(row.content)
