"""What changed in an agreement between two days."""

from __future__ import annotations

import pytest

PASSERELLE = "/accords/2023-passerelle-national/differences/"

pytestmark = pytest.mark.usefixtures("fictional")


def test_articles_added_removed_and_changed_with_the_words_that_came_and_went(page_of):
    page = page_of(f"{PASSERELLE}?du=2023-12-31&au=2024-06-01")

    assert "4 articles changés entre le 31 décembre 2023 et le 1er juin 2024." in page
    assert "<del>[− dix-huit −]</del>" in page
    assert "<ins>[+ seize +]</ins>" in page
    assert "<ins>[+ Épicerie sociale +]</ins>" in page
    assert "<del>[− Bilan de santé −]</del>" in page


def test_what_a_clause_did_and_does_is_said_in_sentences(page_of):
    page = page_of(f"{PASSERELLE}?du=2023-12-31&au=2024-01-01")

    assert page.index("avoir au moins 18 ans") < page.index("avoir au moins 16 ans")


def test_the_amendments_say_why_and_when_they_were_signed(page_of):
    page = page_of(f"{PASSERELLE}?du=2023-12-31&au=2024-01-01")

    assert "« Abaisser à seize ans et ajouter une épicerie sociale. »" in page
    assert "Signé le 20 novembre 2023" in page
    assert "Le bilan de santé n’a plus de financement" not in page


def test_a_longer_term_is_a_change(page_of):
    page = page_of(f"{PASSERELLE}?du=2026-01-01&au=2026-01-31")

    assert "Du 1er février 2023 au 31 janvier 2026 inclus." in page
    assert "Du 1er février 2023 au 30 juin 2027 inclus." in page


def test_days_the_other_way_round_are_put_in_order(page_of):
    assert page_of(f"{PASSERELLE}?du=2024-01-01&au=2023-12-31") == page_of(
        f"{PASSERELLE}?du=2023-12-31&au=2024-01-01"
    ).replace("du=2023-12-31&amp;au=2024-01-01", "du=2024-01-01&amp;au=2023-12-31")


def test_the_same_day_twice_changes_nothing(page_of):
    assert "Rien n’a changé entre le 1er mars 2023 et le 1er mars 2023." in page_of(
        f"{PASSERELLE}?du=2023-03-01&au=2023-03-01"
    )


@pytest.mark.parametrize("query", ["du=abc", "au=2024-02-30", "du=&au=x"])
def test_a_day_that_is_none_is_said(page_of, query):
    assert "n’est pas un jour" in page_of(f"{PASSERELLE}?{query}")


def test_without_days_the_signature_is_compared_with_today(page_of):
    assert "entre le 9 janvier 2023 et le" in page_of(PASSERELLE)


def test_the_page_is_also_in_english(page_of):
    page = page_of(f"/en{PASSERELLE}?du=2023-12-31&au=2024-01-01")

    assert "2 articles changed between 31 December 2023 and 1 January 2024." in page
