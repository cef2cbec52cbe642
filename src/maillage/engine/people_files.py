"""A portfolio of people from CSV, XLSX or Parquet: columns of facts, bad lines told with their reason, the rest kept.

Every distinct text of a column is read once, so that a million lines cost no more than their few thousand values.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.domain.people import BARRIERS, HIGHEST_AGE, TARGET_GROUPS
from maillage.domain.shared import MaillageError
from maillage.domain.territories import UnknownTerritory
from maillage.engine.clauses import THEME_FAMILIES, THEMES
from maillage.engine.columnar import Index
from maillage.engine.kernels import Ints, Masks
from maillage.engine.panics import told_as_errors
from maillage.engine.planning import COLUMNS, group_mask

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
)
FACT_COLUMNS = frozenset({*NEEDED, *OPTIONAL})
KNOWN_NONE = "none"
UNKNOWN = -1
REJECTED_VALUE = -2
_YES = frozenset({"true", "yes", "1", "oui", "vrai"})
_NO = frozenset({"false", "no", "0", "non", "faux"})
LARGEST_WHOLE = 2**53
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

    ``ids``: the ids as given, in the order of the file. ``rows``: int64[n, facts], -1 unknown, in the order of
    ``COLUMNS``. ``needs``: uint64[all needs, words], those of person i being ``need_start[i]:need_start[i + 1]``.
    ``unread``: the columns of the file that are no fact, for whoever misspelt one.
    """

    ids: pl.Series
    rows: Ints
    needs: Masks
    need_start: Ints
    rejected: tuple[RejectedLine, ...]
    read: int
    unread: tuple[str, ...] = ()


def read_people(path: Path, index: Index) -> People:
    """Read a portfolio for an index.

    Raises:
        PortfolioUnreadable: the file is absent, of another format, or lacks a column.
    """
    table, lines, rejected = read_table(path)
    missing = [column for column in NEEDED if column not in table.columns]
    if missing:
        raise PortfolioUnreadable(
            f"{path.name} has no column {' nor '.join(missing)}; found {', '.join(table.columns) or 'none'}; expected "
            f"{', '.join(NEEDED + OPTIONAL[:5])}."
        )
    return _Reader(index, table, lines, rejected).people()


def read_table(
    path: Path, columns: frozenset[str] = FACT_COLUMNS
) -> tuple[pl.DataFrame, NDArray[np.int64], list[RejectedLine]]:
    """Read a file as columns of texts, with the line of each row and the lines that are no row; blank lines are none.

    Of a workbook or a Parquet file the other columns than those named come empty.

    Raises:
        PortfolioUnreadable: the file cannot be read as what its name says.
    """
    if not path.is_file():
        raise PortfolioUnreadable(f"{path} is not a file: give a CSV, XLSX or Parquet file of people.")
    ending = Path(path.stem).suffix.lower() if path.suffix == ".gz" else path.suffix.lower()
    if ending not in {*CSV_ENDINGS, ".parquet", ".xlsx"}:
        raise PortfolioUnreadable(f"{path.name}: expected a name that ends in .csv, .csv.gz, .xlsx or .parquet.")
    try:
        if ending in CSV_ENDINGS:
            return _without_blank_lines(*_read_csv(path))
        with told_as_errors():
            read = pl.read_parquet(path) if ending == ".parquet" else pl.read_excel(path, infer_schema_length=0)
            table = _as_texts(read, columns)
    except (pl.exceptions.PolarsError, fastexcel.FastExcelError, *UNREADABLE) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise PortfolioUnreadable(f"{path.name} cannot be read as {ending.lstrip('.')}: {first}.") from error
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


def _as_texts(table: pl.DataFrame, read: frozenset[str]) -> pl.DataFrame:
    columns = []
    for name, kind in table.schema.items():
        column = pl.col(name)
        if name not in read:
            column = pl.lit("")  # it is not read, and some kinds have no text
        elif isinstance(kind, pl.List):
            joined = column.cast(pl.List(pl.String)).list.join("|")
            column = pl.when(column.list.len() == 0).then(pl.lit(KNOWN_NONE)).otherwise(joined)
        elif kind.is_float():
            column = column.fill_nan(None)
            column = (
                pl.when((column == column.floor()) & column.is_between(-LARGEST_WHOLE, LARGEST_WHOLE))
                .then(column.cast(pl.Int64, strict=False).cast(pl.String))
                .otherwise(column.cast(pl.String))
            )
        columns.append(column.cast(pl.String).alias(name))
    return table.with_columns(columns)


class _Reader:
    """Reads the columns of one table; a value refused marks its line."""

    def __init__(
        self, index: Index, table: pl.DataFrame, lines: NDArray[np.int64], rejected: list[RejectedLine]
    ) -> None:
        self.index = index
        self.table = table
        self.lines = lines
        self.reasons: dict[int, str] = {}
        self.told = rejected

    def people(self) -> People:
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
            "qualification": lambda text: self.index.code_place("qualification", text) or 0,
            "occupation": lambda text: self.index.code_place("occupation", text) or 0,
        }
        rows = np.stack([self._column(name, read) for name, read in readers.items()], axis=1)
        needs_of, kind_of_needs = self._themes()
        ids = self._ids()
        self._imply_boe(rows)
        kept = np.array([place not in self.reasons for place in range(self.table.height)], bool)
        needs, start = _spread(needs_of, kind_of_needs[kept], self.index)
        rejected = [RejectedLine(int(self.lines[place]), reason) for place, reason in self.reasons.items()]
        return People(
            ids=ids.filter(pl.Series(kept)),
            rows=np.ascontiguousarray(rows[kept]),
            needs=needs,
            need_start=start,
            rejected=tuple(sorted([*self.told, *rejected], key=lambda one: one.line)),
            read=self.table.height + len(self.told),
            unread=tuple(name for name in self.table.columns if name not in FACT_COLUMNS),
        )

    def _column(self, name: str, read: Callable[[str], int]) -> Ints:
        """Read one column, each distinct text once; a blank cell is unknown."""
        if name not in self.table.columns:
            return np.full(self.table.height, UNKNOWN, np.int64)
        texts = self.table[name].fill_null("").str.strip_chars()
        values: dict[str, int] = {}
        refused: dict[str, str] = {}
        for text in texts.unique():
            try:
                values[text] = read(text) if text or name in NEEDED else UNKNOWN
            except ValueRefused as error:
                values[text], refused[text] = REJECTED_VALUE, str(error)
        column = texts.replace_strict(list(values), list(values.values()), return_dtype=pl.Int64).to_numpy()
        for place in np.flatnonzero(column == REJECTED_VALUE):
            self.reasons.setdefault(int(place), refused[texts[int(place)]])
        return np.asarray(column, np.int64)

    def _home(self, text: str) -> int:
        if not text:
            raise ValueRefused("no municipality: an INSEE code is needed")
        try:
            return self.index.tables.position[self.index.offer.geography.municipality(text).code]
        except UnknownTerritory as error:
            raise ValueRefused(f"municipality « {text} » is in no loaded vintage") from error

    def _themes(self) -> tuple[list[Masks], Ints]:
        """Read the needs: the masks of each distinct list, and which list each person has."""
        lists: list[Masks] = []

        def read(text: str) -> int:
            wanted = _codes(text, "theme", (*sorted(THEMES), *sorted(THEME_FAMILIES)))
            lists.append(self.index.needs_of(wanted))
            return len(lists) - 1

        return lists, self._column("themes", read)

    def _ids(self) -> pl.Series:
        ids = self.table["id"].fill_null("").str.strip_chars()
        for place in (ids == "").arg_true():
            self.reasons.setdefault(int(place), "no id")
        for place in (ids.is_duplicated() & ~ids.is_first_distinct() & (ids != "")).arg_true():
            self.reasons.setdefault(int(place), f"id « {ids[int(place)]} » was already given above")
        return ids

    @staticmethod
    def _imply_boe(rows: Ints) -> None:
        """RQTH is one ground of the duty-to-employ status, as for one person."""
        groups, boe = rows[:, COLUMNS.index("target_group")], rows[:, COLUMNS.index("boe")]
        boe[(boe == UNKNOWN) & (groups > 0) & (groups & group_mask(["RQTH"]) != 0)] = 1


def _spread(lists: list[Masks], kind: Ints, index: Index) -> tuple[Masks, Ints]:
    """Write the needs of each person one after the other."""
    lengths = np.array([len(one) for one in lists] + [0], np.int64)[kind]
    start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    words = index.layout.places.themes.shape[1]
    needs = np.zeros((int(start[-1]), words), np.uint64)
    for number, masks in enumerate(lists):
        for place in range(len(masks)):
            needs[start[:-1][kind == number] + place] = masks[place]
    return needs, start


def _number(text: str, name: str, highest: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > highest:
        raise ValueRefused(f"{name} « {text} »: expected a whole number from 0 to {highest}")
    return int(text)


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
