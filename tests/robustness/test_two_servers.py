"""Two servers of one database: what a command changes is answered by both at their next request, index on disk or not."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

HEAD = "code_safir,nom,code_insee,lat,lon\n"
LINES = [f"{number:05d},Agence {number},36018,46.63,1.06\n" for number in range(1, 5)]
COMMUNES = "code,nom,lat,lon,departement\n36018,Le Blanc,46.63,1.06,36\n"
PATIENCE_SECONDS = 120


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def doors(port):
    """Ask a server for the doors of a person of Le Blanc; wait for it to listen."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/openings",
        json.dumps({"municipality": "36018", "limit": 50, "include": ["closed", "unknown"]}).encode(),
        {"Content-Type": "application/json"},
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:  # noqa: S310
                return sorted(item["service"] for item in json.load(response)["items"])
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture
def run(surroundings, maillage):
    def run(*arguments):
        done = subprocess.run(  # noqa: S603
            [maillage, *map(str, arguments)], env=surroundings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def bring(run, tmp_path):
    """Import a file of the first agencies."""

    def bring(count):
        file = tmp_path / "agencies.csv"
        file.write_text(HEAD + "".join(LINES[:count]), encoding="utf-8")
        run("import", "france-travail-agences", file)

    return bring


@pytest.fixture
def servers(surroundings, maillage, run, bring, tmp_path):
    communes = tmp_path / "communes.csv"
    communes.write_text(COMMUNES, encoding="utf-8")
    run("import", "communes", communes)
    bring(1)
    ports = [free_port(), free_port()]
    running = []
    for port in ports:
        environment = surroundings | {"PORT": str(port)}
        running.append(
            subprocess.Popen(  # noqa: S603
                [maillage, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        doors(port)  # one after the other: each gathers the static files of the same folder
    yield ports
    for server in running:
        server.terminate()
    for server in running:
        server.wait(PATIENCE_SECONDS)


def test_what_changes_is_answered_by_both_servers_at_their_next_request(servers, bring, run):
    (first,) = {tuple(doors(port)) for port in servers}

    for count in (2, 4, 3):
        bring(count)
        both = {tuple(doors(port)) for port in servers}
        assert len(both) == 1
        assert len(both.pop()) == len(first) + count - 1

    run("index", "build")
    assert "up to date" in run("index", "status")
    bring(1)
    assert "older than the database" in run("index", "status")
    assert [tuple(doors(port)) for port in servers] == [first, first]
    assert [item["service"] for item in json.loads(run("openings", "--municipality", "36018", "--json"))]
