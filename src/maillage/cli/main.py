"""The `maillage` command: set Django up, hand over to a command, say what went wrong in a sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

import click
import django
from django.db import DatabaseError

from maillage.cli import interruptions
from maillage.domain.shared import MaillageError

MISTAKE = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its status: 2 for a mistake of the user's, 130 when interrupted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    status = _status_of(arguments)
    interruptions.unheard()
    sys.exit(status)


def _status_of(arguments: Sequence[str] | None) -> int:
    try:
        with interruptions.stopping_at_once():
            django.setup()
            group = command_group()
        interruptions.never_lost()
        status = group.main(args=arguments, prog_name="maillage", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        return _after_interruption()
    except Exception as failure:  # noqa: BLE001 (said in a sentence, or raised again)
        return _after_interruption() if interruptions.caused(failure) else _after_failure(failure)
    return status if isinstance(status, int) else 0


def _after_interruption() -> int:
    click.echo("\nInterrupted: nothing that was under way is kept.", err=True)
    return interruptions.STATUS


def _after_failure(failure: Exception) -> int:
    """Say in a sentence what failed; give the status to leave with.

    Raises:
        Exception: the failure itself, when nobody foresaw it.
    """
    if isinstance(failure, click.ClickException):
        failure.show()
        return failure.exit_code
    if isinstance(failure, OSError):
        return _after_refusal(failure)
    if isinstance(failure, MaillageError):
        click.echo(f"maillage: {failure}", err=True)
    elif isinstance(failure, DatabaseError):
        click.echo(f"maillage: the database refused: {str(failure).strip().splitlines()[0]}", err=True)
    else:
        raise failure
    return MISTAKE


def _after_refusal(failure: OSError) -> int:
    """Say what the system refused; give the status to leave with."""
    # What is still to be written must not fail a second time when Python closes.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(failure, BrokenPipeError):  # whoever read us has gone (maillage … | head): say nothing more
        return 0
    click.echo(f"maillage: the system refused: {failure}. Check the room left on the disk and the rights.", err=True)
    return MISTAKE


def command_group() -> click.Group:
    """Gather the commands; their modules read the models, which exist only once Django is set up."""
    from maillage.cli import (  # noqa: PLC0415
        accounts,
        agreements,
        codes,
        coverage,
        demo,
        fetching,
        importing,
        index,
        openings,
        outbox,
        portfolio,
        privacy,
        referrals,
        synthesis,
    )

    group = click.Group("maillage", help="Maillage: which services are open to whom, where, and by which article.")
    group = click.version_option(version("maillage"), prog_name="maillage")(group)
    for command in (
        openings.openings,
        openings.replay,
        portfolio.portfolio,
        agreements.agreement,
        codes.codes,
        coverage.coverage,
        importing.import_command,
        fetching.fetch,
        index.index,
        synthesis.synthesis,
        accounts.accounts,
        referrals.clock,
        outbox.outbox,
        referrals.referrals,
        privacy.journal,
        privacy.retention,
        privacy.identifiers,
        privacy.database,
        demo.demo,
        demo.serve,
    ):
        group.add_command(command)
    return group


if __name__ == "__main__":
    main()
