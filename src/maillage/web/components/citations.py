"""Where an article that a page cites can be read."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

from django.urls import reverse

_SPACES = re.compile(r"\s+")


def anchor_of(number: str) -> str:
    """Give the anchor of an article in its text: its number, without spaces."""
    return _SPACES.sub("-", number)


def article_address(agreement: str, article: str, *, on: date) -> str:
    """Give the address of an article as it stands on a day."""
    page = reverse("agreements:text", args=[agreement])
    return f"{page}?le={on.isoformat()}#{quote(anchor_of(article))}"
