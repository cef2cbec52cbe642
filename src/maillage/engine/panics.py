"""Libraries written in Rust panic on some damaged files: told as an error of Python, without a trace of theirs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

ERROR_OUTPUT = 2


class DamagedInside(ValueError):
    """The file is damaged where its reader did not expect it."""


@contextmanager
def told_as_errors() -> Iterator[None]:
    """Turn a panic into ``DamagedInside``, and the error output off meanwhile: Rust writes its trace there itself.

    The output is turned off for the whole process: keep what is inside short, and write nothing there.

    Raises:
        DamagedInside: the library panicked.
    """
    # Without an error output, its number may be that of a file: it is left alone.
    kept = None if sys.__stderr__ is None else os.dup(ERROR_OUTPUT)
    try:
        if kept is not None:
            _point_to(os.open(os.devnull, os.O_WRONLY))
        yield
    except pl.exceptions.PanicException as panic:
        raise DamagedInside("the file is damaged inside: get it again") from panic
    finally:
        if kept is not None:
            _point_to(kept)


def _point_to(descriptor: int) -> None:
    os.dup2(descriptor, ERROR_OUTPUT)
    os.close(descriptor)
