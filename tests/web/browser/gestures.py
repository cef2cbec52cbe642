"""What a person would do where a robot is fast: clicks, keys and pages counted, and the seconds they would take."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

CLICK_SECONDS = 1.5
"""To see where, to reach it and to press: pointing and a decision, for somebody used to the page."""
KEY_SECONDS = 0.28
"""An average typist, who does not type blind."""
PAGE_SECONDS = 3.0
"""To take in a page that has just come."""
COUNTED = """
window.addEventListener('click', (event) => { if (event.isTrusted) { window.counted('click', 1); } }, true);
window.addEventListener('change', (event) => {
  const typed = event.target.matches('textarea, select, input:not([type=checkbox]):not([type=radio])');
  if (typed) { window.counted('key', event.target.value.length); }
}, true);
"""


@dataclass(frozen=True)
class Done:
    """What was done so far, and how long a person would take."""

    clicks: int
    keys: int
    pages: int

    @property
    def seconds(self) -> float:
        """The time of somebody at the keyboard, with nothing said to the person beside."""
        return self.clicks * CLICK_SECONDS + self.keys * KEY_SECONDS + self.pages * PAGE_SECONDS

    def __sub__(self, other: Done) -> Done:
        return Done(self.clicks - other.clicks, self.keys - other.keys, self.pages - other.pages)

    def __str__(self) -> str:
        return f"{self.clicks} clicks, {self.keys} keys, {self.pages} pages: {self.seconds:.0f} s"


class Gestures:
    """Counts what is done on a page from now on."""

    def __init__(self, page: Page) -> None:
        self._counts = {"click": 0, "key": 0, "page": 0}
        page.context.expose_function("counted", self._add)
        page.add_init_script(COUNTED)
        page.evaluate(COUNTED)
        page.on("domcontentloaded", lambda _page: self._add("page", 1))

    def _add(self, what: str, count: int) -> None:
        self._counts[what] += count

    def so_far(self) -> Done:
        """Give what was done since the count began."""
        return Done(self._counts["click"], self._counts["key"], self._counts["page"])
