"""Links, and the pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from django.http import QueryDict

LAST_PAGE = 100_000


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    words: str
    address: str
    is_current: bool = False


@dataclass(frozen=True)
class Pages:
    """Where one is in a long list; an address is empty when there is nothing that way."""

    number: int
    count: int
    total_count: int
    before: str
    after: str


def page_number(typed: QueryDict) -> int:
    """Read which page of a list is asked for: the first when what is written is no page."""
    text = typed.get("page", "")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def pages_of(typed: QueryDict, *, number: int, size: int, total_count: int) -> Pages:
    """Lead to the pages before and after; a page past the end leads back to the last."""
    count = max(1, ceil(total_count / size))
    before = _page_address(typed, min(number - 1, count)) if number > 1 else ""
    after = _page_address(typed, number + 1) if number < count else ""
    return Pages(number, count, total_count, before, after)


def _page_address(typed: QueryDict, number: int) -> str:
    query = typed.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
