"""An import that is killed leaves what was there before, or what it was to bring: never anything between."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.robustness.conftest import NEWCOMERS
from tools.boot import ROOT

BEFORE = [0, 0, 0, 0, 0]
_MUNICIPALITIES, RECORDS, _CHANGES, RUNS, _EVENTS = range(5)


def driven(environment, *arguments):
    """Run the driver; give the lines it printed after the first, which counts an empty database."""
    command = [sys.executable, "-m", "tests.robustness.driver", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    first, *others = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert first[1:] == BEFORE, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return others


@pytest.mark.parametrize(
    ("format_name", "file", "after"),
    [
        ("france-travail-agences", "sites", [0, 2 * NEWCOMERS + 1, 2, 1, 1]),
        ("communes", "communes", [299, 0, 0, 1, 1]),
    ],
)
def test_an_import_killed_before_any_of_its_writes_leaves_no_trace(format_name, file, after, surroundings, request):
    *killed, (status, *last) = driven(surroundings, "killed", format_name, request.getfixturevalue(file))

    assert len(killed) >= 3
    assert all(line == [-signal.SIGKILL, *BEFORE] for line in killed)
    assert (status, last) == (0, after)


def test_without_a_transaction_the_same_import_is_caught_half_done(surroundings, sites):
    ((status, *counts),) = driven(surroundings, "bare", "france-travail-agences", sites)

    assert status == -signal.SIGKILL
    assert 0 < counts[RECORDS] <= 2 * NEWCOMERS
    assert counts[RUNS] == 0


def test_a_command_killed_at_any_moment_can_be_given_again(surroundings, maillage, sites):
    command = [maillage, "import", "france-travail-agences", str(sites)]
    chance = random.Random(2026)  # noqa: S311 (nothing secret)

    for _ in range(3):
        running = subprocess.Popen(  # noqa: S603
            command, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.2, 2))
        running.kill()
        running.wait()
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)  # noqa: S603

    assert (done.returncode, done.stderr) == (0, "")
    assert f"{NEWCOMERS} lines read, {NEWCOMERS} kept, 0 rejected" in done.stdout
    added, as_they_were = f"{NEWCOMERS} added", f"{NEWCOMERS} as they were"
    assert (added in done.stdout) != (as_they_were in done.stdout)


@pytest.mark.parametrize("delay", [0.3, 0.9, 1.8])
def test_an_interrupted_command_says_so_without_a_traceback(delay, surroundings, maillage, sites):
    running = subprocess.Popen(  # noqa: S603
        [maillage, "import", "france-travail-agences", str(sites)],
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(delay)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate()

    # Python itself was starting (it ends by the signal), the command was under way, or it had just ended.
    assert running.returncode in {-signal.SIGINT, 130, 0}
    assert running.returncode == -signal.SIGINT or "Traceback" not in out + err
    assert running.returncode != 130 or "Interrupted: nothing" in err
