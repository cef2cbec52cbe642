"""The list of the agreements: searched, hung under one another, drawn."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

TITLES = {
    "2014-face-national": "Convention nationale de partenariat",
    "2020-ave-national": "Convention cadre de partenariat",
    "2021-ml-alsace-nord": "Partenariat renforcé de Pôle emploi et de la Mission locale d’Alsace du Nord",
    "2022-la-poste-centre-val-de-loire": "Convention de partenariat pour un emploi responsable et inclusif",
    "2024-indre-experimentation-numerique": "Expérimentation de l’inclusion numérique dans l’Indre",
}


def found_on(page: str) -> set[str]:
    listed = page[page.index('id="found"') : page.index('id="tree"')]
    return set(re.findall(r'agreement__title"><a href="/accords/([^/]+)/', listed))


def test_every_agreement_is_listed_with_its_state_parties_and_territory(page_of):
    page = page_of("/accords/")

    assert found_on(page) == set(TITLES)
    assert all(title in page for title in TITLES.values())
    assert "5 accords enregistrés" in page
    assert "Plus en vigueur : il a pris fin le 31 décembre 2024" in page
    assert "France Travail Centre-Val de Loire · La Poste Centre-Val de Loire" in page
    assert "le territoire de Haguenau - Wissembourg" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=NUMERIQUES", {"2022-la-poste-centre-val-de-loire", "2024-indre-experimentation-numerique"}),
        ("q=mission+locale+alsace", {"2021-ml-alsace-nord"}),
        ("q=introuvable", set()),
        ("territoire=haguenau", {"2014-face-national", "2020-ave-national", "2021-ml-alsace-nord"}),
        ("territoire=67500", {"2014-face-national", "2020-ave-national", "2021-ml-alsace-nord"}),
        (
            "territoire=departement:36&q=inclusion",
            set(TITLES) - {"2020-ave-national", "2021-ml-alsace-nord", "2014-face-national"},
        ),
        ("territoire=indre&q=inclusion", {"2022-la-poste-centre-val-de-loire", "2024-indre-experimentation-numerique"}),
        ("territoire=atlantis", set()),
        ("territoire=--", set()),
        ("partie=face", {"2014-face-national"}),
        ("le=2020-08-01&vigueur=on", {"2014-face-national", "2020-ave-national"}),
        ("le=2024-10-01&vigueur=on&q=indre", {"2024-indre-experimentation-numerique"}),
    ],
)
def test_the_list_is_narrowed_without_accents_or_case(page_of, query, expected):
    assert found_on(page_of(f"/accords/?{query}")) == expected


@pytest.mark.parametrize("day", ["", "2024-10-01", "2024-02-30"])
def test_the_day_is_asked_with_the_same_field_as_everywhere(page_of, day):
    assert 'class="field__input field__input--day" type="date" id="le"' in page_of(f"/accords/?le={day}")


def test_what_cannot_be_read_is_said_and_nothing_is_hidden(page_of):
    page = page_of(f"/accords/?q={'a' * 90}&territoire={'b' * 90}&partie=inconnue&le=2024-02-30")

    assert "Écrivez quelques mots seulement." in page
    assert "Écrivez seulement un nom ou un code postal." in page
    assert "Choisissez une partie dans la liste." in page
    assert "Écrivez le jour comme 2024-03-01." in page
    assert found_on(page) == set(TITLES)


def test_the_tree_hangs_the_local_one_and_says_which_framework_is_not_recorded(page_of):
    page = page_of("/accords/")

    tree = page[page.index('id="tree"') :]
    above, below = tree.index(TITLES["2022-la-poste-centre-val-de-loire"]), tree.index("Expérimentation de l’inclusion")
    assert "<ul>" in tree[above:below]
    assert (
        "Relève d’un texte qui n’est pas enregistré : Convention nationale de Pôle emploi et des Missions locales"
        in tree
    )


def test_the_map_numbers_its_territories_as_its_list(page_of):
    page = page_of("/accords/")

    drawing = page[page.index('<svg class="drawing"') : page.index("</figure>")]
    numbers = re.findall(r"drawing__number[^>]*>(\d)<", drawing)
    listed = re.findall(r'row__number">(\d)<', page)
    assert sorted(numbers) == listed == ["1", "2", "3"]
    assert len(set(re.findall(r'cx="([\d.]+)"', drawing))) == 3
    assert "Toute la France" in page


def test_without_municipalities_nothing_is_drawn_and_the_list_stays(client, db):
    page = client.get("/accords/").content.decode()

    assert '<svg class="drawing"' not in page
    assert "region:24" in page


def test_agreements_in_a_circle_are_still_in_the_tree(page_of, settings, tmp_path, fictional):
    text = (fictional / "2023-passerelle-national" / "agreement.yaml").read_text()
    for name, framework in (("un", "deux"), ("deux", "un")):
        said = text.replace("id: 2023-passerelle-national", f"id: {name}\nframework: {framework}", 1)
        (tmp_path / f"{name}.yaml").write_text(said)
    settings.MAILLAGE_AGREEMENTS = tmp_path

    page = page_of("/accords/")

    tree = page[page.index('id="tree"') :]
    assert tree.count('<a href="/accords/un/"') == tree.count('<a href="/accords/deux/"') == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_one_agreement_as_for_three(
    client, demonstration, settings, tmp_path, fictional, count
):
    text = (fictional / "2023-passerelle-national" / "agreement.yaml").read_text()
    for number in range(count):
        (tmp_path / f"{number}.yaml").write_text(text.replace("2023-passerelle-national", f"accord-{number}", 1))
    settings.MAILLAGE_AGREEMENTS = tmp_path
    client.get("/accords/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/accords/")

    assert len(queries) == 4


def test_the_page_is_also_in_english(page_of):
    page = page_of("/en/accords/?territoire=indre&le=2024-10-01")

    assert "What the agreements say" in page
    assert "In force" in page
