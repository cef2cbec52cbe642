from __future__ import annotations

import re

import pytest

from maillage.web.advisers.sheets import WORDS_AT_MOST
from tests.web.conftest import HAGUENAU, LE_BLANC

pytestmark = pytest.mark.usefixtures("demonstration")


def sheets_of(client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    return [found.replace("&amp;", "&") for found in dict.fromkeys(re.findall(r'href="([^"]*/fiche/[^"]+)"', page))]


def words_of(page: str) -> list[str]:
    article = re.search(r'<article class="sheet".*?</article>', page, re.DOTALL)
    assert article is not None
    without_map = re.sub(r"<svg.*?</svg>", " ", article[0], flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", without_map).split()


@pytest.mark.parametrize("address", [f"/portes/?{HAGUENAU}", f"/portes/?{LE_BLANC}", f"/en/portes/?{LE_BLANC}"])
def test_every_sheet_is_short_and_whole(client, address):
    sheets = sheets_of(client, address)

    assert sheets
    for sheet in sheets:
        page = client.get(sheet).content.decode()
        assert 0 < len(words_of(page)) <= WORDS_AT_MOST, sheet
        assert page.count("<dt>") >= 4


def test_a_sheet_says_nothing_of_the_person(client):
    sheet = sheets_of(client, f"/portes/?{HAGUENAU}&group=personnes-exilees")[0]

    assert set(re.findall(r"(\w+)=", sheet)) == {"door", "municipality", "on"}


@pytest.mark.parametrize("query", ["", "door=", "door=rien", "door=" + "x" * 5000, "door=%00", "door=x&on=2022-02-30"])
def test_no_such_sheet_is_said_kindly(client, query):
    response = client.get(f"/fiche/?{query}")

    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()
