from __future__ import annotations

import os
import stat

import pytest
from django.test import Client

from maillage.config.readers import (
    SettingRefused,
    place_compiled_code,
    read_database,
    read_flag,
    read_home,
    read_provider,
    read_secret_key,
)


def test_the_embedded_database_is_the_default(tmp_path):
    database = read_database("", tmp_path)

    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(tmp_path / "maillage.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgres://amel:s%40cret@db.example:5433/maillage", ("maillage", "amel", "s@cret", "db.example", "5433")),
        ("postgresql://amel@/maillage?host=/run/postgresql", ("maillage", "amel", "", "/run/postgresql", "")),
        ("postgres:///maillage", ("maillage", "", "", "", "")),
    ],
)
def test_an_address_selects_postgresql(address, expected, tmp_path):
    database = read_database(address, tmp_path)

    assert tuple(database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


def test_options_of_the_address_reach_postgresql(tmp_path):
    assert read_database("postgres://db/maillage?sslmode=require", tmp_path)["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "address", ["mysql://db/maillage", "maillage", "postgres://db", "postgres://db:port/maillage", "postgres://[db/x"]
)
def test_an_unusable_address_says_what_to_write(address, tmp_path):
    with pytest.raises(SettingRefused, match=r"postgres://user:password@host:5432/name"):
        read_database(address, tmp_path)


def test_the_secret_key_is_made_once_for_its_owner(tmp_path, monkeypatch):
    monkeypatch.delenv("MAILLAGE_SECRET_KEY", raising=False)

    key = read_secret_key(tmp_path)

    assert read_secret_key(tmp_path) == key
    assert len(key) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def test_an_empty_secret_key_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("MAILLAGE_SECRET_KEY", raising=False)
    (tmp_path / "secret-key").write_text("")

    with pytest.raises(SettingRefused, match="too short"):
        read_secret_key(tmp_path)


def test_a_home_that_cannot_be_made_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "file" / "home"))

    with pytest.raises(SettingRefused, match="MAILLAGE_HOME"):
        read_home()


def test_a_flag_is_yes_or_no(monkeypatch):
    monkeypatch.setenv("MAILLAGE_DEBUG", "perhaps")

    with pytest.raises(SettingRefused, match="1 or 0"):
        read_flag("MAILLAGE_DEBUG")


@pytest.mark.django_db
def test_the_site_says_it_is_well_under_a_strict_policy(client: Client):
    response = client.get("/health/")

    assert response.json() == {"status": "ok"}
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"default-src 'self'", "frame-ancestors 'none'", "form-action 'self'"} <= set(policy.split("; "))
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("is_writable", "chosen", "expected"), [(True, "", ""), (False, "", "home"), (False, "/c", "/c")]
)
def test_compiled_loops_go_to_the_home_where_the_package_cannot_be_written(
    is_writable, chosen, expected, tmp_path, monkeypatch
):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    if chosen:
        monkeypatch.setenv("NUMBA_CACHE_DIR", chosen)
    monkeypatch.setattr(os, "access", lambda *_: is_writable)

    place_compiled_code(tmp_path / "package", tmp_path)

    wanted = str(tmp_path / "compiled") if expected == "home" else expected
    assert os.environ.get("NUMBA_CACHE_DIR", "") == wanted
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)


WHOLE = {
    "MAILLAGE_OIDC_ISSUER": "https://provider.invalid",
    "MAILLAGE_OIDC_CLIENT_ID": "maillage",
    "MAILLAGE_OIDC_CLIENT_SECRET": "secret",
}


def test_no_identity_provider_is_the_default(monkeypatch):
    for name in WHOLE:
        monkeypatch.delenv(name, raising=False)

    assert read_provider() is None


def test_an_identity_provider_is_described_by_the_environment(monkeypatch):
    for name, value in {**WHOLE, "MAILLAGE_OIDC_ACR": "eidas2, eidas3"}.items():
        monkeypatch.setenv(name, value)

    described = read_provider()

    assert described is not None
    assert (described["issuer"], described["algorithm"], described["acr"]) == (
        "https://provider.invalid",
        "RS256",
        ["eidas2", "eidas3"],
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"MAILLAGE_OIDC_CLIENT_SECRET": ""}, "described in part"),
        ({"MAILLAGE_OIDC_ISSUER": ""}, "described in part"),
        ({"MAILLAGE_OIDC_ISSUER": "http://provider.invalid"}, "begins with https://"),
        ({"MAILLAGE_OIDC_ALGORITHM": "HS256"}, "RS256 or ES256"),
        ({"MAILLAGE_OIDC_ALGORITHM": "none"}, "RS256 or ES256"),
    ],
)
def test_an_identity_provider_that_cannot_be_trusted_is_refused(monkeypatch, changes, sentence):
    for name, value in {**WHOLE, **changes}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingRefused, match=sentence):
        read_provider()
