"""The columns of a file of people as codes: each distinct text once, so that millions of lines cost their few values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.engine.panics import told_as_errors

KNOWN_NONE = "none"
LARGEST_WHOLE = 2**53
NARROW = 1 << 16
"""Whole numbers that spread over fewer values than these are their own codes."""
LINES_AT_ONCE = 1 << 21
"""How many lines of a Parquet column are in memory as texts at a time."""


class Coded(NamedTuple):
    """A column: ``words``, its distinct texts without the spaces around, "" for none; ``codes`` the place of each."""

    words: list[str]
    codes: NDArray[np.uint32]


@dataclass(frozen=True)
class Table:
    """A file of people, of which columns are read one by one when asked for.

    ``series`` reads a column whole, ``pieces`` one piece after the other. ``lines``: the line of each row, ``None`` when
    row 0 is line 2 and none is missing.
    """

    columns: tuple[str, ...]
    height: int
    series: Callable[[str], pl.Series]
    pieces: Callable[[str], Iterator[pl.Series]]
    lines: NDArray[np.int64] | None = None

    def line_of(self, row: int) -> int:
        """Give the line of a row, the header being line 1."""
        return row + 2 if self.lines is None else int(self.lines[row])


def table_of(frame: pl.DataFrame, lines: NDArray[np.int64]) -> Table:
    """Make a table of what is in memory."""
    return Table(
        tuple(frame.columns), frame.height, frame.get_column, lambda name: iter((frame.get_column(name),)), lines
    )


def parquet_table(path: Path) -> Table:
    """Make a table of a Parquet file; what is read of a column takes memory only while it is read."""
    scan = pl.scan_parquet(path)
    with told_as_errors():
        names = tuple(scan.collect_schema().names())
        height = int(scan.select(pl.len()).collect().item())

    def series(name: str) -> pl.Series:
        with told_as_errors():
            return pl.read_parquet(path, columns=[name], use_pyarrow=False).get_column(name)

    def pieces(name: str) -> Iterator[pl.Series]:
        for first in range(0, height, LINES_AT_ONCE):
            with told_as_errors():
                piece = scan.select(name).slice(first, LINES_AT_ONCE).collect()
            yield piece.get_column(name)

    return Table(names, height, series, pieces)


def coded(column: pl.Series) -> Coded:
    """Write a column of any kind as codes. Cost: some 20 ns a line for texts, less for narrow numbers."""
    if column.dtype == pl.Boolean:
        return Coded(["", "false", "true"], _from_one(column.cast(pl.Int8), 0))
    if column.dtype.is_integer() and column.null_count() < len(column):
        low, high = int(column.min()), int(column.max())  # type: ignore[arg-type]
        if high - low < NARROW:
            return Coded(["", *(str(number) for number in range(low, high + 1))], _from_one(column.cast(pl.Int64), low))
    if isinstance(column.dtype, pl.Enum):
        words = [*(text.strip() for text in column.dtype.categories.to_list()), ""]
        return Coded(words, column.to_physical().cast(pl.UInt32).fill_null(len(words) - 1).to_numpy())
    if not isinstance(column.dtype, pl.Categorical):
        column = column.to_frame("").select(as_text("", column.dtype)).to_series()
        column = column.cast(pl.Categorical(pl.Categories.random()))
    distinct = column.drop_nulls().unique()
    places = distinct.to_physical().cast(pl.Int64).to_numpy()
    words = [""] * (int(places.max(initial=-1)) + 2)
    for place, text in zip(places.tolist(), distinct.cast(pl.String).to_list(), strict=True):
        words[place] = text.strip()
    return Coded(words, column.to_physical().cast(pl.UInt32).fill_null(len(words) - 1).to_numpy())


def _from_one(column: pl.Series, low: int) -> NDArray[np.uint32]:
    return (column - (low - 1)).fill_null(0).cast(pl.UInt32).to_numpy()


def as_text(name: str, kind: pl.DataType) -> pl.Expr:
    """Say a column of any kind in texts: lists joined by "|", whole numbers without a decimal point."""
    column = pl.col(name)
    if isinstance(kind, pl.List):
        joined = column.cast(pl.List(pl.String)).list.join("|")
        column = pl.when(column.list.len() == 0).then(pl.lit(KNOWN_NONE)).otherwise(joined)
    elif kind.is_float():
        column = column.fill_nan(None)
        column = (
            pl.when((column == column.floor()) & column.is_between(-LARGEST_WHOLE, LARGEST_WHOLE))
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(column.cast(pl.String))
        )
    return column.cast(pl.String).alias(name)
