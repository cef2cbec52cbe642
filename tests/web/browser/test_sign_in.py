"""Signing in in a real browser: with a code, with a passkey, without scripts, with a provider; nothing to complain of."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from maillage.apps.accounts import demonstration, models
from tests.web.accounts.conftest import address_of
from tests.web.accounts.conftest import provider as provider  # noqa: PLC0414 (a fixture)
from tests.web.conftest import LOADED_AT

pytestmark = pytest.mark.browser
COMPLAINTS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(autouse=True)
def accounts(site) -> None:
    demonstration.load(by="demonstration", at=LOADED_AT)


def sign_in(page, name: str) -> None:
    models.Authenticator.objects.update(last_step=0)
    page.get_by_label("Adresse électronique").fill(address_of(name))
    page.get_by_label("Phrase secrète").fill(demonstration.passphrase())
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Code à six chiffres").fill(page.locator("[data-demonstration-code]").inner_text())
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()


def faults(page) -> list[str]:
    found = Axe().run(page, options=COMPLAINTS).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_passphrase_and_a_code_sign_in_with_or_without_scripts(visit, scripts):
    seen = visit("/equipe/absences/", scripts=scripts)

    sign_in(seen.page, "amel")

    seen.page.get_by_role("heading", name="Absences et remplacements").wait_for()
    assert seen.page.get_by_role("button", name="Utiliser une clé d’accès").count() == 0
    seen.page.get_by_role("button", name="Se déconnecter").click()
    seen.page.get_by_role("heading", name="Se connecter").wait_for()
    assert (seen.page.get_by_role("button", name="Utiliser une clé d’accès").count() > 0) is scripts
    assert seen.complaints == []


def test_a_passkey_is_added_and_signs_in_alone(visit):
    seen = visit("/connexion/")
    page = seen.page
    account = page.url.replace("/connexion/", "/compte/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    sign_in(page, "amel")
    page.get_by_role("heading", name="Mon portefeuille").wait_for()

    page.goto(account)
    page.get_by_label("Nom de la clé").fill("ordinateur du bureau")
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    page.get_by_role("heading", name="Codes de secours").wait_for()
    page.get_by_role("link", name="C’est fait").click()
    page.goto(account)
    assert page.get_by_text("ordinateur du bureau").count() >= 1
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Utiliser une clé d’accès").click()

    page.get_by_role("heading", name="Mon portefeuille").wait_for()
    assert models.SignInAttempt.objects.filter(means="passkey", succeeded=True).count() == 1
    assert models.Passkey.objects.get().last_used_at is not None
    assert seen.complaints == []


def test_a_provider_signs_in_whom_an_administrator_invited(visit, provider):
    seen = visit("/connexion/")
    sign_in(seen.page, "gaelle")
    seen.page.get_by_role("link", name="Membres").first.click()
    seen.page.get_by_role("link", name="Inviter quelqu’un").click()
    seen.page.get_by_label("Adresse électronique").fill("zoe@exemple.invalid")
    seen.page.get_by_label("Prénom et nom").fill("Zoé Exemple")
    seen.page.get_by_label("Conseiller", exact=True).check()
    seen.page.get_by_role("button", name="Créer le lien").click()
    seen.page.get_by_role("heading", name="Le lien à remettre").wait_for()
    models.Site.objects.filter(organisation="france-travail").update(siret="13000548100010")

    other = visit("/connexion/")
    other.page.get_by_role("link", name="Continuer avec ProConnect").click()

    other.page.get_by_role("heading", name="Mon portefeuille").wait_for()
    assert other.complaints == []


def test_an_invitation_is_taken_up_in_a_browser(visit, site):
    """The link is opened, a passphrase chosen and sent: the browser says whence, though the link is told to nobody."""
    seen = visit("/equipe/inviter/")
    sign_in(seen.page, "gaelle")
    seen.page.get_by_label("Adresse électronique").fill("zoe@exemple.invalid")
    seen.page.get_by_label("Prénom et nom").fill("Zoé Exemple")
    seen.page.get_by_label("Conseiller", exact=True).check()
    seen.page.get_by_role("button", name="Créer le lien").click()
    link = seen.page.locator(".link-once").inner_text()

    invited = visit(link.removeprefix(site))
    assert faults(invited.page) == []
    for field in invited.page.locator("input[type=password]").all():
        field.fill("quatre mots sans lien 42 renards")
    invited.page.get_by_role("button", name="Continuer").click()
    invited.page.wait_for_url(lambda address: address != link)

    assert models.Account.objects.filter(email="zoe@exemple.invalid").exists()
    assert (seen.complaints, invited.complaints) == ([], [])


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_accounts_have_no_accessibility_fault(visit, width):
    seen = visit("/connexion/", width=width)
    page, found = seen.page, {}
    found["/connexion/"] = faults(page)
    page.get_by_role("button", name="Continuer").click()
    found["refused"] = faults(page)
    sign_in(page, "gaelle")
    page.get_by_role("heading", name="Gaëlle Exemple").wait_for()
    base = page.url.split("/compte")[0]
    for address in (
        "/compte/",
        "/compte/organisme/",
        "/compte/phrase-secrete/",
        "/compte/application/",
        "/compte/codes-de-secours/",
        "/equipe/",
        "/equipe/inviter/",
        "/equipe/absences/",
        "/equipe/portefeuille/",
        "/equipe/sites/",
        "/equipe/sites/nouveau/",
        f"/equipe/sites/{models.Site.objects.get(name='Agence du Blanc').pk}/",
        f"/equipe/membres/{models.Membership.objects.get(account__email=address_of('amel')).pk}/",
    ):
        page.goto(base + address)
        found[address] = faults(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address

    assert {address: said for address, said in found.items() if said} == {}
