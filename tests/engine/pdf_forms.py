"""Forms made for the tests: fields of text on one page, and what a file may hide."""

from __future__ import annotations

import io

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def form(*names: str, pages: int = 1, script: bool = False, attached: bool = False, deep: int = 0) -> bytes:
    """Make a PDF with a field of text for each name."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=595, height=842)
    page = writer.pages[0]
    fields = ArrayObject([writer._add_object(_field(name, rank, page)) for rank, name in enumerate(names)])
    if names:
        page[NameObject("/Annots")] = ArrayObject(fields)
    helvetica = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    resources = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/Helv"): writer._add_object(helvetica)})}
    )
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): fields,
            NameObject("/DR"): resources,
            NameObject("/DA"): TextStringObject("/Helv 11 Tf 0 g"),
        }
    )
    if script:
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('here');")}
        )
    if attached:
        writer.add_attachment("more.txt", b"more")
    if deep:
        writer._root_object[NameObject("/More")] = ArrayObject(
            [writer._add_object(NumberObject(number)) for number in range(deep)]
        )
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _field(name: str, rank: int, page: DictionaryObject) -> DictionaryObject:
    top = 780 - 40 * rank
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject(name),
            NameObject("/DA"): TextStringObject("/Helv 11 Tf 0 g"),
            NameObject("/Rect"): ArrayObject([FloatObject(one) for one in (50, top, 400, top + 20)]),
            NameObject("/P"): page.indirect_reference or page,
        }
    )
