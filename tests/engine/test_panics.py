"""A panic of a library is an error like another, and says nothing on its own."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from maillage.engine.panics import DamagedInside, told_as_errors


def panic():
    os.write(2, b"thread panicked\n")
    raise pl.exceptions.PanicException("assertion failed")


@pytest.mark.parametrize("has_error_output", [True, False])
def test_a_panic_is_told_as_an_error_without_its_trace(has_error_output, capfd, monkeypatch):
    if not has_error_output:
        monkeypatch.setattr(sys, "__stderr__", None)

    with pytest.raises(DamagedInside, match="damaged inside"), told_as_errors():
        panic()
    os.write(2, b"afterwards\n")

    said = capfd.readouterr().err
    assert said == ("afterwards\n" if has_error_output else "thread panicked\nafterwards\n")


def test_threads_that_ask_together_leave_the_output_as_it_was(capfd):
    both, first_is_done = threading.Barrier(2), threading.Event()

    def read(is_first):
        with told_as_errors():
            both.wait(60)
            if not is_first:
                first_is_done.wait(60)
                os.write(2, b"thread panicked\n")
        first_is_done.set()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(read, (True, False)))
    os.write(2, b"afterwards\n")

    assert capfd.readouterr().err == "afterwards\n"


def test_what_does_not_panic_is_left_as_it_is():
    with pytest.raises(KeyError), told_as_errors():
        raise KeyError("other")
