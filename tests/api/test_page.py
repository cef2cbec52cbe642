"""The documented page: French and English, without script, drawn from the contract, its examples answer."""

from __future__ import annotations

import json
import re

import pytest

from maillage.api.v1.descriptions import OPERATIONS
from maillage.api.v1.examples import EXAMPLES
from maillage.api.v1.problems import TITLES


@pytest.mark.parametrize(("address", "language"), [("/api/", "fr"), ("/en/api/", "en")])
def test_the_page_says_every_operation_and_every_error(address, language, client, demonstration):
    page = client.get(address).content.decode()

    assert f'<html lang="{language}">' in page
    assert set(re.findall(r'<h3 id="(\w+)">', page)) == set(OPERATIONS[language])
    assert set(re.findall(r'id="problem-(\d+)"', page)) == {str(status) for status in TITLES[language]}


def test_the_page_runs_nothing_and_loads_nothing_from_elsewhere(client, demonstration):
    page = client.get("/api/").content.decode()

    assert "<script" not in page
    assert "style=" not in page
    assert [address for address in re.findall(r'(?:src|href)="([^"]*)"', page) if address.startswith("http")] == []


@pytest.mark.parametrize("operation", sorted(EXAMPLES))
def test_the_examples_answer_something(operation, client, demonstration):
    example = EXAMPLES[operation]
    if isinstance(example, dict):
        address = "/api/v1/openings/batch" if "people" in example else "/api/v1/openings"
        response = client.post(address, json.dumps(example), content_type="application/json")
    else:
        response = client.get(example)

    assert response.status_code == 200
    assert response.content.count(b"\n") > 1 or [value for value in response.json().values() if value]
