"""One row copied from another system, read into a draft that somebody confirms: nothing is kept by reading it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from maillage.apps.people.drafts import TELEPHONE, PersonDraft, plain_telephone
from maillage.apps.people.orientation import BARRIER_FIELDS, facts_read
from maillage.apps.people.use_cases.portfolios import ALIASES, READERS
from maillage.apps.territories.queries import geography, search_municipalities
from maillage.domain.personal_data import NATIONAL_NUMBER_COLUMNS, add_months, looks_like_national_number
from maillage.domain.shared import MaillageError
from maillage.engine.people_files import ValueRefused

PASTED_MOST = 10_000
HEADERS: Mapping[str, str] = {
    **{name: name for name in READERS},
    **ALIASES,
    "nom_de_famille": "family_name",
    "nom_usage": "family_name",
    "nom_de_naissance": "family_name",
    "ne_le": "birth_date",
    "nee_le": "birth_date",
    "tel": "telephone",
    "portable": "telephone",
    "mobile": "telephone",
    "email": "email",
    "mail": "email",
    "adresse_electronique": "email",
    "code_commune": "municipality",
    "code_insee": "municipality",
    "code_postal": "municipality",
    "libelle_commune": "municipality",
    "ville": "municipality",
    "date_inscription": "registered_since",
    "inscrite_depuis": "registered_since",
    "id_externe": "id",
    "numero_de_dossier": "id",
    "niveau_etude": "qualification",
    "niveau": "qualification",
    "code_rome": "occupation",
    "rome": "occupation",
    "brsa": "brsa",
    **{name: name for name in BARRIER_FIELDS},
}
"""Names of columns, without accents, in ours, in everyday French and in those of France Travail's orientation."""
_ORIENTATION = frozenset({"brsa", "boe", *BARRIER_FIELDS})
_LABELLED = re.compile(r"^([^:\t;|]{2,40}?)\s*:\s*(.*)$")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?|\d{2}/\d{2}/\d{4}")
_ROME = re.compile(r"[A-N]\d{4}")
_PLACE_CODE = re.compile(r"\d[\dAB]\d{3}")
_WORD = re.compile(r"[^\W\d_][\w'’ \-]*")
_FULL_NAME = re.compile(r"(?P<family>[A-ZÀ-Þ][A-ZÀ-Þ'’ \-]+)\s+(?P<given>[A-ZÀ-Þ][a-zà-ÿ].*)")
_CHILDHOOD_YEARS = 14


class PastedUnreadable(MaillageError):
    """What was pasted is not one row: nothing of it is read."""

    sentence_fr = (
        "Collez une seule ligne (avec ou sans ses en-têtes). Pour plusieurs personnes, apportez plutôt le tableau."
    )
    sentence_en = "Paste one row (with or without its headings). For several people, bring in the table instead."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


@dataclass(frozen=True, slots=True)
class PastedRow:
    """What a row says of a person, to be confirmed field by field.

    ``draft`` has what was recognised, its names and municipality possibly empty; ``recognised`` names these fields with
    the text they came from; ``unread`` are the cells that say nothing we keep. ``withheld_count`` is of the cells that
    look like a national identity number: they are dropped at once and never repeated.
    """

    draft: PersonDraft
    recognised: Mapping[str, str]
    unread: tuple[str, ...]
    withheld_count: int


def read_pasted(text: str, *, on: date) -> PastedRow:
    """Read one row copied from a table, « label : value » lines, or the body of a call to the orientation interface.

    Raises:
        PastedUnreadable: it is empty, longer than 10,000 characters, or several rows.
    """
    if not text.strip() or len(text) > PASTED_MOST:
        raise PastedUnreadable
    named, loose = _cells(text.strip("\n\r"))
    reading = _Reading(on)
    for label, value in named:
        reading.read_named(label, value)
    for value in loose:
        reading.read_loose(value)
    return reading.row()


def _cells(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Part a text into cells that have a name, and cells that have none."""
    if text.lstrip().startswith("{"):
        return _from_json(text), []
    lines = [line for line in text.splitlines() if line.strip()]
    labelled = [_LABELLED.match(line.strip()) for line in lines]
    if all(labelled):
        return [(match[1], match[2]) for match in labelled if match], []
    separator = next((one for one in "\t;|," if one in lines[0]), "\t")
    rows = [[cell.strip().strip('"') for cell in line.split(separator)] for line in lines]
    if len(rows) == 2 and sum(_plain(cell) in HEADERS for cell in rows[0]) >= 2:
        return list(zip(rows[0], rows[1], strict=False)), rows[1][len(rows[0]) :]
    if len(rows) > 1:
        raise PastedUnreadable
    return [], rows[0]


def _from_json(text: str) -> list[tuple[str, str]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as failure:
        raise PastedUnreadable from failure
    if not isinstance(content, dict):
        raise PastedUnreadable
    address = content.pop("adresse", None)
    flat = {**content, **(address if isinstance(address, dict) else {})}
    return [(str(name), _said(value)) for name, value in flat.items()]


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _plain(label: str) -> str:
    bare = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


class _Reading:
    """What is known so far of the row."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.known: dict[str, Any] = {}
        self.recognised: dict[str, str] = {}
        self.unread: list[str] = []
        self.oriented: dict[str, str] = {}
        self.withheld_count = 0

    def read_named(self, label: str, value: str) -> None:
        """Read a cell under its name; under a name that is not ours, it is left unread."""
        plain, text = _plain(label), value.strip()
        if not text:
            return
        if plain in NATIONAL_NUMBER_COLUMNS or looks_like_national_number(text):
            self.withheld_count += 1
            return
        field = HEADERS.get(plain)
        if field in _ORIENTATION:
            self.oriented[field] = text
        elif field is None or not self._keep(field, text):
            self.unread.append(f"{label.strip()} : {text}")

    def read_loose(self, value: str) -> None:
        """Read a cell that has no name by its shape."""
        text = value.strip()
        if not text:
            return
        full = _FULL_NAME.fullmatch(text)
        if looks_like_national_number(text):
            self.withheld_count += 1
        elif full and not {"family_name", "given_name"} & self.known.keys():
            self._keep("family_name", full["family"].strip())
            self._keep("given_name", full["given"].strip())
        elif not any(field not in self.known and self._keep(field, text) for field in _shapes(text, self.on)):
            self.unread.append(text)

    def row(self) -> PastedRow:
        """Give what was read."""
        facts, strangers = facts_read(self.oriented)
        self.unread += [f"{name} : {self.oriented[name]}" for name in strangers]
        self.recognised |= {
            BARRIER_FIELDS.get(name, name): text for name, text in self.oriented.items() if name not in strangers
        }
        months = self.known.pop("registered_for_months", None)
        known = {**dict.fromkeys(("given_name", "family_name", "municipality"), ""), **self.known, **facts}
        known["external_id"] = known.pop("id", "")
        draft = PersonDraft(**known)
        if months is not None and draft.registered_since is None:
            draft = replace(draft, registered=True, registered_since=add_months(self.on, -months))
        return PastedRow(draft, self.recognised, tuple(self.unread), self.withheld_count)

    def _keep(self, field: str, text: str) -> bool:
        """Keep a value under a field, the first one given; tells whether it says something there."""
        try:
            value = _municipality(text) if field == "municipality" else READERS[field](text)
        except ValueRefused:
            return False
        if field in self.known:  # a postal code beside the INSEE code says nothing more
            return value in {"", self.known[field]}
        if value == "":
            return False
        self.known[field] = value
        self.recognised[field] = text
        return True


def _municipality(text: str) -> str:
    """Find the municipality of an INSEE code, a postal code or a name, when it is the only one."""
    if geography().find(text) is not None:
        return text
    found = search_municipalities(text, limit=10)
    exact = [one for one in found if _plain(one.name) == _plain(text)]
    chosen = exact if len(exact) == 1 else list(found)
    return chosen[0].code if len(chosen) == 1 else ""


def _shapes(text: str, on: date) -> tuple[str, ...]:  # noqa: PLR0911 (one case for each shape)
    """Guess which fields a text without a name may be, the likeliest first."""
    if _DAY.fullmatch(text):
        year = int(re.findall(r"\d{4}", text)[0])
        return ("birth_date",) if year <= on.year - _CHILDHOOD_YEARS else ("registered_since",)
    if "@" in text:
        return ("email",)
    if _PLACE_CODE.fullmatch(text):
        return ("municipality",)
    if _ROME.fullmatch(text):
        return ("occupation",)
    if text.startswith(("0", "+")) and TELEPHONE.fullmatch(plain_telephone(text)):
        return ("telephone",)
    if any(sign.isdigit() for sign in text):
        return ("id",)
    if not _WORD.fullmatch(text):
        return ()
    return (
        ("family_name", "given_name", "municipality")
        if text.isupper()
        else ("given_name", "family_name", "municipality")
    )
