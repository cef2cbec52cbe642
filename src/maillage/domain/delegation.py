"""Delegation: a dated period during which a partner leads the support of a person, within the volume of an article."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from uuid import UUID

from maillage.domain.agreements import (
    Agreement,
    AgreementSet,
    Declines,
    Force,
    Survival,
    Volume,
    consolidated,
    force_of,
    term_of,
)
from maillage.domain.rules import Between, Condition, parts_of
from maillage.domain.shared import MaillageError, Period


class DelegationState(Enum):
    """Where a delegation stands."""

    PROPOSED = "PROPOSED"
    """A place is kept; the person has not been received yet."""
    WAITING = "WAITING"
    """The volume was spent: the person waits for a place."""
    RUNNING = "RUNNING"
    ENDED = "ENDED"
    CANCELLED = "CANCELLED"
    """It never began: refused, withdrawn, or left without an answer."""


_D = DelegationState
DELEGATION_TRANSITIONS: Mapping[DelegationState, frozenset[DelegationState]] = MappingProxyType(
    {
        _D.PROPOSED: frozenset({_D.RUNNING, _D.CANCELLED}),
        _D.WAITING: frozenset({_D.PROPOSED, _D.CANCELLED}),
        # Back to proposed when the recipient corrects: the first meeting that was noted in its name did not take place.
        _D.RUNNING: frozenset({_D.ENDED, _D.PROPOSED}),
        _D.ENDED: frozenset(),
        _D.CANCELLED: frozenset(),
    }
)


class EndReason(Enum):
    """Why a person comes back from a delegation."""

    SOLUTION_FOUND = "SOLUTION_FOUND"
    PERSON_ASKED = "PERSON_ASKED"
    PARTNER_CANNOT_GO_ON = "PARTNER_CANNOT_GO_ON"
    ANOTHER_SUPPORT_FITS_BETTER = "ANOTHER_SUPPORT_FITS_BETTER"
    MOVED_AWAY = "MOVED_AWAY"
    NO_LONGER_REGISTERED = "NO_LONGER_REGISTERED"
    AGREEMENT_ENDED = "AGREEMENT_ENDED"
    AGE_REVIEW = "AGE_REVIEW"
    """Decided at the review that the upper age opens, never by the birthday itself."""


class DelegationRefused(MaillageError):
    """Something about a delegation cannot be done; both sentences say what to do instead."""

    def __init__(self, sentence_fr: str, sentence_en: str) -> None:
        """Keep the two sentences."""
        self.sentence_fr, self.sentence_en = sentence_fr, sentence_en
        super().__init__(sentence_fr)


DELEGATION_LABELS: Mapping[DelegationState, tuple[str, str]] = {
    _D.PROPOSED: ("proposée : une place est gardée", "proposed: a place is kept"),
    _D.WAITING: ("en attente d’une place", "waiting for a place"),
    _D.RUNNING: ("en cours", "running"),
    _D.ENDED: ("terminée", "ended"),
    _D.CANCELLED: ("annulée avant d’avoir commencé", "cancelled before it began"),
}


def refusal_of_change(state: DelegationState, to: DelegationState) -> DelegationRefused | None:
    """Say why a delegation cannot go from a state to another, and where it can go; ``None`` when it can."""
    following = DELEGATION_TRANSITIONS[state]
    if to in following:
        return None
    ends = ["Rien ne suit : proposez-en une nouvelle.", "Nothing follows: propose a new one."]
    if following:
        names = [one for one in DelegationState if one in following]
        ends = [
            f"Elle peut devenir : {' ; '.join(DELEGATION_LABELS[one][0] for one in names)}.",
            f"It can become: {'; '.join(DELEGATION_LABELS[one][1] for one in names)}.",
        ]
    return DelegationRefused(
        f"La délégation est {DELEGATION_LABELS[state][0]}. {ends[0]}",
        f"The delegation is {DELEGATION_LABELS[state][1]}. {ends[1]}",
    )


AT_ONE_TIME = Period(date(1, 1, 1), None)
"""The period of a volume that counts people at one time: it has no beginning and no end."""


def period_of(volume: Volume, *, on: date, term: Period) -> Period:
    """Give the period that a day's entries count in: the civil year, half, quarter or month, or the whole term.

    A volume of people at one time is not counted by period: its places come back when people leave.
    """
    if volume.counts == "PEOPLE":
        return AT_ONE_TIME
    if volume.per == "TERM":
        return Period(term.start or AT_ONE_TIME.start, term.end)
    months = {"YEAR": 12, "HALF_YEAR": 6, "QUARTER": 3, "MONTH": 1}[volume.per]
    first = (on.month - 1) // months * months + 1
    start = date(on.year, first, 1)
    beyond = first + months
    return Period(start, date(on.year + 1, 1, 1) if beyond > 12 else date(on.year, beyond, 1))


@dataclass(frozen=True)
class Places:
    """How much of a volume is used in a period; ``limit`` is ``None`` when the article says no volume.

    ``period`` is the one that counts today; ``waiting_count`` how many people wait for a place.
    """

    limit: int | None
    used: int
    period: Period
    waiting_count: int = 0

    @property
    def left(self) -> int | None:
        """The places left, never below 0; ``None`` when there is no limit."""
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def is_spent(self) -> bool:
        """Tell whether nobody more can enter in this period."""
        return self.left == 0


@dataclass(frozen=True)
class Waiting:
    """A person on the waiting list: whether in a group the article puts first, and since when."""

    id: UUID
    is_priority: bool
    since: date


def in_order(waiting: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Order a waiting list: the target groups the article puts first, then who has waited longest. Nothing else."""
    return tuple(sorted(waiting, key=lambda one: (not one.is_priority, one.since, one.id)))


def goes_on(agreement: Agreement, known: AgreementSet, *, on: date) -> bool:
    """Tell whether what was delegated under an agreement runs on that day.

    In force, it does. After its end, what the framework's survival clause keeps open does (by default, what is under
    way runs on); where the framework lets nothing survive, it ends and each person needs a hand-back.
    """
    force = force_of(agreement, known, on=on)
    if force is Force.IN_FORCE:
        return True
    if force in {Force.NOT_SIGNED, Force.NOT_YET}:
        return False
    return survival_of(agreement, known, on=on) is not Survival.NOTHING


def survival_of(agreement: Agreement, known: AgreementSet, *, on: date) -> Survival:
    """Give what survives of an agreement: what its framework declares, else that referrals under way run on."""
    framework = known.find(agreement.framework)
    if framework is None:
        return Survival.OPEN_REFERRALS
    said = [
        clause.body.survival
        for article in consolidated(framework, on=on).articles
        for clause in article.clauses
        if isinstance(clause.body, Declines)
    ]
    return said[0] if said else Survival.OPEN_REFERRALS


def upper_age_of(condition: Condition) -> int | None:
    """Give the highest age at which a condition lets people in, in completed years; ``None`` when it has no bound."""
    bounds = [
        part.high
        for part in parts_of(condition)
        if isinstance(part, Between) and part.fact == "age" and part.high is not None
    ]
    return max(bounds, default=None)


def review_due_on(birth_date: date | None, condition: Condition) -> date | None:
    """Give the birthday that opens a review: the first after the upper age, 26 years for « 16 à 25 ans ».

    Age is tested at entry; this day ends nothing. Who is born on 29 February is of age on 1 March in a common year.
    """
    upper = upper_age_of(condition)
    if birth_date is None or upper is None:
        return None
    year = birth_date.year + upper + 1
    if (birth_date.month, birth_date.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return birth_date.replace(year=year)


def term_on(agreement: Agreement, *, on: date) -> Period:
    """Give the term of an agreement as its text stands on a day."""
    return term_of(consolidated(agreement, on=on))
