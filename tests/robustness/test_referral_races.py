"""Many who do the same thing to one request, one person or the last place at the same moment: it is done once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tools.boot import ROOT

CONTESTS = ("accepted", "redirected", "delegated", "last_places", "asked_once")


def raced(environment, *arguments) -> dict[str, tuple[int, int]]:
    """Run the races; give, for each contest, the attempts and how many times it was done too often."""
    command = [sys.executable, "-m", "tests.robustness.referral_driver", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: (attempts, doubled) for name, attempts, doubled in lines}


@pytest.mark.parametrize(("racers", "rounds"), [(8, 6), (64, 1)])
def test_nothing_is_done_twice(racers, rounds, surroundings):
    assert raced(surroundings, racers, rounds) == dict.fromkeys(CONTESTS, (racers * rounds, 0))


def test_without_the_guards_the_same_races_double(surroundings):
    found = raced(surroundings, 8, 6, "unguarded")

    assert all(doubled > 0 for _, doubled in found.values()), found


@pytest.mark.endurance
@pytest.mark.parametrize(("racers", "rounds"), [(8, 300), (24, 50), (64, 25)])
def test_nothing_is_done_twice_in_twenty_thousand_attempts(racers, rounds, surroundings):
    found = raced(surroundings, racers, rounds)

    assert found == dict.fromkeys(CONTESTS, (racers * rounds, 0))
