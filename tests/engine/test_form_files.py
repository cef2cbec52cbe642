"""A partner's PDF form is read with suspicion, and filled with texts alone."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from maillage.engine import form_files
from maillage.engine.form_files import BYTES_MOST, FormRefused, fields_of_form, filled_form
from tests.engine.pdf_forms import form


def locked() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(form("Nom")))
    writer.encrypt("secret")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_the_fields_of_text_are_read_in_their_order():
    assert fields_of_form(form("Nom", "Prénom", "Motif")) == ("Nom", "Prénom", "Motif")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choisissez un fichier PDF"),
        (b"PK\x03\x04 a table", "Choisissez un fichier PDF"),
        (b"%PDF-" + b"0" * BYTES_MOST, "2 Mo"),
        (b"%PDF-1.7 and nothing else", "ne se lit pas"),
        (locked(), "sans mot de passe"),
        (form(), "pas de champs de texte"),
        (form("Nom", pages=11), "trop de pages"),
        (form("Nom", script=True), "un programme"),
        (form("Nom", attached=True), "fichier joint"),
    ],
)
def test_what_cannot_serve_is_refused_with_a_sentence(content, said):
    with pytest.raises(FormRefused, match=said) as refused:
        fields_of_form(content)
    assert refused.value.sentence_en


def test_a_file_of_too_many_objects_is_not_walked_to_its_end(monkeypatch):
    monkeypatch.setattr(form_files, "OBJECTS_MOST", 50)
    with pytest.raises(FormRefused, match="trop compliqué"):
        fields_of_form(form("Nom", deep=200))


def test_a_form_is_filled_and_what_is_not_said_stays_empty():
    content = filled_form(form("Nom", "Prénom", "Motif", pages=2), {"Nom": "Élodie Fougère", "Inconnu": "x"})
    found = PdfReader(io.BytesIO(content)).get_fields()

    assert found["Nom"]["/V"] == "Élodie Fougère"
    assert not found["Prénom"].get("/V")
    assert fields_of_form(content) == ("Nom", "Prénom", "Motif")
