"""From the tables of territories to the domain, and how a name is sorted and searched."""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from typing import Any

from maillage.domain.shared import Point
from maillage.domain.territories import Geography, Municipality

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


def columns_of(municipality: Municipality) -> tuple[Any, ...]:
    """Give the columns of a municipality, as ``municipality_of`` takes them."""
    point = municipality.point
    return (
        municipality.code,
        municipality.name,
        point and point.latitude,
        point and point.longitude,
        municipality.population,
        " ".join(municipality.postcodes),
        municipality.epci,
        municipality.employment_zone,
        municipality.local_committee,
        municipality.arrondissement,
        municipality.department,
        municipality.region,
    )


def packed(geography: Geography) -> bytes:
    """Write a whole geography in little room: about a megabyte for France."""
    content = {
        "vintage": geography.vintage,
        "municipalities": [columns_of(found) for found in geography.municipalities.values()],
        "passage": dict(geography.passage),
        "names": dict(geography.names),
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode())


def unpacked(content: bytes) -> Geography:
    """Read back what ``packed`` wrote."""
    read = json.loads(zlib.decompress(content))
    municipalities = [municipality_of(tuple(columns)) for columns in read["municipalities"]]
    return Geography(read["vintage"], {found.code: found for found in municipalities}, read["passage"], read["names"])


def department_of(code: str) -> str:
    """Give the department an INSEE code begins with."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]
