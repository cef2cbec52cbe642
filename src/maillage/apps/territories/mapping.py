"""From the tables of territories to the domain, and how a name is sorted and searched."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from maillage.domain.shared import Point
from maillage.domain.territories import Municipality

COLUMNS = (
    "code",
    "name",
    "latitude",
    "longitude",
    "population",
    "postcodes",
    "epci",
    "employment_zone",
    "local_committee",
    "arrondissement",
    "department",
    "region",
)
"""The columns of a municipality, in the order that ``municipality_of`` takes them."""

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_SAINTS = re.compile(r"\bs(t|te)\b")


def sort_key_of(name: str) -> str:
    """Give a name without accents, case or punctuation; « St » is Saint."""
    plain = unicodedata.normalize("NFKD", name.translate(_LIGATURES)).casefold()
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return _SAINTS.sub(r"sain\1", _NOT_LETTERS.sub(" ", letters)).strip()


def municipality_of(columns: tuple[Any, ...]) -> Municipality:
    """Build a municipality of the domain from its columns."""
    code, name, latitude, longitude, population, postcodes, *territories = columns
    point = None if latitude is None or longitude is None else Point(latitude, longitude)
    return Municipality(code, name, point, population, tuple(postcodes.split()), *territories)


def department_of(code: str) -> str:
    """Give the department an INSEE code begins with."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]
