"""What protects the pages of accounts: cookies, caches, forgery, the words that give nothing away."""

from __future__ import annotations

from importlib import reload

import pytest
from django.test import Client

from maillage.apps.accounts import demonstration
from maillage.config import settings as product_settings
from tests.web.accounts.conftest import address_of

PUBLIC = ["/", "/connexion/", "/lieux/", "/accords/"]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(signed_in):
    cookie = signed_in("amel").cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")


@pytest.mark.parametrize(("https", "is_secure"), [("1", True), ("0", False)])
def test_behind_https_every_cookie_is_secure(monkeypatch, https, is_secure):
    monkeypatch.setenv("MAILLAGE_HTTPS", https)
    try:
        read = reload(product_settings)
        secure = (read.SESSION_COOKIE_SECURE, read.CSRF_COOKIE_SECURE, read.LANGUAGE_COOKIE_SECURE)
    finally:
        monkeypatch.undo()
        reload(product_settings)

    assert secure == (is_secure,) * 3


@pytest.mark.parametrize("address", PUBLIC)
def test_a_page_for_everybody_shows_somebody_signed_in_to_nobody_else(demonstration, signed_in, address):
    client = signed_in("amel")

    own, everybody = client.get(address), Client().get(address)

    assert "Amel Exemple" in own.content.decode()
    assert own.headers["Cache-Control"] == "no-store"
    assert "Amel Exemple" not in everybody.content.decode()
    assert "Cookie" in everybody.headers["Vary"]


def test_a_visitor_costs_no_session(demonstration, client, django_assert_num_queries):
    response = client.get("/")

    assert "sessionid" not in response.cookies


@pytest.mark.parametrize(
    "address",
    [
        "/connexion/",
        "/connexion/code/",
        "/compte/",
        "/compte/organisme/",
        "/equipe/",
        "/equipe/sites/",
        "/invitation/x/",
    ],
)
def test_a_page_of_accounts_is_kept_by_no_cache(signed_in, address):
    assert "no-store" in signed_in("gaelle").get(address).headers["Cache-Control"]
    assert "no-store" in Client().get(address).headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    [
        "/connexion/",
        "/connexion/code/",
        "/connexion/cle/",
        "/connexion/cle/question/",
        "/deconnexion/",
        "/compte/organisme/",
        "/compte/deconnecter-partout/",
        "/equipe/inviter/",
        "/equipe/absences/",
    ],
)
def test_another_site_cannot_have_a_form_sent(signed_in, address):
    mine = signed_in("gaelle")
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = mine.cookies

    assert forged.post(address, {"email": "x", "passphrase": "y"}).status_code == 403


def test_a_link_of_invitation_is_told_to_no_other_site(signed_in):
    shown = signed_in("gaelle").post(
        "/equipe/inviter/", {"email": "zoe@exemple.fr", "name": "Zoé", "role": "ADVISER", "site": ""}
    )
    link = shown.content.decode().split('link-once">http://testserver')[1].split("</p>")[0]

    assert Client().get(link).headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("answer", ["", "{", "[]", "3", '{"id": null}', '{"id": "x"}', "[" * 30_000, '{"a":' * 3_000])
def test_whatever_is_sent_as_the_answer_of_a_key_is_only_refused(accounts, client, answer):
    client.post("/connexion/cle/question/")

    response = client.post("/connexion/cle/", {"answer": answer})

    assert response.status_code == 422
    assert "Cette clé n’a pas été reconnue" in response.content.decode()


def test_the_question_to_a_key_serves_once(accounts, client):
    client.post("/connexion/cle/question/")
    assert "challenge" in client.session
    client.post("/connexion/cle/", {"answer": "{}"})

    assert "challenge" not in client.session


def test_a_code_is_shown_for_an_invented_account_only(accounts, client):
    from maillage.apps.accounts import models  # noqa: PLC0415

    typed = {"email": address_of("amel"), "passphrase": demonstration.passphrase()}
    client.post("/connexion/", typed)
    assert "data-demonstration-code" in client.get("/connexion/code/").content.decode()

    models.Account.objects.update(is_demonstration=False)

    assert "data-demonstration-code" not in client.get("/connexion/code/").content.decode()


def test_a_disabled_cookie_or_a_torn_session_is_nobody(accounts, client):
    client.cookies["sessionid"] = "not-a-session"

    assert client.get("/compte/")["Location"].startswith("/connexion/")
