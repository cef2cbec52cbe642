from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maillage.apps.territories.queries import geography
from maillage.cli import serving

PATIENCE_SECONDS = 180


@pytest.fixture
def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(address, site):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
                return answer.read()
        except urllib.error.URLError:
            assert site.poll() is None, site.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_the_demonstration_is_loaded_once(maillage):
    first = maillage("demo", "--no-serve")
    again = maillage("demo", "--no-serve")

    assert (first.status, again.status) == (0, 0)
    assert "Loaded 382 municipalities" in first.out
    assert "kept as they are" in again.out
    assert len(geography().municipalities) == 382


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_site_is_served_until_told_to_stop(number, free_port, tmp_path):
    environment = {**os.environ, "PORT": str(free_port), "MAILLAGE_HOME": str(tmp_path), "DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [str(Path(sys.executable).with_name("maillage")), "demo"]
    with subprocess.Popen(  # noqa: S603
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as site:
        try:
            assert wait_for(f"http://127.0.0.1:{free_port}/health/", site) == b'{"status": "ok"}'
            assert b".leaflet" in wait_for(f"http://127.0.0.1:{free_port}/static/leaflet/leaflet.css", site)
            site.send_signal(number)
            said, _ = site.communicate(timeout=PATIENCE_SECONDS)
        finally:
            site.kill()

    assert site.returncode == 0
    assert f"http://127.0.0.1:{free_port}/" in said
    assert f"E-mails are written in {tmp_path / 'e-mails'}" in said
    assert {"2022-03-01", "2024-10-15"} <= {word for line in said.split() for word in line.split("on=")}
    assert "Traceback" not in said


TELLING = """
import time, django
django.setup()
from maillage.cli.demo import telling
with telling(8000):
    time.sleep(600)
"""


def is_alive(process: int) -> bool:
    """Tell whether a process runs; one that nobody has waited for has ended all the same."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def started_by(process: int) -> list[int]:
    words = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(word) for word in words.split()]


def until(condition, what):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def settings_of(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings",
        "MAILLAGE_HOME": str(folder),
        "DATABASE_URL": "",
    }


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="who started whom is read in /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_demonstration_that_is_killed_leaves_no_worker(number, tmp_path):
    with subprocess.Popen([sys.executable, "-c", TELLING], env=settings_of(tmp_path)) as site:  # noqa: S603
        try:
            until(lambda: started_by(site.pid), "no worker was started")
            (worker,) = started_by(site.pid)
            site.send_signal(number)
            site.wait(PATIENCE_SECONDS)
        finally:
            site.kill()

    until(lambda: not is_alive(worker), "the worker goes on")


def test_the_worker_ends_when_it_is_told_to(tmp_path):
    command = [str(Path(sys.executable).with_name("maillage")), "outbox"]
    with subprocess.Popen(command, env=settings_of(tmp_path)) as worker:  # noqa: S603
        try:
            until((tmp_path / "maillage.sqlite3").exists, "it did not begin")
            worker.terminate()
            status = worker.wait(PATIENCE_SECONDS)
        finally:
            worker.kill()

    assert status == 0


def test_a_port_that_is_taken_says_what_to_do(maillage, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        said = maillage("demo")

    assert said.status == 2
    assert f"Port {port} cannot be used" in said.err


def test_static_files_are_gathered_once_by_processes_that_start_at_once(settings, tmp_path, monkeypatch):
    settings.MAILLAGE_HOME, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    gathered = []

    def gather(name, **_):
        gathered.append(name)
        time.sleep(0.2)  # another would come meanwhile
        settings.STATIC_ROOT.mkdir()

    monkeypatch.setattr(serving, "call_command", gather)
    with ThreadPoolExecutor(3) as pool:
        for found in [pool.submit(serving.collect_static_files) for _ in range(3)]:
            found.result()

    assert gathered == ["collectstatic"]


def test_of_two_demonstrations_that_start_at_once_one_loads_and_the_other_finds_it_loaded(tmp_path):
    environment = {**os.environ, "MAILLAGE_HOME": str(tmp_path), "DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [str(Path(sys.executable).with_name("maillage")), "demo", "--no-serve"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
        for _ in range(2)
    ]

    said = sorted(one.communicate(timeout=PATIENCE_SECONDS)[0] for one in both)

    assert [one.returncode for one in both] == [0, 0]
    first, second = said[0].splitlines(), said[1].splitlines()
    assert first[0].startswith("Loaded 382 municipalities")
    assert first[1].startswith("Told ")
    assert second == ["Territories are already loaded: they are kept as they are."]


@pytest.mark.parametrize("port", ["eight", "0", "70000", "-1"])
def test_a_port_is_a_number(port, monkeypatch):
    monkeypatch.setenv("PORT", port)

    with pytest.raises(serving.PortRefused, match="from 1 to 65535"):
        serving.read_port()


@pytest.mark.parametrize("address", ["mysql://here/maillage", "postgres://nobody@127.0.0.1:1/maillage"])
def test_a_database_that_cannot_be_used_is_one_paragraph(address, tmp_path):
    environment = {**os.environ, "MAILLAGE_HOME": str(tmp_path), "DATABASE_URL": address}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [str(Path(sys.executable).with_name("maillage")), "demo", "--no-serve"]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode == 2
    assert done.stderr.startswith("maillage: ")
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
