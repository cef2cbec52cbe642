"""The command, run in the process of the test."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from maillage.cli.main import main


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


@contextmanager
def heard_again() -> Iterator[None]:
    """Give interruptions their meaning back: a command that has ended no longer hears them."""
    before, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        sys.unraisablehook = hook


@pytest.fixture
def maillage(capsys, db):
    def run(*arguments):
        with heard_again(), pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(int(end.value.code), out, err)

    return run
