from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.browser.test_accessibility import SHADES, refuse_what_hinders
from tests.web.browser.test_journey import tab_to

pytestmark = pytest.mark.browser

INDRE = "/chiffres/?territory=departement:36&kind=AGENCY&plus=POST_OFFICE&km=15&on=2026-11-22"
COMMITTEE = "/en/chiffres/?territory=clpe:CLPE67001&kind=MISSION_LOCALE&km=10&on=2026-11-22"
MISTAKEN = "/chiffres/?kind=SCHOOL&km=0&on=x"


@pytest.mark.parametrize(("scheme", "width"), SHADES)
@pytest.mark.parametrize("address", [INDRE, COMMITTEE, MISTAKEN])
def test_figures_are_accessible_quiet_and_fit(visit, address, scheme, width):
    refuse_what_hinders(visit(address, width=width, scheme=scheme), width)


@pytest.mark.parametrize("address", [INDRE, COMMITTEE])
def test_figures_magnified_four_times_need_no_sideways_scroll(visit, address):
    page = visit(address, width=320).page

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scripts", [True, False])
def test_charts_are_drawn(visit, scripts):
    page = visit(INDRE, scripts=scripts).page
    charts = page.locator("img.chart")

    expect(charts).to_have_count(2)
    for place in range(2):
        box = charts.nth(place).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) > 200


@pytest.mark.parametrize("width", [1280, 390])
def test_another_figure_is_asked_for_without_scripts(visit, width):
    page = visit("/chiffres/", width=width, scripts=False).page

    page.get_by_text("Changer le territoire").click()
    page.get_by_label("Territoire").select_option("Haguenau - Wissembourg")
    page.locator("#kind").get_by_label("Agences France Travail").uncheck()
    page.locator("#kind").get_by_label("Missions locales").check()
    page.locator("#plus").get_by_label("Bureaux et points de La Poste").uncheck()
    page.get_by_label("À plus de").fill("10")
    page.get_by_role("button", name="Voir ce chiffre").click()

    expect(page.locator("h1")).to_have_text(
        re.compile("des habitants du territoire de Haguenau - Wissembourg vivent à plus de 10 km")
    )


def test_another_figure_is_asked_for_by_keyboard(visit):
    page = visit(INDRE).page

    tab_to(page, "details > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#km")
    page.keyboard.press("Control+A")
    page.keyboard.type("30")
    tab_to(page, ".ask .button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("km=30"))

    expect(page.locator("h1")).to_contain_text("à plus de 30 km")


def test_a_mistake_leads_to_its_field(visit):
    page = visit(MISTAKEN).page

    page.get_by_role("link", name=re.compile("^Écrivez un nombre entier")).click()

    expect(page.locator("#km")).to_be_focused()


def test_figures_weigh_little(visit):
    sizes: list[int] = []
    watched = visit("/completion/communes/")
    watched.page.on("response", lambda answer: sizes.append(len(answer.body())))
    watched.page.goto(watched.page.url.replace("/completion/communes/", INDRE))
    watched.page.wait_for_load_state("networkidle")

    assert sum(sizes) < 200_000


def test_nothing_is_smaller_than_a_finger(visit):
    page = visit(INDRE, width=390).page

    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    small = page.eval_on_selector_all(
        "button, summary, .button, .chip, select, input[type=number], input[type=date]",
        "all => all.filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)",
    )

    assert small == []
