"""Who acts: the roles people hold in organisations, the sites they work from, and the person at the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from maillage.domain.shared import Period


class Role(Enum):
    """What somebody does in an organisation; a membership has one."""

    ADVISER = "ADVISER"
    PARTNER_ADVISER = "PARTNER_ADVISER"
    OFFICER = "OFFICER"
    COMMITTEE_MEMBER = "COMMITTEE_MEMBER"
    EMPLOYER = "EMPLOYER"
    ACCESS_POINT_STAFF = "ACCESS_POINT_STAFF"
    ADMINISTRATOR = "ADMINISTRATOR"


class SiteLevel(Enum):
    """Where in its organisation a site stands; a Mission locale has a seat, branches and outreach days."""

    NATIONAL = "NATIONAL"
    REGIONAL_DIRECTORATE = "REGIONAL_DIRECTORATE"
    DEPARTMENTAL_DIRECTORATE = "DEPARTMENTAL_DIRECTORATE"
    AGENCY = "AGENCY"
    SEAT = "SEAT"
    BRANCH = "BRANCH"
    OUTREACH = "OUTREACH"


class KeyScope(Enum):
    """What a machine may do with a key, within what its holder may do."""

    READ = "READ"
    WRITE = "WRITE"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, under one of their memberships, on one day.

    ``organisation`` is an id of the catalogue; ``site`` is ``None`` for who works for the whole organisation;
    ``stands_in_for`` are the memberships whose work this person holds today, all of the same organisation.
    """

    account: UUID
    name: str
    membership: UUID
    role: Role
    organisation: str
    site: UUID | None = None
    teams: frozenset[UUID] = frozenset()
    stands_in_for: frozenset[UUID] = frozenset()

    @property
    def memberships(self) -> frozenset[UUID]:
        """Whose work this person may do today: one's own, and that of those one stands in for."""
        return self.stands_in_for | {self.membership}


@dataclass(frozen=True, slots=True)
class Author:
    """Who records something: somebody under a membership; else a job, or whoever holds a link or a tear-off code.

    ``name`` is shown where the thing is read; ``through`` says by what somebody without an account acted.
    """

    name: str
    account: UUID | None = None
    membership: UUID | None = None
    role: str = ""
    organisation: str = ""
    through: str = ""

    @classmethod
    def of(cls, actor: Actor) -> Author:
        """Say an actor as an author."""
        return cls(actor.name, actor.account, actor.membership, actor.role.value, actor.organisation)


@dataclass(frozen=True, slots=True)
class Team:
    """People of a site who share an inbox."""

    id: UUID
    name: str
    site: UUID


@dataclass(frozen=True, slots=True)
class Site:
    """Where an organisation works from.

    ``safir`` is the code of an agency (empty elsewhere), ``municipality`` an INSEE code, ``access_point`` an id of
    the catalogue, ``outreach_days`` ISO days of the week, ``siret`` the number of the establishment.
    """

    id: UUID
    organisation: str
    level: SiteLevel
    name: str
    parent: UUID | None = None
    safir: str = ""
    siret: str = ""
    municipality: str = ""
    access_point: str = ""
    outreach_days: tuple[int, ...] = ()
    telephone: str = ""
    teams: tuple[Team, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A membership as lists show it: who holds which role where, since when, and until when if it ended."""

    membership: UUID
    account: UUID
    name: str
    email: str
    role: Role
    organisation: str
    valid_from: date
    site: UUID | None = None
    site_name: str = ""
    teams: frozenset[UUID] = frozenset()
    ended_at: datetime | None = None
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who holds the work of whom, from ``days.start`` included to ``days.end`` excluded."""

    id: UUID
    absent: Member
    by: Member
    days: Period


FAILURES_BEFORE_LOCK = 10
FAILURES_WINDOW = timedelta(minutes=15)
"""Failures from one network address are counted over this time."""
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)


def locked_until(failure_count: int, *, last_failure_at: datetime) -> datetime | None:
    """Give the end of the lock that a row of failures brings; ``None`` when there are too few of them.

    The tenth failure locks for 15 minutes, and each further one for twice as long, up to a day: whoever guesses has
    one attempt for each lock.
    """
    if failure_count < FAILURES_BEFORE_LOCK:
        return None
    doublings = min(failure_count - FAILURES_BEFORE_LOCK, 7)
    return last_failure_at + min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


SITE_PARENTS: dict[SiteLevel, frozenset[SiteLevel]] = {
    SiteLevel.NATIONAL: frozenset(),
    SiteLevel.REGIONAL_DIRECTORATE: frozenset({SiteLevel.NATIONAL}),
    SiteLevel.DEPARTMENTAL_DIRECTORATE: frozenset({SiteLevel.NATIONAL, SiteLevel.REGIONAL_DIRECTORATE}),
    SiteLevel.AGENCY: frozenset(
        {SiteLevel.NATIONAL, SiteLevel.REGIONAL_DIRECTORATE, SiteLevel.DEPARTMENTAL_DIRECTORATE}
    ),
    SiteLevel.SEAT: frozenset({SiteLevel.NATIONAL, SiteLevel.REGIONAL_DIRECTORATE}),
    SiteLevel.BRANCH: frozenset({SiteLevel.SEAT}),
    SiteLevel.OUTREACH: frozenset({SiteLevel.AGENCY, SiteLevel.SEAT, SiteLevel.BRANCH}),
}
"""Under which levels a site of each level may stand; every level may also stand alone."""
