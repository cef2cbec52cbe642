"""What every command shares: progress on a terminal, and a database that is ready."""

from __future__ import annotations

import ctypes
import fcntl
import getpass
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from maillage.domain.shared import MaillageError

BAR_WIDTH = 30
SECONDS_BETWEEN = 0.1
MAPPED_FROM, _MAP_FROM = 1 << 20, -3
"""Blocks of memory of so many bytes go back to the system as soon as they are freed; how mallopt(3) names that."""
_LOCK = 0x4D61_6967
"""Names the lock of the tables among PostgreSQL's advisory locks."""


class DatabaseNotReady(MaillageError):
    """The database does not answer or refuses."""


class Progress:
    """A bar on the error output of a terminal, nothing elsewhere: call it with what is done and the total."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._is_shown = sys.stderr.isatty()
        self._last_at = 0.0
        self._last_done = -1

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        is_too_soon = now - self._last_at < SECONDS_BETWEEN and done != total
        if not self._is_shown or is_too_soon or done == self._last_done:
            return
        self._last_at, self._last_done = now, done
        if total:
            full = BAR_WIDTH * done // total
            shown = f"[{'#' * full}{'.' * (BAR_WIDTH - full)}] {100 * done // total:3d} %"
        else:
            shown = f"{done:,}"
        sys.stderr.write(f"\r\x1b[K{self._title} {shown}")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line clean."""
        if self._is_shown and self._last_at:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def prepare_database() -> None:
    """Bring the tables up to date; a few milliseconds when they are.

    Raises:
        DatabaseNotReady: the database does not answer or refuses.
    """
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with nobody_else():
                call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as failure:
        first_line = (str(failure).strip().splitlines() or [type(failure).__name__])[0]
        raise DatabaseNotReady(
            f"The database does not answer ({first_line}). Check DATABASE_URL, or unset it to use the embedded one."
        ) from failure


@contextmanager
def nobody_else() -> Iterator[None]:
    """Let one command at a time prepare the tables; the next one waits, then finds it done."""
    with alone_at_home():
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:  # commands of several homes may share these tables
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def alone_at_home() -> Iterator[None]:
    """Let one process at a time prepare the home."""
    folder = os.open(settings.MAILLAGE_HOME, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def give_memory_back() -> None:
    """Make what this process frees go back to the system at once; nothing where the C library has no such setting.

    Left to itself, the GNU library soon keeps blocks of up to 32 MiB for later: a quarter of the peak of a large run.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_MAP_FROM, MAPPED_FROM)


def who_types() -> str:
    """Name who runs the command, for the journal."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):
        return "command line"
