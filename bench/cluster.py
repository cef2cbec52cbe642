"""What a cluster adds: `make spark`, then `PYTHONPATH=.venv/spark python -m bench.cluster [PEOPLE]`.

The same people, answered here by the command's own path and by Spark on the same two cores; rows are compared.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from bench.crowds import crowd
from bench.measuring import TOP, Asked
from bench.tasks import shared_folder
from bench.worlds import ON, national_geography, national_offer
from maillage.cli.cluster import answer_on_cluster
from maillage.engine.columnar import Index
from maillage.engine.people_files import read_people
from maillage.engine.portfolios import write_portfolio

PEOPLE, RESIDENTS = 1_000_000, 69_000_000
MASTER = "local[2]"


def main(people: int) -> int:
    """Measure both, say the overhead and what the whole country would take."""
    asked = Asked.from_environment().on(people)
    geography = national_geography(shared_folder())
    index = Index.of(national_offer(geography, services=asked.services, agreements=asked.agreements, seed=asked.seed))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        crowd(geography, asked.people, asked.seed + 1).write(folder / "people.parquet")
        start = time.perf_counter()
        _ = index.shelves
        laid_out = time.perf_counter() - start
        start = time.perf_counter()
        read = read_people(folder / "people.parquet", index)
        write_portfolio(index, index.shelves, read, folder / "here.parquet", on=ON, top=TOP)
        here = time.perf_counter() - start
        start = time.perf_counter()
        said = answer_on_cluster(
            index, folder / "people.parquet", folder / "there.parquet", on=ON, top=TOP, master=MASTER
        )
        there = time.perf_counter() - start
        same = _sorted(folder / "here.parquet").equals(_sorted(folder / "there.parquet/*.parquet"))
    print(
        f"{asked.people:,} people, {said.openings:,} openings; planes laid out in {laid_out:.1f} s; same rows: {same}"
    )
    print(
        f"this machine {here:.1f} s; Spark, {MASTER}, session and sharing included, {there:.1f} s: x {there / here:.1f}"
    )
    for cores in (2, 16, 64):
        hours = RESIDENTS / asked.people * there * 2 / cores / 3600
        print(f"{RESIDENTS:,} residents on {cores} such cores, linearly: about {hours * 60:.0f} min")
    return 0 if same else 1


def _sorted(path: Path) -> pl.DataFrame:
    openings = pl.read_parquet(path)
    kinds = {name: pl.String for name, kind in openings.schema.items() if not kind.is_numeric()}
    return openings.cast(kinds).sort("id", "rank")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
