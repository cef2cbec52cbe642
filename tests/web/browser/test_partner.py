"""The partner at 8:45, phone in hand, and the officer before the committee: the demonstration's stories, in a browser."""

from __future__ import annotations

import os
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from maillage.apps.referrals.models import Uptake, UptakeEvent
from tests.web.browser.gestures import Gestures
from tests.web.browser.test_journey import tab_to
from tests.web.browser.test_sign_in import faults, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("told")]
PICTURES = os.environ.get("MAILLAGE_PICTURES", "")
PHONE = {"width": 390, "height": 844}
SECONDS_AT_MOST = 10
FALL = re.compile(
    r"^Suivies d’une venue : \d+\s%, au lieu de \d+\s% Partenariat renforcé .* Mission locale d’Alsace du Nord"
)
FINGER = 44
"""Pixels under which a finger misses."""


def picture(page, name: str) -> None:
    """Keep what is on the screen for somebody who looks, when asked for."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def state_of(address: str) -> str:
    return Uptake.objects.get(pk=address.rstrip("/").split("/")[-1]).state


def last_said_of(address: str) -> UptakeEvent:
    return UptakeEvent.objects.filter(uptake=address.rstrip("/").split("/")[-1]).latest("sequence")


def open_a_request(page) -> str:
    """Open the request that has waited least for its first reading; gives its address."""
    page.locator(".part--to-answer").get_by_role("button", name="Nouvelle demande").first.click()
    page.get_by_role("heading", name="Que se passe-t-il ?").wait_for()
    return page.url


def unfold(page, name: str):
    """Unfold an action that asks something, as a finger does; gives its form."""
    folded = page.locator("details.act", has=page.locator("summary", has_text=name))
    summary = folded.locator("summary")
    assert summary.bounding_box()["height"] >= FINGER
    summary.click()
    return folded.locator("form")


def test_a_partner_answers_with_the_phone_in_hand(visit):
    seen = visit("/boite/", width=390)
    page = seen.page
    page.set_viewport_size(PHONE)
    sign_in(page, "bruno")
    page.get_by_role("heading", name="Demandes reçues").wait_for()
    assert page.locator(".header").bounding_box()["height"] < 120
    found = {"inbox": faults(page)}
    picture(page, "partner-1-inbox")

    open_a_request(page)
    found["item"] = faults(page)
    call = page.get_by_role("link", name="Appeler")
    assert call.count() == 1
    assert call.bounding_box()["height"] >= FINGER
    assert re.fullmatch(r"tel:0\d{9}", call.get_attribute("href"))
    picture(page, "partner-2-item")
    for name in ("Donner un rendez-vous", "Refuser", "Une commission décidera"):
        assert page.get_by_text(name, exact=True).is_visible()
    assert page.get_by_role("button", name="Pas joint").bounding_box()["height"] >= FINGER
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


def test_a_partner_says_why_not_or_when_with_the_phone_in_hand(visit):
    """Not reached, then refused with a reason; a commission that will decide: each from the page of the request."""
    seen = visit("/boite/", width=390)
    page = seen.page
    page.set_viewport_size(PHONE)
    sign_in(page, "bruno")
    opened = open_a_request(page)
    page.get_by_role("button", name="Pas joint").click()
    page.get_by_text("L’appel est noté.").wait_for()
    page.goto(opened)
    page.get_by_text("Ce qui s’est passé").click()
    page.locator("li.line", has_text="La personne n’a pas pu être jointe").wait_for()
    assert state_of(opened) == "UNDER_STUDY"

    refused = unfold(page, "Refuser")
    refused.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("alert").get_by_text("Choisissez une réponse.").wait_for()
    found = {"no reason": faults(page)}
    again = page.locator("details.act[open] form")
    again.get_by_label("il n’y a plus de place", exact=False).check()
    again.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Le refus est noté avec son motif.").wait_for()
    assert (state_of(opened), last_said_of(opened).reason) == ("REFUSED", "NO_PLACE")

    opened = open_a_request(page)
    decided_on = timezone.localdate() + timedelta(days=12)
    commission = unfold(page, "Une commission décidera")
    commission.get_by_label("Jour de la décision").fill(decided_on.isoformat())
    commission.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("C’est noté.").wait_for()
    page.goto(opened)
    found["commission"] = faults(page)
    assert last_said_of(opened).data["day"] == decided_on.isoformat()
    assert found == {"no reason": [], "commission": []}


def test_the_inbox_is_gone_through_by_keyboard_alone(visit):
    """j goes down, k goes up, Enter opens; then a request is refused, its reason given, without touching the mouse."""
    seen = visit("/boite/")
    page = seen.page
    sign_in(page, "bruno")
    page.locator("[data-line]").first.wait_for()
    focused = "[...document.querySelectorAll('[data-line]')].indexOf(document.activeElement)"
    sealed = page.eval_on_selector_all("[data-line]", "all => all.findIndex((one) => one.matches('button'))")
    reached = []
    for key in ("j", "j", "k", *["j"] * sealed):
        page.keyboard.press(key)
        reached.append(page.evaluate(focused))
    assert reached == [0, 1, 0, *range(1, sealed + 1)]

    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Que se passe-t-il ?").wait_for()
    opened = page.url
    tab_to(page, "details:has(form[action$='/refuse/']) > summary")
    page.keyboard.press("Enter")
    tab_to(page, "form[action$='/refuse/'] input[type=radio]")
    page.keyboard.press("Space")
    tab_to(page, "form[action$='/refuse/'] button")
    page.keyboard.press("Enter")
    page.get_by_text("Le refus est noté avec son motif.").wait_for()

    assert state_of(opened) == "REFUSED"
    assert seen.complaints == []


def test_the_receptionist_taps_est_la(visit):
    """Who stands at the counter, and no adviser: the line says the hour, the tap is enough."""
    seen = visit("/boite/", width=390)
    page = seen.page
    page.set_viewport_size(PHONE)
    sign_in(page, "farid")
    expected = page.locator(".part--expected li")
    expected.first.wait_for()
    before, line = expected.count(), expected.first
    assert line.locator(".item__hour").is_visible()
    came = line.locator("a.item__open").get_attribute("href")
    here = line.get_by_role("button", name="Est là")
    assert here.bounding_box()["height"] >= FINGER
    gestures = Gestures(page)
    here.click()
    page.get_by_text("La venue est notée.").wait_for()

    assert state_of(came) == "RECEIVED"
    assert gestures.so_far().clicks == 1
    assert expected.count() == before - 1
    assert (faults(page), seen.complaints) == ([], [])


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
    fallen = page.get_by_role("region", name="Ce qui a baissé")
    assert any(FALL.search(one) for one in fallen.get_by_role("listitem").all_inner_texts())
    reasons = {row.split("\t")[0]: row.split("\t")[1:] for row in fallen.locator("tbody tr").all_inner_texts()}
    now, before = reasons["Il n’y a plus de place"]
    assert int(now) > (0 if before == "peu" else int(before))
    late = page.get_by_role("region", name="Qui est en retard").get_by_role("listitem").all_inner_texts()
    assert any(re.search(r"La Poste Centre-Val de Loire, Bureau du Blanc.*attendue depuis le \d", one) for one in late)

    gestures = Gestures(page)
    page.get_by_label("Tableau", exact=True).select_option(label="Par partenaire")
    page.get_by_role("button", name="Montrer").click()
    page.get_by_role("link", name="La Poste Centre-Val de Loire").first.click()
    page.get_by_text("Ne plus se limiter à").wait_for()

    assert gestures.so_far().clicks == 2
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


@pytest.mark.parametrize("width", [1280, 390])
def test_the_officer_says_that_a_request_was_an_error(visit, width):
    seen = visit("/connexion/", width=width)
    page = seen.page
    sign_in(page, "chloe")
    page.get_by_role("button", name="Chargé de partenariats").first.click()
    page.get_by_role("link", name="Demandes de l’organisme").first.click()
    page.get_by_role("heading", name="Les dernières").wait_for()
    picture(page, f"officer-requests-{width}")
    found = {"list": faults(page)}
    latest = page.get_by_role("region", name="Les dernières").get_by_role("listitem")
    latest.filter(has_not_text="saisie par erreur").first.get_by_role("link").click()
    page.get_by_role("button", name="Dire que c’était une erreur").click()
    page.get_by_role("alert").get_by_text("Choisissez une réponse.").wait_for()
    picture(page, f"officer-request-{width}")
    found["no reason"] = faults(page)
    reference = page.url.rstrip("/").rpartition("/")[2]
    page.get_by_label("C’était un doublon").check()
    page.get_by_role("button", name="Dire que c’était une erreur").click()
    page.get_by_text("La demande est annulée, car saisie par erreur.").wait_for()

    page.get_by_label("Référence Maillage de la demande").fill(reference)
    page.get_by_role("button", name="Chercher").click()
    page.get_by_text("Annulée, car saisie par erreur").first.wait_for()
    assert found == {"list": [], "no reason": []}
