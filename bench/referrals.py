"""How long inboxes and the pages of people take on a million referrals: `python -m bench.referrals [UPTAKES]`.

The rows are invented from a seed and inserted in bulk (one uptake in twenty with its events), in a database made for it (SQLite in a new folder, or the empty
one that DATABASE_URL names), then asked for in this process by advisers, partners and officers drawn at random, under the
row policies where there are any. `DATABASE_URL=postgres://... python -m bench.referrals 1000000`.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models.fields import NOT_PROVIDED

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
AGENCIES, PARTNERS, ADVISERS_EACH, SITES_EACH = 400, 500, 12, 4
ASKED = 300
CHUNK = 5_000
STATES = ("SENT", "UNDER_STUDY", "ACCEPTED", "APPOINTED", "RECEIVED", "COMPLETED", "REFUSED", "EXPIRED", "FAILED")
WEIGHTS = (4, 2, 2, 2, 4, 50, 18, 14, 4)
OPEN = frozenset(STATES[:5])
ACCEPTED = frozenset({"ACCEPTED", "RECEIVED", "COMPLETED", "FAILED"})


def main(count: int) -> None:
    """Fill, ask, print a table."""
    if not os.environ.get("DATABASE_URL"):
        os.environ["MAILLAGE_HOME"] = tempfile.mkdtemp(prefix="maillage-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    import django  # noqa: PLC0415 (the database is chosen first)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    furnish()
    begun = time.perf_counter()
    fill(count)
    print(f"{count} uptakes laid out in {time.perf_counter() - begun:.0f} s")
    for name, asks in questions().items():
        told(name, asks)


def furnish() -> None:
    """Load the places and the territories of the demonstration: the pages of people tell what is open there."""
    from maillage.apps.catalogue import demonstration as places  # noqa: PLC0415
    from maillage.apps.territories import demonstration as territories  # noqa: PLC0415
    from maillage.cli.serving import collect_static_files  # noqa: PLC0415

    collect_static_files()
    territories.load(by="bench", at=AT)
    places.load(by="bench", at=AT)


def uuid_of(kind: int, number: int) -> UUID:
    return UUID(int=(kind << 96) + number)


def fill(count: int) -> None:
    """Insert people, referrals, uptakes and events, each as a row of plain values: no object for each."""
    from django.db import connection, transaction  # noqa: PLC0415

    from maillage.apps.people.acting import prepare_roles  # noqa: PLC0415
    from maillage.apps.people.models import Person  # noqa: PLC0415
    from maillage.apps.referrals.models import Referral, Uptake, UptakeEvent  # noqa: PLC0415

    chance = random.Random(2026)  # noqa: S311 (nothing secret)
    people_count = max(1, count // 4)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('maillage.system', 'bench', true)")
        insert(cursor, Person, (person(number) for number in range(people_count)))
        for start in range(0, count, CHUNK):
            rows = [uptake(number, people_count, chance) for number in range(start, min(start + CHUNK, count))]
            insert(cursor, Referral, (referral(row) for row in rows))
            insert(cursor, Uptake, rows)
            insert(cursor, UptakeEvent, (event for row in rows[::20] for event in events(row)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    prepare_roles(connection)


def insert(cursor: Any, model: Any, rows: Iterable[dict[str, object]]) -> None:
    """Insert rows by the shortest way of the database; what a row does not say has the value of the model."""
    described = model._meta  # noqa: SLF001 (documented by Django)
    fields = [one for one in described.concrete_fields if not one.get_internal_type().endswith("AutoField")]
    plain = {one.column: None if one.null else default_of(one) for one in fields}
    columns = ", ".join(f'"{name}"' for name in plain)
    table = described.db_table
    if cursor.db.vendor == "postgresql":
        plain = {name: json.dumps(value) if isinstance(value, list | dict) else value for name, value in plain.items()}
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([*(plain | row).values()])
        return
    places = ", ".join(["%s"] * len(plain))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"
    cursor.executemany(statement, ([in_sqlite(value) for value in (plain | row).values()] for row in rows))


def default_of(field: Any) -> object:
    """Give the value that a row has when it says nothing of a field, be it the model or the database that sets it."""
    return field.get_default() if field.db_default is NOT_PROVIDED else field.db_default


def in_sqlite(value: object) -> object:
    """Write a value as Django keeps it in SQLite."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, list | dict):
        return json.dumps(value)
    return str(value) if isinstance(value, date) else value


def adviser_of(number: int) -> tuple[str, UUID, UUID]:
    """Give the agency, the site and the membership that follow a person."""
    agency, adviser = number % AGENCIES, number // AGENCIES % ADVISERS_EACH
    return f"agency-{agency}", uuid_of(1, agency), uuid_of(2, agency * ADVISERS_EACH + adviser)


def person(number: int) -> dict[str, object]:
    agency, site, adviser = adviser_of(number)
    return {
        "id": uuid_of(3, number),
        "lead_organisation": agency,
        "lead_site": site,
        "lead_adviser": adviser,
        "given_name": "Prénom",
        "family_name": f"Nom {number}",
        "municipality": "36018",
        "last_contact_on": ON,
        "created_at": AT,
    }


def uptake(number: int, people_count: int, chance: random.Random) -> dict[str, object]:
    follows = chance.randrange(people_count)
    agency, site, adviser = adviser_of(follows)
    state = chance.choices(STATES, WEIGHTS)[0]
    partner, partner_site = chance.randrange(PARTNERS), chance.randrange(SITES_EACH)
    is_open = state in OPEN
    sent_on = ON - timedelta(days=chance.randrange(20 if is_open else 700))
    return {
        "id": uuid_of(4, number),
        "referral_id": uuid_of(5, number),
        "person": uuid_of(3, follows),
        "sender_organisation": agency,
        "sender_site": site,
        "sender_membership": adviser,
        "service": f"service-{partner}",
        "service_name": "Atelier",
        "recipient_organisation": f"partner-{partner}",
        "recipient_site": uuid_of(6, partner * SITES_EACH + partner_site),
        "channel": "INBOX",
        "basis": "AGREEMENT",
        "agreement": f"agreement-{partner % 50}",
        "article": "P1",
        "department": f"{chance.randrange(1, 96):02d}",
        "state": state,
        "turn": "RECIPIENT" if is_open else "NOBODY",
        "is_open": is_open,
        "sequence": 3,
        "since": sent_on,
        "sent_on": sent_on,
        "due_on": sent_on + timedelta(days=chance.randrange(10, 43)) if is_open else None,
        "appointment_on": ON if state == "APPOINTED" else None,
        "received_on": sent_on + timedelta(days=9) if state in {"RECEIVED", "COMPLETED"} else None,
        "accepted_on": sent_on + timedelta(days=4) if state in ACCEPTED else None,
    }


def referral(row: dict[str, object]) -> dict[str, object]:
    kept = ("person", "sender_organisation", "sender_site", "sender_membership")
    known = {name: row[name] for name in kept}
    return {"id": row["referral_id"], "chain": row["referral_id"], "made_at": AT, **known}


def events(row: dict[str, object]) -> Iterator[dict[str, object]]:
    for sequence, kind in enumerate(("PREPARE", "SEND", "ACCEPT"), start=1):
        yield {
            "uptake_id": row["id"],
            "sequence": sequence,
            "kind": kind,
            "by_name": "Amel",
            "recorded_at": AT,
            "effective_on": row["sent_on"],
        }


def questions() -> dict[str, list[Callable[[], object]]]:
    """Give what is asked, each by many people drawn at random."""
    from django.urls import reverse  # noqa: PLC0415

    from bench.seats import page  # noqa: PLC0415
    from maillage.apps.people.acting import as_actor  # noqa: PLC0415
    from maillage.apps.referrals.queries import awaited, history_of, inbox, referrals_of  # noqa: PLC0415
    from maillage.apps.referrals.rates import Cohort, Cut, rates  # noqa: PLC0415
    from maillage.domain.accounts import Actor, Role  # noqa: PLC0415

    chance = random.Random(7)  # noqa: S311 (nothing secret)
    people_count = int(sys.argv[1] if len(sys.argv) > 1 else 1_000_000) // 4

    def partner() -> Actor:
        number = chance.randrange(PARTNERS * SITES_EACH)
        site = uuid_of(6, number)
        name = f"partner-{number // SITES_EACH}"
        return Actor(uuid_of(8, number), "Bruno", uuid_of(7, number), Role.PARTNER_ADVISER, name, site)

    def adviser(number: int) -> Actor:
        agency, site, membership = adviser_of(number)
        return Actor(uuid_of(8, number), "Amel", membership, Role.ADVISER, agency, site)

    def officer() -> Actor:
        name = f"agency-{chance.randrange(AGENCIES)}"
        return Actor(uuid_of(8, 0), "Chloé", uuid_of(9, 0), Role.OFFICER, name)

    def person_page(number: int) -> None:
        actor = adviser(number)
        with as_actor(actor, on=ON):
            found = referrals_of(actor, uuid_of(3, number), on=ON)
            for request in found[:1]:
                history_of(actor, request.uptakes[0].id, on=ON)

    def named(actor: Actor, ask: Callable[[Actor], object]) -> None:
        with as_actor(actor, on=ON):
            ask(actor)

    partners = [partner() for _ in range(ASKED)]
    people = [chance.randrange(people_count) for _ in range(ASKED)]
    officers = [officer() for _ in range(5)]
    cohort = Cohort(date(2026, 1, 1), ON)
    return {
        "inbox of a partner": [partial(named, actor, partial(inbox, on=ON)) for actor in partners],
        "page of a person": [partial(person_page, number) for number in people],
        "what an adviser is awaited for": [partial(named, adviser(one), partial(awaited, on=ON)) for one in people],
        "whole page, inbox of a partner": [page(actor, reverse("partners:inbox")) for actor in partners],
        "whole page, a person": [
            page(adviser(one), reverse("portfolio:person", args=[uuid_of(3, one)])) for one in people
        ],
        "whole page, first screen of an adviser": [page(adviser(one), reverse("portfolio:first")) for one in people],
        "rates of an officer, by territory": [partial(rates, actor, cohort, Cut.TERRITORY) for actor in officers],
    }


def told(name: str, asks: list[Callable[[], object]]) -> None:
    """Ask each once to warm up and once to measure; print the middle and the worst but one in a hundred."""
    for ask in asks[: len(asks) // 5]:
        ask()
    lengths, computed = [], []
    server = server_clock()
    for ask in asks:
        begun, at_work = time.perf_counter(), time.process_time() + server()
        ask()
        lengths.append(1000 * (time.perf_counter() - begun))
        computed.append(1000 * (time.process_time() + server() - at_work))
    print(
        f"{name}: clock p50 {statistics.median(lengths):.1f} ms, p99 {worst_of(lengths):.1f} ms; processor, the server's "
        f"with ours, p50 {statistics.median(computed):.1f} ms, p99 {worst_of(computed):.1f} ms; of {len(lengths)}",
        flush=True,
    )


def server_clock() -> Callable[[], float]:
    """Give what tells the seconds of processor that the server of this connection has taken; 0 where it is ourselves."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return lambda: 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        spent = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return lambda: int(spent.read_text(encoding="ascii").split()[0]) / 1e9


def worst_of(lengths: list[float]) -> float:
    """Give what ninety-nine in a hundred do not pass."""
    return sorted(lengths)[min(len(lengths) - 1, int(len(lengths) * 0.99))]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
