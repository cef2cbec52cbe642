"""Reading the journal: how many people an account has looked at, who looked at a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from maillage.apps.audit.models import AuditEvent, Reading

LISTED = "list"
"""The basis of a look at one line of a list."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a person, as it is told to the officer and to the person."""

    at: datetime
    account: UUID
    membership: UUID
    organisation: str
    what: str
    basis: str
    was_refused: bool


def people_looked_at(account: UUID, *, since: datetime, until: datetime) -> int:
    """Count the distinct people an account looked at or asked for in vain, those in its own hands in a list left out."""
    rows = Reading.objects.filter(account=account, at__gt=since, at__lte=until)
    return rows.exclude(is_own=True, basis=LISTED).values("person").distinct().count()


def ids_refused(account: UUID, *, since: datetime, until: datetime) -> int:
    """Count the distinct ids that an account asked for and was not shown."""
    rows = Reading.objects.filter(account=account, at__gt=since, at__lte=until, was_refused=True)
    return rows.values("person").distinct().count()


def looks_at(person: UUID) -> Iterator[Look]:
    """Give every look at a person that is still in the journal, the latest first."""
    for row in Reading.objects.filter(person=person).order_by("-at", "-pk"):
        yield Look(row.at, row.account, row.membership, row.organisation, row.what, row.basis, row.was_refused)


def events_about(subject: str) -> list[tuple[datetime, str, str]]:
    """List what was done to a subject: when, by whom, which verb; the latest first."""
    rows = AuditEvent.objects.filter(subject=subject).order_by("-at", "-pk")
    return [(row.at, row.by, row.what) for row in rows]
