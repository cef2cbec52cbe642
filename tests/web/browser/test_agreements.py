"""The pages of the agreements in a real browser: accessible, quiet, without scripts, by keyboard, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.agreements.conftest import FICTIONAL
from tests.web.browser.test_accessibility import SHADES, violations_of
from tests.web.browser.test_journey import tab_to

pytestmark = pytest.mark.browser

PAGES = [
    "/accords/",
    "/en/accords/?q=introuvable&le=x",
    "/accords/2023-passerelle-national/?le=2024-01-01",
    "/en/accords/2025-tremplin-alsace-nord/",
    "/accords/2023-passerelle-national/differences/?du=2023-12-31&au=2026-02-01",
]


@pytest.fixture(autouse=True)
def fictional(settings) -> None:
    settings.MAILLAGE_AGREEMENTS = FICTIONAL


@pytest.mark.parametrize(("scheme", "width"), SHADES)
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_accessible_quiet_and_fits(visit, address, scheme, width):
    watched = visit(address, width=width, scheme=scheme)

    assert violations_of(watched.page) == []
    assert watched.complaints == []
    assert len(watched.hosts) == 1
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_text_is_read_on_another_day_by_keyboard_without_scripts(visit):
    page = visit("/accords/2023-passerelle-national/?le=2023-12-31", width=390, scripts=False).page

    tab_to(page, "a[href='?le=2024-01-01']")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Article 14 Épicerie sociale")).to_be_visible()
    page.get_by_role("link", name="Voir ce qui a changé entre deux jours").click()
    page.get_by_label("Entre le").fill("2023-12-31")
    page.get_by_label("et le", exact=True).fill("2024-01-01")
    page.get_by_role("button", name="Comparer").press("Enter")
    expect(page.locator("h1")).to_have_text("2 articles changés entre le 31 décembre 2023 et le 1er janvier 2024.")
    expect(page.locator("ins").first).to_contain_text("[+")


def test_a_search_keeps_what_was_typed_and_the_day(visit):
    page = visit("/accords/", scripts=False).page

    page.get_by_label("Une commune ou un territoire").fill("haguenau")
    page.get_by_label("Le jour").fill("2025-03-01")
    page.get_by_label("Seulement ceux en vigueur ce jour-là").check()
    page.get_by_role("button", name="Chercher").click()

    expect(page.get_by_label("Une commune ou un territoire")).to_have_value("haguenau")
    page.locator("#found ~ .rows").get_by_role("link", name="Convention territoriale fictive Tremplin").click()
    expect(page.get_by_label("Lire le texte tel qu’il est le")).to_have_value("2025-03-01")
