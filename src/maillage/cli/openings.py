"""`maillage openings` and `maillage replay`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from maillage.apps.eligibility.mapping import answer_id
from maillage.apps.eligibility.queries import (
    AnswerUnknown,
    Door,
    Offered,
    context_of,
    door_content,
    doors_of,
    offered_as,
    offered_on,
    verdicts_of,
)
from maillage.apps.eligibility.use_cases import remember_context
from maillage.cli.facts import day_of, fact_options, question_of
from maillage.cli.terminal import prepare_database, who_types
from maillage.domain.eligibility import Finding, Question
from maillage.engine.reference import ask
from maillage.engine.wording import LANGUAGES, Language, missing_in_words

INCLUDABLE = {"closed": Finding.CLOSED, "unknown": Finding.UNKNOWN}


def _findings(_context: click.Context, _option: click.Parameter, value: str) -> frozenset[Finding]:
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    strangers = [name for name in names if name not in {*INCLUDABLE, "open"}]
    if strangers:
        raise click.BadParameter(f"« {strangers[0]} »: expected closed, unknown, or both separated by a comma.")
    return frozenset({Finding.OPEN, *(INCLUDABLE[name] for name in names if name in INCLUDABLE)})


def _shown_options(command: Any) -> Any:
    """Add the options that say how an answer is shown."""
    options = (
        click.option(
            "--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Open ones at most."
        ),
        click.option("--include", callback=_findings, default="", help="closed, unknown: show those too."),
        click.option("--language", type=click.Choice(LANGUAGES), default="fr", show_default=True),
        click.option("--json", "as_json", is_flag=True, help="For machines."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@fact_options
@click.option("--on", "day", help="The day asked about, YYYY-MM-DD; today when absent.")
@click.option(
    "--agreements", type=click.Path(path_type=Path, file_okay=False), help="Other agreements than those shipped."
)
@_shown_options
def openings(day: str | None, agreements: Path | None, limit: int, include: frozenset[Finding], **options: Any) -> None:
    """Say which services are open to one person on one day, how far, and by virtue of which text."""
    prepare_database()
    language, as_json = options.pop("language"), options.pop("as_json")
    question = replace(question_of(day_of(day), **options), limit=limit)
    offered = offered_on(question.on, folder=agreements)
    remember_context(by=who_types(), context=offered.context, at=timezone.now(), folder=agreements)
    _show(offered, question, include, language, as_json=as_json)


@click.command()
@click.argument("answer", metavar="ID")
@click.option("--facts", "facts_file", type=click.Path(path_type=Path), required=True, help="The person's facts, JSON.")
@_shown_options
def replay(  # noqa: PLR0913 (one argument an option)
    answer: str, facts_file: Path, limit: int, include: frozenset[Finding], language: Language, *, as_json: bool
) -> None:
    """Give an earlier answer again, identical, from its ID and the person's facts (which were not kept)."""
    prepare_database()
    context = context_of(answer)
    question = replace(question_of(context.on, facts_file), limit=limit)
    found = answer_id(context, question.person, question.themes)
    if found != answer:
        raise AnswerUnknown(
            f"These facts are not those of answer {answer}: with them, on that day and from the same texts, the answer "
            f"is {found}. Check each fact of {facts_file.name}; one that was unknown must be absent."
        )
    _show(offered_as(context), question, include, language, as_json=as_json)


def _show(
    offered: Offered, question: Question, include: frozenset[Finding], language: Language, *, as_json: bool
) -> None:
    verdicts = verdicts_of(offered, question, include)
    doors = doors_of(ask(offered.offer, question), verdicts, language)
    name = answer_id(offered.context, question.person, question.themes)
    if as_json:
        click.echo(json.dumps([door_content(door, name) for door in doors], ensure_ascii=False, indent=1))
    else:
        click.echo(
            "\n".join(
                [
                    *(in_words(door, language) for door in doors),
                    f"{len(doors)} service{'s' * (len(doors) != 1)}; answer {name}",
                ]
            )
        )


def in_words(door: Door, language: Language) -> str:
    """Write a door for a reader."""
    verdict = door.verdict
    away = "" if verdict.distance_km is None else f"{verdict.distance_km:8.1f} km  "
    lines = [f"{verdict.finding.value:8}{away or '              '}{door.service.name} ({verdict.service})"]
    lines += [f"          {' '.join(filter(None, (reason.sentence, reason.change)))}" for reason in door.reasons]
    if verdict.missing and not door.reasons:
        lines.append(f"          ? {missing_in_words(verdict.missing, language)}")
    return "\n".join(lines)
