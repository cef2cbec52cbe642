"""JSON of every form, read record by record: an array, JSON lines, an object that holds the array, GeoJSON, TopoJSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from maillage.apps.imports.files import SourceFile
from maillage.apps.imports.rows import Row, UnreadableFile
from maillage.apps.imports.topology import features_of_topology

PIECE = 256 * 1024
LONGEST_VALUE = 256 * 1024**2
HOLDERS = frozenset({"features", "results", "resultats", "data"})
_BLANK = re.compile(r"[ \t\r\n]*")


class _Text:
    """The text of a document, of which only the part not yet understood is held."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._decoder = json.JSONDecoder(parse_constant=lambda _name: None)  # NaN is nothing known
        self._held = ""
        self._at = 0
        self._undecoded = source.read(3).removeprefix(b"\xef\xbb\xbf")
        self._is_over = False
        self.line = 1

    def next_mark(self) -> str:
        """Give the next character that is no blank, without passing it; empty at the end."""
        while True:
            end = self._end_of_blank()
            self._pass_to(end)
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._read_more(PIECE):
                return ""

    def pass_mark(self) -> None:
        self._at += 1

    def value(self) -> tuple[int, Any]:
        """Give the next value and the line it starts on."""
        if not self.next_mark():
            raise self.broken("the file ends too early: it is truncated. Get it again")
        start = self.line
        piece = PIECE
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError as failure:
                if self._read_more(piece):
                    piece *= 2
                    continue
                line = start + self._held.count("\n", self._at, failure.pos)
                if failure.pos >= len(self._held.rstrip()) or "Unterminated" in failure.msg:
                    raise self.broken("the file ends too early: it is truncated. Get it again", line) from None
                raise self.broken(f"this is not JSON ({failure.msg})", line) from None
            except (ValueError, RecursionError) as failure:
                raise self.broken(f"this JSON cannot be read ({failure})", start) from None
            if end == len(self._held) and not self._is_over and not isinstance(value, (dict, list, str)):
                self._read_more(piece)  # a number may go on
                continue
            self._pass_to(end)
            return start, value

    def broken(self, reason: str, line: int | None = None) -> UnreadableFile:
        return UnreadableFile(f"{self._source.path.name}, line {line or self.line}: {reason}.")

    def _end_of_blank(self) -> int:
        found = _BLANK.match(self._held, self._at)
        return found.end() if found else self._at

    def _pass_to(self, end: int) -> None:
        self.line += self._held.count("\n", self._at, end)
        self._at = end

    def _read_more(self, count: int) -> bool:
        """Hold more text; false at the end of the file."""
        if self._is_over:
            return False
        if len(self._held) - self._at > LONGEST_VALUE:
            raise self.broken(f"one value takes more than {LONGEST_VALUE // 1024**2} MB")
        raw = self._source.read(count)
        self._is_over = not raw
        self._undecoded += raw
        try:
            text, kept = self._undecoded.decode("utf-8"), b""
        except UnicodeDecodeError as failure:
            is_cut = failure.end == len(self._undecoded) and len(self._undecoded) - failure.start < 4
            if not is_cut or self._is_over:
                found = self._undecoded[failure.start]
                before = self._undecoded[: failure.start].decode("utf-8")
                line = self.line + self._held.count("\n", self._at) + before.count("\n")
                byte = self._source.read_count - len(self._undecoded) + failure.start + 1
                raise self.broken(f"byte {byte} of the content is not UTF-8 (found 0x{found:02x})", line) from None
            text, kept = self._undecoded[: failure.start].decode("utf-8"), self._undecoded[failure.start :]
        self._held = self._held[self._at :] + text
        self._at = 0
        self._undecoded = kept
        return True


def document_rows(source: SourceFile) -> Iterator[Row]:
    """Give the records of a JSON document; a GeoJSON feature gives its properties and its geometry."""
    text = _Text(source)
    if text.next_mark() == "[":
        yield from (_row(line, value) for line, value in _members(text))
        _require_end(text)
        return
    yield from _rows_of_object(text)
    while text.next_mark():  # JSON lines
        yield _row(*text.value())


def _members(text: _Text) -> Iterator[tuple[int, Any]]:
    """Give the members of the array that begins here."""
    text.pass_mark()
    if text.next_mark() == "]":
        text.pass_mark()
        return
    while True:
        yield text.value()
        mark = text.next_mark()
        text.pass_mark()
        if mark == "]":
            return
        if mark != ",":
            raise text.broken(_misplaced(mark, "a comma or a closing bracket"))


def _rows_of_object(text: _Text) -> Iterator[Row]:
    """Give the members of the array an object holds, else the object itself as one record."""
    line = text.line
    text.pass_mark()
    found: dict[str, Any] = {}
    is_holder = False
    if text.next_mark() == "}":
        text.pass_mark()
    else:
        while True:
            _, name = text.value()
            if not isinstance(name, str) or text.next_mark() != ":":
                raise text.broken("this is not JSON (a name and a colon were expected)")
            text.pass_mark()
            if name in HOLDERS and text.next_mark() == "[":
                is_holder = True
                yield from (_row(*member) for member in _members(text))
            else:
                found[name] = text.value()[1]
            mark = text.next_mark()
            text.pass_mark()
            if mark == "}":
                break
            if mark != ",":
                raise text.broken(_misplaced(mark, "a comma or a closing brace"))
    if found.get("type") == "Topology":
        yield from (_row(line, feature) for feature in features_of_topology(found))
    elif not is_holder:
        yield _row(line, found)


def _row(line: int, value: Any) -> Row:
    if not isinstance(value, dict):
        return Row(line, {}, f"an object was expected, {type(value).__name__} was found.")
    if value.get("type") == "Feature":
        properties = value.get("properties") or {}
        if not isinstance(properties, dict):
            return Row(line, {}, "the properties of the feature are not an object.")
        identity = {"id": value["id"]} if "id" in value else {}
        return Row(line, {**identity, **properties, "geometry": value.get("geometry")})
    return Row(line, value)


def _require_end(text: _Text) -> None:
    if text.next_mark():
        raise text.broken("something follows the end of the array")


def _misplaced(mark: str, expected: str) -> str:
    if not mark:
        return "the file ends too early: it is truncated. Get it again"
    return f"{expected} was expected, « {mark} » was found"
