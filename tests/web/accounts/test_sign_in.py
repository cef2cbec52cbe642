"""Signing in without scripts, what a session is worth, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts import demonstration, models, queries
from maillage.apps.accounts.use_cases import members
from maillage.web.components.identity import IDLE, LONGEST, OPENED_AT, SEEN_AT
from tests.web.accounts.conftest import CODE, LINK, address_of

REFUSED = "L’adresse ou la phrase secrète est inexacte"
NEW = "cinq autres mots choisis ici"


def post_sign_in(client, name="amel", passphrase=None, **extra):
    typed = {"email": address_of(name), "passphrase": passphrase or demonstration.passphrase()}
    return client.post("/connexion/", typed, **extra)


def test_signing_in_takes_two_proofs_and_leads_where_one_was_going(visitor):
    asked = visitor.client.get("/equipe/absences/")
    assert asked["Location"] == "/connexion/?next=%2Fequipe%2Fabsences%2F"

    response = visitor.sign_in("amel", after="/equipe/absences/")

    assert response["Location"] == "/equipe/absences/"
    page = visitor.client.get("/equipe/absences/").content.decode()
    assert "Amel Exemple" in page
    assert "Conseiller · france-travail" in page
    assert "Se déconnecter" in page


@pytest.mark.parametrize("elsewhere", ["https://autre.invalid/", "//autre.invalid/", "javascript:alert(1)", "/\\autre"])
def test_signing_in_never_leads_to_another_site(visitor, elsewhere):
    assert visitor.sign_in("amel", after=elsewhere)["Location"] == "/mon-portefeuille/"


def test_the_passphrase_alone_opens_nothing(accounts, client):
    assert post_sign_in(client)["Location"] == "/connexion/code/"

    assert client.get("/compte/")["Location"].startswith("/connexion/")
    assert "_auth_user_id" not in client.session


def test_the_first_proof_waits_ten_minutes(accounts, client):
    post_sign_in(client)
    session = client.session
    session["pending_since"] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()

    assert client.get("/connexion/code/")["Location"] == "/connexion/"


@pytest.mark.parametrize("address", ["/connexion/code/", "/connexion/premiere-fois/"])
def test_the_second_proof_is_not_asked_without_the_first(accounts, client, address):
    assert client.get(address)["Location"] == "/connexion/"
    assert client.post(address, {"code": "000000"})["Location"] == "/connexion/"


def test_an_application_is_not_set_up_by_who_has_the_passphrase_of_an_account_that_has_one(accounts, client):
    post_sign_in(client)

    assert client.get("/connexion/premiere-fois/")["Location"] == "/connexion/"
    assert client.post("/compte/cles/question/").status_code == 403
    assert client.post("/compte/cles/", {"answer": "{}"})["Location"] == "/connexion/"


@pytest.mark.parametrize(("name", "passphrase"), [("amel", "une autre phrase secrète"), ("personne", None)])
def test_whatever_is_wrong_gets_the_same_page(accounts, client, name, passphrase):
    response = post_sign_in(client, name, passphrase)

    page = response.content.decode()
    assert response.status_code == 422
    assert REFUSED in page
    assert address_of(name) in page  # what was typed is kept, but for the passphrase
    assert demonstration.passphrase() not in page


def test_eleven_attempts_from_one_place_have_to_wait(accounts, client):
    for _ in range(10):
        post_sign_in(client, "personne")

    response = post_sign_in(client)

    assert response.status_code == 429
    assert "Trop d’essais ont échoué depuis ce réseau" in response.content.decode()


def test_behind_https_the_proxy_says_where_one_comes_from(accounts, client, settings):
    settings.HTTPS, settings.SECURE_SSL_REDIRECT = True, False
    for _ in range(10):
        post_sign_in(client, "personne", HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.7")

    assert post_sign_in(client, HTTP_X_FORWARDED_FOR="198.51.100.1, 192.0.2.7").status_code == 429
    assert post_sign_in(client, HTTP_X_FORWARDED_FOR="192.0.2.7, 192.0.2.8").status_code == 302


def test_the_session_key_changes_at_each_step(visitor):
    client = visitor.client
    client.get("/connexion/", {"next": "/compte/"})
    keys = [client.session.session_key]
    post_sign_in(client)
    keys.append(client.session.session_key)
    client.post("/connexion/code/", {"code": CODE.search(client.get("/connexion/code/").content.decode())[1]})
    keys.append(client.session.session_key)

    assert len(set(keys)) == 3
    stale = Client()
    stale.cookies["sessionid"] = keys[1]
    assert stale.get("/compte/").status_code == 302


def test_a_wrong_code_is_refused_and_the_page_says_what_to_do(accounts, client):
    post_sign_in(client)

    response = client.post("/connexion/code/", {"code": "000 000"})

    assert response.status_code == 422
    assert "Ce code est inexact, a déjà servi" in response.content.decode()


def test_several_memberships_are_chosen_from_and_one_is_active(visitor):
    client = visitor.client
    assert visitor.sign_in("chloe")["Location"] == "/compte/organisme/"
    assert client.get("/equipe/absences/")["Location"] == "/compte/organisme/"
    officer, member = queries.memberships_of(queries.account_with(address_of("chloe")), timezone.localdate())
    before = client.session.session_key

    for chosen, words in ((officer, "Chargé de partenariats"), (member, "Membre d’un comité")):
        client.post("/compte/organisme/", {"membership": str(chosen.membership)})
        assert words in client.get("/equipe/absences/").content.decode()

    assert client.session.session_key != before


def test_nobody_acts_under_the_membership_of_another(signed_in):
    client = signed_in("amel")
    (other,) = queries.memberships_of(queries.account_with(address_of("gaelle")), timezone.localdate())

    assert client.post("/compte/organisme/", {"membership": str(other.membership)}).status_code == 404
    session = client.session
    session["membership"] = str(other.membership)
    session.save()
    assert client.get("/equipe/")["Location"] == "/compte/organisme/"


def test_a_membership_that_ends_stops_at_the_next_page(signed_in):
    client = signed_in("gaelle")
    assert client.get("/equipe/").status_code == 200

    models.Membership.objects.filter(account__email=address_of("gaelle")).update(ended_at=timezone.now())

    assert client.get("/equipe/")["Location"] == "/compte/organisme/"
    assert "a pris fin" in client.get("/compte/organisme/").content.decode()


def test_a_role_taken_away_stops_at_the_next_page(signed_in):
    client = signed_in("gaelle")
    models.Membership.objects.filter(account__email=address_of("gaelle")).update(role="ADVISER")

    assert client.get("/equipe/").status_code == 403


def test_a_frozen_account_stops_at_the_next_page(signed_in):
    client = signed_in("amel")

    members.freeze_account(
        by="watch", account=queries.account_with(address_of("amel")), why="190 people read.", at=timezone.now()
    )

    assert client.get("/compte/")["Location"].startswith("/connexion/")


def test_signing_out_everywhere_ends_the_other_device(signed_in, visitor):
    elsewhere = signed_in("amel")
    visitor.sign_in("amel")

    visitor.client.post("/compte/deconnecter-partout/")

    assert elsewhere.get("/compte/").status_code == 302
    assert visitor.client.get("/compte/").status_code == 302


@pytest.mark.parametrize(
    ("name", "age", "is_open"),
    [
        (SEEN_AT, IDLE - timedelta(minutes=1), True),
        (SEEN_AT, IDLE + timedelta(seconds=1), False),
        (OPENED_AT, LONGEST - timedelta(minutes=1), True),
        (OPENED_AT, LONGEST + timedelta(seconds=1), False),
    ],
)
def test_a_session_ends_when_unused_for_an_hour_and_after_twelve(signed_in, name, age, is_open):
    client = signed_in("amel")
    session = client.session
    session[name] = (timezone.now() - age).isoformat()
    session.save()

    assert (client.get("/compte/").status_code == 200) is is_open
    assert ("_auth_user_id" in client.session) is is_open


def test_a_new_passphrase_keeps_this_session_and_ends_the_others(signed_in, visitor):
    elsewhere = signed_in("amel")
    visitor.sign_in("amel")
    client = visitor.client

    response = client.post(
        "/compte/phrase-secrete/", {"former": demonstration.passphrase(), "passphrase": NEW}, follow=True
    )

    assert "Votre phrase secrète est changée" in response.content.decode()
    assert client.get("/compte/").status_code == 200
    assert elsewhere.get("/compte/").status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"former": "fausse", "passphrase": NEW}, "Cette phrase secrète n’est pas la vôtre"),
        ({"former": "", "passphrase": "court"}, "Remplissez ce champ."),
        ({"passphrase": "court"}, "Écrivez au moins 14 caractères"),
        ({"passphrase": "motdepassemotdepasse"}, "mot de passe très courant"),
    ],
)
def test_a_passphrase_that_cannot_be_changed_says_why(signed_in, typed, sentence):
    client = signed_in("amel")

    response = client.post("/compte/phrase-secrete/", {"former": demonstration.passphrase(), **typed})

    assert sentence in response.content.decode()


def test_an_invitation_is_accepted_from_the_link_to_the_recovery_codes(signed_in):
    gaelle, zoe = signed_in("gaelle"), Client()
    shown = gaelle.post("/equipe/inviter/", {"email": "zoe@exemple.fr", "name": "Zoé", "role": "ADVISER", "site": ""})
    link = LINK.search(shown.content.decode())[0]
    assert "Conseiller" in zoe.get(link).content.decode()

    refused = zoe.post(link, {"name": "Zoé Exemple", "passphrase": "court"})
    assert "Écrivez au moins 14 caractères" in refused.content.decode()
    assert "Zoé Exemple" in refused.content.decode()
    zoe.post(link, {"name": "Zoé Exemple", "passphrase": NEW})
    page = zoe.get("/connexion/premiere-fois/").content.decode()
    secret = zoe.session["new_secret"]
    assert 'src="data:image/svg+xml' in page
    codes = zoe.post("/connexion/premiere-fois/", {"code": pyotp.TOTP(secret).now()}, follow=True).content.decode()

    assert "ils ne seront plus montrés" in codes
    assert "Conseiller" in zoe.get("/compte/").content.decode()
    assert "ils ne seront plus montrés" not in zoe.get("/compte/codes-de-secours/").content.decode()
    assert zoe.get(link).status_code == 404


def test_who_has_an_account_joins_with_one_press(signed_in):
    gaelle, bruno = signed_in("gaelle"), Client()
    typed = {"email": address_of("bruno"), "name": "Bruno", "role": "ADVISER", "site": ""}
    link = LINK.search(gaelle.post("/equipe/inviter/", typed).content.decode())[0]
    assert "déjà un compte" in bruno.get(link).content.decode()

    bruno = signed_in("bruno")
    bruno.post(link)

    assert bruno.get("/compte/").content.decode().count("france-travail") >= 1


def test_recovery_codes_sign_in_once_each(signed_in):
    client = signed_in("amel")
    page = client.post("/compte/codes-de-secours/").content.decode()
    code = page.split('<ul class="names code"><li>')[1].split("</li>")[0]
    other = Client()

    statuses = []
    for _ in range(2):
        post_sign_in(other)
        statuses.append(other.post("/connexion/code/", {"code": code}).status_code)

    assert statuses == [302, 422]
