"""The sections of the bench: what is measured, beside whom, on how many people."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import Asked, Figure, MeasureFailed, Results, Told, in_its_own_process

CHECKED, FEW = 20_000, 2_000
ALONE, ALONE_IN_POSTGRESQL, ALONE_BY_THE_FIELD = 5_000, 2_000, 100
TWO_SIZES = (2_000, 20_000)
CALIBRATION = 200_000
LONGEST_PEER_S = 600
OURS = "Maillage"
PEOPLE = (100_000, 1_000_000, 3_000_000, 6_000_000)
SERVICES = (10_000, 30_000, 100_000, 300_000)
AGREEMENTS = (30, 100, 300, 1_000)
GROWTH_PEOPLE = 1_000_000


@dataclass
class Run:
    """A run of the bench: what is asked, where figures go, and when it must be over."""

    asked: Asked
    results: Results
    folder: Path
    deadline: float

    def measure(self, task: str, asked: Asked) -> Told:
        """Measure one task, and say how long it took."""
        print(f"  {task}, {asked.people:,} people, {asked.services:,} services …", flush=True)
        return in_its_own_process(task, asked, self.folder)

    def has_time_for(self, seconds: float) -> bool:
        """Tell whether so many seconds are left, and some for what follows."""
        return time.monotonic() + 1.5 * seconds < self.deadline


def check(run: Run) -> None:
    """Every engine gives the answers of brute force, on the same people."""
    asked = run.asked.on(CHECKED, turns=1)
    expected = run.measure("brute", asked)
    _compare(run, run.measure("maillage", asked), expected, asked)
    few = run.asked.on(FEW, turns=1)
    answered = run.measure("brute", few)
    for task in ("duckdb", "duckdb_two_passes", "polars", "plain"):
        _compare(run, run.measure(task, few), answered, few)
    per_person = expected.cpu_seconds / asked.people * 1e3
    run.results.add(Figure("check", "processor, a person", "brute force", per_person, "ms", asked.people))


def _compare(run: Run, told: Told, expected: Told, asked: Asked) -> None:
    """Keep how many openings were compared, or stop at the first engine that answers otherwise."""
    engine, openings = told.words["engine"], told.words["openings"]
    if told.words["digest"] != expected.words["digest"]:
        raise MeasureFailed(f"{engine} does not answer as brute force does")
    run.results.add(Figure("check", "openings, the same as by brute force", engine, openings, "openings", asked.people))


def one_person(run: Run) -> None:
    """One person at a time, the first ten doors, on one core."""
    ours = run.measure("one_person", run.asked.on(ALONE))
    median = ours.words["10"]["p50_ms"]

    def told(engine: str, found: dict[str, float], people: int, note: str = "") -> None:
        for name in ("p50_ms", "p99_ms"):
            ratio = found[name] / ours.words["10"][name]
            quantity = f"one person, {name[:3]}"
            run.results.add(Figure("one-person", quantity, engine, found[name], "ms", people, ratio, note=note))

    told(OURS, ours.words["10"], ALONE)
    told(f"{OURS}, twenty doors", ours.words["20"], ALONE)
    asked = run.asked.on(ALONE_IN_POSTGRESQL)
    plain, postgis = run.measure("one_person_plain", asked), run.measure("one_person_postgis", asked)
    expected = plain.words["digest"]
    told(plain.words["engine"], plain.words, asked.people)
    for engine, found in postgis.words.items():
        if found["digest"] != expected:
            raise MeasureFailed(f"{engine} does not answer as plain Python does")
        told(engine, found["off"], asked.people, "compiler off")
        told(f"{engine}, jit on", found["on"], asked.people, "compiler on")
    if run.measure("one_person", asked).words["digest"] != expected:
        raise MeasureFailed("the index does not answer one person as plain Python does")
    few = run.asked.on(ALONE_BY_THE_FIELD)
    usual = run.measure("field", few)
    if usual.words["wrong"]:
        raise MeasureFailed("the field's usual query does not answer as brute force does")
    told("the field's usual query, jit off", usual.words["off"], few.people, "asks less: no clause, age or need")
    told("the field's usual query, jit on", usual.words["on"], few.people, "asks less: no clause, age or need")
    million = run.asked.people / 1e3
    for engine, found in postgis.words.items():
        hours = found["off"]["p50_ms"] * million / 3_600
        run.results.add(
            Figure(
                "one-person", "everybody, one by one", engine, hours, "h", run.asked.people, hours / (median * million / 3_600),
                extrapolated_from=asked.people,
            )
        )  # fmt: skip


def portfolio(run: Run) -> None:
    """Everybody's first ten doors, with articles: the compute alone, data ready in memory for each engine."""
    ours = run.measure("maillage", run.asked)
    _portfolio_figures(run, ours, ours, run.asked)
    for task in ("duckdb_two_passes", "polars"):
        asked = run.asked.on(CALIBRATION, turns=1)
        sample = run.measure(task, asked)
        expected = sample.seconds / asked.people * run.asked.people
        whole = expected + sample.words["prepare_s"] * 3
        if expected <= LONGEST_PEER_S and run.has_time_for(whole) and asked.people < run.asked.people:
            print(f"    about {whole / 60:.0f} min for everybody", flush=True)
            asked = run.asked.on(run.asked.people, turns=1)
            sample = run.measure(task, asked)
            if sample.words["digest"] != ours.words["digest"]:
                raise MeasureFailed(f"{sample.words['engine']} does not answer everybody as Maillage does")
        _portfolio_figures(run, ours, sample, asked)
    for task in ("duckdb", "plain"):
        sizes = TWO_SIZES if task == "plain" else (CHECKED, CALIBRATION)
        told = [(size, run.measure(task, run.asked.on(size, turns=1))) for size in sizes]
        linearity = (told[1][1].cpu_seconds / sizes[1]) / (told[0][1].cpu_seconds / sizes[0])
        note = f"a person costs {linearity:.2f} times as much among {sizes[1]:,} as among {sizes[0]:,}"
        _portfolio_figures(run, ours, told[1][1], run.asked.on(sizes[1]), note)


def _portfolio_figures(run: Run, ours: Told, told: Told, asked: Asked, note: str = "") -> None:
    engine, share = told.words["engine"], run.asked.people / asked.people
    sample = asked.people if share > 1 else None
    for quantity, value, reference, unit in (
        ("everybody, clock", told.seconds * share, ours.seconds, "s"),
        ("everybody, processor", told.cpu_seconds * share, ours.cpu_seconds, "s"),
        ("a person, processor", told.cpu_seconds / asked.people * 1e6, ours.cpu_seconds / run.asked.people * 1e6, "µs"),
    ):
        run.results.add(
            Figure("portfolio", quantity, engine, value, unit, run.asked.people, value / reference, sample, note)
        )
    run.results.add(
        Figure("portfolio", "peak memory of the process", engine, told.peak_gib, "GiB", asked.people),
        Figure("portfolio", "prepared before, not counted", engine, told.words["prepare_s"], "s", asked.people),
    )


def command(run: Run) -> None:
    """The whole `maillage portfolio`, reading and writing Parquet, with a national catalogue imported."""
    told = run.measure("command", run.asked).words
    runs = {
        "bare": "no index on disk",
        "built": "index build",
        "kept": "index on disk",
        "proposed": "index on disk, within places",
    }
    for name, label in runs.items():
        for quantity, unit in (("seconds", "s"), ("cpu_seconds", "s"), ("peak_gib", "GiB")):
            what = {"seconds": "clock", "cpu_seconds": "processor", "peak_gib": "peak memory"}[quantity]
            run.results.add(Figure("command", f"{label}, {what}", OURS, told[name][quantity], unit, run.asked.people))
    for quantity in ("input_mib", "output_mib"):
        run.results.add(Figure("command", quantity.partition("_")[0], OURS, told[quantity], "MiB", run.asked.people))


def bounds(run: Run) -> None:
    """What the machine allows: memory touched once, the output compressed and written once."""
    told = run.measure("bounds", run.asked).words
    ours = [one for one in run.results.figures if one.quantity == "everybody, clock" and one.engine == OURS]
    touched = told["bytes_touched"] / told["gb_a_second"] / 1e9
    run.results.add(
        Figure("bounds", "memory copied, two threads", "the machine", told["gb_a_second"], "GB/s"),
        Figure("bounds", "facts read, answers written", OURS, told["bytes_touched"] / 1e9, "GB", run.asked.people),
        Figure("bounds", "the same at the memory's speed", "the machine", touched, "s", run.asked.people),
    )
    for one in ours:
        run.results.add(
            Figure("bounds", "compute, from that bound", OURS, one.value, "s", run.asked.people, one.value / touched)
        )
    openings = run.asked.people * 10 / 1e6
    for quantity, name in (("compress_s_a_million", "compressed"), ("write_s_a_million", "written and synced")):
        value = told[quantity] * openings
        run.results.add(Figure("bounds", f"as many openings {name}", "the machine", value, "s", run.asked.people))


def growth(run: Run) -> None:
    """How our cost grows with people, services and agreements."""
    base = run.asked.on(min(GROWTH_PEOPLE, run.asked.people), turns=2)
    scale = run.asked.people / PEOPLE[-1]
    varied: list[tuple[str, int, Asked]] = [
        *(("people", int(n * scale), run.asked.on(int(n * scale), turns=2)) for n in PEOPLE),
        *(("services", int(n * scale), base.on(base.people, services=int(n * scale))) for n in SERVICES),
        *(
            ("agreements", max(1, int(n * scale)), base.on(base.people, agreements=max(1, int(n * scale))))
            for n in AGREEMENTS
        ),
    ]
    for axis, count, asked in varied:
        if not run.has_time_for(60):
            print("    no time left for the rest of this section")
            return
        told = run.measure("maillage", asked)
        per_person = told.cpu_seconds / asked.people * 1e6
        run.results.add(
            Figure("growth", f"{axis}, processor", OURS, told.cpu_seconds, "s", asked.people, count=count),
            Figure("growth", f"{axis}, a person", OURS, per_person, "µs", asked.people, count=count),
            Figure("growth", f"{axis}, peak memory", OURS, told.peak_gib, "GiB", asked.people, count=count),
        )


def index(run: Run) -> None:
    """The index: laid out, kept, opened; what follows one service or one text that changes; any day."""
    for quantity, value, unit in run.measure("index", run.asked).words["figures"]:
        run.results.add(Figure("index", quantity, OURS, value, unit, count=run.asked.services))


def complementarity(run: Run) -> None:
    """The map of the shared and missing offer: a territory, the country, what if."""
    for question, value in run.measure("complementarity", run.asked).words["figures"]:
        run.results.add(Figure("complementarity", question, OURS, value, "ms", count=run.asked.services))


def effect(run: Run) -> None:
    """What changes of texts would do to everybody before they are signed."""
    for told in run.measure("effect", run.asked).words["figures"]:
        texts, people = told["texts"], run.asked.people
        note = f"{told['looked_at']:,} services looked at; {told['gaining']:,} gain, {told['losing']:,} lose"
        for quantity, taken in (("offers laid side by side", told["laid_out"]), ("people compared", told["compared"])):
            for measure, name in (("cpu_seconds", "processor"), ("seconds", "clock")):
                value = statistics.median(taken[measure])
                run.results.add(
                    Figure("effect", f"{quantity}, {name}", OURS, value, "s", people, note=note, count=texts)
                )


SECTIONS: dict[str, Callable[[Run], None]] = {
    "check": check,
    "one-person": one_person,
    "portfolio": portfolio,
    "command": command,
    "index": index,
    "complementarity": complementarity,
    "effect": effect,
    "bounds": bounds,
    "growth": growth,
}
