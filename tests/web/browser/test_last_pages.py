"""The pages that no link leads to: reached by posting, by a paper in hand, or because something forbids the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maillage.apps.accounts import demonstration
from maillage.apps.people import watching
from maillage.apps.referrals.codes import digest_of
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.permissions import TABLE
from tests.web.browser.test_accessibility import SHADES, refuse_what_hinders
from tests.web.browser.test_adviser import open_file, send_to_the_post
from tests.web.browser.test_sign_in import sign_in
from tests.web.conftest import LOADED_AT

pytestmark = pytest.mark.browser
CODE = "K7P-4QX-9M"


@pytest.fixture(autouse=True)
def accounts(site) -> None:
    demonstration.load(by="demonstration", at=LOADED_AT)


def expected_complaints(watched, *statuses: int) -> None:
    """Take away what a browser says of the refusals that the page is about; anything else stays a complaint."""
    for status in statuses:
        said = next(one for one in watched.complaints if f"status of {status}" in one)
        watched.complaints.remove(said)


def send_with_a_link(page) -> str:
    """Send somebody to the digital point and make their link; gives it."""
    page.get_by_role("heading", name="Mon portefeuille").wait_for()
    open_file(page)
    send_to_the_post(page)
    page.get_by_label("Je le lui ai dit").check()
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("button", name="Faire le lien", exact=True).click()
    return str(page.locator(".follow__address").inner_text())


@pytest.mark.parametrize(("scheme", "width"), SHADES)
def test_the_reply_with_a_code_is_accessible_refused_and_thanked(visit, site, scheme, width):
    adviser = visit("/connexion/")
    sign_in(adviser.page, "amel")
    send_with_a_link(adviser.page)
    Uptake.objects.update(code_digest=digest_of(CODE.replace("-", "")))

    holder = visit("/reponse/", width=width, scheme=scheme)
    page = holder.page
    refuse_what_hinders(holder, width)
    page.get_by_role("button", name="Envoyer la réponse").click()
    page.get_by_role("alert").wait_for()
    expected_complaints(holder, 422)
    refuse_what_hinders(holder, width)
    page.get_by_label("Code de réponse").fill(CODE)
    page.get_by_role("radio", name="La personne est venue", exact=True).check()
    page.get_by_label("Qui répond").fill("Accueil du Blanc")
    page.get_by_role("button", name="Envoyer la réponse").click()
    page.get_by_text("Merci. Votre réponse est arrivée").wait_for()
    refuse_what_hinders(holder, width)

    assert Uptake.objects.get().state == "RECEIVED"


@pytest.mark.parametrize(("scheme", "width"), SHADES)
def test_the_person_says_no_and_ends_the_link(visit, site, scheme, width):
    adviser = visit("/connexion/")
    sign_in(adviser.page, "amel")
    link = send_with_a_link(adviser.page).removeprefix(site)

    person = visit(link, width=width, scheme=scheme)
    page = person.page
    page.locator("summary", has_text="Dire non").click()
    page.get_by_role("button", name="Je ne veux pas que ce partenaire sache qui je suis").click()
    page.get_by_text("Vous avez dit non à ce partenaire").wait_for()
    refuse_what_hinders(person, width)
    page.get_by_role("button", name="Arrêter ce lien").click()
    page.get_by_role("heading", name="Le lien est arrêté").wait_for()
    refuse_what_hinders(person, width)
    page.goto(site + link)
    page.get_by_role("heading", name="Ce lien ne marche plus").wait_for()
    expected_complaints(person, 404)
    refuse_what_hinders(person, width)


@pytest.mark.parametrize(("scheme", "width"), SHADES)
def test_what_one_may_not_do_is_told_on_an_accessible_page(visit, site, monkeypatch, scheme, width):
    seen = visit("/connexion/", width=width, scheme=scheme)
    page = seen.page
    sign_in(page, "amel")
    page.get_by_role("heading", name="Mon portefeuille").wait_for()
    open_file(page)
    person = page.url
    page.goto(f"{site}/pilotage/")
    page.get_by_role("heading").first.wait_for()
    expected_complaints(seen, 403)
    refuse_what_hinders(seen, width)

    monkeypatch.setattr(watching, "SPELLS", ((timedelta(hours=1), 0),))
    page.goto(person)
    page.get_by_role("heading", name="Ce compte est gelé").wait_for()
    expected_complaints(seen, 403)
    refuse_what_hinders(seen, width)


@pytest.mark.parametrize(("scheme", "width"), SHADES)
def test_a_rule_tighter_than_the_page_is_told_on_an_accessible_page(visit, site, monkeypatch, scheme, width):
    seen = visit("/connexion/", width=width, scheme=scheme)
    page = seen.page
    sign_in(page, "farid")
    page.get_by_role("heading", name="Demandes reçues").wait_for()
    monkeypatch.setitem(TABLE, "COUNT_VISITS", TABLE["SET_OWN_FORM"])
    page.goto(f"{site}/boite/visites/")
    page.get_by_role("heading", name="Ce n’est pas possible ici").wait_for()
    page.get_by_text("Rien n’a été changé.").wait_for()
    expected_complaints(seen, 403)
    refuse_what_hinders(seen, width)
