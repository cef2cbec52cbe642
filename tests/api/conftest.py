"""The demonstration, asked by a machine."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from tests.conftest import journals_open
from tests.web.conftest import load_demonstration

LE_BLANC = {"municipality": "36018", "age": 35, "on": "2024-10-15"}


@pytest.fixture(autouse=True)
def no_limit(settings):
    """Let the tests ask as fast as they can; those of the limit set their own."""
    settings.MAILLAGE_API_PER_MINUTE = 0


@pytest.fixture(scope="module")
def demonstration_loaded(django_db_setup, django_db_blocker):
    """Load it once a file: what a test changes is undone by its own transaction."""
    with django_db_blocker.unblock():
        load_demonstration()
    yield
    with django_db_blocker.unblock(), journals_open():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demonstration(demonstration_loaded, db):
    return None


@pytest.fixture
def get(client, demonstration):
    def ask(address, status=200, **headers):
        response = client.get(f"/api/v1/{address}", headers=headers)
        assert response.status_code == status, response.content
        return response.json()

    return ask


@pytest.fixture
def post(client, demonstration):
    def ask(address, content, status=200, **headers):
        body = content if isinstance(content, (str, bytes)) else json.dumps(content)
        response = client.post(f"/api/v1/{address}", body, content_type="application/json", headers=headers)
        assert response.status_code == status, response.content
        return response.json()

    return ask
