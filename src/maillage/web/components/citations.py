"""How a page names an agreement, and where the article that it cites can be read."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

from django.urls import reverse

from maillage.apps.agreements.queries import agreements_in

_SPACES = re.compile(r"\s+")


def anchor_of(number: str) -> str:
    """Give the anchor of an article in its text: its number, without spaces."""
    return _SPACES.sub("-", number)


def title_of(agreement: str) -> str:
    """Give the title of an agreement; its id when nobody loaded it, nothing when there is none."""
    found = agreements_in().agreements.find(agreement) if agreement else None
    return found.title if found else agreement


def article_address(agreement: str, article: str, *, on: date) -> str:
    """Give the address of an article as it stands on a day."""
    page = reverse("agreements:text", args=[agreement])
    return f"{page}?le={on.isoformat()}#{quote(anchor_of(article))}"
