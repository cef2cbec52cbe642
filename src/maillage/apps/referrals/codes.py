"""The short code on the tear-off reply: whoever holds the paper may say what came of that one request, and nothing else."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.utils.crypto import salted_hmac

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ"
"""Neither vowels, so that no word appears, nor what is mistaken for something else on paper."""
CODE_LENGTH = 10
_SALT = "maillage.referrals.tear-off"


def code_of(uptake: UUID) -> str:
    """Give the code of an uptake, always the same for this installation: it can be printed again without being kept."""
    number = int.from_bytes(salted_hmac(_SALT, str(uptake), algorithm="sha256").digest(), "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def shown(code: str) -> str:
    """Write a code as people read it: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def digest_of(code: str) -> str:
    """Give the digest that finds a code, however it was typed: case, spaces and dashes do not count."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(f"{_SALT}:{plain}".encode()).hexdigest()
