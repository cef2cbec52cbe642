from __future__ import annotations

import http.server
import threading

import pytest
from django.conf import settings

from maillage.apps.audit.models import AuditEvent
from maillage.apps.imports.fetching import FetchFailed, fetch_file
from maillage.apps.imports.formats import format_names
from maillage.apps.imports.sources import Source, SourceRefused, read_sources
from maillage.apps.territories.queries import geography
from tests.apps.territories.conftest import NOON

COMMUNES = b"code,nom,lat,lon\n36018,Le Blanc,46.6,1.1\n"


class Publisher(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/communes.csv")
            self.end_headers()
            return
        body = {"/communes.csv": COMMUNES, "/cut": COMMUNES, "/empty": b""}.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Length", str(len(body or b"") + (10 if self.path == "/cut" else 0)))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sources(tmp_path, settings):
    def write(address):
        file = tmp_path / "sources.toml"
        file.write_text(f'[communes]\nformat = "communes"\nfile = "communes.csv"\naddress = "{address}"\n')
        settings.MAILLAGE_SOURCES = [*settings.MAILLAGE_SOURCES[:1], file]
        settings.MAILLAGE_HOME = tmp_path

    return write


def test_a_file_is_fetched_and_the_next_step_said(maillage, sources, site, tmp_path):
    sources(f"{site}/communes.csv")

    said = maillage("fetch", "communes")

    file = tmp_path / "files" / "communes.csv"
    assert (said.status, file.read_bytes()) == (0, COMMUNES)
    assert f"To load it: maillage import communes {file}" in said.out
    assert AuditEvent.objects.get().what == "fetch_file"
    assert geography().municipalities == {}


def test_a_file_is_fetched_elsewhere_and_imported_when_asked(maillage, sources, site, tmp_path):
    sources(f"{site}/communes.csv")

    said = maillage("fetch", "communes", "--to", tmp_path / "here", "--import")

    assert said.status == 0
    assert (tmp_path / "here" / "communes.csv").is_file()
    assert geography().municipality("36018").name == "Le Blanc"


@pytest.mark.parametrize("path", ["/absent", "/cut", "/empty", "/moved"])
def test_a_failed_download_leaves_the_former_file(path, maillage, sources, site, tmp_path):
    sources(f"{site}{path}")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "communes.csv").write_text("former")

    said = maillage("fetch", "communes")

    assert said.status == 2
    assert f"{site}{path}" in said.err
    assert [file.name for file in (tmp_path / "files").iterdir()] == ["communes.csv"]
    assert (tmp_path / "files" / "communes.csv").read_text() == "former"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "file:///etc/hostname", "", "nonsense"])
def test_offline_the_file_to_give_instead_is_named(address, maillage, sources):
    sources(address)

    said = maillage("fetch", "communes")

    assert said.status == 2
    assert "maillage import communes FILE" in said.err


def test_a_download_is_bounded(site, tmp_path, db):
    source = Source("communes", "communes", "communes.csv", f"{site}/communes.csv")

    with pytest.raises(FetchFailed, match="more than 0 MB"):
        fetch_file(by="amel", source=source, folder=tmp_path, at=NOON, progress=lambda *_how: None, largest=10)

    assert list(tmp_path.iterdir()) == []


def test_the_list_says_which_addresses_were_verified(maillage):
    said = maillage("fetch", "--list")

    assert said.status == 0
    assert "(not verified)" in said.out
    assert "address not known" in said.out


def test_an_unknown_source_names_the_known_ones(maillage):
    said = maillage("fetch", "nothing")

    assert (said.status, "The sources are: chomage-departements, clpe" in said.err) == (2, True)


def test_the_shipped_addresses_are_of_formats_that_exist():
    shipped = read_sources(settings.MAILLAGE_SOURCES[:1])

    assert {source.format for source in shipped.values()} <= set(format_names())
    assert not any(source.verified for source in shipped.values())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "cannot be read"),
        ("[communes", "is not TOML"),
        ('[communes]\nformat = "communes"\n', "must hold format and file"),
        ('[communes]\nformat = "communes"\nfile = "a"\ncolour = "red"\n', "must hold format and file"),
        ('[communes]\nformat = "communes"\nfile = "../a"\n', "without a folder"),
        ('[communes]\nformat = 1\nfile = "a"\n', "holds texts"),
        ("communes = 1", "must hold format and file"),
    ],
)
def test_a_wrong_table_of_addresses_says_what_is_wrong(content, expected, tmp_path):
    file = tmp_path / "sources.toml"
    if content is not None:
        file.write_text(content)

    with pytest.raises(SourceRefused, match=expected):
        read_sources([file])
