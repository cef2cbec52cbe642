"""Databases of their own for commands that run in other processes: a file, or a database of the server under test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

NEWCOMERS = 600


@pytest.fixture
def surroundings(tmp_path) -> Iterator[dict[str, str]]:
    """Give the environment of a command whose database nobody else uses."""
    address = os.environ.get("DATABASE_URL", "")
    name = f"maillage_robustness_{uuid4().hex}"
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment |= {
        "MAILLAGE_HOME": str(tmp_path / "home"),
        "DATABASE_URL": "",
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONWARNINGS": "ignore",
    }
    if not address:
        yield environment
        return
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield environment | {"DATABASE_URL": urlunsplit(urlsplit(address)._replace(path=f"/{name}"))}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def maillage() -> str:
    """Give the command of the environment of the tests."""
    return str(Path(sys.executable).with_name("maillage"))


@pytest.fixture
def sites(tmp_path) -> Path:
    """Write a list of many agencies: enough for several statements of each kind."""
    file = tmp_path / "agencies.csv"
    lines = (f"{n:05d},Agence {n},36018,46.63,1.06" for n in range(NEWCOMERS))
    file.write_text("\n".join(["code_safir,nom,code_insee,lat,lon", *lines]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def communes(tmp_path) -> Path:
    """Write a list of many municipalities."""
    file = tmp_path / "communes.csv"
    lines = (f"36{n:03d},Commune {n},46.63,1.06,36" for n in range(1, 300))
    file.write_text("\n".join(["code,nom,lat,lon,departement", *lines]) + "\n", encoding="utf-8")
    return file
