"""Killed at any moment under load: what was acknowledged is there, once; what was asked again counts once."""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.parse import unquote

import psycopg
import pytest

from tools.boot import ROOT, find_postgresql
from tools.postgres import throw_away_cluster


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


@pytest.fixture
def server(surroundings):
    """Give the environment and the folder of a server that may be killed: nobody else uses it."""
    programs = find_postgresql()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine")
    with throw_away_cluster(programs) as address:
        yield surroundings | {"DATABASE_URL": address}, unquote(address.rpartition("host=")[2])


def wait_for_the_journal(environment, *, waits: bool) -> None:
    """Have every commit wait for the journal of the server or not; kept at once, it outlives the kills."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"ALTER ROLE postgres SET synchronous_commit = {'on' if waits else 'off'}")
        connection.execute("CHECKPOINT")


@pytest.mark.endurance
def test_a_server_killed_two_hundred_times_loses_nothing(server):
    environment, folder = server
    wait_for_the_journal(environment, waits=True)

    found = killed(environment, 200, f"server={folder}")

    assert found["acknowledged"] >= 200
    assert (found["lost"], found["doubled"], found["differing"]) == (0, 0, 0)


@pytest.mark.endurance
def test_a_server_that_does_not_wait_for_its_journal_is_seen_to_lose(server):
    environment, folder = server
    wait_for_the_journal(environment, waits=False)

    assert killed(environment, 10, f"server={folder}")["lost"] > 0
