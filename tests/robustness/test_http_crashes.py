"""The site, the worker and PostgreSQL killed in turn: what HTTP acknowledged is there once, and each message left once."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.robustness.test_referral_crashes import server, wait_for_the_journal
from tools.boot import ROOT

__all__ = ["server"]
pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="it starts a PostgreSQL server of its own: the run on SQLite has it"
)
NOTHING = ("refused", "lost", "doubled", "answered_otherwise", "not_told", "told_twice", "mailed_twice", "differing")


def killed(environment, kills: int, folder: str, *how: str) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.robustness.http_driver", str(kills), folder, *how]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(lines) == 1, done.stderr[-2000:]
    return lines[0]


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.endurance)])
def test_what_was_acknowledged_over_http_outlives_the_kills(server, kills):
    environment, folder = server
    wait_for_the_journal(environment, waits=True)

    found = killed(environment, kills, folder)

    assert found["kills"] == kills
    assert found["acknowledged"] >= kills
    assert found["mailed"] >= kills // 2
    assert {name: found[name] for name in NOTHING} == dict.fromkeys(NOTHING, 0)


@pytest.mark.endurance
def test_a_server_that_does_not_wait_for_its_journal_is_seen_to_lose_what_http_acknowledged(server):
    environment, folder = server
    wait_for_the_journal(environment, waits=False)

    assert killed(environment, 3, folder, "server-alone")["lost"] > 0
