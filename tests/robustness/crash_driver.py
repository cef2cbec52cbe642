"""Kills under load, in a process of its own: python -m tests.robustness.crash_driver KILLS [early | server=FOLDER].

A child sends people and answers for their partner, one request after the other, and says each write once it is
acknowledged. It is killed (SIGKILL) at a random moment, KILLS times; the next child begins with the request that was not
acknowledged, under the same key, as a browser or a machine does. Half of the kills fall on the job of the clock, which
runs beside. ``early`` acknowledges before the transaction is kept: what must be seen to lose. With ``server=FOLDER`` it is
the PostgreSQL server of that throw-away folder that is killed, with all its processes, and started again. One line is printed at the end: kills, writes acknowledged, lost, doubled, stored states that differ from their events.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from tests.robustness import referral_driver as races

from django.db import connections, transaction  # isort: skip

from maillage.apps.audit.models import AuditEvent
from maillage.apps.notifications.models import OutboxMessage
from maillage.apps.referrals.models import Referral, UptakeEvent
from maillage.apps.referrals.queries import stored_states_that_differ
from maillage.apps.referrals.use_cases.clock import run_clock
from maillage.apps.referrals.use_cases.moving import move_uptake
from maillage.apps.referrals.use_cases.sending import Address, Request, send_referral
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move
from tests.apps.referrals.conftest import AT, person
from tools.boot import find_postgresql
from tools.postgres import start

FORKED = multiprocessing.get_context("fork")
LONGEST_SECONDS = 0.25
PATIENCE_SECONDS = 30
HELD_SECONDS = 0.05
PEOPLE_PER_KILL = 12
REMINDED_DAYS = 17


@contextmanager
def acknowledged(early: bool, said: Connection, number: int, what: str) -> Iterator[None]:
    """Say a write once it is kept; or too early, while the transaction may still be lost."""
    if early:
        with transaction.atomic():
            yield
            said.send((number, what))
            time.sleep(HELD_SECONDS)
        return
    yield
    said.send((number, what))


def work(said: Connection, people: list[UUID], first: int, actors: tuple[Actor, Actor], early: bool) -> None:
    """Send and answer, one person after the other, from the first that was not acknowledged."""
    amel, bruno = actors
    for number in range(first, len(people)):
        request = Request((Address("atelier"),))
        with acknowledged(early, said, number, "sent"):
            sent = send_referral(actor=amel, person=people[number], request=request, at=AT, key=f"send-{number}")
        with acknowledged(early, said, number, "accepted"):
            uptake = sent.uptakes[0].uptake
            move_uptake(actor=bruno, uptake=uptake, move=Move.ACCEPT, at=AT, key=f"accept-{number}")


def tick() -> None:
    """Run the clock again and again, on days when what was sent and accepted is reminded of, and nothing expires yet."""
    for day in itertools.cycle(range(1, REMINDED_DAYS)):
        run_clock(at=AT + timedelta(days=day))


def kill_server(folder: Path) -> None:
    """Kill the server and all its processes at once, then start it again."""
    server = int((folder / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGSTOP)  # it starts nothing more
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    for process in (server, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    while any(is_running(int(process)) for process in children):
        time.sleep(0.02)
    # Where nothing buries the dead, their numbers still look alive to the locks that they left.
    for lock in (folder / "cluster" / "postmaster.pid", *folder.glob(".s.PGSQL.*")):
        lock.unlink(missing_ok=True)
    start(find_postgresql(), folder / "cluster", folder)


def is_running(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill_again_and_again(kills: int, *, early: bool, server: Path | None) -> list[int]:
    actors = races.lay_out()
    people = [person(actors[0], f"P{number}") for number in range(kills * PEOPLE_PER_KILL)]
    chance, known, first = random.Random(2026), set(), 0  # noqa: S311 (nothing secret)
    for number in range(kills):
        connections.close_all()
        heard, said = FORKED.Pipe(duplex=False)
        worker = FORKED.Process(target=work, args=(said, people, first, actors, early))
        clock = FORKED.Process(target=tick)
        worker.start()
        said.close()
        if number % 2:
            clock.start()
        known |= listened(heard, known, until=time.monotonic() + chance.uniform(0, LONGEST_SECONDS))
        if server is not None:
            kill_server(server)
        for child in (clock, worker) if number % 2 else (worker,):
            os.kill(child.pid, signal.SIGKILL)
            child.join(PATIENCE_SECONDS)
        known |= rest_of(heard)
        first = max((one for one, what in known if what == "accepted"), default=-1) + 1
    return [kills, len(known), *counted(people, known), len(stored_states_that_differ())]


def listened(heard: Connection, known: set[tuple[int, str]], *, until: float) -> set[tuple[int, str]]:
    """Hear one new acknowledgement at least, then go on until the moment of the kill."""
    found: set[tuple[int, str]] = set()
    while heard.poll(PATIENCE_SECONDS if found <= known else max(0, until - time.monotonic())):
        try:
            found.add(heard.recv())
        except EOFError:  # it ended by itself: the server was gone, or somebody wrote too long
            break
        if time.monotonic() >= until and not found <= known:
            break
    return found


def rest_of(heard: Connection) -> set[tuple[int, str]]:
    """Hear what was said before the kill and not read yet."""
    found = set()
    try:
        while heard.poll(0):
            found.add(heard.recv())
    except (EOFError, OSError):
        pass
    return found


def counted(people: list[UUID], known: set[tuple[int, str]]) -> tuple[int, int]:
    """Count the acknowledged writes that are not there, and the effects that are there twice or without their audit."""
    sent = [Referral.objects.filter(person=one).count() for one in people]
    accepts = UptakeEvent.objects.filter(kind=Move.ACCEPT.value)
    accepted = [accepts.filter(uptake__person=one).count() for one in people]
    lost = sum((sent if what == "sent" else accepted)[number] == 0 for number, what in known)
    doubled = sum(count > 1 for count in (*sent, *accepted))
    told = OutboxMessage.objects.filter(kind="uptake.accept").count()
    audited = AuditEvent.objects.filter(what="uptake.accept").count()
    return lost, doubled + abs(sum(accepted) - told) + abs(sum(accepted) - audited)


if __name__ == "__main__":
    how = "".join(sys.argv[2:])
    folder = Path(how.removeprefix("server=")) if how.startswith("server=") else None
    told = kill_again_and_again(int(sys.argv[1]), early=how == "early", server=folder)
    sys.stdout.write(json.dumps(told) + "\n")
