"""`make bench`, or `python -m bench SECTION...`: what everything costs beside named peers, in one run, checked.

Sections: check, one-person, portfolio, command, index, complementarity, effect, bounds, growth. MAILLAGE_SEED invents
another country; MAILLAGE_BENCH_SCALE (from 0 to 1) makes a reduced run; MAILLAGE_SHARED names the folder of real data.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench import report
from bench.measuring import FULL_PEOPLE, LONGEST_S, ROOT, Asked, MeasureFailed, Results
from bench.sections import SECTIONS, Run
from bench.tasks import shared_folder

RESULTS = ROOT / "bench" / "results.json"


def machine() -> dict[str, object]:
    """Say what the figures are taken on."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 1024**3, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def main(wanted: Sequence[str]) -> int:
    """Measure the sections asked for, in order; write results.json and, when the run is not reduced, the page.

    Sections that are not asked for keep what an earlier run that asked the same measured; the page waits for all of them.
    """
    unknown = [name for name in wanted if name not in SECTIONS]
    if unknown:
        print(f"No section {', '.join(unknown)}: expected some of {', '.join(SECTIONS)}.", file=sys.stderr)
        return 2
    if not (shared_folder() / "data").is_dir():
        print(f"No real municipalities in {shared_folder()}: set MAILLAGE_SHARED to the folder that holds data/.")
        return 1
    asked = Asked.from_environment()
    results = Results(machine(), asdict(asked))
    begun, chosen = time.monotonic(), [name for name in SECTIONS if not wanted or name in wanted]
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        run = Run(asked, results, Path(folder), begun + LONGEST_S)
        for place, name in enumerate(chosen, start=1):
            minutes = (time.monotonic() - begun) / 60
            print(f"\n[{place}/{len(chosen)}] {name}, after {minutes:.1f} min: {SECTIONS[name].__doc__}", flush=True)
            try:
                SECTIONS[name](run)
            except MeasureFailed as failure:
                print(f"\nStopped: {failure}.", file=sys.stderr)
                return 1
            results.save(RESULTS)
    pages = "bench/results.json"
    if asked.people == FULL_PEOPLE and report.sections_in(RESULTS) >= SECTIONS.keys():
        report.write(RESULTS)
        pages = "bench/results.json, docs/benchmarks.md, docs/figures/"
    print(f"\nDone in {(time.monotonic() - begun) / 60:.1f} min. Figures: {pages}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
