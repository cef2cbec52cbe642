"""The catalogue of what is stored about people: why, by virtue of what, shown to whom, for how long."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from maillage.domain.shared import MaillageError

HEALTH_GROUPS = frozenset({"RQTH", "personnes-en-situation-de-handicap"})
"""The target groups that reveal health."""
HEALTH_BARRIERS = frozenset({"sante"})
"""The barriers that reveal health."""


class Category(Enum):
    """What kind of fact a stored field is; the kind gives its law and its time unless the field says otherwise."""

    IDENTITY = "IDENTITY"
    CONTACT = "CONTACT"
    SITUATION = "SITUATION"
    NEED = "NEED"
    HEALTH = "HEALTH"
    FOLLOW_UP = "FOLLOW_UP"
    WILL = "WILL"
    TRACE = "TRACE"
    TECHNICAL = "TECHNICAL"


class Since(Enum):
    """From which day the time a field is kept runs."""

    LAST_CONTACT = "LAST_CONTACT"
    RECORDED = "RECORDED"


@dataclass(frozen=True)
class Retention:
    """How long a field is kept: so many months from a day; then it is emptied, or the row leaves."""

    months: int
    since: Since


@dataclass(frozen=True)
class Terms:
    """What data protection law asks for each field: purpose, legal basis, recipients, time; in French and English."""

    purpose_fr: str
    purpose_en: str
    basis_fr: str
    basis_en: str
    recipients_fr: str
    recipients_en: str
    retention: Retention


@dataclass(frozen=True)
class StoredField:
    """One stored field about a person: ``name`` is app.Model.field, ``label`` what a person would call it."""

    name: str
    category: Category
    label_fr: str
    label_en: str
    terms: Terms

    @property
    def short_name(self) -> str:
        """The field alone, as agreements and links name it."""
        return self.name.rpartition(".")[2]


_TASK_FR = "Mission d’intérêt public (RGPD, article 6.1.e ; code du travail, article L. 5312-1)"
_TASK_EN = "Public-interest task (GDPR 6.1.e; labour code L. 5312-1)"
_HEALTH_FR = "Mission d’intérêt public avec garanties (RGPD, article 9.2.b ; code du travail, article L. 5213-2)"
_HEALTH_EN = "Public-interest task with safeguards (GDPR 9.2.b; labour code L. 5213-2)"
_LAW_FR = "Obligation légale (RGPD, articles 6.1.c, 7 et 21)"
_LAW_EN = "Legal obligation (GDPR 6.1.c, 7 and 21)"
_TRACE_FR = "Obligation légale de sécurité (RGPD, articles 6.1.c et 32)"
_TRACE_EN = "Legal duty of security (GDPR 6.1.c and 32)"
_LEAD_FR = (
    "L’organisme qui suit la personne ; un partenaire seulement si l’accord le prévoit, le temps de l’orientation"
)
_LEAD_EN = (
    "The organisation that follows the person; a partner only where the agreement says so, while a referral is open"
)
_OFFICERS_FR = "Le responsable de la sécurité de l’organisme ; la personne, si elle le demande"
_OFFICERS_EN = "The organisation's security officer; the person, on request"
TWO_YEARS = Retention(24, Since.LAST_CONTACT)
"""The time a file is kept, unless a field says less."""
ONE_YEAR = Retention(12, Since.LAST_CONTACT)
"""Health is asked again rather than kept long."""

TERMS: Mapping[Category, Terms] = {
    Category.IDENTITY: Terms(
        "Savoir de qui l’on parle et ne pas confondre deux personnes",
        "Know who is meant and not mistake one person for another",
        _TASK_FR,
        _TASK_EN,
        _LEAD_FR,
        _LEAD_EN,
        TWO_YEARS,
    ),
    Category.CONTACT: Terms(
        "Joindre la personne comme elle le souhaite",
        "Reach the person the way they wish",
        _TASK_FR,
        _TASK_EN,
        _LEAD_FR,
        _LEAD_EN,
        TWO_YEARS,
    ),
    Category.SITUATION: Terms(
        "Trouver les services ouverts à la personne",
        "Find the services open to the person",
        _TASK_FR,
        _TASK_EN,
        _LEAD_FR,
        _LEAD_EN,
        TWO_YEARS,
    ),
    Category.NEED: Terms(
        "Proposer ce qui compte pour la personne, dans son ordre",
        "Offer what matters to the person, in their order",
        _TASK_FR,
        _TASK_EN,
        _LEAD_FR,
        _LEAD_EN,
        TWO_YEARS,
    ),
    Category.HEALTH: Terms(
        "Trouver les services que la loi ou un accord ouvre en raison de la santé",
        "Find the services that the law or an agreement opens because of health",
        _HEALTH_FR,
        _HEALTH_EN,
        "L’organisme qui suit la personne ; un partenaire seulement si l’accord nomme cette donnée",
        "The organisation that follows the person; a partner only where the agreement names this fact",
        ONE_YEAR,
    ),
    Category.FOLLOW_UP: Terms(
        "Savoir à qui c’est le tour d’agir et ce qu’il est advenu",
        "Know whose turn it is and what came of it",
        _TASK_FR,
        _TASK_EN,
        "Les deux organismes de l’orientation ; la personne",
        "The two organisations of the referral; the person",
        TWO_YEARS,
    ),
    Category.WILL: Terms(
        "Prouver et respecter ce que la personne a accepté, refusé, ou appris",
        "Prove and respect what the person allowed, refused, or was told",
        _LAW_FR,
        _LAW_EN,
        "L’organisme qui suit la personne ; le partenaire concerné",
        "The organisation that follows the person; the partner concerned",
        TWO_YEARS,
    ),
    Category.TRACE: Terms(
        "Voir et arrêter les consultations abusives",
        "See and stop abusive readings",
        _TRACE_FR,
        _TRACE_EN,
        _OFFICERS_FR,
        _OFFICERS_EN,
        Retention(12, Since.RECORDED),
    ),
    Category.TECHNICAL: Terms(
        "Faire tenir ensemble les données ci-dessus ; ne dit rien de plus de la personne",
        "Hold the facts above together; says nothing more about the person",
        _TASK_FR,
        _TASK_EN,
        "Personne : ces numéros ne sont pas montrés",
        "Nobody: these numbers are not shown",
        TWO_YEARS,
    ),
}
"""What holds for every field of a kind."""


class FieldWithoutEntry(MaillageError):
    """A field about a person is stored without saying why, for whom, how long."""


_NATIONAL_NUMBER_DIGITS = 13
_CONTROL_DIGITS = 2


def looks_like_national_number(text: str) -> bool:
    """Tell whether a text looks like a French national identity number (NIR), with its key or without.

    Spaces, dots and dashes are ignored, Corsica's departments (2A, 2B) are read. With its key, the key must be right;
    without one, sex, month and department must be possible.
    """
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    if len(signs) not in {_NATIONAL_NUMBER_DIGITS, _NATIONAL_NUMBER_DIGITS + _CONTROL_DIGITS}:
        return False
    # The key is counted with 19 for 2A and 18 for 2B.
    department = {"2A": "19", "2B": "18"}.get(signs[5:7], signs[5:7])
    digits = f"{signs[:5]}{department}{signs[7:]}"
    if not (digits.isascii() and digits.isdigit() and _is_possible(digits)):
        return False
    number, key = digits[:_NATIONAL_NUMBER_DIGITS], digits[_NATIONAL_NUMBER_DIGITS:]
    return not key or int(key) == 97 - int(number) % 97


_BETWEEN = r"[ .\-/\u00a0\u202f]?"
_WRITTEN_IN_TEXT = tuple(
    re.compile(rf"(?<!\w)(?=([1-478](?:{_BETWEEN}[0-9ABab]){{{digits - 1}}})(?!\w))")
    for digits in (_NATIONAL_NUMBER_DIGITS, _NATIONAL_NUMBER_DIGITS + _CONTROL_DIGITS)
)


def holds_national_number(text: str) -> bool:
    """Tell whether a text is, or holds among other words, what looks like a national identity number."""
    return looks_like_national_number(text) or any(
        looks_like_national_number(found[1]) for written in _WRITTEN_IN_TEXT for found in written.finditer(text)
    )


def _is_possible(number: str) -> bool:
    sex, month = number[0], int(number[3:5])
    is_a_month = 1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99
    return sex in "123478" and is_a_month and number[5:7] != "00"


NATIONAL_NUMBER_COLUMNS = frozenset({"nir", "numero_securite_sociale", "num_secu", "nss", "securite_sociale", "ssn"})
"""Names of columns that announce a national identity number."""


class NationalNumberRefused(MaillageError):
    """Somebody gives a national identity number, which is never stored; both sentences say what to do."""

    sentence_fr = "Ce texte contient un numéro de sécurité sociale : il n’est jamais gardé ici. Retirez-le."
    sentence_en = "This text holds a national identity number: it is never kept here. Remove it."

    def __init__(self, where: str) -> None:
        """Say where it was met, never the number."""
        super().__init__(
            f"{where} looks like a national identity number (numéro de sécurité sociale). It is never stored here: "
            f"remove it, and give the identifier your own organisation uses."
        )


def refuse_national_number(where: str, *texts: str) -> None:
    """Refuse texts written about a person of which one holds a national identity number.

    Raises:
        NationalNumberRefused: one does; the message says where, never the number.
    """
    if any(holds_national_number(text) for text in texts):
        raise NationalNumberRefused(where)


def add_months(day: date, months: int) -> date:
    """Give the day so many months later, the last of the month where it has no such day."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = whole // 12, whole % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def fields_by_name(entries: Iterable[StoredField]) -> dict[str, StoredField]:
    """Index entries by app.Model.field.

    Raises:
        FieldWithoutEntry: the same field is entered twice.
    """
    found: dict[str, StoredField] = {}
    for entry in entries:
        if entry.name in found:
            raise FieldWithoutEntry(f"{entry.name} is entered twice in the catalogue of stored fields.")
        found[entry.name] = entry
    return found
