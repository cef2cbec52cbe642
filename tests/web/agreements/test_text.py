"""An agreement on any day: article by article, with what each does."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.apps.eligibility.queries import offered_on

LA_POSTE = "/accords/2022-la-poste-centre-val-de-loire/"
PASSERELLE = "/accords/2023-passerelle-national/"


def article(page: str, anchor: str) -> str:
    start = page.index(f'id="{anchor}"')
    return page[start : page.index("</section>", start)]


def test_the_quoted_sentence_comes_first_then_its_number_and_what_it_does(page_of):
    found = article(page_of(LA_POSTE), "P4")

    assert found.index("« Enfin, en matière d’inclusion numérique") < found.index("Passage P4 (numérotation Maillage)")
    assert (
        "Ouvre les lieux France services, les points numériques, les étapes numériques et les conseillers numériques de "
        "La Poste aux habitants de la région Centre-Val de Loire."
    ) in found
    assert re.search(r"\d+ services du catalogue d’aujourd’hui\.", found)


def test_parties_signatories_signature_version_source_and_who_is_in_charge(page_of):
    page = page_of(LA_POSTE)

    assert "Signé par Virginie Coppens Ménager" in page
    assert "Directrice régionale Pôle emploi Centre-Val de Loire" in page
    assert "Signé le 14 octobre 2022 ; le lieu n’est pas dit." in page
    assert "2022-10-14+" in page
    assert "Article publié le 26 octobre 2022" in page
    assert "Clause sociale : Référent clause sociale" in page
    assert "Décliné par" in page
    assert "Expérimentation de l’inclusion numérique dans l’Indre" in page


def test_the_holder_of_a_file_is_not_shown_to_the_public(page_of):
    page = page_of(LA_POSTE)

    organisations = offered_on(timezone.localdate()).offer.directory.organisations.values()
    holders = {file.holder for one in organisations for file in one.in_charge if file.holder}
    assert holders
    assert not [holder for holder in holders if holder in page]


def test_a_text_without_end_and_one_that_lapsed_say_so(page_of):
    assert "le texte ne dit pas quand il prend fin" in page_of(LA_POSTE)
    assert "Plus en vigueur : il a pris fin le 31 décembre 2020" in page_of("/accords/2020-ave-national/")
    assert "Pas encore en vigueur : il commence le 16 juillet 2020" in page_of(
        "/accords/2020-ave-national/?le=2020-07-01"
    )


def test_what_should_be_read_again_is_said_beside_the_clause(page_of):
    found = article(page_of("/accords/2021-ml-alsace-nord/"), "P3")

    assert "À relire :" in found
    assert "Écrit avant une loi" in found
    assert "France Travail Bas-Rhin délègue à Mission locale d’Alsace du Nord" in found


def test_a_day_moves_the_whole_page(page_of, fictional):
    before, after = page_of(f"{PASSERELLE}?le=2023-12-31"), page_of(f"{PASSERELLE}?le=2024-01-01")

    assert "avoir au moins 18 ans" in article(before, "2")
    assert "avoir au moins 16 ans" in article(after, "2")
    assert 'id="14"' not in before
    assert "Épicerie sociale" in article(after, "14")
    assert "Revenir à aujourd’hui" in after


def test_an_article_with_days_of_its_own_says_whether_it_applies(page_of, fictional):
    within, outside = (article(page_of(f"{PASSERELLE}?le={day}"), "13") for day in ("2023-07-14", "2023-09-01"))

    assert "S’applique à partir du 1er juillet 2023, jusqu’au 31 août 2023 inclus." in within
    assert "Ne s’applique pas ce jour-là." not in within
    assert "Ne s’applique pas ce jour-là." in outside


def test_amendments_say_why_when_signed_or_that_nobody_signed(page_of, fictional):
    page = page_of(PASSERELLE)

    assert "« Abaisser à seize ans et ajouter une épicerie sociale. »" in page
    assert "Signé le 20 novembre 2023, effet le 1er janvier 2024" in page
    assert "En préparation, pas signé, effet le 1er décembre 2026" in page
    assert "appuie sans être opérateur" in page


@pytest.mark.parametrize("day", ["abc", "2024-02-30", "20240101", "9" * 5000, "0000-00-00", "'; --"])
def test_a_day_that_is_none_gives_today_and_says_what_to_write(page_of, day):
    page = page_of(f"{LA_POSTE}?le={day}")

    assert "n’est pas un jour : écrivez-le comme 2024-03-01." in page
    assert len(page) < 40_000


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_can_be_asked_about(page_of, fictional, day):
    assert "Convention-cadre fictive" in page_of(f"{PASSERELLE}?le={day}")


@pytest.mark.parametrize("part", ["", "differences/", "accord.yaml", "accord.pdf"])
def test_an_agreement_that_is_not_recorded_is_not_found(client, demonstration, part):
    response = client.get(f"/accords/inconnu/{part}")

    assert response.status_code == 404


def test_an_address_of_another_scheme_is_no_link(page_of, settings, tmp_path, fictional):
    text = (fictional / "2023-passerelle-national" / "agreement.yaml").read_text()
    (tmp_path / "un.yaml").write_text(text.replace("https://example.org/passerelle", "javascript:alert(1)"))
    settings.MAILLAGE_AGREEMENTS = tmp_path

    assert "javascript:" not in page_of(PASSERELLE)


def test_the_page_is_also_in_english(page_of):
    found = article(page_of(f"/en{LA_POSTE}"), "P3")

    assert "Passage P3 (numbered by Maillage)" in found
    assert "Opens the service “Alternance et stages à La Poste” of La Poste to residents of" in found


def test_a_page_takes_few_queries(client, demonstration):
    client.get(LA_POSTE)

    with CaptureQueriesContext(connection) as queries:
        client.get(LA_POSTE)

    assert len(queries) <= 6


def test_why_leads_to_the_article_on_that_day(page_of):
    page = page_of("/portes/?municipality=67180&age=20&registered=yes&on=2022-03-01")

    assert "/accords/2021-ml-alsace-nord/?le=2022-03-01#P3" in page
