"""`maillage agreement effect TEXT --people FILE`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import polars as pl
from django.utils import timezone

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.eligibility.effects import effect_before_signature
from maillage.cli.facts import day_of
from maillage.cli.portfolio import as_text, lines_read
from maillage.cli.terminal import prepare_database
from maillage.domain.agreements import Agreement
from maillage.domain.shared import MaillageError
from maillage.domain.territories import TerritoryKind
from maillage.engine.effect import Effect, EffectLine, day_of_effect
from maillage.engine.effect_words import effect_sentence
from maillage.engine.loading import load_text
from maillage.engine.opening_files import check_output, write_openings

TEXT_FILE = "agreement.yaml"
SERVICES_SHOWN = 20
TITLES = {
    TerritoryKind.DEPARTMENT: "By department",
    TerritoryKind.EPCI: "By EPCI (the most concerned)",
    TerritoryKind.MUNICIPALITY: "By municipality (the most concerned)",
}


class TextNotFound(MaillageError):
    """There is no text of an agreement where one was said to be."""


@click.command("effect")
@click.argument("text", metavar="TEXT", type=click.Path(path_type=Path))
@click.option("--people", type=click.Path(path_type=Path), required=True, help="A portfolio: CSV, XLSX or Parquet.")
@click.option("--on", "day", help="The day compared, YYYY-MM-DD; when absent, the first on which all of it holds.")
@click.option("--ids", type=click.Path(path_type=Path), help="Write who gains or loses what: .csv, .xlsx or .parquet.")
@click.option("--english", is_flag=True, help="The sentence in English.")
@click.option(
    "--agreements", "folder", type=click.Path(path_type=Path, file_okay=False), help="The folder of texts in force."
)
def effect_command(  # noqa: PLR0913 - one argument an option
    text: Path, people: Path, day: str | None, ids: Path | None, folder: Path | None, *, english: bool
) -> None:
    """Say who would gain and lose which services, were TEXT signed as it is proposed.

    TEXT is a file of agreement, or its folder: with amendments nobody signed yet, changed, or new. It is compared with the
    text of the same id in force on that day. Nothing is kept.
    """
    prepare_database()
    if ids is not None:
        check_output(ids)
    proposed = proposed_in(text)
    on = day_of(day) if day else day_of_effect(proposed, today=timezone.localdate())
    is_new = agreements_in(folder).agreements.find(proposed.id) is None
    found = effect_before_signature(proposed, people, on=on, folder=folder)
    if ids is not None:
        write_openings(found.pairs(), ids)
    lines = [
        f"{proposed.id}, {'a new text' if is_new else 'beside the text in force'}, on {on}.",
        *lines_read(found.people),
        effect_sentence(found.effect, "en" if english else "fr"),
        *in_tables(found.effect),
        *([f"Who gains or loses what is in {ids}."] if ids is not None else []),
    ]
    click.echo("\n".join(lines))


def proposed_in(text: Path) -> Agreement:
    """Read the text proposed, from its file or its folder.

    Raises:
        TextNotFound: there is no such file.
        AgreementMistakes: it cannot be applied as it is written.
    """
    file = text / TEXT_FILE if text.is_dir() else text
    if not file.is_file():
        raise TextNotFound(f"{file} is not a file: give the text proposed, or its folder with an {TEXT_FILE}.")
    return load_text(file.read_bytes(), file=file.name)


def in_tables(effect: Effect) -> list[str]:
    """Count an effect by service, territory and target group."""
    counted = f"{effect.people:,} people looked at, for {effect.looked_at:,} services"
    lines = [f"{counted}: {effect.gaining:,} gain a service, {effect.losing:,} lose one."]
    tables = [
        ("By service", "service", effect.services[:SERVICES_SHOWN]),
        *((title, "territory", effect.territories[kind]) for kind, title in TITLES.items()),
        ("By target group (a person may be in several)", "target_group", effect.target_groups),
    ]
    for title, name, table in tables:
        if table:
            lines += ["", title, as_text(_table(name, table))]
    if len(effect.services) > SERVICES_SHOWN:
        lines += ["", f"Services not shown: {len(effect.services) - SERVICES_SHOWN:,}; --ids FILE holds them all."]
    return lines


def _table(name: str, lines: Sequence[EffectLine]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            name: [line.code or "none" for line in lines],
            "name": [line.name for line in lines],
            "gain": [line.gaining for line in lines],
            "lose": [line.losing for line in lines],
        }
    )
