"""What Ctrl-C means to a command: it is heard whatever a library makes of it, and never once all is said."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STATUS = 130
_AGAIN_AFTER_SECONDS = 0.05


@contextmanager
def stopping_at_once() -> Iterator[None]:
    """Leave at once when interrupted while libraries load: some take the interruption for a failure of their own."""
    if not _in_main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """Give what SIGTERM sets, for a worker that ends what it has begun before it stops."""
    stop = threading.Event()
    if not _in_main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)


def never_lost() -> None:
    """Repeat an interruption that came while rubbish was collected: Python would print it and go on."""
    sys.unraisablehook = _once_more


def unheard() -> None:
    """Hear none from now on: all is said and kept, an interruption could only disturb how Python closes."""
    if _in_main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def caused(failure: BaseException) -> bool:
    """Tell whether a failure came of an interruption: a statement that is cut short leaves a connection that refuses."""
    earlier = failure.__cause__ or failure.__context__
    return earlier is not None and (isinstance(earlier, KeyboardInterrupt) or caused(earlier))


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(sys.stderr.fileno(), b"\nInterrupted: nothing was begun.\n")
    os._exit(STATUS)


def _once_more(lost: sys.UnraisableHookArgs) -> None:
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    # From another thread and a little later: here and now it would be lost in the same way.
    again = threading.Timer(_AGAIN_AFTER_SECONDS, os.kill, [os.getpid(), signal.SIGINT])
    again.daemon = True
    again.start()
