"""Libraries written in Rust panic on some damaged files: told as an error of Python, without a trace of theirs."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

ERROR_OUTPUT = 2


_lock = threading.Lock()
_kept: list[int] = []
"""The error output as it was, once for each who asked for it to be off and is not done."""


class DamagedInside(ValueError):
    """The file is damaged where its reader did not expect it."""


@contextmanager
def told_as_errors() -> Iterator[None]:
    """Turn a panic into ``DamagedInside``, and the error output off meanwhile: Rust writes its trace there itself.

    The output is turned off for the whole process, until the last thread that asked is done: keep what is inside short,
    and write nothing there.

    Raises:
        DamagedInside: the library panicked.
    """
    # Without an error output, its number may be that of a file: it is left alone.
    has_output = sys.__stderr__ is not None
    try:
        if has_output:
            _turn_off()
        yield
    except pl.exceptions.PanicException as panic:
        raise DamagedInside("the file is damaged inside: get it again") from panic
    finally:
        if has_output:
            _turn_on()


def _turn_off() -> None:
    with _lock:
        # The first copy is that of the output; those of whoever asks meanwhile lead nowhere, as it does then.
        _kept.append(os.dup(ERROR_OUTPUT))
        _point_to(os.open(os.devnull, os.O_WRONLY))


def _turn_on() -> None:
    with _lock:
        _point_to(_kept.pop())


def _point_to(descriptor: int) -> None:
    os.dup2(descriptor, ERROR_OUTPUT)
    os.close(descriptor)
