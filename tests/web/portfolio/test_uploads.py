"""What is uploaded is a small table or is refused at once: bombs, tricks of names, endless lists, cells that would run."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook

from maillage.apps.people.models import Person
from maillage.apps.people.use_cases import portfolios
from maillage.web.portfolio import uploads

pytestmark = pytest.mark.django_db
ADDRESS = "/mon-portefeuille/tableau/"
TABLE = "prénom,nom,commune\nAda,Une,36018\n".encode()


def put(client, name: str, content: bytes):
    return client.post(ADDRESS, {"table": SimpleUploadedFile(name, content)})


def workbook(*lines: tuple[str, ...]) -> bytes:
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            sheet.write_row(row, 0, line)
    return written.getvalue()


def archive(size: int, *, says: int | None = None) -> bytes:
    """Make an archive of one entry of zeros; ``says`` is the size that it claims."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    content = written.getvalue()
    return content if says is None else content.replace(struct.pack("<L", size), struct.pack("<L", says))


def test_a_workbook_is_brought_in_with_its_accents_and_capitals(adviser):
    content = workbook(("Prénom", "NOM", "commune", "couleur"), ("Ada", "Une", "36018", "bleu"))

    assert put(adviser, "gens.xlsx", content).status_code == 200
    assert Person.objects.get().given_name == "Ada"


@pytest.mark.parametrize(
    "content",
    [
        archive(uploads.LARGEST_UNPACKED + 1),
        archive(5_000_000, says=10),
        archive(1_000)[:-40],
        TABLE,
        b"PK\x03\x04" + b"\xff" * 200,
    ],
    ids=["a bomb", "a bomb that lies on its size", "torn", "a text under another name", "noise"],
)
def test_a_workbook_that_is_none_or_too_large_once_unpacked_is_refused(adviser, content):
    answer = put(adviser, "gens.xlsx", content)

    assert answer.status_code == 422
    assert "Ce classeur ne peut pas être ouvert" in answer.content.decode()


@pytest.mark.parametrize(("name", "content"), [("gens.parquet", b"PAR1"), ("gens.csv", b"0" * (5 * 1024 * 1024 + 1))])
def test_another_kind_of_file_or_one_too_large_is_refused(adviser, name, content):
    assert put(adviser, name, content).status_code == 422


@pytest.mark.parametrize("name", ["../../../tmp/gens.csv", "C:\\gens.csv", f"{'é' * 240}.csv"])
def test_a_name_of_file_leads_nowhere(adviser, name):
    assert put(adviser, name, TABLE).status_code == 200
    assert Person.objects.count() == 1


def test_no_more_people_than_a_portfolio_holds_come_at_once(adviser, monkeypatch):
    monkeypatch.setattr(portfolios, "LINES_MOST", 2)

    answer = put(adviser, "gens.csv", TABLE + b"Bo,Deux,99999\nCy,Trois,36018\n")

    assert answer.status_code == 422
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "<script>alert(1)</script>", "{{ 7*7 }}", '"><img src=x onerror=y>'])
def test_a_cell_is_text_and_nothing_else(adviser, name):
    quoted = name.replace('"', '""')
    put(adviser, "gens.csv", f'prénom,nom,commune\nAda,"{quoted}",36018\n'.encode())
    person = Person.objects.filter(family_name=name).first()
    if person is None:
        return  # refused: nothing of it was kept
    for address in ("/mon-portefeuille/", f"/personnes/{person.pk}/", f"/personnes/{person.pk}/corriger/"):
        assert name.encode() not in adviser.get(address).content or not set(name) & set('<>"')
