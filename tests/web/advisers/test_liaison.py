"""The page that the person carries to the partner: one A4 sheet, all that is needed, nothing that can be run."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from maillage.web.advisers.liaison import Liaison, liaison_pdf

ORDINARY = Liaison(
    sender="France Travail Le Blanc",
    sender_person="Claire Exemple, conseillère",
    direct_line="02 00 00 00 01",
    recipient="Mission locale du Blanc",
    service="Accompagnement des jeunes",
    place="1 place de l’Exemple, 36300 Le Blanc",
    person=("Nadia Fictive, 24 ans", "Tél. 06 00 00 00 02, préfère être appelée"),
    why="Inscrite depuis 14 mois, sans voiture.",
    wish="Passer le permis.",
    documents=("Une pièce d’identité", "Un curriculum vitæ"),
    appointment="Mardi 3 novembre 2026 à 10 h 30, sur place",
    basis="Accord du 14 octobre 2022, article P3 (numérotation Maillage)",
    code="K7P-4QX-9M",
    reply_at="https://exemple.test/reponse/",
    reply_by="12 novembre 2026",
)


def words_of(pdf: bytes) -> tuple[int, str]:
    reader = PdfReader(io.BytesIO(pdf))
    return len(reader.pages), " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_page_says_who_sends_whom_where_and_how_to_answer():
    pages, words = words_of(liaison_pdf(ORDINARY, "fr"))

    assert pages == 1
    for said in (
        "Nadia Fictive",
        "02 00 00 00 01",
        "Passer le permis",
        "K7P-4QX-9M",
        "article P3",
        "10 h 30",
        "Ce que cela a donné",
        "Nous allons l’accueillir",
        "Pas jointe",
    ):
        assert said in words


def test_what_is_not_known_leaves_no_empty_title():
    _, words = words_of(liaison_pdf(replace(ORDINARY, wish="", appointment="", documents=(), reply_by=""), "fr"))

    assert "souhaite" not in words
    assert "Rendez-vous" not in words
    assert "Avant le" not in words


@pytest.mark.parametrize("typed", ['#panic("x")', "$x$ *b* _i_ @ref <label>", '= Titre\n#read("/etc/passwd")', "\\"])
def test_what_somebody_typed_is_words_and_never_an_instruction(typed):
    _, words = words_of(liaison_pdf(replace(ORDINARY, why=typed, wish=typed), "fr"))

    assert " ".join(typed.split()) in words


def test_the_longest_page_is_still_one():
    long = replace(ORDINARY, why="m" + "ot " * 139, wish="m" + "ot " * 139, documents=("Un justificatif",) * 6)

    assert words_of(liaison_pdf(long, "fr"))[0] == 1


def test_the_same_words_give_the_same_bytes_and_the_page_is_tagged():
    assert liaison_pdf(ORDINARY, "fr") == liaison_pdf(replace(ORDINARY), "fr")
    assert b"/MarkInfo" in liaison_pdf(ORDINARY, "en")
