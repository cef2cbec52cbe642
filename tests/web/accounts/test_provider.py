"""Signing in through a provider, over real HTTP: what it says is believed when it is signed for us, and only then."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts import models, queries
from maillage.apps.accounts.use_cases import invitations
from maillage.apps.accounts.use_cases.invitations import Invitee
from maillage.domain.accounts import Role, SiteLevel
from tests.apps.accounts.conftest import FT, acting, give_role, open_account

REFUSED = "La réponse du fournisseur d’identité n’est pas sûre"


@pytest.fixture
def invited(db) -> None:
    """Zoé is invited by France Travail, whose SIRET an administrator wrote."""
    gaelle = acting(give_role(open_account("Gaelle"), Role.ADMINISTRATOR, FT))
    models.Site.objects.create(organisation=FT, name="Siège", level=SiteLevel.NATIONAL.value, siret="13000548100010")
    invitations.invite(by=gaelle, invitee=Invitee("zoe@exemple.invalid", "Zoé", Role.ADVISER), at=timezone.now())


def to_provider_and_back(client: Client) -> str:
    """Follow the redirections to the provider; gives the address it sends back to, with its code."""
    departure = client.get("/connexion/fournisseur/")
    assert departure.status_code == 302
    answer = requests.get(departure["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/connexion/fournisseur/retour/"
    return f"{back.path}?{back.query}"


def enter(client: Client):
    return client.get(to_provider_and_back(client))


def test_an_invited_person_enters_and_the_question_was_a_careful_one(provider, invited, client):
    response = enter(client)

    assert (response.status_code, response["Location"]) == (302, "/mon-portefeuille/")
    assert provider.asked["code_challenge_method"] == "S256"
    assert len(provider.asked["nonce"]) == len(provider.asked["state"]) == 32
    assert provider.asked["acr_values"] == "eidas2 eidas3"
    assert "France Travail" in client.get("/compte/").content.decode() or FT in client.get("/compte/").content.decode()
    assert queries.account_with("zoe@exemple.invalid") is not None


@pytest.mark.parametrize(
    "lie",
    [
        "nonce",
        "no nonce",
        "issuer",
        "audience",
        "expired",
        "no end",
        "signature",
        "signature none",
        "signature symmetric",
        "unsigned userinfo",
        "userinfo signature",
        "userinfo signature none",
        "userinfo issuer",
        "userinfo audience",
        "other person",
    ],
)
def test_what_is_not_signed_for_us_now_about_one_person_is_refused(provider, invited, client, lie):
    provider.lies = lie

    response = enter(client)

    assert response.status_code == 403
    assert REFUSED in response.content.decode()
    assert queries.account_with("zoe@exemple.invalid") is None
    assert client.get("/compte/").status_code == 302


def test_the_same_return_serves_once(provider, invited, client):
    back = to_provider_and_back(client)
    assert client.get(back).status_code == 302
    client.post("/deconnexion/")

    assert REFUSED in client.get(back).content.decode()


def test_a_code_replayed_under_a_new_state_is_refused_by_the_provider(provider, invited, client):
    used = to_provider_and_back(client)
    client.get(used)
    client.post("/deconnexion/")
    fresh = to_provider_and_back(client)

    forged = fresh.replace(fresh.split("code=")[1].split("&")[0], used.split("code=")[1].split("&")[0])

    assert REFUSED in client.get(forged).content.decode()


def test_a_return_asked_by_another_browser_is_refused(provider, invited, client):
    stolen = to_provider_and_back(Client())

    assert REFUSED in client.get(stolen).content.decode()


@pytest.mark.parametrize("query", ["", "?code=1", "?state=1", "?code=1&state=1", "?error=access_denied&state=1"])
def test_a_return_that_nobody_asked_is_refused(provider, db, client, query):
    response = client.get(f"/connexion/fournisseur/retour/{query}")

    assert (response.status_code, REFUSED in response.content.decode()) == (403, True)


def test_a_person_less_surely_known_than_asked_is_refused(provider, invited, client):
    provider.acr = "eidas1"

    assert REFUSED in enter(client).content.decode()


@pytest.mark.parametrize(("amr", "status"), [(["pwd", "mfa"], 302), (["pwd"], 403), ([], 403)])
def test_the_means_asked_are_checked(provider, invited, client, settings, amr, status):
    settings.MAILLAGE_OIDC = {**settings.MAILLAGE_OIDC, "acr": [], "amr": ["mfa"]}
    provider.amr = amr

    assert enter(client).status_code == status


def test_our_own_second_proof_is_asked_when_nothing_was_asked_of_the_provider(provider, invited, client, settings):
    settings.MAILLAGE_OIDC = {**settings.MAILLAGE_OIDC, "acr": []}

    assert enter(client)["Location"] == "/connexion/premiere-fois/"
    assert client.get("/compte/").status_code == 302


def test_nobody_invited_is_told_what_to_do(provider, db, client):
    response = enter(client)

    assert response.status_code == 403
    assert "aucune invitation n’attend votre adresse vérifiée" in response.content.decode()
    assert models.Account.objects.count() == 0


def test_an_address_that_the_provider_did_not_verify_opens_nothing(provider, invited, client):
    provider.claims["email_verified"] = False

    assert "aucune invitation" in enter(client).content.decode()


def test_a_provider_that_vouches_for_addresses_need_not_say_so_of_each(provider, invited, client, settings):
    settings.MAILLAGE_OIDC = {**settings.MAILLAGE_OIDC, "vouches_email": True}
    del provider.claims["email_verified"]

    assert enter(client)["Location"] == "/mon-portefeuille/"


def test_the_organisation_vouched_for_must_be_that_of_the_membership(provider, invited, client):
    provider.claims["siret"] = "77700000000011"

    assert enter(client)["Location"] == "/compte/organisme/"
    page = client.get("/compte/organisme/").content.decode()
    assert "votre fournisseur d’identité indique" in page
    assert client.get("/equipe/absences/")["Location"] == "/compte/organisme/"


def test_a_provider_under_another_name_is_not_asked(provider, db, client, settings):
    settings.MAILLAGE_OIDC = {**settings.MAILLAGE_OIDC, "issuer": provider.issuer + "/"}

    response = client.get("/connexion/fournisseur/")

    assert response.status_code == 503
    assert "ne répond pas" in response.content.decode()


def test_without_a_provider_there_is_no_button_and_no_page(db, client):
    assert "fournisseur/" not in client.get("/connexion/").content.decode()
    assert client.get("/connexion/fournisseur/").status_code == 404
    assert client.get("/connexion/fournisseur/retour/").status_code == 404


def test_with_a_provider_there_is_a_button(provider, db, client):
    assert "Continuer avec ProConnect" in client.get("/connexion/").content.decode()
