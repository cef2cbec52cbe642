"""The openings of a portfolio as a table, its summary, and writing it as CSV, XLSX or Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from maillage.domain.eligibility import Basis
from maillage.domain.people import TARGET_GROUPS
from maillage.engine.columnar import Index, Portfolio
from maillage.engine.people_files import People
from maillage.engine.planning import COLUMNS, group_mask
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


def openings_table(index: Index, people: People, found: Portfolio, *, on: date) -> pl.DataFrame:
    """Give one row an opening: ``id, rank, service, location, distance_km, basis, agreement, article, version``.

    Ranks begin at 1; ``distance_km`` is null for what has no distance; the last three are null unless the basis is an
    agreement. Texts that come back often are categories, so that memory follows the numbers and not the words.
    """
    person, rank = np.nonzero(found.services >= 0)
    service = found.services[person, rank]
    clause = found.clauses[person, rank]
    services = index.services
    own = np.array([[basis.value for basis in Basis].index(one.own_basis.value) for one in services], np.int32)
    basis = np.where(clause >= 0, [basis.value for basis in Basis].index(Basis.AGREEMENT.value), own[service])
    grounds = [index.offer.ground_of(one, on=on) for one in index.offer.clauses]
    return pl.DataFrame(
        {
            "id": people.ids.gather(person),
            "rank": (rank + 1).astype(np.int16),
            "service": _taken([one.id for one in services], service),
            "location": _taken([one.location for one in services], service),
            "distance_km": pl.Series(np.round(found.distances_km[person, rank], 3)).fill_nan(None),
            "basis": _taken([one.value for one in Basis], basis),
            "agreement": _taken([one.agreement for one in grounds], clause),
            "article": _taken([one.article for one in grounds], clause),
            "version": _taken([one.version for one in grounds], clause),
        }
    )


def _taken(words: Sequence[str | None], places: np.typing.NDArray[np.signedinteger]) -> pl.Series:
    """Take words by their places as categories; a negative place is null."""
    distinct = sorted({word for word in words if word is not None})
    series = pl.Series([*words, None], dtype=pl.Enum(distinct) if distinct else pl.String)
    return series.gather(np.where(places < 0, len(words), places))


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


def summary_of(index: Index, people: People, table: pl.DataFrame, found: Portfolio) -> Summary:
    """Count people and openings by department, target group and agreement."""
    geography = index.offer.geography
    departments = [geography.municipalities[code].department for code in index.tables.municipalities]
    counts = (found.services >= 0).sum(axis=1)
    homes = people.rows[:, COLUMNS.index("lives_in")]
    by_person = pl.DataFrame({"territory": _taken(departments, homes), "openings": counts.astype(np.int64)})
    groups = people.rows[:, COLUMNS.index("target_group")]
    return Summary(
        people=len(counts),
        with_a_door=int((counts > 0).sum()),
        openings=int(counts.sum()),
        by_territory=_counted(by_person, "territory"),
        by_target_group=pl.concat([_group_line(group, groups, counts) for group in TARGET_GROUPS]).filter(
            pl.col("people") > 0
        ),
        by_agreement=table.drop_nulls("agreement")
        .group_by("agreement", "article")
        .agg(pl.col("id").n_unique().alias("people"), pl.len().alias("openings"))
        .sort(pl.col("agreement").cast(pl.String), "article"),
    )


def _counted(by_person: pl.DataFrame, name: str) -> pl.DataFrame:
    openings = pl.col("openings")
    return (
        by_person.group_by(name)
        .agg(pl.len().alias("people"), (openings > 0).sum().alias("with_a_door"), openings.sum())
        .sort(pl.col(name).cast(pl.String))
    )


def _group_line(
    group: str, groups: np.typing.NDArray[np.int64], counts: np.typing.NDArray[np.signedinteger]
) -> pl.DataFrame:
    held = (groups >= 0) & (groups & group_mask([group]) != 0)
    of_group = counts[held]
    return pl.DataFrame(
        {
            "target_group": [group],
            "people": [int(held.sum())],
            "with_a_door": [int((of_group > 0).sum())],
            "openings": [int(of_group.sum())],
        }
    )
