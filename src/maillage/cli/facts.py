"""The options that say what is known of a person, shared by the commands that ask about one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click
from django.utils import timezone

from maillage.apps.eligibility.mapping import FactsUnreadable, question_from
from maillage.domain.eligibility import Question

KNOWN_NONE = "none"
Command = TypeVar("Command", bound=Callable[..., Any])

FACT_OPTIONS = (
    click.option("--municipality", help="INSEE code of where the person lives (not the postcode)."),
    click.option("--point", help="Exact place, LATITUDE,LONGITUDE, instead of the municipality's point."),
    click.option("--age", type=int, help="Completed years on the day asked about."),
    click.option("--registered/--not-registered", default=None, help="With the public employment service."),
    click.option("--registered-for-months", type=int),
    click.option("--target-group", "target_groups", multiple=True, help="May be repeated; none: known to have none."),
    click.option("--barrier", "barriers", multiple=True, help="May be repeated; none: known to have none."),
    click.option("--boe/--not-boe", default=None, help="Beneficiary of the duty to employ."),
    click.option("--minimum-income/--no-minimum-income", default=None),
    click.option("--priority-neighbourhood/--no-priority-neighbourhood", default=None),
    click.option("--qualification"),
    click.option("--occupation", help="ROME code."),
    click.option("--theme", "themes", multiple=True, help="A need, whole or its family; the order matters."),
    click.option(
        "--facts", "facts_file", type=click.Path(path_type=Path), help="Read the facts in a JSON file instead."
    ),
)


def fact_options(command: Command) -> Command:
    """Add the options that say what is known of a person; an option not given is unknown."""
    return reduce(lambda made, option: option(made), reversed(FACT_OPTIONS), command)


def day_of(text: str | None) -> date:
    """Read the day asked about; today when none is given."""
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"« {text} » is not a day: write YYYY-MM-DD.", param_hint="--on") from error


def question_of(on: date, facts_file: Path | None, **facts: Any) -> Question:
    """Make a question from a facts file, else from the options."""
    content = read_facts(facts_file) if facts_file else {name: _stated(name, value) for name, value in facts.items()}
    return question_from({name: value for name, value in content.items() if value is not None}, on=on)


def read_facts(file: Path) -> dict[str, Any]:
    """Read a facts file.

    Raises:
        FactsUnreadable: it is not a JSON object.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FactsUnreadable(f"{file} cannot be read as JSON: {error}.") from error
    if not isinstance(content, dict):
        raise FactsUnreadable(f'{file}: expected an object such as {{"municipality": "36018", "age": 20}}.')
    return content


def _stated(name: str, value: Any) -> Any:
    """Turn an option into a fact: nothing given is unknown, « none » a known empty list."""
    if name == "point" and value is not None:
        try:
            latitude, longitude = (float(part) for part in value.split(","))
        except ValueError as error:
            raise click.BadParameter("expected LATITUDE,LONGITUDE", param_hint="--point") from error
        return [latitude, longitude]
    if not isinstance(value, tuple):
        return value
    if name == "themes":
        return [one for one in value if one != KNOWN_NONE]
    if not value:
        return None
    if KNOWN_NONE in value and len(value) > 1:
        raise click.BadParameter(f"« none » stands alone, found {', '.join(value)}", param_hint=name)
    return [] if value == (KNOWN_NONE,) else list(value)
