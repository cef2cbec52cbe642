"""From what was typed to a municipality: by name, by postcode, or by one of those it could be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from maillage.apps.territories import queries as territories
from maillage.domain.territories import Municipality

CHOICES_AT_MOST = 12
_LABEL = re.compile(r"(?P<name>.+?)\s*\((?P<postcode>\w{2,5})\)")


@dataclass(frozen=True)
class Resolved:
    """The municipality that was meant, or those it could be; neither when nothing looks like it."""

    municipality: Municipality | None = None
    choices: tuple[Municipality, ...] = ()


def label_of(municipality: Municipality, typed: str = "") -> str:
    """Name a municipality with the postcode that was typed, else its first one: « Le Blanc (36300) »."""
    codes = municipality.postcodes or (municipality.code,)
    matching = [code for code in codes if typed[:1].isdigit() and code.startswith(typed)]
    return f"{municipality.name} ({(matching or codes)[0]})"


def find(code: str) -> Municipality | None:
    """Find a municipality by its INSEE code, current or old."""
    return territories.geography().find(code)


def resolve(typed: str, code: str = "") -> Resolved:
    """Find the municipality meant by a text; ``code`` settles it when it is one of those the text could mean."""
    text = " ".join(typed.split())
    labelled = _LABEL.fullmatch(text)
    wanted = labelled["name"] if labelled else text
    found = territories.search_municipalities(wanted, limit=CHOICES_AT_MOST)
    if labelled:
        found = tuple(one for one in found if labelled["postcode"] in (*one.postcodes, one.code)) or found
    chosen = territories.geography().find(code) if code else None
    if chosen is not None and (not text or chosen in found):
        return Resolved(chosen)
    exact = [one for one in found if plain(one.name) == plain(wanted)]
    if len(exact) == 1 or len(found) == 1:
        return Resolved((exact or list(found))[0])
    return Resolved(choices=tuple(exact) or found)


def plain(name: str) -> str:
    """Give a name as it is compared: no accents, no case, no hyphens."""
    letters = (one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in letters).split())
