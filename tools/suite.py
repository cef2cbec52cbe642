"""The checks and the runs of the tests, one after the other; the sum of all of them closes the output."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tools.boot import ROOT, find_postgresql
from tools.postgres import throw_away_cluster

CORE = ("domain", "engine")
CORE_TESTS = ("tests/domain", "tests/engine", "tests/agreements")
TEMPLATES = "src/maillage/**/*.html"
IN_PARALLEL = ("-n", "auto", "--dist", "worksteal")
"""Files stay together while there are many; at the end, whoever has nothing left takes from the other."""


@dataclass(frozen=True)
class Outcome:
    """How one check or one run ended; a check counts no test."""

    title: str
    succeeded: bool
    passed_count: int | None = None
    failed_count: int = 0


def announce(title: str) -> None:
    print(f"\n── {title} ──", flush=True)


def status_of(command: Sequence[str], **variables: str) -> int:
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=False).returncode


# Static checks


def static_checks() -> list[Outcome]:
    lines = [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports", "--no-logo")]
    if templates := [str(path) for path in sorted(ROOT.glob(TEMPLATES))]:
        lines.append(("djade", "--check", "--target-version", "5.2", *templates))
    return [static_check(line) for line in lines]


def static_check(command: Sequence[str]) -> Outcome:
    title = " ".join(command[:2])
    announce(title)
    return Outcome(title, succeeded=status_of(command) == 0)


def fix() -> int:
    statuses = [status_of(("ruff", "check", "--fix")), status_of(("ruff", "format"))]
    return max(statuses)


# Runs of the tests


def core_run() -> Outcome:
    """Every branch of the core is walked by its own tests; compiled kernels run as Python, to be counted."""
    folders = [folder for folder in CORE_TESTS if (ROOT / folder).is_dir()]
    measured = [f"--cov=src/maillage/{tier}" for tier in CORE]
    options = (
        *IN_PARALLEL,
        *measured,
        "--cov-branch",
        "--cov-fail-under=100",
        "--cov-report=term-missing:skip-covered",
    )
    return pytest_run("The core, every branch", [*options, *folders], NUMBA_DISABLE_JIT="1")


def sqlite_run(arguments: Sequence[str]) -> Outcome:
    return pytest_run("Everything, on SQLite", [*IN_PARALLEL, *arguments], DATABASE_URL="")


def postgresql_run() -> Outcome:
    """What meets a database; the pages are driven by a browser on SQLite only."""
    title, selection = "What meets a database, on PostgreSQL", "not browser and not endurance and not spark"
    return run_on_postgresql(title, ("-m", selection))


def run_on_postgresql(title: str, selection: Sequence[str]) -> Outcome:
    """Run what meets a database on a server of its own."""
    programs = find_postgresql()
    if programs is None:
        return Outcome(f"{title}: no server found", succeeded=False)
    untouched = [f"--ignore={folder}" for folder in CORE_TESTS]
    try:
        with throw_away_cluster(programs) as address:
            return pytest_run(title, [*IN_PARALLEL, *selection, *untouched], DATABASE_URL=address)
    except subprocess.CalledProcessError as failure:
        return Outcome(f"{title}: the server did not start ({failure.cmd[0]})", succeeded=False)


def pytest_run(title: str, arguments: Sequence[str], **variables: str) -> Outcome:
    announce(title)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        status = status_of((sys.executable, "-m", "pytest", f"--junit-xml={report}", *arguments), **variables)
        passed_count, failed_count = counts_of(report)
    return Outcome(title, status == 0, passed_count, failed_count)


def counts_of(report: Path) -> tuple[int | None, int]:
    """Count in a JUnit report: passed, and failed or in error; unknown when pytest left none."""
    if not report.is_file():
        return None, 0
    suites = list(ET.parse(report).iter("testsuite"))  # noqa: S314 (pytest just wrote it)
    totals = {
        name: sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    }
    failed_count = totals["failures"] + totals["errors"]
    return totals["tests"] - failed_count - totals["skipped"], failed_count


# The commands


def check() -> int:
    return close(static_checks())


def test(arguments: Sequence[str]) -> int:
    outcomes = [*static_checks(), core_run(), sqlite_run(arguments), postgresql_run()]
    return close(outcomes)


def endurance(arguments: Sequence[str]) -> int:
    """Every property on many more examples, every cell of the matrices, every race and kill at its full count."""
    os.environ["HYPOTHESIS_PROFILE"] = "endurance"
    on_sqlite = ("-m", "endurance or hypothesis", *arguments)
    return close(
        [
            pytest_run("What must hold for long, on SQLite", [*IN_PARALLEL, *on_sqlite], DATABASE_URL=""),
            run_on_postgresql("What must hold for long, on PostgreSQL", ("-m", "endurance", *arguments)),
        ]
    )


def close(outcomes: Sequence[Outcome]) -> int:
    """Say what failed, then sum the runs in one plain line."""
    print()
    for outcome in outcomes:
        print(f"{'ok    ' if outcome.succeeded else 'FAILED'}  {outcome.title}")
    runs = [outcome for outcome in outcomes if outcome.passed_count is not None]
    if runs:
        passed_count = sum(outcome.passed_count or 0 for outcome in runs)
        print(f"{passed_count} passed, {sum(outcome.failed_count for outcome in runs)} failed")
    return 0 if all(outcome.succeeded for outcome in outcomes) else 1


def stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # as Ctrl-C: what was started is taken down on the way out


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, stop)
    command, *rest = arguments
    try:
        if command in {"test", "endurance"}:
            return {"test": test, "endurance": endurance}[command](rest)
        return {"check": check, "fix": fix}[command]()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
