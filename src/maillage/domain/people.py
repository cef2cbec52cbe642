"""The facts a rule may ask about a person; each may be unknown, and none is stored by asking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from maillage.domain.shared import MaillageError, Point

LOWEST_AGE, HIGHEST_AGE = 0, 120

DATA_INCLUSION_PUBLICS: tuple[str, ...] = (
    "actifs",
    "beneficiaires-des-minimas-sociaux",
    "demandeurs-emploi",
    "etudiants",
    "familles",
    "femmes",
    "jeunes",
    "personnes-en-situation-de-handicap",
    "personnes-en-situation-durgence",
    "personnes-en-situation-juridique-specifique",
    "personnes-exilees",
    "residents-qpv-frr",
    "seniors",
)
"""The ``publics`` of data·inclusion v1, without ``tous-publics`` which is everybody."""

EVERYBODY = "tous-publics"
TARGET_GROUPS: tuple[str, ...] = (*DATA_INCLUSION_PUBLICS, "LONG_TERM", "VERY_LONG_TERM", "RQTH")
BARRIERS: tuple[str, ...] = (
    "sante",
    "logement",
    "mobilite",
    "familiale",
    "financiere",
    "numerique",
    "administrative_juridique",
    "francais_calcul",
)
"""The suffixes of France Travail's ``contrainte_*`` fields."""


class FactKind(Enum):
    """What values a fact can take in a condition."""

    BOOLEAN = "BOOLEAN"
    NUMBER = "NUMBER"
    CODES = "CODES"
    """Several codes at a time from a closed list: the condition asks whether one is among them."""
    CODE = "CODE"
    """One free code at a time (a level of qualification, a ROME code)."""
    TERRITORY = "TERRITORY"


@dataclass(frozen=True)
class Fact:
    """One question a rule may ask, and why it may be asked.

    ``codes`` is the closed list for ``CODES``; ``legal_basis``, ``purpose``, ``recipients`` and ``retention`` are what
    data protection law asks for each field about a person; ``is_health_data`` marks what needs special care.
    """

    name: str
    kind: FactKind
    codes: tuple[str, ...] = ()
    purpose: str = "Find which partner services are open to the person"
    legal_basis: str = "Public-interest task (GDPR 6.1.e; labour code L. 5312-1)"
    recipients: str = "Nobody: the answer is shown to who asks"
    retention: str = "None: forgotten when the answer is given"
    is_health_data: bool = False


_HEALTH_BASIS = "Public-interest task with safeguards (GDPR 9.2.b; labour code L. 5213-2)"

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("age", FactKind.NUMBER),
        Fact("registered", FactKind.BOOLEAN),
        Fact("registered_for_months", FactKind.NUMBER),
        Fact("lives_in", FactKind.TERRITORY),
        Fact("target_group", FactKind.CODES, TARGET_GROUPS, legal_basis=_HEALTH_BASIS, is_health_data=True),
        Fact("barrier", FactKind.CODES, BARRIERS, legal_basis=_HEALTH_BASIS, is_health_data=True),
        Fact("boe", FactKind.BOOLEAN, legal_basis=_HEALTH_BASIS, is_health_data=True),
        Fact("minimum_income", FactKind.BOOLEAN),
        Fact("priority_neighbourhood", FactKind.BOOLEAN),
        Fact("qualification", FactKind.CODE),
        Fact("occupation", FactKind.CODE),
    )
}
"""Every fact of the condition language, by name. A fact that is not here cannot be asked."""


FactValue = bool | int | str | frozenset[str]


class FactOutOfBounds(MaillageError):
    """A fact about a person has a value that cannot be."""


@dataclass(frozen=True)
class PersonFacts:
    """What is known of a person on the day asked about; ``None`` is unknown, an empty set is a known "none".

    ``municipality`` is the INSEE code of where the person lives and ``point`` the exact place when it was shown on the
    map (else distances start from the municipality's point). ``age`` is in completed years on that day;
    ``registered`` whether registered with the public employment service; ``boe`` whether beneficiary of the duty to
    employ (health data).
    """

    municipality: str
    point: Point | None = None
    age: int | None = None
    registered: bool | None = None
    registered_for_months: int | None = None
    target_groups: frozenset[str] | None = None
    barriers: frozenset[str] | None = None
    boe: bool | None = None
    minimum_income: bool | None = None
    priority_neighbourhood: bool | None = None
    qualification: str | None = None
    occupation: str | None = None

    def __post_init__(self) -> None:
        """Refuse values out of bounds and codes that do not exist.

        Raises:
            FactOutOfBounds: a number is negative or too large, or a code is in no list.
        """
        if self.age is not None and not LOWEST_AGE <= self.age <= HIGHEST_AGE:
            raise FactOutOfBounds(f"age {self.age}: expected completed years from {LOWEST_AGE} to {HIGHEST_AGE}")
        if self.registered_for_months is not None and not 0 <= self.registered_for_months <= 12 * HIGHEST_AGE:
            raise FactOutOfBounds(f"registered_for_months {self.registered_for_months}: expected months from 0")
        refuse_unknown_codes("target group", self.target_groups, TARGET_GROUPS)
        refuse_unknown_codes("barrier", self.barriers, BARRIERS)

    @property
    def groups_held(self) -> frozenset[str] | None:
        """The target groups with what the definitions imply."""
        return with_implied(self.target_groups)

    @property
    def boe_held(self) -> bool | None:
        """The duty-to-employ status, of which RQTH is one ground (labour code L. 5212-13)."""
        if self.boe is None and self.target_groups is not None and "RQTH" in self.target_groups:
            return True
        return self.boe

    def value_of(self, fact: str) -> FactValue | None:
        """Give the value of a fact of the condition language, ``None`` when unknown.

        Raises:
            KeyError: no fact has that name.
        """
        values: dict[str, FactValue | None] = {
            "age": self.age,
            "registered": self.registered,
            "registered_for_months": self.registered_for_months,
            "lives_in": self.municipality,
            "target_group": self.groups_held,
            "barrier": self.barriers,
            "boe": self.boe_held,
            "minimum_income": self.minimum_income,
            "priority_neighbourhood": self.priority_neighbourhood,
            "qualification": self.qualification,
            "occupation": self.occupation,
        }
        return values[fact]


def with_implied(groups: frozenset[str] | None) -> frozenset[str] | None:
    """Add what the definitions of target groups imply: 24 months of unemployment and more are 12 and more."""
    if groups is None or "VERY_LONG_TERM" not in groups:
        return groups
    return groups | {"LONG_TERM"}


def refuse_unknown_codes(label: str, found: frozenset[str] | None, known: tuple[str, ...]) -> None:
    """Refuse codes that are in no list, naming them and what is expected.

    Raises:
        FactOutOfBounds: at least one code is not known.
    """
    strangers = sorted((found or frozenset()) - set(known))
    if strangers:
        raise FactOutOfBounds(
            f"{label} {', '.join(strangers)}: no such code; expected some of {', '.join(known)} (maillage codes)"
        )
