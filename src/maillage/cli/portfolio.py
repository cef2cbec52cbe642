"""`maillage portfolio IN -o OUT`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
import polars as pl

from maillage.apps.eligibility.queries import offered_on
from maillage.cli.facts import day_of
from maillage.cli.terminal import Progress, prepare_database
from maillage.engine.columnar import Index
from maillage.engine.opening_files import Summary, check_output
from maillage.engine.people_files import People, read_people
from maillage.engine.portfolios import write_portfolio
from maillage.engine.whole_files import OutputImpossible

REJECTED_SHOWN = 20


@click.command()
@click.argument("file", metavar="IN", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A .csv, .xlsx or .parquet file.")
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="Openings a person at most.")
@click.option("--on", "day", help="The day asked about, YYYY-MM-DD; today when absent.")
@click.option(
    "--agreements", type=click.Path(path_type=Path, file_okay=False), help="Other agreements than those shipped."
)
def portfolio(file: Path, output: Path, top: int, day: str | None, agreements: Path | None) -> None:
    """Answer for all the people of IN (CSV, XLSX or Parquet): one row an opening in the output."""
    prepare_database()
    check_output(output)
    if output.resolve() == file.resolve():
        raise OutputImpossible(f"{output} is the file of people itself: write the openings elsewhere.")
    on = day_of(day)
    index = offered_on(on, folder=agreements).index
    people = read_people(file, index)
    summary = answer_all(index, people, output, on=on, top=top)
    click.echo(in_words(people, summary, output))


def answer_all(index: Index, people: People, output: Path, *, on: date, top: int) -> Summary:
    """Answer, write the openings, and count them."""
    size = len(people.ids)
    progress = Progress(f"{size:,} people")
    summary = write_portfolio(
        index, index.shelves, people, output, on=on, top=top, progress=lambda done: progress(done, size)
    )
    progress.end()
    return summary


def in_words(people: People, summary: Summary, output: Path) -> str:
    """Tell what became of every line, and count the openings."""
    lines = lines_read(people)
    lines.append(f"{summary.openings:,} openings for {summary.with_a_door:,} people, written in {output}.")
    for title, table in (
        ("By department", summary.by_territory),
        ("By target group (a person may be in several)", summary.by_target_group),
        ("By agreement and article (the first that each opening cites)", summary.by_agreement),
    ):
        lines += ["", title, as_text(table)]
    return "\n".join(lines)


def lines_read(people: People) -> list[str]:
    """Say how many lines were read and answered, and which were left out and why."""
    lines = [
        f"{people.read:,} lines read, {len(people.ids):,} people answered, {len(people.rejected):,} lines rejected.",
        *([f"Columns not read: {', '.join(people.unread)}."] if people.unread else []),
        *(f"  line {one.line}: {one.reason}" for one in people.rejected[:REJECTED_SHOWN]),
    ]
    if len(people.rejected) > REJECTED_SHOWN:
        lines.append(f"  and {len(people.rejected) - REJECTED_SHOWN:,} more")
    return lines


def as_text(table: pl.DataFrame) -> str:
    """Lay a small table out in columns."""
    rows = [table.columns, *([str(cell) for cell in row] for row in table.rows())]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
