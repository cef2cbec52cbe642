"""The partner at 8:45, phone in hand, and the officer before the committee: the demonstration's stories, in a browser."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from maillage.apps.accounts import demonstration
from maillage.apps.referrals import demonstration as stories
from maillage.apps.referrals.models import Uptake
from tests.web.browser.gestures import Gestures
from tests.web.browser.test_sign_in import faults, sign_in

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("MAILLAGE_PICTURES", "")
PHONE = {"width": 390, "height": 844}
SECONDS_AT_MOST = 10


@pytest.fixture(autouse=True)
def told(site) -> None:
    now = timezone.now()
    demonstration.load(by="demonstration", at=now)
    stories.load(at=now)


def picture(page, name: str) -> None:
    """Keep what is on the screen for somebody who looks, when asked for."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def state_of(address: str) -> str:
    return Uptake.objects.get(pk=address.rstrip("/").split("/")[-1]).state


def test_a_partner_answers_with_the_phone_in_hand(visit):
    seen = visit("/boite/", width=390)
    page = seen.page
    page.set_viewport_size(PHONE)
    sign_in(page, "bruno")
    page.get_by_role("heading", name="Demandes reçues").wait_for()
    assert page.locator(".header").bounding_box()["height"] < 120
    found = {"inbox": faults(page)}
    picture(page, "partner-1-inbox")

    expected = page.locator(".part--expected li").first
    expected.get_by_role("button", name="Est là").click()
    page.get_by_text("La venue est notée.").wait_for()

    page.locator(".part--to-answer").get_by_role("button", name="Nouvelle demande").first.click()
    page.get_by_role("heading", name="Que se passe-t-il ?").wait_for()
    found["item"] = faults(page)
    picture(page, "partner-2-item")
    for name in ("Donner un rendez-vous", "Refuser", "Une commission décidera"):
        assert page.get_by_text(name, exact=True).is_visible()
    assert page.get_by_role("button", name="Pas joint").bounding_box()["height"] >= 44
    page.get_by_text("Pourquoi d’autres actions ne sont pas possibles", exact=True).click()
    page.get_by_text("on ne peut pas la terminer", exact=False).wait_for()
    found["why not"] = faults(page)
    picture(page, "partner-3-why-not")
    opened = page.url
    page.get_by_text("Donner un rendez-vous", exact=True).click()
    page.get_by_label("Jour du rendez-vous").fill((timezone.localdate() + timedelta(days=2)).isoformat())
    page.get_by_label("Heure").fill("10:30")
    page.get_by_role("button", name="Enregistrer").first.click()
    page.get_by_text("Le rendez-vous est noté").wait_for()
    assert state_of(opened) == "APPOINTED"

    gestures = Gestures(page)
    page.locator(".part--late a", has_text="dire ce que cela a donné").first.click()
    begun = time.perf_counter()
    page.get_by_role("heading", name="Qu’est-ce que cela a donné ?").wait_for()
    assert page.get_by_role("link", name="Appeler").count() <= 1
    received = page.url
    assert page.locator(".six button").count() == 6
    page.get_by_role("button", name="Entrée en formation").click()
    page.get_by_text("la demande est terminée").wait_for()
    seconds = time.perf_counter() - begun

    assert state_of(received) == "COMPLETED"
    assert seconds < SECONDS_AT_MOST
    assert gestures.so_far().clicks == 2
    assert gestures.so_far().seconds < SECONDS_AT_MOST
    assert found == {"inbox": [], "item": [], "why not": []}
    assert seen.complaints == []
    print(f"what became of it: {seconds:.1f} s")  # noqa: T201 (a measure, shown with -s)


def test_a_visit_is_counted_in_one_tap(visit):
    seen = visit("/boite/visites/", width=390)
    sign_in(seen.page, "farid")
    seen.page.get_by_role("button", name="Démarche en ligne").click()
    seen.page.get_by_text("Comptée : Démarche en ligne, 1 aujourd’hui.").wait_for()
    picture(seen.page, "visits")

    assert faults(seen.page) == []
    assert seen.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_officer_reads_what_fell_why_and_who_is_late(visit, width):
    seen = visit("/connexion/", width=width)
    page = seen.page
    sign_in(page, "chloe")
    page.get_by_role("button", name="Chargé de partenariats").first.click()
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/pilotage/")
    page.get_by_role("heading", name="Ce qui a baissé").wait_for()
    picture(page, f"officer-{width}")
    found = faults(page)
    page.get_by_label("Tableau", exact=True).select_option(label="Par partenaire")
    page.get_by_role("button", name="Montrer").click()
    page.get_by_role("link", name="La Poste Centre-Val de Loire").first.click()
    page.get_by_text("Ne plus se limiter à").wait_for()

    assert found == []
    assert faults(page) == []
    assert seen.complaints == []


def test_a_partner_puts_its_form_in_without_scripts(visit):
    seen = visit("/formulaire/", width=390, scripts=False)
    sign_in(seen.page, "hugo")
    seen.page.get_by_role("button", name="Déposer").click()
    seen.page.get_by_role("heading", name="Rien n’a été changé").wait_for()
    picture(seen.page, "own-form")

    assert seen.page.get_by_role("alert").get_by_role("link").get_attribute("href") == "#file"
