"""The map of the offer: who offers what, where nobody does, and what would change."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from tests.web.figures.test_figures import headline_of, text_of

pytestmark = pytest.mark.django_db
DAY = "on=2026-11-22"
HEALTH = f"territory=departement:36&theme=sante&km=15&{DAY}"
DIGITAL = f"territory=departement:36&theme=numerique&km=15&{DAY}"


@pytest.fixture
def seen(client, demonstration):
    def get(question="", prefix="", **headers):
        response = client.get(f"{prefix}/chiffres/offre/?{question}", headers=headers)
        assert response.status_code == 200
        return response

    return get


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (HEALTH, "« Se soigner » : 47 % des habitants de l’Indre n’ont aucun service à 15 km ou moins"),
        (
            f"{HEALTH}&theme=famille",
            "« Garde d’enfants et famille » : aucun habitant de l’Indre n’a de service à 15 km ou moins",
        ),
        (
            f"{DIGITAL}&territory=clpe:CLPE36001&km=40",
            (
                "« Utiliser internet et un ordinateur » : tous les habitants du territoire de Châteauroux ont au moins un "
                "service à 40 km ou moins"
            ),
        ),
    ],
)
def test_the_white_zones_are_a_sentence_first(seen, question, expected):
    assert headline_of(seen(question)) == expected


def test_signs_stay_on_the_line_of_their_words(seen):
    assert "«\u00a0Se soigner\u00a0»\u00a0: 47" in seen(HEALTH).content.decode()


def test_the_page_speaks_english(seen):
    expected = "“Health care”: 47% of the inhabitants of the Indre department have no service within 15 km"

    assert headline_of(seen(HEALTH, "/en")) == expected


def test_nothing_asked_shows_help_with_internet_where_one_is(seen):
    assert headline_of(seen()).startswith("« Utiliser internet et un ordinateur »")
    assert "offre commune : deux partenaires ou plus" in text_of(seen())


def test_each_municipality_has_its_class_in_words(seen):
    content = seen(HEALTH).content.decode()
    table = content[content.index('id="lines-title"') :]

    classes = set(re.findall(r'class="mark mark--\d">(.*?)<', table))

    assert len(re.findall(r'<th scope="row">', table)) == 241
    assert classes == {"complémentaire", "zone blanche"}


def test_partners_are_crossed_with_needs(seen):
    said = text_of(seen(DIGITAL))

    assert "Besoin Mission Locale France Travail" in said
    assert "Se loger complémentaire 53 %" in said


@pytest.mark.parametrize(
    ("partners", "columns"),
    [
        ("first=la-poste&second=mission-locale", ["La Poste", "Mission Locale"]),
        (
            "agreement=2022-la-poste-centre-val-de-loire",
            ["France Travail Centre-Val de Loire", "La Poste Centre-Val de Loire"],
        ),
    ],
)
def test_partners_are_those_chosen(seen, partners, columns):
    content = seen(f"{DIGITAL}&{partners}").content.decode()
    head = content[content.index('class="table matrix"') :].partition("</thead>")[0]

    found = re.findall(r'<th scope="col">(.*?)</th>', head)

    assert set(found[1:]) <= set(columns)
    assert len(found) > 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "place=Le Blanc",
            "Si un service ouvrait au Blanc",
        ),
        (
            "lost=mission-locale",
            "Si « Mission Locale » partait : 100 % sans service, soit 113 563 personnes de plus.",
        ),
        (
            "place=Eguzon-Chantôme",
            "Si un service ouvrait à Éguzon-Chantôme : 43 % sans service, soit 9 695 personnes de moins.",
        ),
    ],
)
def test_a_change_is_told_in_people(seen, change, expected):
    assert expected in text_of(seen(f"{HEALTH}&{change}"))


def test_a_change_shows_both_maps_and_the_municipalities_that_move(seen):
    response = seen(f"{HEALTH}&place=Eguzon-Chantôme")

    assert response.content.decode().count('class="shaded"') == 2
    assert "22 communes changeraient" in text_of(response)
    assert "Éguzon-Chantôme 1 301 zone blanche complémentaire" in text_of(response)


def test_a_script_gets_the_answer_alone(seen):
    whole, part = seen(HEALTH).content.decode(), seen(HEALTH, **{"HX-Request": "true"}).content.decode()

    assert "<html" in whole
    assert "<html" not in part
    assert 'hx-swap-oob="true"' in part
    assert headline_of(seen(HEALTH)) in part.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("question", "field", "sentence"),
    [
        ("km=0", "km", "Écrivez un nombre entier de kilomètres, de 1 à 200."),
        ("km=x", "km", "Écrivez un nombre entier de kilomètres, de 1 à 200."),
        ("theme=tricot", "theme", "Choisissez un besoin de la liste."),
        ("territory=departement:99", "territory", "Choisissez un territoire de la liste."),
        ("group=x", "group", "Choisissez un public de la liste."),
        ("first=la-poste", "second", "Choisissez deux réseaux différents, ou aucun."),
        ("first=la-poste&second=la-poste", "second", "Choisissez deux réseaux différents, ou aucun."),
        ("first=x", "first", "Choisissez un réseau de la liste."),
        ("agreement=x", "agreement", "Choisissez un accord de la liste."),
        (
            "agreement=2022-la-poste-centre-val-de-loire&first=la-poste&second=face",
            "agreement",
            "Choisissez un accord, ou deux réseaux, mais pas les deux à la fois.",
        ),
        ("on=hier", "on", "Écrivez un jour, par exemple 2026-11-22."),
        ("on=1990-01-01", "on", "Écrivez un jour entre 2000 et 2100."),
        ("place=Nullepart", "place", "Nous ne trouvons pas « Nullepart »."),
        ("place=36300", "place", "Plusieurs communes peuvent convenir"),
        ("lost=personne", "lost", "Ce partenaire n’offre rien ici : choisissez-en un de la liste."),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_lost(seen, question, field, sentence):
    response = seen(f"{HEALTH}&{question}".replace("km=15&", "" if question.startswith("km") else "km=15&"))
    content = response.content.decode()

    assert f'id="{field}-error"' in content
    assert f'<a href="#{field}">' in content
    assert sentence in text_of(response)
    assert 'value="sante" selected' in content or question.startswith("theme")


def test_a_script_that_asks_wrongly_is_sent_to_the_page(client, demonstration):
    response = client.get(f"/chiffres/offre/?{HEALTH}&lost=personne", headers={"HX-Request": "true"})

    assert response.headers["HX-Redirect"] == f"/chiffres/offre/?{HEALTH}&lost=personne"


def test_files_hold_every_municipality_before_and_after(client, demonstration):
    question = f"{HEALTH}&place=Eguzon-Chantôme"
    table = client.get(f"/chiffres/offre.csv?{question}").content.decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    shapes = json.loads(client.get(f"/chiffres/offre.geojson?{question}").content)

    assert len(rows) == 2 * 241
    assert [row["class"] for row in rows if row["municipality"] == "36070"] == ["WHITE", "COMPLEMENTARY"]
    assert [row["partner_keys"] for row in rows if row["municipality"] == "36070"] == ["", "'+"]
    one = next(one for one in shapes["features"] if one["properties"]["municipality"] == "36070")
    assert one["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert (one["properties"]["class_before"], one["properties"]["class"]) == ("WHITE", "COMPLEMENTARY")


@pytest.mark.parametrize("address", ["offre.xls?", "offre.csv?km=0", "offre.csv?lost=personne"])
def test_what_is_no_file_is_not_found(client, demonstration, address):
    assert client.get(f"/chiffres/{address}&{HEALTH.replace('km=15&', '')}").status_code == 404


def test_a_wide_territory_is_told_by_department(seen):
    response = seen(f"territory=france&theme=sante&km=15&{DAY}&lost=mission-locale")
    content = response.content.decode()
    table = content[content.index('id="lines-title"') :]

    assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["Bas-Rhin", "Indre"]
    assert "Offre commune, aujourd’hui" in text_of(response)


def test_without_any_municipality_the_page_says_what_to_do(client, db):
    assert "Les chiffres viendront ici" in text_of(client.get("/chiffres/offre/"))
