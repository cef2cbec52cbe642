"""What somebody types about a person, checked before anything is kept: every fault is told, under its field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from maillage.apps.territories.queries import geography
from maillage.domain.people import BARRIERS, HIGHEST_AGE, TARGET_GROUPS
from maillage.domain.personal_data import holds_national_number
from maillage.domain.shared import MaillageError

TELEPHONE = re.compile(r"\+?\d{6,15}")
LONGEST_NAME, LONGEST_IDENTIFIER = 100, 60


class PersonRefused(MaillageError):
    """What was typed about a person cannot be kept; ``reasons`` gives the sentence of each field."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(" ".join(reasons.values()))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What is typed about a person; ``None`` is not known, an empty tuple is a known « none »."""

    given_name: str
    family_name: str
    municipality: str
    birth_date: date | None = None
    telephone: str = ""
    email: str = ""
    prefers_to_be_called: bool = False
    no_voicemail: bool = False
    language: str = "fr"
    needs_interpreter: bool = False
    external_id: str = ""
    registered: bool | None = None
    registered_since: date | None = None
    target_groups: tuple[str, ...] | None = None
    barriers: tuple[str, ...] | None = None
    boe: bool | None = None
    minimum_income: bool | None = None
    priority_neighbourhood: bool | None = None
    qualification: str = ""
    occupation: str = ""
    themes: tuple[str, ...] = ()


def check(draft: PersonDraft, *, on: date) -> None:
    """Refuse what cannot be, all faults at once.

    Raises:
        PersonRefused: at least one field is refused.
    """
    reasons = {
        **_names(draft),
        **_contact(draft),
        **_days(draft, on),
        **_codes("target_groups", draft.target_groups, TARGET_GROUPS),
        **_codes("barriers", draft.barriers, BARRIERS),
        **_national_number(draft),
    }
    if geography().find(draft.municipality) is None:
        reasons["municipality"] = f"« {draft.municipality} » is no municipality: choose it in the list (INSEE code)."
    if reasons:
        raise PersonRefused(reasons)


def plain_telephone(text: str) -> str:
    """Write a telephone number without its spaces, dots and dashes."""
    return re.sub(r"[\s.\-()/]", "", text)


def _names(draft: PersonDraft) -> dict[str, str]:
    reasons = {}
    for name in ("given_name", "family_name"):
        value = getattr(draft, name).strip()
        if not value or len(value) > LONGEST_NAME:
            reasons[name] = f"Give the {name.replace('_', ' ')}, in {LONGEST_NAME} signs at most."
    if len(draft.external_id) > LONGEST_IDENTIFIER:
        reasons["external_id"] = f"Give the identifier in {LONGEST_IDENTIFIER} signs at most."
    return reasons


def _contact(draft: PersonDraft) -> dict[str, str]:
    reasons = {}
    if draft.telephone and not TELEPHONE.fullmatch(plain_telephone(draft.telephone)):
        reasons["telephone"] = f"« {draft.telephone} » is no telephone number: give its digits, or nothing."
    if draft.email:
        try:
            validate_email(draft.email)
        except ValidationError:
            reasons["email"] = f"« {draft.email} » is no e-mail address: correct it, or give nothing."
    return reasons


def _days(draft: PersonDraft, on: date) -> dict[str, str]:
    reasons = {}
    if (draft.birth_date is not None and not on.year - HIGHEST_AGE <= draft.birth_date.year) or _is_after(
        draft.birth_date, on
    ):
        reasons["birth_date"] = "The date of birth is in the future, or too far in the past."
    if _is_after(draft.registered_since, on):
        reasons["registered_since"] = "The day of registration is in the future."
    return reasons


def _is_after(day: date | None, on: date) -> bool:
    return day is not None and day > on


def _codes(field: str, given: tuple[str, ...] | None, known: Iterable[str]) -> dict[str, str]:
    strangers = sorted(set(given or ()) - set(known))
    return {field: f"{', '.join(strangers)}: no such code (maillage codes)."} if strangers else {}


def _national_number(draft: PersonDraft) -> dict[str, str]:
    texts = ("external_id", "given_name", "family_name", "telephone", "qualification", "occupation", "email")
    return {
        field: "This looks like a national identity number (numéro de sécurité sociale): it is never kept here. Give "
        "the identifier of your own organisation, or nothing."
        for field in texts
        if holds_national_number(getattr(draft, field))
    }
