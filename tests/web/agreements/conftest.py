"""The fictional agreements, which have amendments, as an operator would choose them."""

from __future__ import annotations

from pathlib import Path

import pytest

FICTIONAL = Path(__file__).parents[2] / "agreements" / "fictional"


@pytest.fixture
def fictional(settings) -> Path:
    settings.MAILLAGE_AGREEMENTS = FICTIONAL
    return FICTIONAL


@pytest.fixture
def page_of(client, demonstration):
    """Read a page whose signs stay with their words."""

    def read(address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200
        return response.content.decode().replace("\xa0", " ")

    return read
