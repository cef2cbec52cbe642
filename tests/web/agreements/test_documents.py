"""What can be taken away: the file byte for byte, and a document that lasts and can be heard."""

from __future__ import annotations

import hashlib
import time
import zlib

import pytest

from maillage.apps.agreements.queries import shipped_folder

NAMES = sorted(path.parent.name for path in shipped_folder().glob("*/agreement.yaml"))
PROCESSOR_SECONDS_MAX = 1.0


def streams_of(document: bytes) -> list[bytes]:
    """Give the streams of a PDF, those it compressed made plain."""
    streams = []
    for part in document.split(b"stream\n")[1::2]:
        body = part.removesuffix(b"\nend")
        try:
            streams.append(zlib.decompress(body))
        except zlib.error:
            streams.append(body)
    return streams


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_given_byte_for_byte_and_its_digest_shown(client, page_of, name):
    response = client.get(f"/accords/{name}/accord.yaml")

    assert response.content == (shipped_folder() / name / "agreement.yaml").read_bytes()
    assert response["Content-Type"] == "application/yaml; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{name}.yaml"'
    assert hashlib.sha256(response.content).hexdigest() in page_of(f"/accords/{name}/")


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_tagged_made_to_last_and_holds_the_file(client, demonstration, name, language):
    response = client.get(f"{language}/accords/{name}/accord.pdf?le=2024-10-01")

    document = response.content
    plain = b"".join([document, *streams_of(document)])
    assert response["Content-Type"] == "application/pdf"
    assert document.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in plain
    assert b"<pdfaid:part>3</pdfaid:part>" in plain
    assert (b"/Lang(en)" if language else b"/Lang(fr)") in plain
    assert (shipped_folder() / name / "agreement.yaml").read_bytes() in streams_of(document)


def test_a_document_takes_less_than_a_second_of_processor(client, demonstration):
    address = "/accords/2020-ave-national/accord.pdf?le=2020-08-01"
    client.get("/accords/2020-ave-national/")

    start = time.process_time()
    client.get(address)

    assert time.process_time() - start < PROCESSOR_SECONDS_MAX


def test_the_document_of_an_amended_text_is_of_its_day(client, demonstration, fictional):
    address = "/accords/2023-passerelle-national/accord.pdf"

    before, after = (client.get(f"{address}?le={day}").content for day in ("2023-12-31", "2024-01-01"))

    assert before != after
    assert client.get(f"{address}?le=2023-12-31").content == before


def test_a_document_of_no_day_is_not_found(client, demonstration):
    assert client.get("/accords/2020-ave-national/accord.pdf?le=abc").status_code == 404
