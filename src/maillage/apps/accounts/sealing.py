"""What must not be read in a stolen copy of the database: sealed secrets, and digests of links and codes."""

from __future__ import annotations

import base64
import secrets
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac

from maillage.domain.shared import MaillageError

LINK_BYTES = 32
PURPOSE = b"maillage sealed fields, 1"


class SealBroken(MaillageError):
    """A sealed field cannot be opened: the secret key is not the one it was sealed with."""

    def __init__(self) -> None:
        super().__init__(
            "A sealed field cannot be opened with this secret key. Put back the key with which it was sealed "
            "(MAILLAGE_SECRET_KEY, or the file secret-key of MAILLAGE_HOME)."
        )


def seal(text: str) -> str:
    """Encrypt a short text under the key of the installation (AES-128-CBC and HMAC-SHA256: Fernet)."""
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Decrypt what ``seal`` gave.

    Raises:
        SealBroken: it was sealed with another key, or changed since.
    """
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as failure:
        raise SealBroken from failure


def digest_of(text: str, *, purpose: str) -> str:
    """Give what is kept of a secret that is only ever compared: 64 hexadecimal digits under the installation's key."""
    return salted_hmac(f"maillage {purpose}", text, algorithm="sha256").hexdigest()


def new_link() -> str:
    """Draw the secret part of a link that is used once: 43 characters, 256 bits."""
    return secrets.token_urlsafe(LINK_BYTES)


@cache
def _box(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
