from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.browser.test_accessibility import SHADES, refuse_what_hinders, violations_of
from tests.web.browser.test_journey import tab_to

pytestmark = pytest.mark.browser

HEALTH = "/chiffres/offre/?territory=departement:36&theme=sante&km=15&on=2026-11-22"
CHANGED = f"{HEALTH}&place=Eguzon-Chantôme"
ENGLISH = HEALTH.replace("/chiffres", "/en/chiffres")
MISTAKEN = "/chiffres/offre/?km=0&on=x&place=36300&lost=nobody"


@pytest.mark.parametrize(("scheme", "width"), SHADES)
@pytest.mark.parametrize("address", [CHANGED, ENGLISH, MISTAKEN])
def test_maps_of_the_offer_are_accessible_quiet_and_fit(visit, address, scheme, width):
    refuse_what_hinders(visit(address, width=width, scheme=scheme), width)


def test_a_map_magnified_four_times_needs_no_sideways_scroll(visit):
    assert visit(CHANGED, width=320).page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [1280, 390])
def test_a_service_is_imagined_without_scripts(visit, width):
    page = visit(HEALTH, width=width, scripts=False).page

    page.get_by_label("Si un service ouvrait à").fill("Eguzon-Chantôme")
    page.get_by_role("button", name="Voir ce que cela changerait").click()

    expect(page.locator(".offer__change")).to_have_text(re.compile(r"^Si un service ouvrait à Éguzon-Chantôme\s: 43"))
    expect(page.locator("svg.shaded")).to_have_count(2)


def test_a_change_is_seen_at_once_and_the_address_holds_it(visit):
    watched = visit(HEALTH)
    page = watched.page
    page.evaluate("window.sameDocument = true")

    page.get_by_label("Si ce partenaire partait").select_option("Mission Locale")

    expect(page.locator(".offer__change")).to_have_text(re.compile(r"^Si «\sMission Locale\s» partait"))
    expect(page.locator("svg.shaded")).to_have_count(2)
    assert page.evaluate("window.sameDocument") is True
    assert "lost=mission-locale" in page.url
    assert violations_of(page) == []

    page.go_back()

    expect(page.locator("svg.shaded")).to_have_count(1)
    assert watched.complaints == []


def test_another_need_is_asked_for_by_keyboard(visit):
    page = visit(HEALTH).page

    tab_to(page, "details > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#theme")
    page.keyboard.type("Se loger")
    tab_to(page, ".ask .button")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("« Se loger »")


def test_a_mistake_leads_to_its_field(visit):
    page = visit(MISTAKEN).page

    page.get_by_role("link", name=re.compile("^Écrivez un nombre entier")).click()

    expect(page.locator("#km")).to_be_focused()


def test_nothing_is_smaller_than_a_finger(visit):
    page = visit(CHANGED, width=390).page

    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    small = page.eval_on_selector_all(
        "button, summary, .button, .tabs a, select, input[type=number], input[type=date], input[type=text]",
        "all => all.filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)",
    )

    assert small == []
