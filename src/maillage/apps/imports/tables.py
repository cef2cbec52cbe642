"""Workbooks and Parquet files, as the same rows as a CSV would give."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

import fastexcel
import polars as pl

from maillage.apps.imports.files import SourceFile
from maillage.apps.imports.rows import Row, UnreadableFile
from maillage.engine.panics import DamagedInside, told_as_errors

LARGEST_WORKBOOK = 512 * 1024**2
LARGEST_TABLE = 20_000_000
SLICE = 20_000


def workbook_rows(source: SourceFile) -> Iterator[Row]:
    """Give the rows of the first sheet of a workbook; every value is a text, ``None`` when the cell is empty."""
    _refuse_compressed(source)
    _check_workbook(source)
    try:
        with told_as_errors():
            sheet = fastexcel.read_excel(str(source.path)).load_sheet(0, header_row=None, dtypes="string")
            table = sheet.to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError) as failure:
        raise UnreadableFile(f"{source.path.name} is not a readable workbook: {_first_line(failure)}.") from failure
    lines = enumerate(table.iter_rows(), start=1)
    columns = _columns_of(source, next(((number, cells) for number, cells in lines if any(cells)), (0, ()))[1])
    for number, cells in lines:
        values = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
        if any(value is not None for value in values.values()):
            yield Row(number, values)


def parquet_rows(source: SourceFile) -> Iterator[Row]:
    """Give the rows of a Parquet file, a slice at a time; the header counts as line 1."""
    _refuse_compressed(source)
    try:
        table = pl.scan_parquet(source.path, glob=False)
        with told_as_errors():
            count = table.select(pl.len()).collect().item()
        if count > LARGEST_TABLE:
            raise UnreadableFile(f"{source.path.name} has {count:,} rows, where {LARGEST_TABLE:,} at most are read.")
        for start in range(0, count, SLICE):
            with told_as_errors():
                piece = table.slice(start, SLICE).collect()
            for offset, values in enumerate(piece.iter_rows(named=True)):
                yield Row(start + offset + 2, values)
    except (pl.exceptions.PolarsError, DamagedInside, OSError) as failure:
        raise UnreadableFile(f"{source.path.name} is a damaged Parquet file: {_first_line(failure)}.") from failure


def _check_workbook(source: SourceFile) -> None:
    try:
        with zipfile.ZipFile(source.path) as archive:
            names = archive.namelist()
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as failure:
        raise UnreadableFile(f"{source.path.name} is a damaged or truncated workbook. Get it again.") from failure
    if not any(name.startswith("xl/") for name in names):
        raise UnreadableFile(f"{source.path.name} is an archive, not a workbook: take the file out of it first.")
    if size > LARGEST_WORKBOOK:
        raise UnreadableFile(
            f"{source.path.name} holds more than {LARGEST_WORKBOOK // 1024**2} MB once decompressed: save it as CSV."
        )


def _columns_of(source: SourceFile, cells: tuple[object, ...]) -> list[str]:
    columns = ["" if cell is None else str(cell).strip() for cell in cells]
    named = [name for name in columns if name]
    if not named:
        raise UnreadableFile(f"{source.path.name}: the first sheet is empty. Put the table on the first sheet.")
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise UnreadableFile(f"{source.path.name}: the header has twice the column {', '.join(twice)}.")
    return columns


def _refuse_compressed(source: SourceFile) -> None:
    if source.is_compressed:
        raise UnreadableFile(
            f"{source.path.name}: a workbook or a Parquet file is compressed already; give it without .gz."
        )


def _first_line(failure: Exception) -> str:
    return (str(failure).strip().splitlines() or [type(failure).__name__])[0].rstrip(".")
