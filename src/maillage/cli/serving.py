"""Serving the site from one machine: static files collected when they changed, a port that is free, a clean end."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from granian.constants import Interfaces
from granian.server import Server

from maillage.cli.terminal import alone_at_home
from maillage.domain.shared import MaillageError

ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8000
STAMP = "static-files"
THREADS = 4


class PortRefused(MaillageError):
    """The site cannot be served on that port."""


def read_port() -> int:
    """Give the port that PORT names, once sure that it can be listened to.

    Raises:
        PortRefused: it is no port, is taken, or is reserved to the administrator.
    """
    text = os.environ.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise PortRefused(f"PORT is « {text} », where a number from 1 to 65535 is expected.")
    port = int(text)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError as failure:
            raise PortRefused(
                f"Port {port} cannot be used ({failure.strerror}). Stop what listens there, or choose another: "
                f"PORT={port + 1 if port < 65_535 else DEFAULT_PORT} make demo."
            ) from failure
    return port


def collect_static_files() -> None:
    """Gather the static files under names of their content; nothing to do when none changed.

    One process at a time: another would take away what the first has just gathered.
    """
    digest = _digest_of_static_files()
    stamp = Path(settings.MAILLAGE_HOME) / STAMP
    with alone_at_home():
        if stamp.is_file() and stamp.read_text(encoding="ascii") == digest and Path(settings.STATIC_ROOT).is_dir():
            return
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(digest, encoding="ascii")


def serve_until_stopped(port: int) -> None:
    """Answer on this machine until Ctrl-C or SIGTERM."""
    Server(
        "maillage.config.wsgi:application",
        address=ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_enabled=False,
        workers_kill_timeout=5,
    ).serve()


def _digest_of_static_files() -> str:
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            found.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()
