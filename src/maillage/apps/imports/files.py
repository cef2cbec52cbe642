"""A file on the disk, compressed or not, read within bounds."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from maillage.apps.imports.rows import UnreadableFile

LARGEST_CONTENT = 2 * 1024**3
"""Bytes of text, once decompressed, above which a file is refused: ten times the largest that is published."""
LONGEST_LINE = 16 * 1024**2
LOOKED_AT = 4096


class SourceFile:
    """A file being read: its text line by line or in pieces, how far the reading is, and its digest.

    Raises:
        UnreadableFile: it is absent, a folder, empty, or may not be read.
    """

    def __init__(self, path: Path, *, largest: int = LARGEST_CONTENT) -> None:
        self.path = path
        self.largest = largest
        self.read_count = 0
        try:
            self.size = path.stat().st_size
            self._raw: BinaryIO = path.open("rb")
        except FileNotFoundError:
            raise UnreadableFile(f"There is no file {path}: check the name and the folder.") from None
        except IsADirectoryError:
            raise UnreadableFile(f"{path} is a folder: give one of its files.") from None
        except (OSError, ValueError) as failure:
            raise UnreadableFile(f"{path} cannot be read: {failure}.") from failure
        self.is_compressed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        opened = gzip.GzipFile(fileobj=self._raw, mode="rb") if self.is_compressed else self._raw
        self._content = cast("BinaryIO", opened)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._content.close()
        self._raw.close()

    def beginning(self) -> bytes:
        """Give the first bytes of the content, and go back to the start."""
        found = self.read(LOOKED_AT)
        self._content.seek(0)
        self.read_count = 0
        if not found.strip(b"\xef\xbb\xbf \t\r\n"):
            raise UnreadableFile(f"{self.path.name} is empty: nothing was changed.")
        return found

    def position(self) -> int:
        """How many bytes of the file on the disk were read."""
        return self._raw.tell()

    def read(self, count: int) -> bytes:
        """Give at most so many bytes of content; none at the end."""
        return self._within_bounds(self._guarded(self._content.read, count))

    def read_line(self) -> bytes:
        """Give one physical line with its end; empty at the end of the file."""
        line = self._within_bounds(self._guarded(self._content.readline, LONGEST_LINE + 1))
        if len(line) > LONGEST_LINE:
            raise UnreadableFile(
                f"{self.path.name} has a line of more than {LONGEST_LINE // 1024**2} MB: it is not a table of lines."
            )
        return line

    def digest(self) -> str:
        """Give the SHA-256 of the file on the disk."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def require_text(self, beginning: bytes) -> None:
        """Refuse what is plainly not text in UTF-8.

        Raises:
            UnreadableFile: a workbook of the old kind, UTF-16, an archive, any other binary.
        """
        known = {
            b"\xd0\xcf\x11\xe0": "a workbook of the former Excel: save it as .xlsx or as CSV UTF-8",
            b"\xff\xfe": "written in UTF-16: save it as CSV UTF-8",
            b"\xfe\xff": "written in UTF-16: save it as CSV UTF-8",
            b"%PDF": "a PDF document: ask its publisher for the table",
            b"BZh": "compressed with bzip2: decompress it first",
            b"7z\xbc\xaf": "a 7z archive: take the file out of it first",
            b"(\xb5/\xfd": "compressed with zstd: decompress it first",
        }
        for magic, sentence in known.items():
            if beginning.startswith(magic):
                raise UnreadableFile(f"{self.path.name} is {sentence}.")
        if b"\x00" in beginning.partition(b"\n")[0]:  # further on, it is the fault of one line
            raise UnreadableFile(
                f"{self.path.name} is not a text. Formats read: CSV, JSON, GeoJSON, XLSX and Parquet, .gz or not."
            )

    def _within_bounds(self, found: bytes) -> bytes:
        self.read_count += len(found)
        if self.read_count > self.largest:
            raise UnreadableFile(
                f"{self.path.name} holds more than {self.largest // 1024**2:,} MB once decompressed: it is refused. "
                f"Split it, or check what it is."
            )
        return found

    def _guarded(self, reader: Callable[[int], bytes], count: int) -> bytes:
        try:
            return reader(count)
        except EOFError:
            raise UnreadableFile(
                f"{self.path.name} is truncated: its compression ends too early. Get it again."
            ) from None
        except (zlib.error, gzip.BadGzipFile) as failure:
            raise UnreadableFile(f"{self.path.name} is a damaged .gz file ({failure}). Get it again.") from failure
        except OSError as failure:
            raise UnreadableFile(f"{self.path.name} cannot be read: {failure}.") from failure
