from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

DAY = "2022-03-01"


def tab_to(page: Page, condition: str, *, at_most: int = 80) -> None:
    """Press the tab key until what has the focus is what one looks for."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({condition!r})"):
            return
    pytest.fail(f"the keyboard never reaches {condition}")


def test_the_main_journey_by_keyboard_alone(visit):
    watched = visit(f"/?on={DAY}")
    page = watched.page

    tab_to(page, "#place")
    page.keyboard.type("hagu")
    expect(page.locator(".completion__option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_value("Haguenau (67500)")
    tab_to(page, "#age")
    page.keyboard.type("20")
    tab_to(page, "[name=registered]")
    page.keyboard.press("Space")
    tab_to(page, ".form__end .button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/portes/"))

    expect(page.locator("h1")).to_contain_text("portes ouvertes près de Haguenau")
    assert "municipality=67180&age=20&registered=yes&on=2022-03-01" in page.url
    tab_to(page, ".card .why summary")
    page.keyboard.press("Enter")
    expect(page.locator(".card .why__reason").first).to_be_visible()
    tab_to(page, "a[href*='/fiche/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/fiche/"))
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    assert watched.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_everything_but_the_exact_point_works_without_scripts(visit, width):
    page = visit("/", width=width, scripts=False).page

    page.get_by_label("Où habite la personne ?").fill("36300")
    page.get_by_label("Quel âge a-t-elle ?").fill("35")
    page.get_by_label("Je ne sais pas").check()
    page.get_by_label("Utiliser internet et un ordinateur").check()
    page.get_by_role("button", name="Voir les portes ouvertes").click()
    page.get_by_role("radio", name="Le Blanc").check()
    page.get_by_role("button", name="Voir les portes ouvertes").click()

    expect(page.locator("h1")).to_contain_text("près du Blanc")
    expect(page.locator("svg.drawing")).to_be_visible()
    page.locator(".card summary").first.click()
    expect(page.locator(".card .why__reason").first).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_contain_text("near Le Blanc")
    page.get_by_role("link", name=re.compile("^Print the sheet")).first.click()
    expect(page.locator(".sheet")).to_contain_text("Telephone")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_needs_are_sent_in_the_order_they_were_chosen(visit):
    page = visit("/?municipality=36018").page

    page.get_by_label("Se loger").check()
    page.get_by_label("Trouver un emploi").check()
    page.get_by_role("button", name="Voir les portes ouvertes").click()
    page.wait_for_url(re.compile("/portes/"))

    assert "theme=logement-hebergement&theme=trouver-un-emploi" in page.url


def test_an_exact_point_is_taken_from_the_map_by_keyboard(visit):
    watched = visit("/?municipality=36018")
    page = watched.page

    page.get_by_role("button", name="Montrer un point exact").press("Enter")
    expect(page.locator(".exact__map path").first).to_be_visible()
    page.get_by_role("button", name="Prendre le centre de la carte").press("Enter")
    page.get_by_role("button", name="Voir les portes ouvertes").click()
    page.wait_for_url(re.compile("/portes/"))

    assert re.search(r"point=46\.\d+%2C[01]\.\d+", page.url)
    assert watched.complaints == []


def test_mistakes_take_the_focus_and_lead_to_their_field(visit):
    page = visit("/portes/?age=abc").page

    expect(page.locator("#errors")).to_be_focused()
    page.get_by_role("link", name=re.compile("^Écrivez l’âge")).click()
    expect(page.locator("#age")).to_be_focused()


def test_the_map_shows_the_places_of_the_list(visit):
    page = visit("/portes/?municipality=67180&age=20&registered=yes&on=2022-03-01").page

    numbers = set(page.locator(".row__number").all_inner_texts())
    markers = page.locator(".map__door")

    expect(markers.first).to_be_visible()
    assert {number.split()[-1] for number in numbers} == set(markers.all_inner_texts())


def test_the_sheet_prints_on_one_page(visit):
    page = visit("/fiche/?door=france-services--1768--accueil&municipality=36018").page

    printed = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
