"""The pages a signed-in role is led to, found by following the links of its own pages, one address of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import Page

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
OUTSIDE = re.compile(
    r"\.(?:pdf|csv|json|ics|yaml|svg)$|^/(?:lieux|communes|services|organismes|accords|chiffres|api|en)/"
)
"""What is no page, and the public pages, which are checked on their own."""


def kind_of(address: str) -> str:
    """Give what an address has in common with its like: its path, without the ids."""
    return ID.sub("ID", address.partition("?")[0].partition("#")[0])


def pages_from(page: Page, site: str, start: str) -> Iterator[str]:
    """Go to each page that the links lead to from a first one, and give its address once it is shown."""
    waiting, seen = [start], set()
    while waiting:
        address = waiting.pop(0)
        if kind_of(address) in seen or OUTSIDE.search(kind_of(address)):
            continue
        seen.add(kind_of(address))
        page.goto(site + address)
        yield address
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map((one) => one.getAttribute('href'))")
        waiting += [one for one in links if kind_of(one) not in seen]
