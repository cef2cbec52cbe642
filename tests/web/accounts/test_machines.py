"""Keys of software and addresses to tell: made on a page, their secret shown once, taken back at once."""

from __future__ import annotations

import re

import pytest

from maillage.apps.accounts.models import ApiKey
from maillage.apps.notifications.models import WebhookSubscription
from tests.permissions.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return build().client_of("ADMINISTRATOR")


def test_a_key_is_made_shown_once_and_withdrawn(administrator, client):
    page = administrator.post("/compte/logiciels/", {"name": "Notre logiciel", "scope": "READ", "days": "30"})
    [key] = re.findall(r"<code>(maillage_[\w-]{43})</code>", page.content.decode())

    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/uptakes/inbox", headers=bearer).status_code == 200
    assert key not in administrator.get("/en/compte/logiciels/").content.decode()
    row = ApiKey.objects.get(name="Notre logiciel")
    assert administrator.post(f"/compte/logiciels/{row.pk}/retrait/").status_code == 302
    assert client.get("/api/v1/uptakes/inbox", headers=bearer).status_code == 401
    assert administrator.post("/compte/logiciels/", {"name": ""}).status_code == 422


def test_an_address_is_told_when_it_is_public(administrator):
    before = WebhookSubscription.objects.count()
    for inside in ("http://example.org/", "https://127.0.0.1/", "https://[::1]/"):
        page = administrator.post("/organisme/prevenir/", {"address": inside})
        assert page.status_code == 422
        assert inside in page.content.decode()
    page = administrator.post("/en/organisme/prevenir/", {"address": "https://example.org/entree"})

    assert "whsec_" in page.content.decode()
    assert WebhookSubscription.objects.count() == before + 1
    assert "whsec_" not in administrator.get("/organisme/prevenir/").content.decode()
