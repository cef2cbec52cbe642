"""`maillage journal`, `maillage retention`, `maillage identifiers` and `maillage database`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from django.db import connection
from django.utils import timezone

from maillage.apps.audit.sealing import MOST_MONTHS, SAID, export_seals, prune_readings, seal_journals, verify_journals
from maillage.apps.people.acting import APPLICATION_ROLE, prepare_roles
from maillage.apps.people.use_cases import rotate_keys
from maillage.apps.referrals.use_cases.retention import let_everything_leave
from maillage.apps.sharing.use_cases import review_links
from maillage.cli.terminal import prepare_database, who_types
from maillage.domain.shared import MaillageError

FAULTY = 1


class SealsUnreadable(MaillageError):
    """The file of seals that a partner holds cannot be read."""


class NoSuchRole(MaillageError):
    """The role of the application cannot be made here."""


@click.group()
def journal() -> None:
    """Seal the journals, verify them, and give their seals to partners."""


@journal.command()
def seal() -> None:
    """Seal what was written since the last time; run it every hour."""
    prepare_database()
    counts = seal_journals(at=timezone.now())
    click.echo(f"Sealed: {counts['readings']:,} readings, {counts['events']:,} events.")


@journal.command()
@click.option("--held", type=click.Path(path_type=Path), help="Seals that a partner holds, to compare with ours.")
def verify(held: Path | None) -> None:
    """Tell every batch of the journals that is not what was sealed; leaves with status 1 when there is one."""
    prepare_database()
    faults = verify_journals(at=timezone.now(), held=_held(held) if held else [])
    for fault in faults:
        click.echo(f"{fault.journal}, batch {fault.number}: {SAID[fault.what]}.")
    if faults:
        sys.exit(FAULTY)
    click.echo(f"The journals are what was sealed: {len(export_seals()):,} batches.")


@journal.command()
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """Write every seal in FILE, for a partner to hold: digests only, nothing about anybody."""
    prepare_database()
    seals = export_seals()
    try:
        file.write_text("".join(json.dumps(one) + "\n" for one in seals), encoding="utf-8")
    except OSError as failure:
        raise click.FileError(str(file), hint=failure.strerror) from failure
    click.echo(f"{len(seals):,} seals are in {file}.")


def _held(file: Path) -> list[dict[str, Any]]:
    try:
        found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [{name: one[name] for name in ("journal", "number", "digest")} for one in found]
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise SealsUnreadable(
            f"{file} cannot be read as seals ({failure}): give the file that « maillage journal export » wrote."
        ) from failure


@click.command()
@click.option("--months", type=int, default=MOST_MONTHS, show_default=True, help="How long the readings are kept.")
def retention(months: int) -> None:
    """Let the data leave whose time is over: fields, files of people and what is kept of them, logs; run it every day."""
    prepare_database()
    now = timezone.now()
    leaving = let_everything_leave(at=now)
    looked_at = review_links(at=now)
    pruned = prune_readings(by=who_types(), at=now, months=months)
    emptied = sum(leaving.emptied.values())
    click.echo(
        f"{len(leaving.people):,} files have left, {emptied:,} fields were emptied, {pruned:,} readings have left; "
        f"{looked_at:,} open links show what texts and consents allow today."
    )


@click.group()
def identifiers() -> None:
    """Look after the keys of the identifiers that organisations hold."""


@identifiers.command()
def rotate() -> None:
    """Seal every identifier anew under a new key, and drop the former keys."""
    prepare_database()
    count = rotate_keys(by=who_types(), at=timezone.now())
    click.echo(f"{count:,} identifiers are sealed under a new key. Back the file of keys up with the database.")


@click.group()
def database() -> None:
    """Look after the roles and the walls of PostgreSQL."""


@database.command()
def roles() -> None:
    """Make the role that the application acts in, give it its rights, raise the row policies."""
    prepare_database()
    if connection.vendor != "postgresql":
        click.echo("The embedded database has no roles: the filter alone holds. Nothing was done.")
        return
    if not prepare_roles(connection):
        raise NoSuchRole(
            f"This login may not create roles. Ask whoever looks after PostgreSQL for « CREATE ROLE {APPLICATION_ROLE} "
            f"NOBYPASSRLS », then « GRANT {APPLICATION_ROLE} TO » this login, and run the command again."
        )
    click.echo(f"The role {APPLICATION_ROLE} has its rights, and every table about people has its wall.")
