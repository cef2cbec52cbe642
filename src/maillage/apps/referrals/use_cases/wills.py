"""A person says no to a partner: it sees nothing more at once, and what was asked of it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.delegation.writing import writing_as, writing_as_system
from maillage.apps.referrals.mapping import Author
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.moving import Said, record_move
from maillage.apps.sharing.use_cases import object_to
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.moves import can
from maillage.domain.referrals.reasons import WithdrawalReason


def refuse_partner(
    *, actor: Actor, person: UUID, organisation: str, at: datetime, reason: str = ""
) -> tuple[UUID, ...]:
    """Record that a person refuses that an organisation sees them (any partner when empty); gives what was withdrawn.

    What the partner has begun is left as it stands: it only sees nothing more.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
    """
    with writing_as(actor, on=timezone.localdate(at)):
        hidden = object_to(by=actor, person=person, organisation=organisation, at=at, reason=reason)
        return withdraw_hidden(hidden, Author.of(actor), at=at)


def withdraw_hidden(subjects: Iterable[UUID], author: Author, *, at: datetime) -> tuple[UUID, ...]:
    """Withdraw the requests of links that were just hidden, where their state still lets them be withdrawn."""
    said = Said(reason=WithdrawalReason.OBJECTION.name)
    with writing_as_system("referrals.objection"):
        rows = [
            row
            for row in Uptake.objects.filter(pk__in=list(subjects)).order_by("pk")
            if can(UptakeState(row.state), Move.WITHDRAW)
        ]
        for row in rows:
            record_move(row, Move.WITHDRAW, said, author, at=at)
    return tuple(row.pk for row in rows)
