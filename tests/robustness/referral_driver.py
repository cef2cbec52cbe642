"""Races on referrals, in a process of its own: python -m tests.robustness.referral_driver RACERS ROUNDS [unguarded].

Each round, RACERS threads do the same thing at the same moment: accept one request, redirect one, delegate one person,
delegate different people when two places are left, ask the same with one idempotency key (half of them something else). One line a contest is printed: its name, the attempts, and how many
times it was done more, or less, than it must be. ``unguarded`` takes away what forbids it: what must be seen to double.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

FOLDER = Path(tempfile.mkdtemp(prefix="maillage-races-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["MAILLAGE_AGREEMENTS"] = str(FOLDER)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, connection, connections, transaction  # noqa: E402

from maillage.apps.accounts.models import KeptAnswer  # noqa: E402
from maillage.apps.accounts.use_cases import keys  # noqa: E402
from maillage.apps.catalogue.use_cases import keep_records  # noqa: E402
from maillage.apps.delegation import use_cases as delegating  # noqa: E402
from maillage.apps.delegation.models import Delegation, VolumeUse  # noqa: E402
from maillage.apps.delegation.queries import DelegatingClause  # noqa: E402
from maillage.apps.imports.use_cases import import_file  # noqa: E402
from maillage.apps.people import watching  # noqa: E402
from maillage.apps.referrals.models import Referral, Uptake, UptakeEvent  # noqa: E402
from maillage.apps.referrals.use_cases import moving  # noqa: E402
from maillage.apps.referrals.use_cases.sending import Address, Request, redirect, send_referral  # noqa: E402
from maillage.domain.accounts import Actor, Role  # noqa: E402
from maillage.domain.agreements import Volume  # noqa: E402
from maillage.domain.referrals import Move  # noqa: E402
from maillage.domain.shared import MaillageError  # noqa: E402
from tests.apps.referrals.conftest import (  # noqa: E402
    AGENCY,
    AGREEMENT,
    AT,
    COMMUNES,
    MISSION,
    OFFER,
    ON,
    member,
    person,
)

PLACES = 2
PAUSE_SECONDS = 0.01
PATIENCE_SECONDS = 60
LONGEST_WAIT_SECONDS = 300
"""SQLite lets one writer in at a time: on a busy machine the last of sixty-four waits longer than a page may."""


def lay_out() -> tuple[Actor, Actor]:
    """Fill an empty database with two who work together, and who meet thousands of people in a moment."""
    call_command("migrate", verbosity=0)
    watching.SPELLS = ()  # else their accounts are frozen, and nothing is tried any more
    if connection.vendor == "sqlite":
        connections.settings["default"]["OPTIONS"]["timeout"] = LONGEST_WAIT_SECONDS
    path = FOLDER / "communes.csv"
    path.write_text(COMMUNES)
    import_file(by="tests", format_name="communes", path=path, at=AT)
    keep_records(OFFER, format_name="test", at=AT)
    (FOLDER / "essai").mkdir()
    (FOLDER / "essai" / "agreement.yaml").write_text(AGREEMENT)
    return member("Amel", Role.ADVISER, AGENCY), member("Bruno", Role.PARTNER_ADVISER, MISSION)


def send(amel: Actor, who: UUID, service: str = "atelier") -> UUID:
    made = send_referral(actor=amel, person=who, request=Request((Address(service),), agreed_on=ON), at=AT)
    return made.uptakes[0].uptake


def at_once(pool: ThreadPoolExecutor, attempts: Sequence[Callable[[], object]]) -> None:
    """Start all attempts at the same moment; a refusal is an answer like another."""
    barrier = threading.Barrier(len(attempts), timeout=PATIENCE_SECONDS)

    def attempt(one: Callable[[], object]) -> None:
        connection.ensure_connection()
        barrier.wait()
        with suppress(MaillageError, IntegrityError):
            one()

    for done in [pool.submit(attempt, one) for one in attempts]:
        done.result()


def accepted(pool: ThreadPoolExecutor, racers: int, amel: Actor, bruno: Actor) -> int:
    uptake = send(amel, person(amel))
    at_once(pool, [lambda: moving.move_uptake(actor=bruno, uptake=uptake, move=Move.ACCEPT, at=AT)] * racers)
    return UptakeEvent.objects.filter(uptake=uptake, kind=Move.ACCEPT.value).count() - 1


def redirected(pool: ThreadPoolExecutor, racers: int, amel: Actor, bruno: Actor) -> int:
    uptake = send(amel, person(amel))
    refused = moving.Said(reason="NO_PLACE")
    moving.move_uptake(actor=bruno, uptake=uptake, move=Move.REFUSE, said=refused, at=AT)
    request = Request((Address("ordinateurs"),))
    at_once(pool, [lambda: redirect(actor=amel, uptake=uptake, request=request, at=AT)] * racers)
    return Referral.objects.filter(based_on=uptake).count() - 1


def delegated(pool: ThreadPoolExecutor, racers: int, amel: Actor, _bruno: Actor) -> int:
    empty_places()
    who = person(amel)
    at_once(pool, [lambda: send(amel, who, "accompagnement")] * racers)
    return Delegation.objects.filter(person=who).count() - 1


def last_places(pool: ThreadPoolExecutor, racers: int, amel: Actor, _bruno: Actor) -> int:
    empty_places()
    people = [person(amel, f"P{number}") for number in range(racers)]
    at_once(pool, [lambda who=who: send(amel, who, "accompagnement") for who in people])
    held = Delegation.objects.filter(person__in=people, state="PROPOSED").count()
    used = VolumeUse.objects.get().used
    return max(abs(held - PLACES), abs(used - PLACES))


def asked_once(pool: ThreadPoolExecutor, racers: int, amel: Actor, _bruno: Actor) -> int:
    """One effect and one answer for those who ask the same; the others are refused."""
    people, key = (person(amel), person(amel, "Élise")), str(uuid4())
    answers: list[tuple[str, str]] = []

    def ask(who: UUID) -> None:
        made = keys.answer_once(
            actor=amel, key=key, digest=str(who), at=AT, make=lambda: {"uptake": str(send(amel, who))}
        )
        answers.append((str(who), str(made["uptake"])))

    at_once(pool, [lambda who=who: ask(who) for who in people * (racers // 2)])
    effects = Referral.objects.filter(person__in=people).count()
    return max(effects - 1, len(set(answers)) - 1, abs(len(answers) - racers // 2))


def empty_places() -> None:
    """Forget who holds a place: each round begins with all of them."""
    VolumeUse.objects.all().delete()
    Delegation.objects.update(state="CANCELLED")


CONTESTS = (accepted, redirected, delegated, last_places, asked_once)


def widen_the_window() -> None:
    """Wait between what is read and what is written, guarded or not: what can go wrong then does."""
    moments = (
        (moving, "claim"),
        (delegating, "take_place"),
        (delegating, "_refuse_a_second"),
        (KeptAnswer.objects, "create"),
    )
    for owner, name in moments:
        setattr(owner, name, waiting_before(getattr(owner, name)))


def waiting_before(act: Callable[..., Any]) -> Callable[..., Any]:
    def later(*arguments: Any, **named: Any) -> Any:
        time.sleep(PAUSE_SECONDS)
        return act(*arguments, **named)

    return later


def take_the_guards_away() -> None:
    """Let every statement be kept at once, whatever was read before it, and drop what the database forbids."""
    for model in (UptakeEvent, Delegation, VolumeUse, KeptAnswer):
        # SQLite makes the table again from what the model says: it must say it no longer.
        dropped, model._meta.constraints = model._meta.constraints, []
        with connection.schema_editor() as editor:
            for constraint in dropped:
                editor.remove_constraint(model, constraint)
    transaction.Atomic.__enter__ = lambda _: None
    transaction.Atomic.__exit__ = lambda *_: None
    moving.claim = lambda uptake, _read, last, columns: Uptake.objects.filter(pk=uptake).update(
        sequence=last, **columns
    )
    delegating.take_place = read_then_write


def read_then_write(clause: DelegatingClause, volume: Volume, *, on: date) -> date | None:
    """Take a place as one would without thinking of the others."""
    named = {"agreement": clause.agreement.id, "clause": clause.id, "period_start": on.replace(month=1, day=1)}
    row, _ = VolumeUse.objects.get_or_create(**named, defaults={"limit": volume.count})
    if row.used >= row.limit:
        return None
    time.sleep(PAUSE_SECONDS)
    VolumeUse.objects.filter(pk=row.pk).update(used=row.used + 1)
    return on.replace(month=1, day=1)


def contests(racers: int, rounds: int) -> Iterator[tuple[str, int, int]]:
    amel, bruno = lay_out()
    if sys.argv[3:] == ["unguarded"]:
        take_the_guards_away()
    widen_the_window()
    with ThreadPoolExecutor(racers, initializer=connections.close_all) as pool:
        for contest in CONTESTS:
            doubled = 0
            for _ in range(rounds):
                try:
                    doubled += abs(contest(pool, racers, amel, bruno))
                except (VolumeUse.MultipleObjectsReturned, VolumeUse.DoesNotExist):
                    doubled += 1
            yield contest.__name__, racers * rounds, doubled
        close = [pool.submit(connections.close_all) for _ in range(racers)]
        for one in close:
            one.result()


if __name__ == "__main__":
    for told in contests(int(sys.argv[1]), int(sys.argv[2])):
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
