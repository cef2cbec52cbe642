"""The `maillage` command: set Django up, hand over to a command, say what went wrong in a sentence."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from types import FrameType

import click
import django
from django.db import DatabaseError

from maillage.domain.shared import MaillageError

MISTAKE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its status: 2 for a mistake of the user's, 130 when interrupted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
    sys.exit(_status_of(arguments))


def _status_of(arguments: Sequence[str] | None) -> int:
    try:
        with _stopping_at_once():
            django.setup()
            group = command_group()
        status = group.main(args=arguments, prog_name="maillage", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as mistake:
        mistake.show()
        return mistake.exit_code
    except MaillageError as mistake:
        click.echo(f"maillage: {mistake}", err=True)
        return MISTAKE
    except DatabaseError as failure:
        click.echo(f"maillage: the database refused: {str(failure).strip().splitlines()[0]}", err=True)
        return MISTAKE
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nInterrupted: nothing that was under way is kept.", err=True)
        return INTERRUPTED
    except OSError as failure:
        return _after_refusal(failure)
    return status if isinstance(status, int) else 0


@contextmanager
def _stopping_at_once() -> Iterator[None]:
    """Leave at once when interrupted while libraries load: some take the interruption for a failure of their own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(sys.stderr.fileno(), b"\nInterrupted: nothing was begun.\n")
    os._exit(INTERRUPTED)


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
