"""The command, run in the process of the test."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from maillage.cli.main import main


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Give interruptions their meaning back: a command that has ended no longer hears them."""
    before, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    yield
    signal.signal(signal.SIGINT, before)
    sys.unraisablehook = hook


@pytest.fixture
def maillage(capsys, db, interruptible):
    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(int(end.value.code), out, err)

    return run
