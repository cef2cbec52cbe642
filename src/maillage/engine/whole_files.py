"""Writing a file whole or not at all: whoever reads it never finds half of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import polars as pl

from maillage.engine.opening_files import OutputImpossible

READABLE_BY_ALL = 0o644


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside ``path`` to write to; it takes the name once written, and nothing stays of a failure.

    Raises:
        OutputImpossible: the folder does not exist, or the disk refuses.
    """
    check_folder(path)
    begun = _begun_beside(path)
    try:
        yield begun
        begun.chmod(READABLE_BY_ALL)
        begun.replace(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _impossible(path, error) from error
    finally:
        begun.unlink(missing_ok=True)


def _begun_beside(path: Path) -> Path:
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix, delete=False) as file:
            return Path(file.name)
    except OSError as error:
        raise _impossible(path, error) from error


def _impossible(path: Path, error: Exception) -> OutputImpossible:
    return OutputImpossible(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}.")


def check_folder(path: Path) -> None:
    """Refuse a file in a folder that does not exist.

    Raises:
        OutputImpossible: there is no such folder.
    """
    if not path.parent.is_dir():
        raise OutputImpossible(f"{path.parent} is not a folder: make it first, or write elsewhere.")
