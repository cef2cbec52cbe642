"""The fields of France Travail's orientation of a person, read and written under the names of its interface."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from maillage.apps.people.mapping import PersonRecord
from maillage.domain.people import BARRIERS
from maillage.domain.personal_data import HEALTH_BARRIERS

NONE = "AUCUNE"
TO_SPECIFY = "A_PRECISER"
"""Written where a difficulty is known and its degree is not: no code of the interface, so that somebody chooses one."""
_DEGREES = frozenset({"IMPACT_FORT_RECHERCHE_EMPLOI", "IMPACT_FAIBLE_RECHERCHE_EMPLOI"})
BARRIER_FIELDS: Mapping[str, str] = {f"contrainte_{name}": name for name in BARRIERS}
BARRIER_VALUES: Mapping[str, frozenset[str]] = {
    "sante": _DEGREES | {"INCAPACITE_RECHERCHE_ACTIVITE_PRO"},
    "logement": _DEGREES | {"SANS_LOGEMENT", "PROCEDURE_EXPULSION"},
    "mobilite": frozenset({"AUCUN_MOYEN_DE_TRANSPORT", "DEPENDANT_TRANSPORT", "AUTRE"}),
    "familiale": _DEGREES | {"AIDANT_FAMILIAL", "ENFANT_SANS_SOLUTION_GARDE"},
    "financiere": _DEGREES,
    "numerique": frozenset({"NON_ACCES_INTERNET", "NON_MAITRISE", "REFUS"}),
    "administrative_juridique": _DEGREES,
    "francais_calcul": _DEGREES,
}
"""The codes that say that there is a difficulty, by kind."""
_TRUTHS = {"true": True, "1": True, "oui": True, "vrai": True, "false": False, "0": False, "non": False, "faux": False}
FIELDS = (
    "date_naissance",
    "code_commune",
    "niveau_etude",
    "brsa",
    "boe",
    *BARRIER_FIELDS,
)
"""The fields that are exchanged, in the order of the interface."""


def facts_read(cells: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read the cells that bear names of the orientation: facts of a person under our names, and the cells not read.

    ``brsa`` says that a minimum income is received; its absence says nothing of the others (ASS, AAH). Difficulties
    are a known none only when the eight fields say so.
    """
    facts: dict[str, Any] = {}
    truths = {name: _TRUTHS.get(cells.get(name, "").strip().casefold()) for name in ("brsa", "boe")}
    if truths["brsa"]:
        facts["minimum_income"] = True
    if truths["boe"] is not None:
        facts["boe"] = truths["boe"]
    said = {name: _difficulty(kind, cells.get(name, "")) for name, kind in BARRIER_FIELDS.items()}
    present = tuple(BARRIER_FIELDS[name] for name, truth in said.items() if truth)
    if present or all(truth is not None for truth in said.values()):
        facts["barriers"] = present
    known = {**truths, **said}
    return facts, tuple(name for name, text in cells.items() if text.strip() and known.get(name) is None)


def _difficulty(kind: str, text: str) -> bool | None:
    """Tell whether a value says that there is a difficulty; ``None`` when it says nothing, or is no code of its kind."""
    value = text.strip().upper()
    if value == NONE:
        return False
    return True if value in BARRIER_VALUES[kind] | {TO_SPECIFY} else None


def orientation_of(record: PersonRecord) -> dict[str, str]:
    """Write what is shown of a person under the names of the orientation; what is unknown or withheld is empty.

    ``brsa`` is written only when no minimum income is received: a minimum income is not always the RSA.
    """
    values = {
        "date_naissance": _day(record.birth_date),
        "code_commune": record.municipality,
        "niveau_etude": record.qualification,
        "brsa": "false" if record.minimum_income is False else "",
        "boe": "" if record.boe is None else str(record.boe).lower(),
    }
    for name, kind in BARRIER_FIELDS.items():
        needed = "health_barriers" if kind in HEALTH_BARRIERS else "barriers"
        is_known = record.barriers is not None and needed in record.shown
        present = record.barriers is not None and kind in record.barriers
        values[name] = (TO_SPECIFY if present else NONE) if is_known else ""
    return values


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
