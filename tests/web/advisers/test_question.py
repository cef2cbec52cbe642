from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.web.conftest import HAGUENAU

pytestmark = pytest.mark.usefixtures("demonstration")

AGE = "Écrivez l’âge en chiffres, entre 0 et 120, par exemple 24. Si vous ne le savez pas, laissez vide."
PLACE = "Écrivez la commune où habite la personne"
DAY = "Ce jour n’existe pas. Écrivez par exemple 15/10/2024."


@pytest.mark.parametrize(
    ("typed", "sentence", "field"),
    [
        ("place=Le+Blanc&age=abc", AGE, "age"),
        ("place=Le+Blanc&age=-3", AGE, "age"),
        ("place=Le+Blanc&age=999", AGE, "age"),
        ("place=Le+Blanc&age=12.5", AGE, "age"),
        ("place=Le+Blanc&age=" + "9" * 5000, AGE, "age"),
        ("place=&age=20", PLACE, "place"),
        ("age=20", PLACE, "place"),
        ("place=Atlantis", "Nous ne trouvons pas « Atlantis »", "place"),
        ("municipality=99999", "Nous ne trouvons pas « 99999 »", "place"),
        ("municipality=123456789", "Ce code de commune est trop long", "place"),
        ("place=" + "x" * 5000, "Écrivez seulement le nom de la commune ou son code postal.", "place"),
        ("place=%00", "", "place"),
        ("place=saint", "Plusieurs communes peuvent convenir", "place"),
        ("municipality=36018&on=2022-02-30", DAY, "on"),
        ("municipality=36018&on=hier", DAY, "on"),
        ("municipality=36018&on=1789-07-14", "Choisissez un jour entre 2000 et 2100.", "on"),
        ("municipality=36018&registered=peut-etre", "Choisissez oui, non ou « je ne sais pas ».", "registered"),
        ("municipality=36018&group=martiens", "« martiens » n’est pas une situation connue", "group"),
        ("municipality=36018&group=none&group=jeunes", "Gardez « Aucune de ces situations »", "group"),
        ("municipality=36018&barrier=martiens", "« martiens » n’est pas dans la liste", "barrier"),
        ("municipality=36018&theme=martiens", "« martiens » n’est pas un besoin connu", "theme"),
        ("municipality=36018&point=ici", "Ce point de la carte ne se lit pas", "point"),
        ("municipality=36018&point=nan,nan", "Ce point de la carte ne se lit pas", "point"),
        ("municipality=36018&point=48.8,7.8", "Ce point est loin de la commune écrite", "point"),
        ("municipality=36018&months=abc", "Écrivez le nombre de mois en chiffres", "months"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_at_the_top(client: Client, typed, sentence, field):
    response = client.get(f"/portes/?{typed}")

    page = response.content.decode().replace("\xa0", " ")
    assert response.status_code == 200
    assert page.count(sentence.replace("\xa0", " ")) >= 2
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page


def test_what_was_typed_is_kept(client):
    page = client.get("/portes/?place=Atlantis&age=abc&registered=yes&group=jeunes&theme=mobilite").content.decode()

    assert 'value="Atlantis"' in page
    assert 'value="abc"' in page
    assert re.search(r'name="registered" value="yes"[^>]*checked', page)
    assert re.search(r'name="group" value="jeunes"[^>]*checked', page)
    assert re.search(r'name="theme" value="mobilite"[^>]*checked', page)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("le blanc", "36018"),
        ("Le Blanc (36300)", "36018"),
        ("chateauroux", "36044"),
        ("36000", "36044"),
        ("36018", "36018"),
    ],
)
def test_a_municipality_is_found_by_what_one_writes(client, typed, code):
    response = client.get("/portes/", {"place": typed})

    assert response.status_code == 302
    assert response.headers["Location"] == f"/portes/?municipality={code}"


def test_a_choice_settles_a_postcode_shared_by_several(client):
    asked = client.get("/portes/?place=36300").content.decode()

    assert 'value="36018"' in asked
    assert client.get("/portes/?place=36300&municipality=36018").status_code == 302


def test_a_choice_left_behind_does_not_hide_what_is_written(client):
    response = client.get("/portes/?place=Haguenau&municipality=36018&age=&on=")

    assert response.headers["Location"] == "/portes/?municipality=67180"


def test_an_address_with_a_question_shows_it_filled_in(client):
    page = client.get(f"/?{HAGUENAU}").content.decode()

    assert 'value="Haguenau (67500)"' in page
    assert 'value="20"' in page
    assert 'value="2022-03-01"' in page


def test_the_switch_of_language_keeps_the_question(client):
    french, english = client.get(f"/?{HAGUENAU}"), client.get(f"/en/?{HAGUENAU}")

    assert f'href="/en/?{HAGUENAU}"'.replace("&", "&amp;") in french.content.decode()
    assert f'href="/?{HAGUENAU}"'.replace("&", "&amp;") in english.content.decode()
    assert '<html lang="en">' in english.content.decode()


def test_french_comes_first_whatever_the_browser_prefers(client):
    page = client.get("/", headers={"accept-language": "en-GB,en;q=0.9"}).content.decode()

    assert '<html lang="fr">' in page


def test_nothing_is_left_on_the_machine_of_who_asks(client):
    for address in ("/", f"/portes/?{HAGUENAU}", f"/en/portes/?{HAGUENAU}"):
        response = client.get(address)

        assert response.cookies == {}
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"


def test_completion_proposes_what_begins_so(client):
    found = client.get("/completion/communes/?q=chat").json()["choices"]

    assert found[0] == {"code": "36044", "label": "Châteauroux (36000)"}
    assert client.get("/completion/communes/?q=" + "x" * 9000).json() == {"choices": []}
    assert client.get("/completion/communes/").json() == {"choices": []}


def test_the_ground_of_a_map_is_geojson(client):
    ground = client.get("/fond-de-carte/?municipality=36018&km=12").json()

    assert ground["type"] == "FeatureCollection"
    assert [feature["properties"]["code"] for feature in ground["features"] if feature["properties"]["isHome"]] == [
        "36018"
    ]
    assert client.get("/fond-de-carte/?municipality=zzz&km=abc").status_code == 404


def test_an_address_out_of_all_measure_is_refused_in_words(client):
    response = client.get("/portes/?" + "&".join(f"group=g{number}" for number in range(2000)))

    assert response.status_code == 400
    assert "Cette question ne se lit pas" in response.content.decode()


def test_pages_are_only_read(client):
    assert client.post("/portes/").status_code == 405
    assert client.post("/").status_code == 405
