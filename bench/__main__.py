"""``make bench``: one person and a portfolio on a national catalogue, beside DuckDB and the reference engine."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench import duck
from bench.worlds import ON, national_geography, national_offer, people
from maillage.domain.eligibility import Finding, Question
from maillage.domain.people import PersonFacts
from maillage.engine import reference
from maillage.engine.columnar import Index

ROOT = Path(__file__).parent.parent
SERVICES, AGREEMENTS, SEED = 100_000, 300, 2026
ALONE, CROWD, PEERS, BY_REFERENCE = 5_000, 100_000, 20_000, 5
TOP = 10
NEEDS = ((), ("numerique",), ("mobilite", "numerique--acceder-a-des-services-en-ligne"))


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_gib() -> float:
    """Give the peak memory of this process so far, as the operating system counts it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> int:
    """Measure, print a table, write bench/results.json."""
    shared = Path(os.environ.get("MAILLAGE_SHARED") or ROOT.parent / "shared")
    if not (shared / "data").is_dir():
        print(f"No real municipalities in {shared}: set MAILLAGE_SHARED to the folder that holds data/.")
        return 1
    figures: dict[str, object] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    }
    geography = national_geography(shared)
    offer = national_offer(geography, services=SERVICES, agreements=AGREEMENTS, seed=SEED)
    start = time.perf_counter()
    index = Index.of(offer)
    figures["index_laid_out_s"] = time.perf_counter() - start
    asked = people(geography, ALONE, SEED)
    index.answer(Question(asked[0], ON))
    figures["rows_of_all_municipalities_s"] = seconds(index.prepare)
    figures["rows_mib"] = sum(row.nbytes for row in index.near.values()) / 1024**2
    figures |= one_person(index, asked)
    figures |= portfolio(index, asked)
    figures["peak_gib"] = peak_gib()
    plain = national_offer(geography, services=SERVICES, agreements=0, seed=SEED)
    figures |= beside_duckdb(Index.of(plain), people(geography, PEERS, SEED + 1))
    for name, value in figures.items():
        print(f"{name:38} {value:.4g}" if isinstance(value, float) else f"{name:38} {value}")
    (ROOT / "bench" / "results.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def one_person(index: Index, asked: list[PersonFacts]) -> dict[str, float]:
    """Time one person at a time, top 20, and the reference engine on a few of them."""
    questions = [Question(person, ON, NEEDS[number % 3], 20) for number, person in enumerate(asked)]
    ours = np.array([seconds(lambda q=question: index.answer(q)) for question in questions]) * 1e3
    few = questions[:BY_REFERENCE]
    plain = np.array([seconds(lambda q=question: reference.answer(index.offer, q)) for question in few]) * 1e3
    for question in few:
        expected = [one.service for one in reference.answer(index.offer, question) if one.finding is Finding.OPEN]
        if [one.service for one in index.answer(question)] != expected[:20]:
            raise AssertionError("the engines disagree")
    return {
        "one_person_p50_ms": float(np.percentile(ours, 50)),
        "one_person_p99_ms": float(np.percentile(ours, 99)),
        "reference_p50_ms": float(np.percentile(plain, 50)),
        "reference_over_columnar": float(np.percentile(plain, 50) / np.percentile(ours, 50)),
    }


def portfolio(index: Index, asked: list[PersonFacts]) -> dict[str, float]:
    """Time the arrays of a portfolio; reading and writing are timed by the command."""
    rows = np.array([index.person_row(person) for person in asked] * (CROWD // ALONE))
    masks = [index.needs_of(wanted) for wanted in NEEDS]
    needs = np.concatenate([masks[number % 3] for number in range(CROWD)])
    start = np.cumsum([0, *(len(masks[number % 3]) for number in range(CROWD))])
    index.portfolio(rows[:10], needs, start[:11], on=ON, top=TOP)
    took = min(seconds(lambda: index.portfolio(rows, needs, start, on=ON, top=TOP)) for _ in range(3))
    return {"portfolio_100k_s": took, "portfolio_us_a_person": took / CROWD * 1e6}


def beside_duckdb(index: Index, asked: list[PersonFacts]) -> dict[str, float]:
    """Answer the same people with DuckDB, own conditions only, and check that the answers are the same."""
    rows = np.array([index.person_row(person) for person in asked])
    needs, start = index.needs_of(()), np.zeros(len(rows) + 1, np.int64)
    with_rows = seconds(lambda: index.portfolio(rows, needs, start, on=ON, top=TOP))
    # DuckDB has its candidates in a table already: so have we, for the comparison.
    for home in np.unique(rows[:, 0]):
        index.near_of(int(home))
    ours = min(seconds(lambda: index.portfolio(rows, needs, start, on=ON, top=TOP)) for _ in range(3))
    peer = duck.Peer(index, rows, TOP)
    took = min(seconds(peer.answer) for _ in range(2))
    found = index.portfolio(rows, needs, start, on=ON, top=TOP)
    expected = {number: [int(one) for one in line if one >= 0] for number, line in enumerate(found.services)}
    if peer.answer() != {number: line for number, line in expected.items() if line}:
        raise AssertionError("DuckDB and the columnar engine disagree")
    return {
        "duckdb_20k_s": took,
        "ours_20k_s": ours,
        "ours_20k_making_candidates_too_s": with_rows,
        "duckdb_over_ours": took / ours,
    }


if __name__ == "__main__":
    sys.exit(main())
