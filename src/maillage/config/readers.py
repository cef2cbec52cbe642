"""Typed readers of the environment: each gives a value or a paragraph that says what to do."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from maillage.domain.shared import MaillageError

CHECKOUT = Path(__file__).resolve().parents[3]
KEPT_CONNECTION_SECONDS = 600
SQLITE_WAIT_SECONDS = 30
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
)


class SettingRefused(MaillageError, ImproperlyConfigured):
    """A setting of the environment cannot be used."""


def read_flag(name: str, *, default: bool = False) -> bool:
    """Read yes or no; absent or empty gives the default.

    Raises:
        SettingRefused: the value is neither.
    """
    value = os.environ.get(name, "").strip().lower()
    answers = {"": default, "1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value not in answers:
        raise SettingRefused(f"{name} is « {value} », where 1 or 0 is expected. Correct it, or unset it.")
    return answers[value]


def read_list(name: str, *, default: str = "") -> list[str]:
    """Read a list separated by commas."""
    return [part.strip() for part in (os.environ.get(name) or default).split(",") if part.strip()]


def read_number(name: str, *, default: int, most: int) -> int:
    """Read a whole number from 0 to ``most``; absent or empty gives the default.

    Raises:
        SettingRefused: the value is not one.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(most)) and int(value) <= most):
        raise SettingRefused(f"{name} is « {value} », where a whole number from 0 to {most} is expected.")
    return int(value)


def read_provider() -> dict[str, Any] | None:
    """Give the identity provider that the environment describes, ``None`` when it names none.

    Raises:
        SettingRefused: it is described in part, or could be listened to on its way.
    """
    issuer = os.environ.get("MAILLAGE_OIDC_ISSUER", "").strip()
    client, secret = (os.environ.get(f"MAILLAGE_OIDC_CLIENT_{name}", "").strip() for name in ("ID", "SECRET"))
    if not (issuer or client or secret):
        return None
    if not (issuer and client and secret):
        raise SettingRefused(
            "The identity provider is described in part: give MAILLAGE_OIDC_ISSUER, MAILLAGE_OIDC_CLIENT_ID and "
            "MAILLAGE_OIDC_CLIENT_SECRET together, or none of them."
        )
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise SettingRefused(
            f"MAILLAGE_OIDC_ISSUER is « {issuer} », where an address that begins with https:// is expected."
        )
    algorithm = os.environ.get("MAILLAGE_OIDC_ALGORITHM", "").strip() or "RS256"
    if algorithm not in {"RS256", "ES256"}:
        raise SettingRefused(f"MAILLAGE_OIDC_ALGORITHM is « {algorithm} », where RS256 or ES256 is expected.")
    return {
        "issuer": issuer,
        "client_id": client,
        "client_secret": secret,
        "algorithm": algorithm,
        "scopes": os.environ.get("MAILLAGE_OIDC_SCOPES", "").strip() or "openid email given_name usual_name siret",
        "acr": read_list("MAILLAGE_OIDC_ACR"),
        "amr": read_list("MAILLAGE_OIDC_AMR"),
        "vouches_email": read_flag("MAILLAGE_OIDC_VOUCHES_EMAIL"),
    }


def read_home() -> Path:
    """Give the folder where Maillage keeps what it makes, created when absent.

    It is MAILLAGE_HOME, else var/ at the root of a checkout, else ~/.local/share/maillage.

    Raises:
        SettingRefused: the folder cannot be made or written in.
    """
    named = os.environ.get("MAILLAGE_HOME", "").strip()
    in_checkout = (CHECKOUT / "pyproject.toml").is_file()
    fallback = CHECKOUT / "var" if in_checkout else Path.home() / ".local" / "share" / "maillage"
    home = Path(named).expanduser().absolute() if named else fallback
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise SettingRefused(
            f"The folder {home} cannot be created ({failure.strerror}). Maillage keeps its database, its secret key "
            f"and its files there: choose a folder you may write in with MAILLAGE_HOME=/path/to/folder."
        ) from failure
    return home


def place_compiled_code(package: Path, home: Path) -> None:
    """Have the compiled loops kept in the home where the package cannot be written (installed by another account).

    numba reads this place once, when it is first imported; whoever chose one keeps it.
    """
    if not os.access(package / "engine", os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(home / "compiled"))


def read_secret_key(home: Path) -> str:
    """Give MAILLAGE_SECRET_KEY, else the key made once for this home and readable by its owner only."""
    named = os.environ.get("MAILLAGE_SECRET_KEY", "")
    if named:
        return named
    file = home / "secret-key"
    try:
        if not file.is_file():
            draft = home / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(secrets.token_urlsafe(50))
            try:
                os.link(draft, file)  # never replaces: of two first starts at once, one key wins
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as failure:
        raise SettingRefused(
            f"The secret key cannot be kept in {file} ({failure}). Make the folder writable, or give the key with "
            f"MAILLAGE_SECRET_KEY."
        ) from failure
    if len(key) < 32:
        raise SettingRefused(f"The secret key in {file} is too short to protect anything: remove the file.")
    return key


def read_database(address: str, home: Path) -> dict[str, Any]:
    """Give Django's description of the database: the embedded SQLite, or the PostgreSQL of an address.

    Raises:
        SettingRefused: the address names no database that Maillage runs on.
    """
    if not address.strip():
        return embedded_database(home / "maillage.sqlite3")
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as failure:
        raise refused_address(str(failure)) from failure
    if parts.scheme == "sqlite":
        return embedded_database(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise refused_address(f"its beginning is « {parts.scheme}: »" if parts.scheme else "it has no beginning")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise refused_address("it names no database after the host")
    return postgresql(parts, name, port)


def refused_address(reason: str) -> SettingRefused:
    return SettingRefused(
        f"DATABASE_URL cannot be read: {reason}. Write postgres://user:password@host:5432/name, or "
        f"postgres://user@/name?host=/folder/of/the/socket; special characters of the password are percent-encoded. "
        f"Unset DATABASE_URL to use the embedded database."
    )


def embedded_database(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": KEPT_CONNECTION_SECONDS,
        # A writer that announces itself at BEGIN waits for its turn; one that upgrades half-way fails at once.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_WAIT_SECONDS,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def postgresql(parts: SplitResult, name: str, port: int | None) -> dict[str, Any]:
    options: Mapping[str, str] = dict(parse_qsl(parts.query))
    host = options.get("host") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": options.get("user") or unquote(parts.username or ""),
        "PASSWORD": options.get("password") or unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.get("port") or str(port or ""),
        "CONN_MAX_AGE": KEPT_CONNECTION_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {key: value for key, value in options.items() if key not in {"host", "port", "user", "password"}},
    }


def read_email() -> dict[str, Any]:
    """Read how e-mails leave, from MAILLAGE_EMAIL; absent, none does.

    Raises:
        SettingRefused: it is none of the forms expected.
    """
    written = os.environ.get("MAILLAGE_EMAIL", "").strip()
    parts = urlsplit(written)
    backends = {"": "dummy", "console": "console", "file": "filebased", "smtp": "smtp", "smtps": "smtp"}
    kind = "console" if written == "console" else parts.scheme
    if kind not in backends or (kind.startswith("smtp") and not parts.hostname):
        raise SettingRefused(
            f"MAILLAGE_EMAIL is « {parts.scheme}… », where smtp://user:password@host:port, smtps://…, console or "
            "file:/folder is expected. Correct it, or unset it to send no e-mail."
        )
    return {
        "EMAIL_BACKEND": f"django.core.mail.backends.{backends[kind]}.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if kind == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": kind == "smtps",
        "EMAIL_USE_TLS": kind == "smtp" and bool(parts.username),
        "EMAIL_FILE_PATH": parts.path if kind == "file" else None,
    }
