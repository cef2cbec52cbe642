"""A table that somebody uploads: what it may be, how large once unpacked, and where it is read."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

TABLES = (".csv", ".xlsx")
"""Parquet is for the command line: a small file of it may hold any number of rows."""
LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 20 * LARGEST_FILE
_READ_AT_ONCE = 1024 * 1024
_NAME_MOST = 60


def can_be_unpacked(table: UploadedFile) -> bool:
    """Tell whether a workbook, which is an archive, stays small once unpacked; its own word is not taken for it."""
    try:
        with zipfile.ZipFile(table) as archive:
            left = LARGEST_UNPACKED
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    while content := part.read(_READ_AT_ONCE):
                        left -= len(content)
                        if left < 0:
                            return False
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        return False  # torn, locked, or packed otherwise than any spreadsheet does
    finally:
        table.seek(0)
    return True


@contextmanager
def on_disk(table: UploadedFile) -> Iterator[Path]:
    """Write an uploaded table where it can be read, and nowhere after that."""
    name = Path(table.name or "table.csv").name[-_NAME_MOST:]
    with tempfile.TemporaryDirectory(prefix="maillage-table-") as folder:
        path = Path(folder) / name
        with path.open("wb") as file:
            for chunk in table.chunks():
                file.write(chunk)
        yield path
