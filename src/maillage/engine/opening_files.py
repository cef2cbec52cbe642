"""What is counted of the openings of a portfolio, and writing a table as CSV, XLSX or Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from maillage.engine.whole_files import OutputImpossible, whole_file

ENDINGS = (".csv", ".xlsx", ".parquet")
XLSX_ROWS_AT_MOST = 1_048_575
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell: the wide signs too, in some languages."""


@dataclass(frozen=True)
class Summary:
    """The openings counted; each table has a name column, then counts."""

    people: int
    with_a_door: int
    openings: int
    by_territory: pl.DataFrame
    by_target_group: pl.DataFrame
    by_agreement: pl.DataFrame


def write_openings(table: pl.DataFrame, path: Path) -> None:
    """Write the openings by the ending of the name: .csv, .xlsx or .parquet.

    Spreadsheet formulas are neutralised in CSV and XLSX: a text that would begin one is written after an apostrophe.

    Raises:
        OutputImpossible: another ending, a folder that does not exist, or more rows than a sheet holds.
    """
    check_output(path)
    ending = path.suffix.lower()
    if ending == ".xlsx" and table.height > XLSX_ROWS_AT_MOST:
        raise OutputImpossible(
            f"{table.height:,} openings do not fit on one sheet ({XLSX_ROWS_AT_MOST:,} rows): write .parquet or .csv."
        )
    with whole_file(path) as begun:
        if ending == ".parquet":
            table.write_parquet(begun, compression="zstd")
        elif ending == ".csv":
            harmless(table).write_csv(begun)
        else:
            harmless(table).write_excel(begun, worksheet="openings", autofit=False)


def check_output(path: Path) -> None:
    """Refuse a place where nothing can be written, before any work is done.

    Raises:
        OutputImpossible: another ending, or a folder that does not exist.
    """
    if path.suffix.lower() not in ENDINGS:
        raise OutputImpossible(f"{path.name}: expected a name that ends in {', '.join(ENDINGS)}.")
    if not path.parent.is_dir():
        raise OutputImpossible(f"{path.parent} is not a folder: make it first, or write elsewhere.")


def harmless(table: pl.DataFrame) -> pl.DataFrame:
    """Give a table of which no text is a formula for a spreadsheet: those that would be begin with an apostrophe."""
    texts = [name for name, kind in table.schema.items() if kind == pl.String or isinstance(kind, pl.Enum)]
    columns = []
    for name in texts:
        column = pl.col(name).cast(pl.String)
        starts = pl.any_horizontal([column.str.starts_with(mark) for mark in _FORMULA_STARTS])
        is_number = column.str.contains(r"^[+-]?\d+([.,]\d+)?$")
        columns.append(pl.when(starts & ~is_number).then(pl.lit("'") + column).otherwise(column).alias(name))
    return table.with_columns(columns)
