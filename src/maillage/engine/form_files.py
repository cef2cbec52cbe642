"""A partner's own form, as a PDF file to fill in: read with suspicion, and filled with texts alone."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from maillage.domain.shared import MaillageError

BYTES_MOST = 2_000_000
PAGES_MOST, FIELDS_MOST, OBJECTS_MOST = 10, 300, 20_000
ACTIVE = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/Launch",
        "/EmbeddedFiles",
        "/EmbeddedFile",
        "/RichMedia",
        "/XFA",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/Rendition",
    }
)
"""What a file that acts has in it, wherever it stands: programs, files inside, things sent or fetched."""
_UNREADABLE = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)


class FormRefused(MaillageError):
    """A file cannot serve as a form; both sentences say why and what to do."""

    def __init__(self, sentence_fr: str, sentence_en: str) -> None:
        self.sentence_fr, self.sentence_en = sentence_fr, sentence_en
        super().__init__(sentence_fr)


def fields_of_form(content: bytes) -> tuple[str, ...]:
    """List the fields of text of a form, in their order.

    Raises:
        FormRefused: no PDF form, too large, or a file that acts by itself.
    """
    if len(content) > BYTES_MOST or not content.startswith(b"%PDF-"):
        raise FormRefused("Choisissez un fichier PDF de 2 Mo au plus.", "Choose a PDF file of 2 MB at most.")
    try:
        reader = PdfReader(io.BytesIO(content))
        _refuse_what_acts(reader)
        if len(reader.pages) > PAGES_MOST:
            raise FormRefused(
                f"Ce formulaire a trop de pages : {PAGES_MOST} au plus.", f"Too many pages: {PAGES_MOST} at most."
            )
        found = reader.get_fields() or {}
        texts = tuple(str(name) for name, one in found.items() if one.get("/FT") == "/Tx")
    except _UNREADABLE as error:
        raise FormRefused(
            "Ce fichier ne se lit pas : enregistrez-le de nouveau en PDF, sans mot de passe.",
            "This file cannot be read: save it again as a PDF, without a password.",
        ) from error
    if not 0 < len(texts) <= FIELDS_MOST:
        raise FormRefused(
            "Ce PDF n’a pas de champs de texte à remplir : créez-les avec votre logiciel, puis déposez-le de nouveau.",
            "This PDF has no fields of text to fill in: make some with your software, then put it in again.",
        )
    return texts


def filled_form(content: bytes, values: Mapping[str, str]) -> bytes:
    """Write texts in the fields of a form that ``fields_of_form`` has read; the other fields stay as they are."""
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(content)))
    for page in writer.pages:
        if "/Annots" in page:
            writer.update_page_form_field_values(page, dict(values), auto_regenerate=True)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _refuse_what_acts(reader: PdfReader) -> None:
    if not ACTIVE.isdisjoint(_names_in(reader)):
        raise FormRefused(
            "Ce PDF contient un programme, un fichier joint ou un envoi automatique : il n’est pas gardé. Enregistrez-en "
            "une copie sans scripts ni pièces jointes.",
            "This PDF holds a program, an attached file or something sent by itself: it is not kept. Save a copy without "
            "scripts or attachments.",
        )


def _names_in(reader: PdfReader) -> Iterator[str]:
    """Give every key and every name of a file, each object once.

    Raises:
        FormRefused: it has too many objects.
    """
    left: list[PdfObject] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while left:
        one: PdfObject | None = left.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        if isinstance(one, NameObject):
            yield str(one)
        elif isinstance(one, DictionaryObject):
            yield from (str(name) for name in one)
            left += dict.values(one)
        elif isinstance(one, ArrayObject):
            left += list.__iter__(one)
        if len(seen) > OBJECTS_MOST:
            raise FormRefused(
                "Ce fichier est trop compliqué : enregistrez-le de nouveau, en plus simple.",
                "This file is too complicated: save it again, simpler.",
            )
