"""Reading one cell: text, number, code, list; a wrong one refuses its line with a reason."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from maillage.apps.imports.formats import RowRefused
from maillage.apps.imports.rows import Row
from maillage.domain.shared import Point

LONGEST_TEXT = 20_000
INSEE_CODE = re.compile(r"\d[0-9AB]\d{3}")
POSTCODE = re.compile(r"\d{5}")


def first_of(row: Row, *names: str) -> object:
    """Give the first value that is there under one of the names; ``None`` when none is."""
    for name in names:
        value = row.values.get(name)
        if value is not None and value not in ("", []):
            return value
    return None


def text_of(row: Row, *names: str, longest: int = LONGEST_TEXT) -> str:
    """Give a text without the blanks around it; empty when absent.

    Raises:
        RowRefused: it is a list or an object, or longer than ``longest`` characters.
    """
    value = first_of(row, *names)
    if value is None:
        return ""
    if isinstance(value, (dict, list, tuple, bool)):
        raise RowRefused(f"{names[0]}: a text was expected, {shown(value)} was found.")
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if len(text) > longest:
        raise RowRefused(f"{names[0]}: {len(text)} characters, where {longest} at most are expected.")
    return text


def required_text_of(row: Row, *names: str, longest: int = LONGEST_TEXT) -> str:
    """Give a text that must be there.

    Raises:
        RowRefused: it is empty, or no text.
    """
    text = text_of(row, *names, longest=longest)
    if not text:
        raise RowRefused(f"{names[0]} is empty.")
    return text


def number_of(row: Row, *names: str) -> float | None:
    """Give a number, written with a point or a comma; ``None`` when absent.

    Raises:
        RowRefused: it is not a finite number.
    """
    value = first_of(row, *names)
    if value is None:
        return None
    written = "" if isinstance(value, (bool, dict, list)) else str(value)
    try:
        number = float(written.strip().replace(",", ".").replace("\u202f", "").replace("\xa0", ""))
    except ValueError:
        raise RowRefused(f"{names[0]}: {shown(value)} is not a number.") from None
    if not math.isfinite(number):
        raise RowRefused(f"{names[0]}: {shown(value)} is not a number.")
    return number


def integer_of(row: Row, *names: str, highest: int = 2_000_000_000) -> int | None:
    """Give a whole number from 0 to ``highest``; ``None`` when absent.

    Raises:
        RowRefused: it is something else.
    """
    number = number_of(row, *names)
    if number is None:
        return None
    if not number.is_integer() or not 0 <= number <= highest:
        raise RowRefused(f"{names[0]}: {shown(first_of(row, *names))} is not a whole number from 0 to {highest}.")
    return int(number)


def point_of(row: Row, latitude: Sequence[str], longitude: Sequence[str]) -> Point | None:
    """Give the point of two columns; ``None`` when both are empty.

    Raises:
        RowRefused: one is missing, or they are not on the globe.
    """
    north, east = number_of(row, *latitude), number_of(row, *longitude)
    if north is None and east is None:
        return None
    if north is None or east is None:
        raise RowRefused(f"{latitude[0]} and {longitude[0]} go together: one is empty.")
    try:
        return Point(north, east)
    except ValueError:
        raise RowRefused(f"{latitude[0]} {north} and {longitude[0]} {east} are not a point of the globe.") from None


def insee_code_of(row: Row, *names: str) -> str:
    """Give the INSEE code of a municipality, its leading zero restored where a spreadsheet lost it; empty when absent.

    Raises:
        RowRefused: it is not such a code.
    """
    text = text_of(row, *names, longest=100).upper()
    code = text.zfill(5) if text.isdigit() and len(text) == 4 else text
    if code and not INSEE_CODE.fullmatch(code):
        raise RowRefused(f"{names[0]}: {shown(text)} is not the INSEE code of a municipality (five characters: 36018).")
    return code


def list_of(row: Row, *names: str, separator: str = "|") -> tuple[str, ...]:
    """Give a list, a real one or a text with separators, without empty members.

    Raises:
        RowRefused: a member is not a text.
    """
    value = first_of(row, *names)
    if value is None:
        return ()
    members = value if isinstance(value, (list, tuple)) else str(value).split(separator)
    if any(isinstance(member, (dict, list)) for member in members):
        raise RowRefused(f"{names[0]}: a list of texts was expected, {shown(value)} was found.")
    texts = [str(member).strip() for member in members if member is not None]
    return tuple(text for text in texts if text)


def shown(value: object) -> str:
    """Show a value in a sentence, shortened."""
    text = str(value)
    return f"« {text if len(text) <= 60 else text[:60] + '…'} »"
