"""What a cluster adds: `make spark`, then `PYTHONPATH=.venv/spark python -m bench.cluster [PEOPLE]`.

The same people, answered here by the command's own path and by Spark on the same two cores; rows are compared.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from bench.crowds import Crowd, crowd
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
    """Measure both at two sizes, say what Spark adds once and for each person, and what the whole country would take."""
    asked = Asked.from_environment().on(people)
    geography = national_geography(shared_folder())
    index = Index.of(national_offer(geography, services=asked.services, agreements=asked.agreements, seed=asked.seed))
    _ = index.shelves  # laid out once, for both
    sizes = (max(1, asked.people // 5), asked.people)
    here, there = zip(*(_both(index, crowd(geography, size, asked.seed + 1)) for size in sizes), strict=True)
    for name, seconds in (("this machine", here), (f"Spark, {MASTER}", there)):
        a_million = (seconds[1] - seconds[0]) / (sizes[1] - sizes[0]) * 1e6
        once = max(0.0, seconds[0] - a_million * sizes[0] / 1e6)
        print(
            f"{name}: {seconds[0]:.1f} s for {sizes[0]:,} people, {seconds[1]:.1f} s for {sizes[1]:,}: "
            f"{once:.1f} s once, {a_million:.1f} s a million more"
        )
        for cores in (2, 16, 64):
            minutes = (once + RESIDENTS / 1e6 * a_million * 2 / cores) / 60
            print(f"  {RESIDENTS:,} residents on {cores} such cores, linearly: about {minutes:.0f} min")
    return 0


def _both(index: Index, people: Crowd) -> tuple[float, float]:
    """Answer the same people here and on Spark; gives the seconds of each.

    Raises:
        SystemExit: the rows are not the same.
    """
    with tempfile.TemporaryDirectory() as name:
        file, here, there = (Path(name) / f"{one}.parquet" for one in ("people", "here", "there"))
        people.write(file)
        start = time.perf_counter()
        write_portfolio(index, read_people(file, index), here, on=ON, top=TOP)
        answered = time.perf_counter()
        answer_on_cluster(index, file, there, on=ON, top=TOP, master=MASTER)
        ended = time.perf_counter()
        if not _sorted(here).equals(_sorted(there / "*.parquet")):
            raise SystemExit("Spark does not give the rows of one machine.")
        return answered - start, ended - answered


def _sorted(path: Path) -> pl.DataFrame:
    openings = pl.read_parquet(path)
    kinds = {name: pl.String for name, kind in openings.schema.items() if not kind.is_numeric()}
    return openings.cast(kinds).sort("id", "rank")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
