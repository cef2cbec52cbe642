"""One measure at a time, each in a process of its own, so that neither memory nor threads of one weigh on the next."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FULL_PEOPLE, FULL_SERVICES, FULL_AGREEMENTS = 6_000_000, 100_000, 300
TOP = 10
LONGEST_S = 40 * 60


@dataclass(frozen=True)
class Asked:
    """What a measure is made on."""

    people: int = FULL_PEOPLE
    services: int = FULL_SERVICES
    agreements: int = FULL_AGREEMENTS
    seed: int = 2026
    turns: int = 3

    @classmethod
    def from_environment(cls) -> Asked:
        """Read MAILLAGE_SEED, and MAILLAGE_BENCH_SCALE (from 0 to 1) for a reduced run.

        Raises:
            SystemExit: one of them is not a number that can be used.
        """
        seed, scale = os.environ.get("MAILLAGE_SEED", "2026"), os.environ.get("MAILLAGE_BENCH_SCALE", "1")
        try:
            whole, share = int(seed), float(scale)
        except ValueError:
            raise SystemExit(f"MAILLAGE_SEED={seed}, MAILLAGE_BENCH_SCALE={scale}: expected two numbers.") from None
        if not 0 < share <= 1:
            raise SystemExit(f"MAILLAGE_BENCH_SCALE={scale}: expected a share, above 0 and at most 1.")
        return cls(
            people=max(2_000, int(FULL_PEOPLE * share)),
            services=max(2_000, int(FULL_SERVICES * share)),
            agreements=max(10, int(FULL_AGREEMENTS * share)),
            seed=whole,
        )

    def on(self, people: int, **changes: int) -> Asked:
        """Ask the same of other people, never more than all."""
        return replace(self, people=min(people, self.people), **changes)


@dataclass(frozen=True)
class Figure:
    """One figure, as kept in results.json.

    ``ratio`` is to ours of the same section and quantity, ours being 1. ``extrapolated_from``: the people measured, when
    the value is for more. ``count``: of what is varied, in the section that grows.
    """

    section: str
    quantity: str
    engine: str
    value: float
    unit: str
    people: int = 0
    ratio: float | None = None
    extrapolated_from: int | None = None
    note: str = ""
    count: int | None = None


@dataclass
class Results:
    """The figures of a run, with what they were taken on."""

    machine: dict[str, Any]
    asked: dict[str, Any]
    figures: list[Figure] = field(default_factory=list)

    def add(self, *figures: Figure) -> None:
        """Keep figures and show them."""
        for figure in figures:
            self.figures.append(figure)
            ratio = "" if figure.ratio is None else f"  x {figure.ratio:,.1f}"
            print(
                f"    {figure.engine:28} {figure.quantity:34} {figure.value:>12,.4g} {figure.unit}{ratio}", flush=True
            )

    def save(self, path: Path) -> None:
        """Write results.json; what an earlier run that asked the same measured in other sections is kept."""
        before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        measured = {one.section for one in self.figures}
        alike = before.get("figures", []) if before.get("asked") == self.asked else []
        kept = [one for one in alike if one["section"] not in measured]
        content = {
            "machine": self.machine,
            "asked": self.asked,
            "figures": [*kept, *(asdict(one) for one in self.figures)],
        }
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Told:
    """What a measure says: its own words, and what the operating system counted for its process."""

    words: dict[str, Any]
    peak_gib: float

    @property
    def seconds(self) -> float:
        """The median of the clock's seconds."""
        return statistics.median(self.words["seconds"])

    @property
    def cpu_seconds(self) -> float:
        """The median of the processor's seconds."""
        return statistics.median(self.words["cpu_seconds"])


class MeasureFailed(Exception):
    """A measure stopped before it said anything."""


def in_its_own_process(task: str, asked: Asked, folder: Path, **variables: str) -> Told:
    """Run one task of ``bench.tasks`` and read what it says.

    Raises:
        MeasureFailed: it stopped on an error, which it has printed.
    """
    told = folder / f"{task}.json"
    told.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.tasks", task, json.dumps(asdict(asked)), str(folder)]
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **variables})  # noqa: S603 (ourselves)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode or not told.is_file():
        raise MeasureFailed(f"{task} stopped with status {child.returncode}")
    return Told(json.loads(told.read_text(encoding="utf-8")), usage.ru_maxrss / 1024**2)


def timed(work: Callable[[], object], turns: int) -> dict[str, list[float]]:
    """Time some turns of a work: the clock, and the processor of this process and its threads."""
    seconds, cpu = [], []
    for _turn in range(turns):
        start, before = time.perf_counter(), _processor()
        work()
        seconds.append(time.perf_counter() - start)
        cpu.append(_processor() - before)
    return {"seconds": seconds, "cpu_seconds": cpu}


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
