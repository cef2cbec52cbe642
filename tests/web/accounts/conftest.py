from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client

from maillage.apps.accounts import demonstration
from tests.web.accounts.provider import CLIENT, SECRET, Provider, serve

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
CODE = re.compile(r"data-demonstration-code>(\d{6})<")
LINK = re.compile(r"/invitation/[\w-]+/")


def address_of(name: str) -> str:
    return f"{name}@{demonstration.DOMAIN}"


@dataclass
class Visitor:
    """A browser without scripts."""

    client: Client

    def sign_in(self, name: str, *, after: str = ""):
        """Sign in as somebody of the demonstration; gives the last answer."""
        from maillage.apps.accounts import models  # noqa: PLC0415

        models.Authenticator.objects.update(last_step=0)  # tests are quicker than thirty seconds
        typed = {"email": address_of(name), "passphrase": demonstration.passphrase()}
        if after:
            self.client.get("/connexion/", {"next": after})
        self.client.post("/connexion/", typed)
        shown = self.client.get("/connexion/code/").content.decode()
        return self.client.post("/connexion/code/", {"code": CODE.search(shown)[1]})


@pytest.fixture
def accounts(db) -> None:
    demonstration.load(by="demonstration", at=LONG_AGO)


@pytest.fixture
def visitor(accounts) -> Visitor:
    return Visitor(Client())


@pytest.fixture
def signed_in(accounts):
    """Give a browser signed in as somebody."""

    def as_somebody(name: str) -> Client:
        visitor = Visitor(Client())
        assert visitor.sign_in(name).status_code == 302
        return visitor.client

    return as_somebody


@pytest.fixture
def provider(settings):
    """Give a provider that answers on this machine, and that the product is told of."""
    one = Provider()
    server = serve(one)
    settings.MAILLAGE_OIDC = {
        "issuer": one.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "algorithm": "RS256",
        "scopes": "openid email given_name usual_name siret",
        "acr": ["eidas2", "eidas3"],
        "amr": [],
        "vouches_email": False,
    }
    yield one
    server.shutdown()
    server.server_close()
