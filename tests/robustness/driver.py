"""What the tests of crashes and races run in a process of its own: python -m tests.robustness.driver WHAT ...

``killed FORMAT FILE`` imports the file in child processes that SIGKILL themselves before their first write, before
their second, and so on until one ends by itself; one line of counts is printed after each. ``bare`` does the same once,
in the middle, without any transaction: what must be seen to fail. ``remembered`` has two processes remember the same contexts at once.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from datetime import UTC, date, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402

from maillage.apps.audit.models import AuditEvent  # noqa: E402
from maillage.apps.catalogue.models import CatalogueRecord, CatalogueSequence  # noqa: E402
from maillage.apps.eligibility.models import AnswerContext  # noqa: E402
from maillage.apps.eligibility.queries import offered_on  # noqa: E402
from maillage.apps.eligibility.use_cases import remember_context  # noqa: E402
from maillage.apps.imports.models import ImportRun  # noqa: E402
from maillage.apps.territories.models import Municipality  # noqa: E402
from maillage.cli.main import command_group, main  # noqa: E402

WRITES = ("INSERT", "UPDATE", "DELETE")
DAYS = [date(2022, 1, 1) + timedelta(days=number) for number in range(5)]
PATIENCE_SECONDS = 60
IN_THE_MIDDLE = 4


def say(*what: int | None) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def counts() -> list[int]:
    """Count what an import writes."""
    found = [table.objects.count() for table in (Municipality, CatalogueRecord, CatalogueSequence, ImportRun)]
    return [*found, AuditEvent.objects.filter(what="import_file").count()]


def without_transaction() -> None:
    """Let every statement be kept as soon as it is written."""
    transaction.Atomic.__enter__ = lambda _: None
    transaction.Atomic.__exit__ = lambda *_: None


def imported(fatal_write: int, format_name: str, file: str) -> None:
    """Import a file; be killed just before a given write."""
    written = 0

    def watch(execute, statement, parameters, many, context):
        nonlocal written
        written += statement.startswith(WRITES)
        if written == fatal_write:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(watch):
        main(["import", format_name, file])


def killed_at(fatal_write: int, format_name: str, file: str) -> int | None:
    """Import in a child process; say how it ended and what it left."""
    connections.close_all()
    child = multiprocessing.get_context("fork").Process(target=imported, args=(fatal_write, format_name, file))
    child.start()
    child.join()
    say(child.exitcode, *counts())
    return child.exitcode


def kill_again_and_again(format_name: str, file: str) -> None:
    command_group()  # its libraries are loaded once, not in every child
    fatal_write = 1
    while killed_at(fatal_write, format_name, file) == -signal.SIGKILL:
        fatal_write += 1


def remember_at_once() -> None:
    """Remember the same contexts in two processes, each context at the same moment."""
    forked = multiprocessing.get_context("fork")
    barrier = forked.Barrier(2, timeout=PATIENCE_SECONDS)
    connections.close_all()

    def remember() -> None:
        for day in DAYS:
            context = offered_on(day).context
            barrier.wait()
            remember_context(by="race", context=context, at=datetime.now(UTC))

    both = [forked.Process(target=remember) for _ in range(2)]
    for child in both:
        child.start()
    for child in both:
        child.join(PATIENCE_SECONDS)
    events = AuditEvent.objects.filter(what="remember_context").count()
    say(*[child.exitcode for child in both], AnswerContext.objects.count(), events)


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    what, *rest = sys.argv[1:]
    say(0, *counts())
    if what == "remembered":
        remember_at_once()
    elif what == "bare":
        without_transaction()
        killed_at(IN_THE_MIDDLE, *rest)
    else:
        kill_again_and_again(*rest)
