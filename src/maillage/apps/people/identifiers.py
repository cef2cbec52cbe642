"""The identifier an organisation already holds for a person: encrypted at rest, found again by a keyed hash.

The keys are in MAILLAGE_HOME, one file readable by its owner only: a line for each key, the newest first. What was
sealed under an older key is still opened; ``maillage identifiers rotate`` seals everything anew under a new one.
"""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from maillage.domain.shared import MaillageError

KEYS_FILE = "identifier-keys"
LOOKUP = b"look-up"


class IdentifierUnreadable(MaillageError):
    """An identifier was sealed under a key that is no longer there."""

    def __init__(self) -> None:
        super().__init__(
            f"An identifier cannot be opened: its key is not in {keys_file()}. Bring back the file of keys of this home."
        )


def keys_file() -> Path:
    """Give the file that holds the keys."""
    return Path(settings.MAILLAGE_HOME) / KEYS_FILE


def keys() -> list[bytes]:
    """Give the keys, the newest first; the first one is made when there is none."""
    file = keys_file()
    if not file.is_file():
        _write_first(file)
    return [line.encode("ascii") for line in file.read_text(encoding="ascii").split()]


def _write_first(file: Path) -> None:
    draft = file.with_name(f".{file.name}-{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(Fernet.generate_key().decode("ascii") + "\n")
    try:
        os.link(draft, file)  # never replaces: of two first starts at once, one key wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def add_key() -> None:
    """Put a new key before the others; what they sealed is still opened."""
    lines = [Fernet.generate_key(), *keys()]
    draft = keys_file().with_name(f".{KEYS_FILE}-{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write("\n".join(line.decode("ascii") for line in lines) + "\n")
    draft.replace(keys_file())


def drop_old_keys() -> None:
    """Keep the newest key alone; only once everything is sealed under it."""
    newest = keys()[0]
    draft = keys_file().with_name(f".{KEYS_FILE}-{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(newest.decode("ascii") + "\n")
    draft.replace(keys_file())


def seal_identifier(identifier: str) -> str:
    """Encrypt an identifier under the newest key; an empty one stays empty."""
    if not identifier:
        return ""
    return Fernet(keys()[0]).encrypt(identifier.encode("utf-8")).decode("ascii")


def open_identifier(sealed: str) -> str:
    """Decrypt an identifier.

    Raises:
        IdentifierUnreadable: none of the keys opens it.
    """
    if not sealed:
        return ""
    try:
        return MultiFernet([Fernet(key) for key in keys()]).decrypt(sealed.encode("ascii")).decode("utf-8")
    except InvalidToken as failure:
        raise IdentifierUnreadable from failure


def hash_of(identifier: str, organisation: str) -> str:
    """Give the keyed hash by which one organisation finds an identifier again; an empty one gives nothing.

    The organisation is part of it: the same number in two organisations cannot be brought together.
    """
    wanted = identifier.strip().upper()
    if not wanted:
        return ""
    key = hmac.new(keys()[0], LOOKUP, sha256).digest()
    return hmac.new(key, f"{organisation}\x00{wanted}".encode(), sha256).hexdigest()
