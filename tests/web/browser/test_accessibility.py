from __future__ import annotations

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.conftest import HAGUENAU, LE_BLANC

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/en/",
    "/portes/?place=saint&age=abc&on=2022-02-30",
    f"/portes/?{HAGUENAU}",
    f"/en/portes/?{LE_BLANC}",
    "/fiche/?door=france-services--1768--accueil&municipality=36018",
]
SHADES = [("light", 1280), ("dark", 390)]


def violations_of(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def refuse_what_hinders(watched, width: int) -> None:
    """Refuse a page, all unfolded, that axe blames, that complains, that asks another host, or that overflows."""
    page = watched.page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert violations_of(page) == []
    assert watched.complaints == []
    assert len(watched.hosts) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("scheme", "width"), SHADES)
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_accessible_quiet_and_fits(visit, address, scheme, width):
    refuse_what_hinders(visit(address, width=width, scheme=scheme), width)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_magnified_four_times_needs_no_sideways_scroll(visit, address):
    page = visit(address, width=320).page

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_nothing_is_smaller_than_a_finger(visit):
    page = visit(f"/portes/?{HAGUENAU}", width=390).page

    small = page.eval_on_selector_all(
        "button, summary, .button, .chip, .radio, .row__links > a, .filters a",
        "all => all.filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)",
    )

    assert small == []


@pytest.mark.parametrize("address", ["/", f"/portes/?{HAGUENAU}"])
def test_a_page_weighs_little_before_the_map(visit, address):
    sizes: list[int] = []
    watched = visit("/completion/communes/")
    watched.page.on(
        "response", lambda answer: sizes.append(len(answer.body())) if "leaflet" not in answer.url else None
    )
    watched.page.goto(watched.page.url.replace("/completion/communes/", address))
    watched.page.wait_for_load_state("networkidle")

    assert sum(sizes) < 150_000


def test_headings_go_down_by_one(visit):
    page = visit(f"/portes/?{LE_BLANC}").page

    levels = [int(level) for level in re.findall(r"<h([1-6])", page.content())]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
