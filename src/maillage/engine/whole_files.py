"""Writing a file whole or not at all: whoever reads it never finds half of it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import polars as pl
from xlsxwriter.exceptions import XlsxWriterException

from maillage.domain.shared import MaillageError

READABLE_BY_ALL = 0o644
BEGUN = ".begun"
"""What stands in the name of a file being written, before its ending; no reader looks for it."""


class OutputImpossible(MaillageError):
    """A file cannot be written where or as it was asked for."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside ``path`` to write to; it takes the name once written, and nothing stays of a failure.

    Raises:
        OutputImpossible: the folder does not exist, or the disk refuses.
    """
    check_folder(path)
    _sweep(path)
    file = _begun_beside(path)
    begun = Path(file.name)
    try:
        with file:
            # The lock goes with the process: who finds the file without one knows that nobody writes it any more.
            fcntl.flock(file, fcntl.LOCK_EX)
            yield begun
            with begun.open("rb+") as written:
                os.fsync(written.fileno())
            begun.chmod(READABLE_BY_ALL)
            begun.replace(path)
    except (OSError, XlsxWriterException, pl.exceptions.PolarsError) as error:
        raise _impossible(path, error) from error
    finally:
        begun.unlink(missing_ok=True)


def _begun_beside(path: Path) -> IO[bytes]:
    try:
        return NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.stem}-", suffix=f"{BEGUN}{path.suffix}", delete=False
        )
    except OSError as error:
        raise _impossible(path, error) from error


def _sweep(path: Path) -> None:
    """Remove what runs that were killed began beside ``path``."""
    for left in path.parent.glob(f".{path.stem}-*{BEGUN}{path.suffix}"):
        try:
            with left.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink(missing_ok=True)
        except OSError:
            continue  # another run is writing it, or it has gone


def _impossible(path: Path, error: Exception) -> OutputImpossible:
    return OutputImpossible(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}.")


def check_folder(path: Path) -> None:
    """Refuse a file in a folder that does not exist.

    Raises:
        OutputImpossible: there is no such folder.
    """
    if not path.parent.is_dir():
        raise OutputImpossible(f"{path.parent} is not a folder: make it first, or write elsewhere.")
