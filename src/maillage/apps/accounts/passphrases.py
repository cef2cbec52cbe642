"""Passphrases: how they are kept, and which are too easy to guess. Long is what counts: no composition rule."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator

from maillage.domain.shared import MaillageError

SHORTEST, LONGEST = 14, 128
FEWEST_CHARACTERS = 6
SHORTEST_KNOWN_WORD = 4
ROWS = (
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
)


class PassphraseTooEasy(MaillageError):
    """A passphrase cannot be accepted; ``code`` says why, for the page to say it in its language."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class PassphraseHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane: OWASP's least setting, a few hundredths of a second."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


def check_passphrase(passphrase: str, *, email: str = "", name: str = "") -> None:
    """Accept a passphrase, or say why it is too easy to guess.

    Raises:
        PassphraseTooEasy: it is shorter than 14 characters or longer than 128, repeats itself, follows the keyboard,
            is made of a password that everybody tries, or of the name or address of its owner.
    """
    if len(passphrase) < SHORTEST:
        raise PassphraseTooEasy("short", f"A passphrase has at least {SHORTEST} characters: four words, for instance.")
    if len(passphrase) > LONGEST:
        raise PassphraseTooEasy("long", f"A passphrase has at most {LONGEST} characters.")
    plain = re.sub(r"[^a-z0-9à-ÿ]", "", passphrase.lower())
    if len(set(plain)) < FEWEST_CHARACTERS or _follows_a_row(plain):
        raise PassphraseTooEasy("repeated", "This passphrase repeats itself or follows the keyboard.")
    if _is_made_of(plain, _common_passwords()):
        raise PassphraseTooEasy("common", "This passphrase is made of a password that everybody tries first.")
    if len(_without(plain, _own_words(email, name))) < SHORTEST // 2:
        raise PassphraseTooEasy("own", "This passphrase is made of your own name or address.")


def _follows_a_row(plain: str) -> bool:
    return any(_longest_run(plain, row) * 2 > len(plain) for line in ROWS for row in (line, line[::-1]))


def _longest_run(plain: str, row: str) -> int:
    """Give the length of the longest part of a text that is also a part of a row of the keyboard."""
    longest = 0
    for start in range(len(plain)):
        while start + longest < len(plain) and plain[start : start + longest + 1] in row:
            longest += 1
    return longest


def _is_made_of(plain: str, words: frozenset[str]) -> bool:
    """Tell whether a text, its figures apart, is one known password, or the same one again and again."""
    core = plain.strip("0123456789")
    units = {
        core[:size]
        for size in range(SHORTEST_KNOWN_WORD, len(core) + 1)
        if core == (core[:size] * len(core))[: len(core)]
    }
    return len(core) < SHORTEST_KNOWN_WORD or plain in words or bool(units & words)


def _own_words(email: str, name: str) -> list[str]:
    words = re.split(r"[^a-z0-9à-ÿ]+", f"{email} {name}".lower())
    return sorted({word for word in words if len(word) >= SHORTEST_KNOWN_WORD}, key=len, reverse=True)


def _without(plain: str, words: list[str]) -> str:
    for word in words:
        plain = plain.replace(word, "")
    return plain


@cache
def _common_passwords() -> frozenset[str]:
    """The twenty thousand passwords that Django knows to be tried first, with the French ones it lacks."""
    known: Any = CommonPasswordValidator()
    return frozenset(known.passwords) | {
        "motdepasse",
        "azerty",
        "bonjour",
        "francetravail",
        "poleemploi",
        "missionlocale",
        "maillage",
    }
