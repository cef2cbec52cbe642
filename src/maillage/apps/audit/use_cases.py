"""Adding to the journals: what was done, and who was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from maillage.apps.audit.models import AuditEvent, Reading
from maillage.domain.accounts import Actor, Author

JOURNAL_LOCK = 0x4D61_694A
"""Names the journals among PostgreSQL's advisory locks: writers share it, a sealer waits until none is at work."""


def record_event(
    *,
    by: Actor | Author | UUID | str,
    what: str,
    subject: str,
    at: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add one event to the journal; call it inside the transaction of what it tells.

    ``by`` is kept as the id of an account, with the membership it acted under in the details; where nobody signed in,
    as the name of a job, of a link or of a command, never that of a person. An ``UUID`` is an account. ``what`` is a verb of the field (``import_file``), ``subject`` what it was done to;
    ``details`` must be storable as JSON and hold nothing nominative about a jobseeker.
    """
    announce_a_row()
    kept = dict(details or {})
    if isinstance(by, Actor):
        by = Author.of(by)
    if isinstance(by, Author):
        if by.membership is not None:
            kept["membership"] = str(by.membership)
        by = by.account or by.through
    AuditEvent.objects.create(at=at, by=str(by), what=what, subject=subject, details=kept)


def record_readings(  # noqa: PLR0913 (keyword-only: who looked at whom, when, allowed by what)
    *,
    actor: Actor,
    people: Iterable[UUID],
    what: str,
    at: datetime,
    basis: str | Mapping[UUID, str] = "",
    was_refused: bool = False,
    is_own: bool = False,
) -> None:
    """Add one row for each person looked at (or asked for in vain), before anything of them is shown.

    ``what`` says which page or command asked, ``basis`` what allowed it (for all of them, or for each), ``is_own`` that the person is in the actor's
    own hands.
    """
    rows = [
        Reading(
            at=at,
            account=actor.account,
            membership=actor.membership,
            organisation=actor.organisation,
            person=person,
            what=what,
            basis=basis if isinstance(basis, str) else basis[person],
            was_refused=was_refused,
            is_own=is_own,
        )
        for person in people
    ]
    if rows:
        announce_a_row()
        Reading.objects.bulk_create(rows)


def announce_a_row() -> None:
    """Hold off sealers until the transaction ends: the number of a row says nothing of when it becomes visible."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [JOURNAL_LOCK])
