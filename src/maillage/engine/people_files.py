"""A portfolio of people from CSV, XLSX or Parquet: columns of facts, bad lines told with their reason, the rest kept.

Every distinct text of a column is read once, so that a million lines cost no more than their few thousand values.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import fastexcel
import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.domain.people import BARRIERS, HIGHEST_AGE, TARGET_GROUPS
from maillage.domain.shared import MaillageError
from maillage.domain.territories import UnknownTerritory
from maillage.engine.alone import KINDS
from maillage.engine.blocks import Crowd
from maillage.engine.clauses import THEME_FAMILIES, THEMES
from maillage.engine.columnar import THREADS, Index
from maillage.engine.crowds import needs_for
from maillage.engine.kernels import Ints, Small
from maillage.engine.panics import told_as_errors
from maillage.engine.people_columns import KNOWN_NONE, Table, as_text, coded, parquet_table, table_of
from maillage.engine.planning import group_mask
from maillage.engine.sieve import Needs

Column = NDArray[np.signedinteger]
Flags = NDArray[np.bool_]

NEEDED = ("id", "municipality")
OPTIONAL = (
    "age",
    "registered",
    "target_groups",
    "barriers",
    "themes",
    "registered_for_months",
    "boe",
    "minimum_income",
    "priority_neighbourhood",
    "qualification",
    "occupation",
    "waiting_since",
)
FACT_COLUMNS = frozenset({*NEEDED, *OPTIONAL})
UNKNOWN = -1
_YES = frozenset({"true", "yes", "1", "oui", "vrai"})
_NO = frozenset({"false", "no", "0", "non", "faux"})
UNREADABLE = (csv.Error, zlib.error, OSError, ValueError, EOFError)
CSV_ENDINGS = frozenset({".csv", ".tsv", ".txt"})


class PortfolioUnreadable(MaillageError):
    """The file as a whole cannot be read; nothing was answered."""


class ValueRefused(ValueError):
    """One value cannot be; its line is rejected with this reason."""


@dataclass(frozen=True)
class RejectedLine:
    """A line left out; lines count from 1, the header being the first."""

    line: int
    reason: str


@dataclass(frozen=True)
class People:
    """A portfolio ready for the columnar engine.

    ``ids``: the ids as given, in the order of the file, whole numbers as numbers. ``crowd``: the facts of each, by
    column; ``wanted``: the distinct lists of needs that the crowd refers to. ``waiting_since`` int32[n]: the day, as an
    ordinal, -1 unknown. ``unread``: the columns of the file that are no fact, for whoever misspelt one.
    """

    ids: pl.Series
    crowd: Crowd
    wanted: Needs
    waiting_since: Small
    rejected: tuple[RejectedLine, ...]
    read: int
    unread: tuple[str, ...] = ()


def read_people(path: Path, index: Index) -> People:
    """Read a portfolio for an index. Cost: about 1 µs and 30 bytes a person of a Parquet file.

    Raises:
        PortfolioUnreadable: the file is absent, of another format, or lacks a column.
    """
    if _ending_of(path) != ".parquet":
        frame, lines, rejected = read_table(path)
        return _people_of(path, index, table_of(frame, lines), rejected)
    with _told_as_unreadable(path):
        return _people_of(path, index, parquet_table(path), [])


def _people_of(path: Path, index: Index, table: Table, rejected: list[RejectedLine]) -> People:
    missing = [column for column in NEEDED if column not in table.columns]
    if missing:
        raise PortfolioUnreadable(
            f"{path.name} has no column {' nor '.join(missing)}; found {', '.join(table.columns) or 'none'}; expected "
            f"{', '.join(NEEDED + OPTIONAL[:5])}."
        )
    return _Reader(index, table, rejected).people()


def _ending_of(path: Path) -> str:
    """Give what a name ends in, ``.gz`` apart.

    Raises:
        PortfolioUnreadable: there is no such file, or nothing that is read ends so.
    """
    if not path.is_file():
        raise PortfolioUnreadable(f"{path} is not a file: give a CSV, XLSX or Parquet file of people.")
    ending = Path(path.stem).suffix.lower() if path.suffix == ".gz" else path.suffix.lower()
    if ending not in {*CSV_ENDINGS, ".parquet", ".xlsx"}:
        raise PortfolioUnreadable(f"{path.name}: expected a name that ends in .csv, .csv.gz, .xlsx or .parquet.")
    return ending


@contextmanager
def _told_as_unreadable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pl.exceptions.PolarsError, fastexcel.FastExcelError, *UNREADABLE) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        ending = _ending_of(path).lstrip(".")
        raise PortfolioUnreadable(f"{path.name} cannot be read as {ending}: {first}.") from error


def read_table(
    path: Path, is_wanted: Callable[[str], bool] = FACT_COLUMNS.__contains__
) -> tuple[pl.DataFrame, NDArray[np.int64], list[RejectedLine]]:
    """Read a file as columns of texts, with the line of each row and the lines that are no row; blank lines are none.

    Of a workbook or a Parquet file the columns that are not wanted, by their names, come empty.

    Raises:
        PortfolioUnreadable: the file cannot be read as what its name says.
    """
    ending = _ending_of(path)
    with _told_as_unreadable(path):
        if ending in CSV_ENDINGS:
            return _without_blank_lines(*_read_csv(path))
        with told_as_errors():
            read = pl.read_parquet(path) if ending == ".parquet" else pl.read_excel(path, infer_schema_length=0)
            # What is no fact is not read, and some kinds have no text.
            table = read.select(
                as_text(name, kind) if is_wanted(name) else pl.lit("").alias(name) for name, kind in read.schema.items()
            )
    return _without_blank_lines(table, np.arange(2, table.height + 2), [])


def _without_blank_lines(
    table: pl.DataFrame, lines: NDArray[np.int64], rejected: list[RejectedLine]
) -> tuple[pl.DataFrame, NDArray[np.int64], list[RejectedLine]]:
    if not table.width:
        return table, lines, rejected
    blank = table.select(pl.all_horizontal(pl.all().fill_null("") == "")).to_series()
    return table.filter(~blank), lines[~blank.to_numpy()], rejected


def _read_csv(path: Path) -> tuple[pl.DataFrame, NDArray[np.int64], list[RejectedLine]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")  # lines ended as old spreadsheets of Macintosh do
    header = content.partition(b"\n")[0].decode("utf-8-sig")
    separator = max(";,\t", key=header.count)
    try:
        table = pl.read_csv(content, separator=separator, infer_schema=False, encoding="utf8")
    except pl.exceptions.PolarsError:
        return _read_csv_line_by_line(content.decode("utf-8-sig"), separator)
    if b'"' in content and content.rstrip().count(b"\n") != table.height:
        # A cell may hold several lines: only the slow reader knows on which line a row is.
        return _read_csv_line_by_line(content.decode("utf-8-sig"), separator)
    table = table.rename({name: name.lstrip("\ufeff").strip() for name in table.columns})
    return table, np.arange(2, table.height + 2), []


def _read_csv_line_by_line(text: str, separator: str) -> tuple[pl.DataFrame, NDArray[np.int64], list[RejectedLine]]:
    """Read what the fast reader refuses as a whole: a line with cells too many is told, the others are kept."""
    reader = _lines_of(text, separator)
    header = [name.strip() for name in next(reader, (1, None))[1] or []]
    kept: list[list[str]] = []
    lines: list[int] = []
    rejected: list[RejectedLine] = []
    for line, cells in reader:
        if cells is None:
            rejected.append(RejectedLine(line, "a quotation mark is left open"))
        elif 0 < len(cells) <= len(header):
            kept.append(cells + [""] * (len(header) - len(cells)))
            lines.append(line)
        elif cells:
            rejected.append(RejectedLine(line, f"{len(cells)} cells where the header has {len(header)}"))
    table = pl.DataFrame(kept, schema=dict.fromkeys(header, pl.String), orient="row")
    return table, np.array(lines, np.int64), rejected


def _lines_of(text: str, separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """Give the cells of each line with its number; ``None`` where a quotation mark is left open.

    A mark left open would swallow all that follows: then a line is a line, and no cell holds several.
    """
    if text.count('"') % 2 == 0:
        reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
        yield from ((reader.line_num, cells) for cells in reader)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        is_whole = line.count('"') % 2 == 0
        yield number, next(csv.reader([line], delimiter=separator), []) if is_whole else None


class _ReadColumn(NamedTuple):
    """A column as codes, why rows of it are refused, and which of the rows without id it leaves blank too."""

    values: Column
    reasons: dict[int, str]
    blank: Flags


class _Reader:
    """Reads the columns of one table; a value refused marks its line."""

    def __init__(self, index: Index, table: Table, rejected: list[RejectedLine]) -> None:
        self.index = index
        self.table = table
        self.told = rejected
        self.ids, self.without_id = self._ids()

    def people(self) -> People:
        lists: list[tuple[str, ...]] = [()]
        readers: dict[str, Callable[[str], int]] = {
            "municipality": self._home,
            "age": lambda text: _number(text, "age", HIGHEST_AGE),
            "registered": _truth,
            "registered_for_months": lambda text: _number(text, "registered_for_months", 12 * HIGHEST_AGE),
            "target_groups": lambda text: group_mask(_codes(text, "target group", TARGET_GROUPS, implied=True)),
            "barriers": lambda text: sum(1 << BARRIERS.index(one) for one in _codes(text, "barrier", BARRIERS)),
            "boe": _truth,
            "minimum_income": _truth,
            "priority_neighbourhood": _truth,
            "qualification": lambda text: self.index.code_place("qualification", text),
            "occupation": lambda text: self.index.code_place("occupation", text),
            "waiting_since": _day,
            "themes": lambda text: _number_of(lists, text),
        }
        with ThreadPoolExecutor(THREADS) as pool:
            columns = list(pool.map(self._column, readers, readers.values(), (*KINDS, np.int32, np.int32)))
        *facts, waiting, needs = (column.values for column in columns)
        ids, crowd = self.ids, self._with_boe_implied(Crowd._make((*facts, np.maximum(needs, 0))))
        blank = self.without_id[np.logical_and.reduce([column.blank for column in columns])]
        rejected = self._rejected(columns, blank)
        if rejected or len(blank):
            kept = np.ones(self.table.height, bool)
            kept[[*rejected, *blank.tolist()]] = False
            crowd = Crowd._make(_those(kept, column) for column in crowd)
            ids, waiting = ids.filter(pl.Series(kept)), _those(kept, waiting)
        left_out = [RejectedLine(self.table.line_of(row), reason) for row, reason in rejected.items()]
        return People(
            ids=ids,
            crowd=crowd,
            wanted=needs_for(self.index, lists),
            waiting_since=waiting,
            rejected=tuple(sorted([*self.told, *left_out], key=lambda one: one.line)),
            read=self.table.height - len(blank) + len(self.told),
            unread=tuple(name for name in self.table.columns if name not in FACT_COLUMNS),
        )

    def _rejected(self, columns: Sequence[_ReadColumn], blank: Ints) -> dict[int, str]:
        """Give why each row is left out: the first reason met, column after column; a blank row is none."""
        reasons: dict[int, str] = {}
        for column in columns:
            reasons = column.reasons | reasons
        reasons |= {row: "no id" for row in self.without_id.tolist() if row not in reasons}
        reasons = {row: f"id « {self.ids[row]} » was already given above" for row in self._given_again()} | reasons
        for row in blank.tolist():
            del reasons[row]
        return reasons

    def _column(self, name: str, read: Callable[[str], int], kind: type) -> _ReadColumn:
        """Read one column, each distinct text once; a blank cell is unknown."""
        blank: Flags = np.ones(len(self.without_id), bool)
        if name not in self.table.columns:
            return _ReadColumn(_unknown(self.table.height, kind), {}, blank)
        column: Column = np.empty(self.table.height, kind)
        reasons: dict[int, str] = {}
        known: dict[str, int] = {} if name in NEEDED else {"": UNKNOWN}
        refused: dict[str, str] = {}
        first = 0
        for piece in self.table.pieces(name):
            words, codes = coded(piece)
            values: Column = np.full(len(words), UNKNOWN, kind)
            bad: list[int] = []
            for code in np.flatnonzero(np.bincount(codes, minlength=len(words))).tolist():
                word = words[code]
                if word not in known:
                    try:
                        known[word] = read(word)
                    except ValueRefused as error:
                        known[word], refused[word] = UNKNOWN, str(error)
                values[code] = known[word]
                bad += [code] if word in refused else []
            last = first + len(codes)
            column[first:last] = values[codes]
            among = slice(*np.searchsorted(self.without_id, (first, last)))
            blank[among] = [not words[code] for code in codes[self.without_id[among] - first].tolist()]
            for row in np.flatnonzero(np.isin(codes, bad)).tolist() if bad else []:
                reasons[first + row] = refused[words[int(codes[row])]]
            first = last
        return _ReadColumn(column, reasons, blank)

    def _home(self, text: str) -> int:
        if not text:
            raise ValueRefused("no municipality: an INSEE code is needed")
        try:
            return self.index.tables.position[self.index.offer.geography.municipality(text).code]
        except UnknownTerritory as error:
            whole = f"0{text}"  # spreadsheets take a number for a code, and its first zero away
            is_cut = self.index.offer.geography.find(whole) is not None
            hint = f"; was it {whole}, whose first zero a spreadsheet took away?" if is_cut else ""
            raise ValueRefused(f"municipality « {text} » is in no loaded vintage{hint}") from error

    def _ids(self) -> tuple[pl.Series, Ints]:
        """Read the ids, and give the rows that have none."""
        ids = self.table.series("id")
        if ids.dtype.is_integer():
            absent = ids.is_null()
        else:
            ids = ids.to_frame("id").select(as_text("id", ids.dtype).fill_null("").str.strip_chars()).to_series()
            absent = ids == ""
        return ids, absent.arg_true().cast(pl.Int64).to_numpy()

    def _given_again(self) -> list[int]:
        """Give the rows of which an earlier row has the id."""
        # Numbers that rise are all distinct: most files have such ids, and it is seen at once.
        is_rising = self.ids.dtype.is_integer() and not len(self.without_id) and _is_rising(self.ids.to_numpy())
        if is_rising or self.ids.n_unique() == len(self.ids):
            return []
        again = ~self.ids.is_first_distinct()
        again[self.without_id] = False
        return again.arg_true().to_list()

    @staticmethod
    def _with_boe_implied(crowd: Crowd) -> Crowd:
        """RQTH is one ground of the duty-to-employ status, as for one person."""
        implied = (crowd.boe == UNKNOWN) & (crowd.groups > 0) & (crowd.groups & group_mask(["RQTH"]) != 0)
        return crowd._replace(boe=np.where(implied, np.int8(1), crowd.boe)) if implied.any() else crowd


def _unknown(size: int, kind: type) -> Column:
    """Give a column of which nothing is known: it takes no memory, and nothing can be written in it."""
    return np.broadcast_to(np.array(UNKNOWN, kind), size)


def _those(kept: Flags, column: Column) -> Column:
    """Keep some lines of a column; one of which nothing is known takes no memory still."""
    return column[kept] if column.strides[0] else column[: int(kept.sum())]


def _number_of(lists: list[tuple[str, ...]], text: str) -> int:
    """Add a list of needs; the first of all is no need."""
    lists.append(_codes(text, "theme", (*sorted(THEMES), *sorted(THEME_FAMILIES))))
    return len(lists) - 1


def _is_rising(numbers: Column) -> bool:
    return bool((numbers[1:] > numbers[:-1]).all())


def _number(text: str, name: str, highest: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > highest:
        raise ValueRefused(f"{name} « {text} »: expected a whole number from 0 to {highest}")
    return int(text)


def _day(text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError as error:
        raise ValueRefused(f"waiting_since « {text} »: expected a day, YYYY-MM-DD") from error


def _truth(text: str) -> int:
    lowered = text.lower()
    if lowered in _YES:
        return 1
    if lowered in _NO:
        return 0
    raise ValueRefused(f"« {text} »: expected true, false or nothing")


def _codes(text: str, name: str, known: tuple[str, ...], *, implied: bool = False) -> tuple[str, ...]:
    if text == KNOWN_NONE:
        return ()
    codes = tuple(dict.fromkeys(code.strip() for code in text.split("|") if code.strip()))
    for code in codes:
        if code not in known:
            raise ValueRefused(f"{name} « {code} »: no such code (maillage codes)")
    if implied and "VERY_LONG_TERM" in codes:
        return (*codes, "LONG_TERM")
    return codes
