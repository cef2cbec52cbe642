"""The closed lists: why something was refused, failed, withdrawn or wrong, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum


class RefusalReason(Enum):
    """Why nothing starts: said by the partner, or by the person."""

    CONDITIONS_NOT_MET = "CONDITIONS_NOT_MET"
    OUTSIDE_TERRITORY = "OUTSIDE_TERRITORY"
    NO_PLACE = "NO_PLACE"
    ALREADY_FOLLOWED = "ALREADY_FOLLOWED"
    SERVICE_SUSPENDED = "SERVICE_SUSPENDED"
    FILE_INCOMPLETE = "FILE_INCOMPLETE"
    ANOTHER_SERVICE_FITS_BETTER = "ANOTHER_SERVICE_FITS_BETTER"
    PERSON_DECLINES = "PERSON_DECLINES"
    PERSON_FOUND_WORK = "PERSON_FOUND_WORK"
    PERSON_CANNOT_COME = "PERSON_CANNOT_COME"
    PERSON_MOVED_AWAY = "PERSON_MOVED_AWAY"


class FailureReason(Enum):
    """Why what was accepted did not go to its end."""

    UNREACHABLE = "UNREACHABLE"
    REPEATED_ABSENCE = "REPEATED_ABSENCE"
    ENDED_BY_PARTNER = "ENDED_BY_PARTNER"
    ENDED_BY_PERSON = "ENDED_BY_PERSON"
    SITUATION_CHANGED = "SITUATION_CHANGED"
    MOVED_AWAY = "MOVED_AWAY"


class WithdrawalReason(Enum):
    """Why the sender takes back what it sent."""

    PERSON_ASKED = "PERSON_ASKED"
    NEED_GONE = "NEED_GONE"
    ANOTHER_SOLUTION = "ANOTHER_SOLUTION"
    SITUATION_CHANGED = "SITUATION_CHANGED"
    OBJECTION = "OBJECTION"
    """The person objects to what is shared."""


class ErrorReason(Enum):
    """Why what was recorded was never so."""

    WRONG_PERSON = "WRONG_PERSON"
    WRONG_SERVICE = "WRONG_SERVICE"
    DUPLICATE = "DUPLICATE"
    WRONG_ENTRY = "WRONG_ENTRY"


class Absence(Enum):
    """How a person missed an appointment; never passed to the control of job search."""

    EXCUSED = "EXCUSED"
    NOT_EXCUSED = "NOT_EXCUSED"
    UNKNOWN = "UNKNOWN"


class OutcomeKind(Enum):
    """What came of it for the person."""

    JOB_LASTING = "JOB_LASTING"
    """A job of six months and more, or without end."""
    JOB_SHORT = "JOB_SHORT"
    JOB_KEPT_3_MONTHS = "JOB_KEPT_3_MONTHS"
    JOB_KEPT_6_MONTHS = "JOB_KEPT_6_MONTHS"
    TRAINING = "TRAINING"
    ALTERNANCE = "ALTERNANCE"
    IMMERSION = "IMMERSION"
    BUSINESS_STARTED = "BUSINESS_STARTED"
    BARRIER_LIFTED = "BARRIER_LIFTED"
    HELP_GIVEN = "HELP_GIVEN"
    """The person got the help they came for."""
    NEXT_STEP = "NEXT_STEP"
    """Another step was agreed with another partner."""
    NOTHING_FOUND = "NOTHING_FOUND"
    NOT_KNOWN = "NOT_KNOWN"
    """Asked for, and nobody can say."""


POSITIVE_OUTCOMES = frozenset(OutcomeKind) - {OutcomeKind.NOTHING_FOUND, OutcomeKind.NOT_KNOWN, OutcomeKind.NEXT_STEP}
"""The outcomes that count as a solution found. A next step is neither: it is followed on its own."""


class OutcomeSource(Enum):
    """Who says what came of it."""

    PERSON = "PERSON"
    PARTNER = "PARTNER"
    ADVISER = "ADVISER"
    EMPLOYER = "EMPLOYER"


class Manner(Enum):
    """How people meet."""

    ON_SITE = "ON_SITE"
    TELEPHONE = "TELEPHONE"
    VIDEO = "VIDEO"
    HOME_VISIT = "HOME_VISIT"


class Channel(Enum):
    """How a recipient wants to be sent people."""

    INBOX = "INBOX"
    TELEPHONE = "TELEPHONE"
    PAPER = "PAPER"
    EMAIL = "EMAIL"
    OWN_FORM = "OWN_FORM"


@dataclass(frozen=True)
class OutcomeSaid:
    """What came of it: kind, day, who says so, and what proves it (empty: nothing but their word)."""

    kind: OutcomeKind
    on: date
    source: OutcomeSource
    proof: str = ""


REASON_LABELS: Mapping[Enum, tuple[str, str]] = {
    RefusalReason.CONDITIONS_NOT_MET: ("les conditions ne sont pas remplies", "the conditions are not met"),
    RefusalReason.OUTSIDE_TERRITORY: ("le lieu d’habitation n’est pas couvert", "the place of residence is not served"),
    RefusalReason.NO_PLACE: ("il n’y a plus de place", "there is no place left"),
    RefusalReason.ALREADY_FOLLOWED: ("la personne est déjà suivie pour cela", "the person is already helped with this"),
    RefusalReason.SERVICE_SUSPENDED: ("le service est suspendu", "the service is suspended"),
    RefusalReason.FILE_INCOMPLETE: ("il manque des informations", "information is missing"),
    RefusalReason.ANOTHER_SERVICE_FITS_BETTER: ("un autre service convient mieux", "another service fits better"),
    RefusalReason.PERSON_DECLINES: ("la personne ne le souhaite pas", "the person does not wish it"),
    RefusalReason.PERSON_FOUND_WORK: ("la personne a trouvé un emploi", "the person found work"),
    RefusalReason.PERSON_CANNOT_COME: ("la personne ne peut pas venir", "the person cannot come"),
    RefusalReason.PERSON_MOVED_AWAY: ("la personne a déménagé", "the person moved away"),
    FailureReason.UNREACHABLE: ("la personne n’a pas pu être jointe", "the person could not be reached"),
    FailureReason.REPEATED_ABSENCE: ("plusieurs rendez-vous n’ont pas eu lieu", "several appointments were missed"),
    FailureReason.ENDED_BY_PARTNER: ("le partenaire a arrêté", "the partner ended it"),
    FailureReason.ENDED_BY_PERSON: ("la personne a arrêté", "the person ended it"),
    FailureReason.SITUATION_CHANGED: ("la situation a changé", "the situation changed"),
    FailureReason.MOVED_AWAY: ("la personne a déménagé", "the person moved away"),
    WithdrawalReason.PERSON_ASKED: ("à la demande de la personne", "at the person’s request"),
    WithdrawalReason.NEED_GONE: ("le besoin n’existe plus", "the need is gone"),
    WithdrawalReason.ANOTHER_SOLUTION: ("une autre solution a été trouvée", "another solution was found"),
    WithdrawalReason.SITUATION_CHANGED: ("la situation a changé", "the situation changed"),
    WithdrawalReason.OBJECTION: ("la personne s’oppose au partage", "the person objects to the sharing"),
    ErrorReason.WRONG_PERSON: ("ce n’était pas la bonne personne", "it was the wrong person"),
    ErrorReason.WRONG_SERVICE: ("ce n’était pas le bon service", "it was the wrong service"),
    ErrorReason.DUPLICATE: ("c’était un doublon", "it was a duplicate"),
    ErrorReason.WRONG_ENTRY: ("la saisie était fausse", "the entry was wrong"),
    Absence.EXCUSED: ("la personne a prévenu", "the person let us know"),
    Absence.NOT_EXCUSED: ("la personne n’a pas prévenu", "the person did not let us know"),
    Absence.UNKNOWN: ("on ne sait pas pourquoi", "nobody knows why"),
}
"""Each reason in French and in English, as the end of a sentence."""

OUTCOME_LABELS: Mapping[OutcomeKind, tuple[str, str]] = {
    OutcomeKind.JOB_LASTING: ("emploi de six mois ou plus", "job of six months or more"),
    OutcomeKind.JOB_SHORT: ("emploi de moins de six mois", "job of under six months"),
    OutcomeKind.JOB_KEPT_3_MONTHS: ("toujours en emploi trois mois après", "still in work three months later"),
    OutcomeKind.JOB_KEPT_6_MONTHS: ("toujours en emploi six mois après", "still in work six months later"),
    OutcomeKind.TRAINING: ("entrée en formation", "training begun"),
    OutcomeKind.ALTERNANCE: ("contrat en alternance", "alternance contract"),
    OutcomeKind.IMMERSION: ("immersion en entreprise", "immersion in a company"),
    OutcomeKind.BUSINESS_STARTED: ("entreprise créée", "business started"),
    OutcomeKind.BARRIER_LIFTED: ("difficulté réglée", "difficulty solved"),
    OutcomeKind.HELP_GIVEN: ("aide reçue", "help given"),
    OutcomeKind.NEXT_STEP: ("une autre étape est prévue", "another step is planned"),
    OutcomeKind.NOTHING_FOUND: ("pas de solution pour l’instant", "no solution for now"),
    OutcomeKind.NOT_KNOWN: ("on ne sait pas", "not known"),
}
