"""An operator's folder with a mistake: nothing is answered rather than a wrong answer, and everybody learns what to do."""

from __future__ import annotations

import pytest

from tests.web.agreements.conftest import FICTIONAL

LE_BLANC = "municipality=36018&age=35&registered=yes"


@pytest.fixture
def broken(settings, tmp_path, demonstration):
    (tmp_path / "accord.yaml").write_text("id: accord\nlevel: GALACTIC\n")
    settings.MAILLAGE_AGREEMENTS = tmp_path


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/accords/", "Les accords ne peuvent pas être lus"),
        (f"/portes/?{LE_BLANC}", "Les accords ne peuvent pas être lus"),
        ("/api/v1/agreements", "Un des textes de ce site est mal écrit"),
    ],
)
def test_a_text_in_error_is_said_and_the_journal_names_the_line(client, broken, caplog, address, sentence):
    response = client.get(address)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert sentence in response.content.decode() or sentence in response.json()["detail"]
    assert "accord.yaml, line 2, level: found « GALACTIC »" in caplog.text


def test_a_question_of_a_machine_is_refused_alike(client, broken):
    response = client.post("/api/v1/openings", '{"municipality": "36018"}', content_type="application/json")

    assert (response.status_code, response.json()["status"]) == (503, 503)
    assert "Nothing" not in response.json()["detail"]


def test_an_empty_folder_is_said_too(client, settings, tmp_path, demonstration):
    settings.MAILLAGE_AGREEMENTS = tmp_path

    assert client.get("/accords/").status_code == 503


def test_once_the_text_is_mended_pages_answer(client, broken, settings, fictional_text):
    (settings.MAILLAGE_AGREEMENTS / "accord.yaml").write_text(fictional_text)

    assert client.get("/accords/").status_code == 200


@pytest.fixture
def fictional_text():
    return (FICTIONAL / "2023-passerelle-national" / "agreement.yaml").read_text()
