from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path

import pytest

from maillage.apps.imports.use_cases import import_file
from maillage.web import components
from maillage.web.figures.charts import DARK, LIGHT
from tests.web.conftest import LOADED_AT

pytestmark = pytest.mark.django_db
DAY = "on=2026-11-22"
INDRE = f"territory=departement:36&kind=AGENCY&km=15&{DAY}"
WITH_POST_OFFICES = f"{INDRE}&plus=POST_OFFICE"


def text_of(response):
    content = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", content).replace("\u00a0", " ").replace("\u202f", " ").split())


def headline_of(response):
    return re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)[1].replace("\u00a0", " ")


@pytest.fixture
def seen(client, demonstration):
    def get(question="", prefix=""):
        response = client.get(f"{prefix}/chiffres/?{question}" if question else f"{prefix}/chiffres/")
        assert response.status_code == 200
        return response

    return get


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (INDRE, "45 % des habitants de l’Indre vivent à plus de 15 km en ligne droite d’une agence France Travail"),
        (
            f"territory=departement:36&kind=AGENCY&kind=FRANCE_SERVICES:la-poste&km=15&{DAY}",
            "19 % des habitants de l’Indre vivent à plus de 15 km en ligne droite d’une agence France Travail ou d’une France services portée par La Poste",
        ),
        (
            f"territory=clpe:CLPE36004&kind=AGENCY&km=15&{DAY}",
            "84 % des habitants du territoire du Blanc vivent à plus de 15 km en ligne droite d’une agence France Travail",
        ),
        (
            f"territory=departement:36&kind=OUTREACH&km=15&{DAY}",
            "Aucun lieu de cette sorte n’est connu ce jour-là : il n’y a pas de distance à mesurer",
        ),
    ],
)
def test_the_figure_is_a_sentence_first(seen, question, expected):
    assert headline_of(seen(question)) == expected


def test_the_sentence_is_also_in_english(seen):
    expected = "45% of the inhabitants of the Indre department live more than 15 km in a straight line from a France Travail agency"

    assert headline_of(seen(INDRE, "/en")) == expected


def test_nothing_asked_shows_the_territory_that_is_loaded(seen):
    response = seen()

    assert headline_of(response).startswith("45 % des habitants de l’Indre")
    assert "moins de 1 %, soit 96 265 personnes de moins." in text_of(response)


def test_before_and_after_stand_side_by_side(seen):
    alone, compared = seen(INDRE).content.decode(), seen(WITH_POST_OFFICES).content.decode()

    assert (alone.count('class="shaded"'), compared.count('class="shaded"')) == (1, 2)
    assert "Part au-delà, avec l’ajout" in text_of(seen(WITH_POST_OFFICES))


def test_one_more_place_can_be_imagined(seen):
    response = seen(f"{INDRE}&place=Le Blanc")

    assert "En comptant aussi « un nouveau lieu au Blanc » : 38 %" in text_of(response)
    assert response.content.decode().count('class="shaded"') == 2


@pytest.mark.parametrize(
    ("place", "sentence"),
    [("Nullepart", "Nous ne trouvons pas « Nullepart »."), ("36300", "Plusieurs communes peuvent convenir")],
)
def test_a_place_that_cannot_be_found_is_said_beside_its_field(seen, place, sentence):
    response = seen(f"{INDRE}&place={place}")

    assert 'id="place-error"' in response.content.decode()
    assert sentence in text_of(response)


def test_the_table_has_a_line_for_each_committee_then_the_whole(seen):
    content = seen(INDRE).content.decode()
    table = content[content.index('id="lines-title"') :]

    names = re.findall(r'<th scope="row">(.*?)</th>', table)[:5]

    assert names == ["Châteauroux", "Issoudun", "La Châtre", "Le Blanc", "Indre"]


def test_the_demonstration_says_that_neighbours_are_not_loaded(seen, tmp_path):
    said = "les lieux des territoires voisins n’y sont pas chargés"
    before = text_of(seen(INDRE))
    file = tmp_path / "points.csv"
    file.write_text("id,nom_usuel,insee_siege\n36018S00,Mission locale,36018\n")
    import_file(by="amel", format_name="missions-locales", path=file, at=LOADED_AT)

    after = text_of(seen(INDRE))

    assert (said in before, said in after) == (True, False)


def test_unemployment_is_shown_for_a_department_with_its_source(seen):
    department, committee = text_of(seen(INDRE)), text_of(seen(f"territory=clpe:CLPE36004&kind=AGENCY&km=15&{DAY}"))

    assert "Taux de chômage de l’Indre : 7,0 % au 3e trimestre 2025" in department
    assert "Source : INSEE, taux de chômage localisés, série jusqu’au 3e trimestre 2025" in department
    assert "Taux de chômage" not in committee


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("territory=departement:99", "Choisissez un territoire de la liste."),
        ("territory=", "Choisissez un territoire de la liste."),
        ("kind=SCHOOL", "Choisissez les lieux dans la liste."),
        ("kind=", "Choisissez les lieux dans la liste."),
        ("plus=SCHOOL", "Choisissez les lieux à ajouter dans la liste."),
        ("km=0", "Écrivez un nombre entier de kilomètres, de 1 à 200."),
        ("km=1e9", "Écrivez un nombre entier de kilomètres, de 1 à 200."),
        ("km=" + "9" * 5000, "Écrivez un nombre entier de kilomètres, de 1 à 200."),
        ("on=2026-02-30", "Écrivez un jour, par exemple 2026-11-22."),
        ("on=1026-02-03", "Écrivez un jour entre 2000 et 2100."),
        ("on=%00", "Écrivez un jour, par exemple 2026-11-22."),
    ],
)
def test_mistakes_are_asked_again(seen, question, expected):
    text = text_of(seen(question))

    assert "Il faut corriger ceci" in text
    assert expected in text


def test_an_empty_site_says_what_will_be_here(client, db):
    text = text_of(client.get("/chiffres/"))

    assert "Les chiffres viendront ici" in text


@pytest.mark.parametrize("km", [1, 2, 3, 200])
def test_every_distance_has_its_classes(seen, km):
    text = text_of(seen(f"territory=departement:36&kind=AGENCY&km={km}&{DAY}"))

    assert f"plus de {2 * km} km" in text


@pytest.mark.parametrize(
    "address",
    [
        f"/chiffres/repartition.svg?{WITH_POST_OFFICES}",
        f"/en/chiffres/repartition.svg?{INDRE}",
        "/chiffres/chomage-36.svg",
    ],
)
def test_charts_are_drawings_without_style_nor_script(client, demonstration, address):
    response = client.get(address)

    drawn = response.content.decode()
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/svg+xml")
    assert drawn.startswith("<svg")
    assert not re.search(r"style=|<style|<script|<foreignObject|href=", drawn)


def test_charts_have_the_colours_of_the_theme_of_the_page(client, demonstration):
    shown = client.get(f"/chiffres/?{INDRE}").content.decode()

    [dark] = re.findall(r'<source media="screen and \(prefers-color-scheme: dark\)" srcset="([^"]+)">', shown)[:1]
    assert 'fill="#15181b"' in client.get(html.unescape(dark)).content.decode()
    assert 'fill="#15181b"' not in client.get(f"/chiffres/repartition.svg?{INDRE}").content.decode()
    assert 'fill="#15181b"' in client.get("/chiffres/chomage-36.svg?dark=1").content.decode()


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize(("palette", "block"), [(LIGHT, 0), (DARK, 1)])
def test_the_colours_of_charts_are_the_tokens_of_their_theme_and_are_read(palette, block):
    tokens = (Path(components.__file__).parent / "static/theme/tokens.css").read_text(encoding="utf-8")
    said = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", tokens.split(":root {")[block + 1]))

    wanted = ("ink", "quiet", "paper", "line-strong", "accent")
    assert (palette.ink, palette.quiet, palette.paper, *palette.bars) == tuple(said[name] for name in wanted)
    assert min(contrast(colour, palette.paper) for colour in (palette.ink, palette.quiet)) >= 4.5
    assert min(contrast(colour, palette.paper) for colour in palette.bars) >= 3


@pytest.mark.parametrize(
    "address",
    [
        "/chiffres/repartition.svg?km=0",
        "/chiffres/couverture.csv?territory=x",
        "/chiffres/couverture.xlsx",
        "/chiffres/chomage-01.svg",
        "/chiffres/chomage-3699.svg",
    ],
)
def test_what_cannot_be_given_is_not_found(client, demonstration, address):
    assert client.get(address).status_code == 404


def test_the_table_to_take_away_is_csv_or_json(client, demonstration):
    written = client.get(f"/chiffres/couverture.csv?{WITH_POST_OFFICES}").content.decode()
    told = client.get(f"/chiffres/couverture.json?{WITH_POST_OFFICES}").json()

    rows = list(csv.DictReader(io.StringIO(written)))
    assert (len(rows), [row["situation"] for row in rows].count("after")) == (482, 241)
    assert sum(int(row["people"]) for row in rows) == 2 * 216_069
    assert set(told) == {"before", "after"}
    assert (told["before"]["people"], len(told["before"]["rows"])) == (216_069, 241)
    assert told["after"]["points"] == ["AGENCY", "POST_OFFICE"]


def test_cells_are_never_formulas(client, db, tmp_path):
    file = tmp_path / "communes.csv"
    file.write_text(
        "code,nom,lat,lon,population,departement\n36018,=HYPERLINK(1),46.6,1.1,10,36\n36001,B,46.7,1.1,10,36\n"
    )
    import_file(by="amel", format_name="communes", path=file, at=LOADED_AT)

    written = client.get(f"/chiffres/couverture.csv?territory=departement:36&kind=AGENCY&km=15&{DAY}").content.decode()

    assert [row["name"] for row in csv.DictReader(io.StringIO(written))] == ["B", "'=HYPERLINK(1)"]


def test_the_country_is_drawn_by_department_once_contours_are_loaded(client, demonstration, tmp_path):
    question = f"territory=france&kind=AGENCY&km=15&{DAY}"
    before = client.get(f"/chiffres/?{question}").content.decode()
    square = {"type": "Polygon", "coordinates": [[[1, 46], [2, 46], [2, 47], [1, 46]]]}
    feature = {"type": "Feature", "properties": {"code": "36", "nom": "Indre"}, "geometry": square}
    file = tmp_path / "departements.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    import_file(by="amel", format_name="contours", path=file, at=LOADED_AT)

    after = client.get(f"/chiffres/?{question}").content.decode()

    assert (before.count('class="shaded"'), after.count('class="shaded"')) == (0, 1)
    assert "Pas de carte pour ce territoire" in before


@pytest.mark.parametrize("question", [INDRE, WITH_POST_OFFICES])
def test_as_many_queries_whatever_is_compared(client, demonstration, django_assert_max_num_queries, question):
    client.get(f"/chiffres/?{question}")

    with django_assert_max_num_queries(45):
        client.get(f"/chiffres/?{question}")
