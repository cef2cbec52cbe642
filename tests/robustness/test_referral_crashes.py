"""Killed at any moment under load: what was acknowledged is there, once; what was asked again counts once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tools.boot import ROOT


def killed(environment, *arguments) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.robustness.crash_driver", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert len(lines) == 1, done.stderr[-2000:]
    return dict(zip(("kills", "acknowledged", "lost", "doubled", "differing"), lines[0], strict=True))


def test_ten_kills_lose_nothing_and_double_nothing(surroundings):
    found = killed(surroundings, 10)

    assert found["acknowledged"] >= 10
    assert (found["lost"], found["doubled"], found["differing"]) == (0, 0, 0)


def test_what_is_acknowledged_too_early_is_lost(surroundings):
    assert killed(surroundings, 10, "early")["lost"] > 0


@pytest.mark.endurance
def test_two_hundred_kills_lose_nothing_and_double_nothing(surroundings):
    found = killed(surroundings, 200)

    assert found["acknowledged"] >= 200
    assert (found["lost"], found["doubled"], found["differing"]) == (0, 0, 0)
