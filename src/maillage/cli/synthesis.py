"""`maillage synth people OUT`."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click

from maillage.apps.observatory.queries import latest_rates
from maillage.apps.territories.queries import geography
from maillage.cli.facts import day_of
from maillage.cli.terminal import Progress, prepare_database
from maillage.engine.synthesis import (
    check_people_file,
    draw_people,
    homes_of,
    people_table,
    read_jobseekers,
    write_people,
)

EVERYBODY, ANY_SEED = 6_000_000, 2026
MOST = 100_000_000


@click.group("synth")
def synthesis() -> None:
    """Invent data of a plausible shape, always labelled synthetic."""


@synthesis.command()
@click.argument("output", metavar="OUT", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--count", type=click.IntRange(1, MOST), default=EVERYBODY, show_default=True, help="How many people.")
@click.option("--seed", type=click.IntRange(0), default=ANY_SEED, show_default=True, help="The same gives the same.")
@click.option("--departments", default="", help="Only these, with commas: 36,67.")
@click.option("--jobseekers", type=click.Path(path_type=Path), help="A table departement,inscrits (CSV).")
@click.option("--on", "day", help="The day the people are described on, YYYY-MM-DD; today when absent.")
def people(  # noqa: PLR0913, PLR0917 - one argument an option
    output: Path, count: int, seed: int, departments: str, jobseekers: Path | None, day: str | None
) -> None:
    """Invent a portfolio in OUT (.parquet or .csv), to be read by `maillage portfolio`.

    Where people live follows the municipal population and the jobseekers of each department: those of --jobseekers,
    else the population times the loaded rate of unemployment. docs/reference/synthetic-people.md states every share.
    """
    check_people_file(output)
    prepare_database()
    on = day_of(day)
    places, rates = geography(), latest_rates()
    counted = read_jobseekers(jobseekers) if jobseekers else {}
    wanted = [code.strip() for code in departments.split(",") if code.strip()]
    homes = homes_of(places, rates.by_department, counted, wanted)
    progress = Progress(f"{count:,} people")
    blocks = draw_people(homes, count=count, seed=seed, progress=lambda done: progress(done, count))
    progress.end()
    weights = jobseekers.name if jobseekers else f"unemployment {rates.quarter}" if rates.quarter else "population"
    origin = {
        "synthetic": "true",
        "generator": f"maillage {version('maillage')}",
        "seed": str(seed),
        "on": on.isoformat(),
        "departments": ",".join(wanted) or "all",
        "municipalities": places.vintage,
        "weights": weights,
    }
    write_people(people_table(homes, blocks, on=on), output, origin=origin)
    click.echo(
        f"{count:,} invented people (seed {seed}) in {len(homes.codes):,} municipalities, written in {output}.\n"
        f"Where they live: municipal population ({places.vintage}) and, by department, {weights}."
    )
