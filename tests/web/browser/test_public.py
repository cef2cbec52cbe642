from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import expect

from maillage.apps.catalogue.use_cases import keep_records
from maillage.domain.access_points import AccessPoint, Equipment, Helper, PlaceKind
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from tests.web.browser.test_accessibility import SHADES, violations_of
from tests.web.browser.test_journey import tab_to
from tests.web.conftest import LOADED_AT

pytestmark = pytest.mark.browser

PLACE = "/lieux/demonstration--ilot-numerique-le-blanc/"
PAGES = [
    "/lieux/",
    "/lieux/?place=saint&kind=spaceship",
    "/en/lieux/?municipality=36018&kind=internet",
    PLACE,
    "/communes/",
    "/communes/?territory=departement:36",
    "/en/communes/67180/?on=2022-02-30",
    "/services/?q=accueil",
    "/en/services/face--conge-mobilite-solidaire/",
    "/organismes/",
    "/organismes/france-travail-centre-val-de-loire/",
    "/lieux/nulle-part/",
]


@pytest.mark.parametrize(("scheme", "width"), SHADES)
@pytest.mark.parametrize("address", PAGES)
def test_every_public_page_is_accessible_quiet_and_fits(visit, address, scheme, width):
    watched = visit(address, width=width, scheme=scheme)
    page = watched.page

    assert violations_of(page) == []
    assert [said for said in watched.complaints if "404" not in said] == []
    assert len(watched.hosts) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    levels = [int(level) for level in re.findall(r"<h([1-6])", page.content())]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("address", ["/lieux/?municipality=36018", PLACE, "/communes/36018/", "/services/"])
def test_a_public_page_weighs_little_before_the_map(visit, address):
    sizes: list[int] = []
    watched = visit("/completion/communes/")
    watched.page.on(
        "response", lambda answer: sizes.append(len(answer.body())) if "leaflet" not in answer.url else None
    )
    watched.page.goto(watched.page.url.replace("/completion/communes/", address))
    watched.page.wait_for_load_state("networkidle")

    assert 0 < sum(sizes) < 400_000


def test_a_place_is_found_by_keyboard_alone(visit):
    watched = visit("/lieux/")
    page = watched.page

    tab_to(page, "#place")
    page.keyboard.type("le bla")
    expect(page.locator(".completion__option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "[name=kind]")
    page.keyboard.press("ArrowDown")
    tab_to(page, ".form__end .button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("municipality=36018&kind=internet"))

    expect(page.locator("h1")).to_contain_text("lieux près du Blanc")
    expect(page.locator(".map__door").first).to_be_visible()
    tab_to(page, ".row__name a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/lieux/france-services--1768/"))
    expect(page.get_by_role("button", name="Imprimer sur une feuille")).to_be_visible()
    assert watched.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_places_and_municipalities_need_no_scripts(visit, width):
    page = visit("/", width=width, scripts=False).page

    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Lieux").click()
    page.get_by_label("Où habitez-vous ?").fill("36300")
    page.get_by_label("Aide pour utiliser internet").check()
    page.get_by_role("button", name="Voir les lieux").click()
    page.get_by_role("radio", name="Le Blanc").check()
    page.get_by_role("button", name="Voir les lieux").click()
    expect(page.locator("svg.drawing")).to_be_visible()
    page.get_by_role("link", name="France services du Blanc").click()
    expect(page.locator(".sheet")).to_contain_text("1 Place du Général de Gaulle")
    page.get_by_role("link", name="Tout sur Le Blanc").click()
    expect(page.locator("h1")).to_have_text("Le Blanc")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_fullest_place_prints_on_one_sheet(visit):
    place = AccessPoint(
        "fullest",
        "Maison des services publics et de la citoyenneté de la Brenne et du val de Creuse",
        frozenset({PlaceKind.DIGITAL_POINT, PlaceKind.POST_OFFICE, PlaceKind.FRANCE_SERVICES}),
        "la-poste-centre-val-de-loire",
        "36018",
        Point(46.63, 1.06),
        Provenance("source"),
        address="125 bis avenue du Président François Mitterrand, bâtiment C, deuxième étage",
        postcode="36300",
        town="Le Blanc",
        telephone="02 54 00 00 00",
        hours="Mo 09:00-12:00; Tu 09:30-12:30,14:00-17:00; We 10:00-12:00; Th 13:00-18:00; Fr 08:00-11:00; Sa 09:00-10:00",
        hours_note="Chaque mois : 1er lundi Vicq Exemplet, 2e lundi Migné, 3e lundi Pommiers. " * 7,
        by_appointment=True,
        equipment=frozenset(Equipment),
        helpers=frozenset({Helper.CIVIC_SERVICE, Helper.COUNTER_STAFF}),
    )
    services = (
        Service(
            f"fullest--{n}",
            f"Accompagnement numéro {n} aux démarches en ligne et à l’emploi",
            "x",
            place.provenance,
            location="fullest",
        )
        for n in range(40)
    )
    open_page = visit("/health/")
    keep_records([place, *services], format_name="of the test", at=LOADED_AT)
    open_page.page.goto(open_page.page.url.replace("/health/", "/lieux/fullest/"))

    printed = open_page.page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
