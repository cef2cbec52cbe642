"""CSV: the separator is found on the header; a broken line is rejected alone."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

from maillage.apps.imports.files import SourceFile
from maillage.apps.imports.rows import Row, UnreadableFile

SEPARATORS = ",;\t"
LONGEST_CELL = 1_000_000
COMMENT = "# "
"""How a line above the header begins when it only says where the table comes from; La Poste begins its header by #."""
BOM = b"\xef\xbb\xbf"

csv.field_size_limit(LONGEST_CELL)


class _Lines:
    """Physical lines, decoded, that can be given back when a quotation mark swallowed too many of them."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._again: deque[str] = deque()
        self._given: list[str] = []
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text = self._again.popleft() if self._again else self._decoded(self._source.read_line(), self.line + 1)
        if not text:
            raise StopIteration
        self.line += 1
        self._given.append(text)
        return text

    def begin_row(self) -> None:
        self._given.clear()

    def give_back_after_first(self) -> None:
        """Keep only the first line of the row under way as read."""
        self._again.extendleft(reversed(self._given[1:]))
        self.line -= len(self._given) - 1
        del self._given[1:]

    def _decoded(self, raw: bytes, line: int) -> str:
        try:
            return (raw.removeprefix(BOM) if line == 1 else raw).decode("utf-8")
        except UnicodeDecodeError as failure:
            raise UnreadableFile(
                f"{self._source.path.name}, line {line}, byte {failure.start + 1}: not UTF-8 "
                f"(found 0x{raw[failure.start]:02x}). Save the file in UTF-8: in a spreadsheet, « CSV UTF-8 »."
            ) from None


def delimited_rows(source: SourceFile) -> Iterator[Row]:
    """Give the rows of a CSV file."""
    lines = _Lines(source)
    separator, columns = _header_of(source, lines)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        lines.begin_row()
        start = lines.line + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as failure:
            lines.give_back_after_first()
            reader = csv.reader(lines, delimiter=separator, strict=True)
            yield Row(start, {}, _reason_of(failure))
            continue
        if cells:
            yield _row(start, columns, [cell.strip() for cell in cells])


def _header_of(source: SourceFile, lines: _Lines) -> tuple[str, list[str]]:
    first = next((line for line in lines if line.strip() and not line.startswith(COMMENT)), "")
    counts = {mark: _count_outside_quotes(first, mark) for mark in SEPARATORS}
    separator = max(SEPARATORS, key=lambda mark: counts[mark])
    try:
        columns = [cell.strip() for cell in next(csv.reader([first], delimiter=separator))]
    except csv.Error as failure:
        raise UnreadableFile(f"{source.path.name}: the header cannot be read ({failure}).") from failure
    while columns and not columns[-1]:
        columns.pop()  # a separator too many at the end of the header
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise UnreadableFile(f"{source.path.name}: the header has twice the column {', '.join(twice)}.")
    return separator, columns


def _count_outside_quotes(text: str, mark: str) -> int:
    return sum(part.count(mark) for part in text.split('"')[::2])


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    extra = cells[len(columns) :]
    values: dict[str, object] = dict(zip(columns, cells, strict=False))
    if any(extra):
        return Row(line, values, f"{len(cells)} cells, where the header has {len(columns)} columns.")
    if len(cells) < len(columns):
        return Row(line, values, f"{len(cells)} cells only, where the header has {len(columns)} columns.")
    return Row(line, values)


def _reason_of(failure: csv.Error) -> str:
    message = str(failure)
    if "field larger" in message:
        return f"a cell of more than {LONGEST_CELL:,} characters: is a quotation mark left open?"
    if "new-line" in message:
        return "a carriage return inside a cell without quotation marks."
    return "a quotation mark is left open, or something follows it before the separator."
