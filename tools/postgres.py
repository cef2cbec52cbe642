"""A PostgreSQL server for the length of a test run, in a temporary folder, reached by a socket only."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

SUPERUSER = DATABASE = "postgres"
# Nothing in it outlives the run: no waiting for the disk. No TCP: nobody else reaches it.
SERVER_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@contextlib.contextmanager
def throw_away_cluster(programs: Path) -> Iterator[str]:
    """Start a server with the programs of that folder; give its address; leave nothing behind."""
    # Not the TMPDIR of the caller: the path of a socket is limited to 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="maillage-postgres-", dir="/tmp"))
    if owner := server_account():
        shutil.chown(folder, owner, owner)
    cluster = folder / "cluster"
    try:
        initialise(programs, cluster)
        start(programs, cluster, folder)
        try:
            yield f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(folder))}"
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):  # it had already stopped by itself
                as_server(programs / "pg_ctl", "stop", "--pgdata", cluster, "--mode=immediate", "--silent")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def initialise(programs: Path, cluster: Path) -> None:
    # Only the owner of the folder reaches the socket, so the server asks for no password.
    options = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", f"--username={SUPERUSER}")
    as_server(programs / "initdb", "--pgdata", cluster, *options)


def start(programs: Path, cluster: Path, folder: Path) -> None:
    options = f"{SERVER_OPTIONS} -k {folder}"
    as_server(
        programs / "pg_ctl",
        "start",
        "--pgdata",
        cluster,
        "--wait",
        "--log",
        folder / "server.log",
        "--options",
        options,
    )


def server_account() -> str | None:
    """Give the account that must run the server: PostgreSQL refuses root; anyone else runs it themselves."""
    return pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None


def as_server(*command: str | Path) -> None:
    owner = server_account()
    subprocess.run(
        [str(part) for part in command],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
    )
