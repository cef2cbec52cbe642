"""Reading a file of any of the usual forms as rows, without ever holding it whole when it need not be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from maillage.apps.imports.delimited import delimited_rows
from maillage.apps.imports.documents import document_rows
from maillage.apps.imports.files import SourceFile
from maillage.apps.imports.rows import Row, UnreadableFile
from maillage.apps.imports.tables import parquet_rows, workbook_rows

__all__ = ["Row", "SourceFile", "UnreadableFile", "read_rows", "rows_of"]


def read_rows(path: Path) -> Iterator[Row]:
    """Give the rows of a CSV, JSON, JSON lines, GeoJSON, TopoJSON, XLSX or Parquet file, ``.gz`` or not.

    The form is recognised by the content, not by the name. Values are texts in a CSV or XLSX file, what JSON or
    Parquet say otherwise; a GeoJSON feature gives its properties and ``geometry``.

    Raises:
        UnreadableFile: the file is none of these, is empty, truncated, too large or wrongly encoded.
    """
    with SourceFile(path) as source:
        yield from rows_of(source)


def rows_of(source: SourceFile) -> Iterator[Row]:
    """Give the rows of a file already open, so that its progress can be watched."""
    beginning = source.beginning()
    if beginning.startswith(b"PK\x03\x04"):
        return workbook_rows(source)
    if beginning.startswith(b"PAR1"):
        return parquet_rows(source)
    source.require_text(beginning)
    if beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        return document_rows(source)
    return delimited_rows(source)
