"""`maillage portfolio IN -o OUT`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
import polars as pl

from maillage.apps.eligibility.queries import offered_on
from maillage.cli import cluster
from maillage.cli.facts import day_of
from maillage.cli.terminal import Progress, give_memory_back, prepare_database
from maillage.engine.capacity import propose
from maillage.engine.columnar import Index
from maillage.engine.opening_files import Summary, check_output
from maillage.engine.people_files import People, read_people
from maillage.engine.place_files import read_places
from maillage.engine.portfolios import write_portfolio
from maillage.engine.proposal_files import ProposalSummary, proposal_table, summary_of_proposal, write_proposal
from maillage.engine.whole_files import OutputImpossible

REJECTED_SHOWN = 20
LINES_SHOWN = 20


@click.command()
@click.argument("file", metavar="IN", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A .csv, .xlsx or .parquet file.")
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="Openings a person at most.")
@click.option("--on", "day", help="The day asked about, YYYY-MM-DD; today when absent.")
@click.option(
    "--agreements", type=click.Path(path_type=Path, file_okay=False), help="Other agreements than those shipped."
)
@click.option(
    "--within-capacity",
    "places",
    metavar="PLACES",
    type=click.Path(path_type=Path),
    help="Propose one opening a person at most, within the places of a CSV service,places,from,until.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the draw between equal waits.")
@click.option(
    "--engine",
    type=click.Choice(["here", "spark"]),
    default="here",
    show_default=True,
    help="Where to answer: on this machine, or on a Spark cluster (Parquet in, a folder of Parquet out).",
)
@click.option("--master", metavar="URL", help="The cluster: spark://HOST:PORT, yarn, local[4]…; else as Spark is set.")
def portfolio(  # noqa: PLR0913, PLR0917 - one argument an option
    file: Path,
    output: Path,
    top: int,
    day: str | None,
    agreements: Path | None,
    places: Path | None,
    seed: int,
    engine: str,
    master: str | None,
) -> None:
    """Answer for all the people of IN (CSV, XLSX or Parquet): one row an opening in the output."""
    give_memory_back()
    prepare_database()
    check_output(output)
    if output.resolve() == file.resolve():
        raise OutputImpossible(f"{output} is the file of people itself: write the openings elsewhere.")
    on = day_of(day)
    if engine == "spark":
        cluster.require_spark()
        cluster.check_files(file, output, within_capacity=places is not None)
    index = offered_on(on, folder=agreements).index
    if engine == "spark":
        there = cluster.answer_on_cluster(index, file, output, on=on, top=top, master=master)
        click.echo(cluster.in_words(there, output))
        return
    people = read_people(file, index)
    if places is not None:
        found = propose_within(index, people, places, output, on=on, seed=seed)
        click.echo("\n".join([*lines_read(people), *proposal_in_words(found, output, seed=seed)]))
        return
    summary = answer_all(index, people, output, on=on, top=top)
    click.echo(in_words(people, summary, output))


def answer_all(index: Index, people: People, output: Path, *, on: date, top: int) -> Summary:
    """Answer, write the openings, and count them."""
    size = len(people.ids)
    progress = Progress(f"{size:,} people")
    summary = write_portfolio(index, people, output, on=on, top=top, progress=lambda done: progress(done, size))
    progress.end()
    return summary


def propose_within(  # noqa: PLR0913 (keyword-only: the day and the seed)
    index: Index, people: People, places: Path, output: Path, *, on: date, seed: int
) -> ProposalSummary:
    """Propose openings within the places of a file, write them, and count them."""
    limits = read_places(places, index.place_of.keys(), on=on)
    size = len(people.ids)
    progress = Progress(f"{size:,} people")
    proposal = propose(index, people, limits, on=on, seed=seed, progress=lambda done: progress(done, size))
    progress.end()
    write_proposal(proposal_table(index, people, proposal), output, proposal)
    return summary_of_proposal(index, people, proposal)


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


def proposal_in_words(found: ProposalSummary, output: Path, *, seed: int) -> list[str]:
    """Say what a proposal gives, what it lacks and how it was drawn."""
    lines = [
        f"Proposition, seed {seed}: advisers confirm it line by line. Written in {output}.",
        f"{found.at_first_door:,} people at the first of their open doors, {found.further:,} at another for want of a place;",
        f"{found.without_place:,} for whom a place is missing at every open door, {found.without_door:,} without any open door.",
        f"{found.unlimited:,} of the openings are at services whose places nobody said: they are taken to have no limit.",
    ]
    for title, table in (
        ("Places missing, by department and theme of the first open door", found.missing),
        ("Places, by service or delegation", found.limited),
    ):
        shown = table.head(LINES_SHOWN)
        lines += ["", title, as_text(shown) if shown.height else "  none"]
        lines += [f"  and {table.height - LINES_SHOWN:,} more"] if table.height > LINES_SHOWN else []
    return lines


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
    rows = [table.columns, *(["" if cell is None else str(cell) for cell in row] for row in table.rows())]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
