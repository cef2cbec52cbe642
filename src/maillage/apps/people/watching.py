"""Theft is stopped, not only logged: an account that walks people is frozen before it has read two hundred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from maillage.apps.accounts.use_cases.members import freeze_account
from maillage.apps.audit.queries import ids_refused, people_looked_at
from maillage.apps.audit.use_cases import record_readings
from maillage.apps.notifications.use_cases import put_in_outbox
from maillage.domain.accounts import Actor
from maillage.domain.shared import MaillageError

WATCH = "reading watch"
SPELLS: tuple[tuple[timedelta, int], ...] = ((timedelta(hours=1), 120), (timedelta(days=1), 180))
"""How many distinct people an account may look at in a spell; at the next one it is frozen."""
REFUSED_SPELL, REFUSED_LIMIT = timedelta(hours=1), 20
"""How many ids an account may ask for in vain in a spell: nobody types an id."""


class AccountFrozen(MaillageError):
    """An account looked at more people than anybody's work asks for: it opens nothing any more."""

    def __init__(self) -> None:
        super().__init__(
            "This account has looked at many more people than usual in a short time: it is frozen, and the officer of "
            "your organisation has been told. If this was your work, ask an administrator to give the account back."
        )


def look_at(  # noqa: PLR0913 (keyword-only: who looks at whom, when, allowed by what)
    *,
    actor: Actor,
    people: Iterable[UUID],
    what: str,
    at: datetime,
    basis: str | Mapping[UUID, str] = "",
    was_refused: bool = False,
    is_own: bool = False,
) -> None:
    """Write looks in the journal, then see whether they are too many.

    Raises:
        AccountFrozen: they are; nothing may be shown.
    """
    record_readings(actor=actor, people=people, what=what, at=at, basis=basis, was_refused=was_refused, is_own=is_own)
    reason = too_many(actor.account, at=at)
    if reason:
        _freeze(actor, reason, at=at)
        raise AccountFrozen


def too_many(account: UUID, *, at: datetime) -> str:
    """Say in a sentence what an account did beyond its work, or nothing."""
    for spell, limit in SPELLS:
        count = people_looked_at(account, since=at - spell, until=at)
        if count > limit:
            return f"{count} people looked at in {_hours(spell)} (limit {limit})"
    refused = ids_refused(account, since=at - REFUSED_SPELL, until=at)
    if refused > REFUSED_LIMIT:
        return f"{refused} ids asked for in vain in {_hours(REFUSED_SPELL)} (limit {REFUSED_LIMIT})"
    return ""


def _hours(spell: timedelta) -> str:
    return f"{int(spell.total_seconds() // 3600)} h"


def _freeze(actor: Actor, reason: str, *, at: datetime) -> None:
    if freeze_account(by=WATCH, account=actor.account, why=reason, at=at):
        put_in_outbox(
            kind="account_frozen",
            organisation=actor.organisation,
            once=f"account_frozen {actor.account} {at.isoformat()}",
            data={"account": str(actor.account), "membership": str(actor.membership), "why": reason},
            at=at,
        )
