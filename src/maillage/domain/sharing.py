"""What a ``shares`` clause lets pass about a person: which stored fields, from whom to whom, with whose consent."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from uuid import UUID

from maillage.domain.agreements import Agreement, Clause, ClauseKind, Statement, consolidated

ATTENDANCE, OUTCOME, APPOINTMENT = "attendance", "outcome", "appointment"
"""What the life of a referral adds to the facts of the person, and a clause may let pass too."""
HEALTH_FIELDS = frozenset({"boe", "health_groups", "health_barriers"})
IDENTITY = frozenset({"given_name", "family_name", "birth_date"})
REACHING = frozenset({"telephone", "email", "prefers_to_be_called", "no_voicemail", "language", "needs_interpreter"})
MINIMUM = frozenset({"given_name", "family_name", *REACHING})
"""What a partner needs to receive somebody it was sent, where the text says nothing of facts about people."""

_WORDS: Mapping[str, frozenset[str]] = {
    "identite": IDENTITY,
    "nom": frozenset({"family_name"}),
    "prenom": frozenset({"given_name"}),
    "nom et prenom": frozenset({"given_name", "family_name"}),
    "date de naissance": frozenset({"birth_date"}),
    "age": frozenset({"birth_date"}),
    "coordonnees": REACHING,
    "telephone": frozenset({"telephone", "prefers_to_be_called", "no_voicemail"}),
    "adresse electronique": frozenset({"email"}),
    "courriel": frozenset({"email"}),
    "commune": frozenset({"municipality"}),
    "lives_in": frozenset({"municipality"}),
    "langue": frozenset({"language", "needs_interpreter"}),
    "identifiant": frozenset({"external_id"}),
    "inscription": frozenset({"registered", "registered_since"}),
    "date d'inscription": frozenset({"registered", "registered_since"}),
    "registered": frozenset({"registered", "registered_since"}),
    "registered_for_months": frozenset({"registered", "registered_since"}),
    "publics": frozenset({"target_groups"}),
    "target_group": frozenset({"target_groups"}),
    "freins": frozenset({"barriers"}),
    "barrier": frozenset({"barriers"}),
    "besoins": frozenset({"themes"}),
    "minima sociaux": frozenset({"minimum_income"}),
    "quartier prioritaire": frozenset({"priority_neighbourhood"}),
    "qualification": frozenset({"qualification"}),
    "metier recherche": frozenset({"occupation"}),
    "rqth": frozenset({"boe", "health_groups"}),
    "travailleur handicape": frozenset({"boe", "health_groups"}),
    "sante": frozenset({"health_barriers"}),
    "presence": frozenset({ATTENDANCE}),
    "absence": frozenset({ATTENDANCE}),
    "assiduite": frozenset({ATTENDANCE}),
    "rendez-vous": frozenset({APPOINTMENT}),
    "fin de l'accompagnement": frozenset({OUTCOME}),
    "issue": frozenset({OUTCOME}),
    "suites donnees": frozenset({OUTCOME}),
}
"""The words of agreements, without accents, and the stored fields they name."""
SHAREABLE = frozenset(name for names in _WORDS.values() for name in names)
"""Every field that a clause can let pass; each is also named by itself."""


def fields_named(word: str) -> frozenset[str]:
    """Give the stored fields that a word of an agreement names; none when it names no fact about a person."""
    plain = plain_word(word)
    return _WORDS.get(plain) or (frozenset({plain}) if plain in SHAREABLE else frozenset())


def plain_word(word: str) -> str:
    """Write a word as the table of words has it: small letters, no accent, straight apostrophe, single spaces."""
    parted = unicodedata.normalize("NFD", word.casefold().replace("’", "'"))
    return " ".join("".join(sign for sign in parted if not unicodedata.combining(sign)).split())


@dataclass(frozen=True)
class Passing:
    """What one clause lets pass, in one direction: stored fields, and the words that name none (``unknown``).

    ``names_nothing`` is true when the clause lists no field at all.
    """

    agreement: str
    article: str
    clause: str
    fields: frozenset[str]
    unknown: tuple[str, ...] = ()
    purpose: str = ""
    legal_basis: str = ""
    retention: str = ""
    needs_consent: bool = False
    names_nothing: bool = False

    @property
    def is_about_people(self) -> bool:
        """Tell whether the clause is about facts of a person rather than studies or announcements."""
        return bool(self.fields) or self.names_nothing


def passings(
    agreement: Agreement, *, sender: Collection[str], receiver: Collection[str], on: date
) -> tuple[Passing, ...]:
    """List what the text lets pass on a day between two sides, each given by its organisation ids and networks.

    A party of a clause is one side when its organisation is among the side's names.
    """
    text = consolidated(agreement, on=on)
    return tuple(
        passing_of(agreement.id, article.number, clause)
        for article in text.articles
        if on in article.valid
        for clause in _shares(article.clauses)
        if _is_side(text, clause, "from", sender) and _is_side(text, clause, "to", receiver)
    )


def _shares(clauses: Iterable[Clause]) -> Iterator[Clause]:
    return (clause for clause in clauses if clause.kind is ClauseKind.SHARES)


def _is_side(text: Agreement, clause: Clause, key: str, names: Collection[str]) -> bool:
    wanted = set(_texts(clause, key))
    return any(party.id in wanted and party.organisation in names for party in text.parties)


def _texts(clause: Clause, key: str) -> tuple[str, ...]:
    value = clause.body.value_of(key) if isinstance(clause.body, Statement) else None
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)  # type: ignore[attr-defined]


def passing_of(agreement: str, article: str, clause: Clause) -> Passing:
    """Read what one ``shares`` clause lets pass."""
    words = _texts(clause, "fields")
    return Passing(
        agreement=agreement,
        article=article,
        clause=clause.id,
        fields=frozenset(name for word in words for name in fields_named(word)),
        unknown=tuple(word for word in words if not fields_named(word)),
        purpose=" ".join(_texts(clause, "purpose")),
        legal_basis=" ".join(_texts(clause, "legal_basis")),
        retention=" ".join(_texts(clause, "retention")),
        needs_consent=isinstance(clause.body, Statement) and clause.body.value_of("consent") is True,
        names_nothing=not words,
    )


class ConsentMeans(Enum):
    """How a person gave their consent."""

    PAPER = "PAPER"
    SPOKEN = "SPOKEN"
    PRIVATE_LINK = "PRIVATE_LINK"


@dataclass(frozen=True)
class ConsentGiven:
    """A person's agreement to pass some facts to one organisation under one clause; ``until`` is excluded."""

    id: UUID
    organisation: str
    agreement: str
    clause: str
    fields: frozenset[str]
    given_on: date
    until: date | None = None
    is_revoked: bool = False

    def holds(self, *, on: date) -> bool:
        """Tell whether the consent holds on a day."""
        return not self.is_revoked and self.given_on <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class WhatPasses:
    """What passes to a partner today, and the clauses still waiting for a consent.

    ``is_minimum`` is true where the text names no fact about people: then who comes and how to reach them passes.
    """

    fields: frozenset[str]
    clauses: tuple[Passing, ...] = ()
    awaiting: tuple[Passing, ...] = ()
    is_minimum: bool = False


def shared_fields(
    clauses: Iterable[Passing], consents: Iterable[ConsentGiven], *, receiver: str, on: date
) -> WhatPasses:
    """Say what passes to one organisation on a day: exactly the fields its clauses list, consent given where asked.

    Without any clause that names facts about people, what is needed to receive somebody passes and nothing more.
    """
    about = tuple(clause for clause in clauses if clause.is_about_people)
    naming = tuple(clause for clause in about if clause.fields)
    given = [consent for consent in consents if consent.organisation == receiver and consent.holds(on=on)]
    passed: set[str] = set()
    awaiting = []
    for clause in naming:
        allowed = _allowed(clause, given)
        passed |= allowed
        if clause.needs_consent and allowed != clause.fields:
            awaiting.append(clause)
    if not naming:
        return WhatPasses(MINIMUM, about, (), is_minimum=True)
    return WhatPasses(frozenset(passed), naming, tuple(awaiting))


def _allowed(clause: Passing, given: Iterable[ConsentGiven]) -> frozenset[str]:
    if not clause.needs_consent:
        return clause.fields
    ours = [one for one in given if (one.agreement, one.clause) == (clause.agreement, clause.clause)]
    return clause.fields & frozenset(name for one in ours for name in one.fields)


REVEALING_NETWORKS = frozenset({"ase", "caarud", "cmp", "csapa", "pjj", "spip"})
"""Networks whose name would tell a condition: addiction, probation, child protection, psychiatric care."""


def is_discreet(organisation: str, networks: Iterable[str], marked: Collection[str]) -> bool:
    """Tell whether the name of an organisation is kept from the others: it was marked, or its network reveals."""
    return organisation in marked or not REVEALING_NETWORKS.isdisjoint(networks)


A_PARTNER = ("un partenaire", "a partner")
"""What the others read in place of a name that would tell too much: in French, in English."""
