"""Real processes killed under load: python -m tests.robustness.http_driver KILLS FOLDER [server-alone].

`maillage serve` and `maillage outbox` run on the throw-away PostgreSQL server of FOLDER. A machine sends people and
answers for their partner over HTTP, each write under an idempotency key, and asks again until it is acknowledged. The
site, the worker (while it spreads) and PostgreSQL are killed in turn (SIGKILL, with all their processes), KILLS times,
and started again. With ``server-alone`` only PostgreSQL is killed, as soon as a write is acknowledged. One line is
printed at the end: see ``counted``.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.robustness import referral_driver as races

from django.db import Error, connections  # isort: skip
from django.utils import timezone  # isort: skip

from maillage.apps.accounts.use_cases.keys import make_key
from maillage.apps.notifications.models import Notice, OutboxMessage
from maillage.apps.referrals.queries import stored_states_that_differ
from maillage.domain.accounts import Actor, KeyScope, Role
from tests.apps.referrals.conftest import AGENCY, member, person
from tests.robustness.crash_driver import counted as effects_counted
from tests.robustness.crash_driver import kill_server

MAILLAGE = str(Path(sys.executable).with_name("maillage"))
PEOPLE_PER_KILL = 8
PEOPLE_PER_ADVISER = 80
"""Fewer than one account may look at in an hour."""
PATIENCE_SECONDS = 120
LONGEST_SECONDS = 0.25
PAUSE_SECONDS = 0.02
OF_CALLER = range(400, 500)


@dataclass
class Program:
    """A command of the product, killed with all its processes and started again."""

    name: str
    environment: dict[str, str]
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(  # noqa: S603
            [MAILLAGE, self.name],
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self.running is not None
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(PATIENCE_SECONDS)

    def keep_running(self) -> None:
        """Start it again if it ended by itself: PostgreSQL was gone."""
        assert self.running is not None
        if self.running.poll() is not None:
            self.start()


@dataclass
class Machine:
    """Who writes over HTTP: what was acknowledged, with the answer, and how many writes were refused."""

    port: int
    senders: list[str]
    partner: str
    people: list[UUID]
    granted: int = 0
    is_over: bool = False
    known: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    refused: int = 0

    def work(self) -> None:
        """Send and answer, one person after the other, as long as people are given."""
        for number in range(len(self.people)):
            while number >= self.granted and not self.is_over:
                time.sleep(PAUSE_SECONDS)
            if self.is_over:
                return
            for what in ("sent", "accepted"):
                self.write(number, what)

    def write(self, number: int, what: str) -> None:
        """Write until it is acknowledged or refused, under one key."""
        if what == "accepted" and (number, "sent") not in self.known:
            return
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            status, answer = self.asked(number, what)
            if status == 200:
                self.known[number, what] = answer
                return
            if status in OF_CALLER:
                self.refused += 1
                return
            time.sleep(PAUSE_SECONDS)
        self.refused += 1

    def asked(self, number: int, what: str) -> tuple[int, dict[str, Any]]:
        """Ask once; 0 when nobody answers."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"{what}-{number}"}
        if what == "sent":
            key, address = self.senders[number // PEOPLE_PER_ADVISER], "referrals"
            body: dict[str, Any] = {"person": str(self.people[number]), "to": [{"service": "atelier"}]}
        else:
            uptake = self.known[number, "sent"]["uptakes"][0]
            key, address, body = self.partner, f"uptakes/{uptake['uptake']}/moves", {"move": "ACCEPT"}
            headers["If-Match"] = f'"{uptake["sequence"]}"'
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{address}",
            json.dumps(body).encode(),
            {**headers, "Authorization": f"Bearer {key}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:  # noqa: S310 (this machine)
                return response.status, json.load(response)
        except urllib.error.HTTPError as refusal:
            return refusal.code, {}
        except (OSError, HTTPException, ValueError):
            return 0, {}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def key_of(actor: Actor) -> str:
    return make_key(by=actor, name="essai", scopes=set(KeyScope), lasts=timedelta(days=2), at=timezone.now())


def spread_count() -> int:
    try:
        return OutboxMessage.objects.exclude(done_at=None).count()
    except Error:
        connections.close_all()
        return 0


def wait_until_it_spreads(worker: Program) -> None:
    """Wait for the worker to be at work: one message more has left."""
    before, deadline = spread_count(), time.monotonic() + PATIENCE_SECONDS
    while spread_count() <= before and time.monotonic() < deadline:
        worker.keep_running()


def kill_in_turn(kills: int, folder: Path, machine: Machine, programs: tuple[Program, Program], *, alone: bool) -> None:
    worker, chance = programs[1], random.Random(2026)  # noqa: S311 (nothing secret)
    for number in range(kills):
        before, deadline = len(machine.known), time.monotonic() + PATIENCE_SECONDS
        machine.granted += PEOPLE_PER_KILL
        while len(machine.known) == before and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS / 4)
        worker.keep_running()
        victim = 2 if alone else number % 3
        if victim == 2:
            time.sleep(0 if alone else chance.uniform(0, LONGEST_SECONDS))
            kill_server(folder)
            connections.close_all()
            continue
        if victim == 1:
            wait_until_it_spreads(worker)
        else:
            time.sleep(chance.uniform(0, LONGEST_SECONDS))
        programs[victim].kill()
        programs[victim].start()


def settle(machine: Machine, writer: threading.Thread, programs: tuple[Program, Program]) -> None:
    """Let the writer end what it asks, then spread what waits."""
    machine.is_over = True
    writer.join(2 * PATIENCE_SECONDS)
    programs[1].kill()
    subprocess.run([MAILLAGE, "outbox", "--once"], env=programs[1].environment, check=True, capture_output=True)  # noqa: S603


def counted(machine: Machine, emails: Path) -> dict[str, int]:
    """Count what must be nothing: writes lost, effects doubled, other answers to the same key, messages not told once.

    ``mailed_twice`` are e-mails that left more than once; one that was leaving when its worker died is not sent again.
    """
    lost, _ = effects_counted(machine.people, set(machine.known))  # before asking again, which would make them anew
    differing = sum(
        machine.asked(number, what) != (200, answer) for (number, what), answer in list(machine.known.items())
    )
    _, doubled = effects_counted(machine.people, set(machine.known))
    told = Counter(Notice.objects.values_list("message", flat=True))
    pairs = Counter(Notice.objects.values_list("message", "membership"))
    messages = list(OutboxMessage.objects.values_list("pk", flat=True))
    return {
        "acknowledged": len(machine.known),
        "refused": machine.refused,
        "lost": lost,
        "doubled": doubled,
        "answered_otherwise": differing,
        "not_told": sum(told[one] == 0 for one in messages),
        "told_twice": sum(count > 1 for count in pairs.values()),
        "mailed": len(message_ids(emails)),
        "mailed_twice": sum(count > 1 for count in Counter(message_ids(emails)).values()),
        "differing": len(stored_states_that_differ()),
    }


def message_ids(emails: Path) -> list[str]:
    return [
        line.partition(b":")[2].strip().decode()
        for file in sorted(emails.glob("*"))
        for line in file.read_bytes().splitlines()
        if line.lower().startswith(b"message-id:")
    ]


def main(kills: int, folder: Path, *, alone: bool) -> dict[str, int]:
    amel, bruno = races.lay_out()
    count = kills * PEOPLE_PER_KILL
    more = range(PEOPLE_PER_ADVISER, count, PEOPLE_PER_ADVISER)
    advisers = [amel, *(member(f"Amel {first}", Role.ADVISER, AGENCY) for first in more)]
    people = [person(advisers[number // PEOPLE_PER_ADVISER], f"P{number}") for number in range(count)]
    port, emails = free_port(), Path(os.environ["MAILLAGE_HOME"]) / "e-mails"
    environment = {
        **os.environ,
        "PORT": str(port),
        "MAILLAGE_API_PER_MINUTE": "0",
        "MAILLAGE_EMAIL": f"file:{emails}",
    }
    programs = (Program("serve", environment), Program("outbox", environment))
    machine = Machine(port, [key_of(one) for one in advisers], key_of(bruno), people)
    writer = threading.Thread(target=machine.work, daemon=True)
    try:
        for one in programs:
            one.start()
        writer.start()
        kill_in_turn(kills, folder, machine, programs, alone=alone)
        settle(machine, writer, programs)
        return {"kills": kills, **counted(machine, emails)}
    finally:
        for one in programs:
            one.kill()


if __name__ == "__main__":
    told = main(int(sys.argv[1]), Path(sys.argv[2]), alone=sys.argv[3:] == ["server-alone"])
    sys.stdout.write(json.dumps(told) + "\n")
