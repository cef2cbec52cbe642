from __future__ import annotations

import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from maillage.domain.access_points import AccessPoint, Helper, PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.web.advisers.sheets import WORDS_AT_MOST, Sheet, sheet_of
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


TODAY = date(2026, 11, 22)
WORDY = "mot " * 200
ODD_HOURS = "; ".join(f"{day} 08:{n}0-11:{n}0,13:{n}0-17:{n}0" for n, day in enumerate(("Mo", "Tu", "We", "Th", "Fr")))


def sheet_made(**facts) -> Sheet:
    service = Service("s", facts.pop("name", "Aide"), "o", Provenance("essai"), **facts)
    place = AccessPoint(
        "p",
        WORDY if len(service.name) > 100 else "Maison de la Brenne",
        frozenset({PlaceKind.AGENCY}),
        "o",
        "36018",
        Point(46.6, 1.1),
        Provenance("essai"),
        address=WORDY if len(service.name) > 100 else "1 rue Basse",
        helpers=frozenset(Helper),
        hours=ODD_HOURS,
    )
    owner = Organisation("o", WORDY, Provenance("essai"), telephone="02 00 00 00 00")
    with translation.override("fr"):
        return sheet_of(service, place, owner, (WORDY,) * 20, None, on=date(2022, 3, 1), today=TODAY)


def test_the_wordiest_records_still_make_a_short_sheet():
    sheet = sheet_made(name=WORDY)

    with translation.override("fr"):
        page = render_to_string("advisers/sheet.html", {"sheet": sheet})
    assert len(words_of(page)) <= WORDS_AT_MOST


@pytest.mark.parametrize(
    ("theme", "purpose"),
    [
        ("numerique--acceder-a-des-services-en-ligne", "Aide"),
        ("sante--addictions", ""),
        ("difficultes-financieres--situation-dendettement-surendettement", ""),
        ("famille--surmonter-conflits-separation-violence", ""),
        ("famille--garde-denfants", "Aide"),
    ],
)
def test_what_is_nobody_elses_business_is_not_written(theme, purpose):
    assert sheet_made(themes=frozenset({theme})).purpose == purpose


def test_somebody_can_always_be_called():
    assert sheet_made().telephone == "02 00 00 00 00"


@pytest.mark.parametrize("query", ["", "door=", "door=rien", "door=" + "x" * 5000, "door=%00", "door=x&on=2022-02-30"])
def test_no_such_sheet_is_said_kindly(client, query):
    response = client.get(f"/fiche/?{query}")

    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()
