from __future__ import annotations

from html import unescape

import pytest

from maillage.domain.stored_fields import TABLES

pytestmark = pytest.mark.django_db


def test_anybody_reads_what_is_kept_why_for_whom_and_how_long(client):
    text = client.get("/donnees-personnelles/").content.decode()

    assert all(table.label_fr in text for table in TABLES)
    assert "Travailleur handicapé reconnu" in text
    assert "12 mois après le dernier échange avec la personne" in text
    assert "24 mois après le dernier échange avec la personne" in text
    assert "12 mois après le jour où c’est noté" in text
    assert "numéros techniques" in text


def test_the_same_in_english(client):
    text = unescape(client.get("/en/donnees-personnelles/").content.decode())

    assert all(table.label_en in text for table in TABLES)
    assert "12 months after the last contact with the person" in text
    assert "24 months after the last contact with the person" in text


def test_it_is_one_link_away_from_every_page(client):
    assert 'href="/donnees-personnelles/"' in client.get("/").content.decode()
