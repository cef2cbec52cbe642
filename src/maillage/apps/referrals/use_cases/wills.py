"""A person says no to a partner: it sees nothing more at once, and what was asked of it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.delegation.keeping import hide_delegations, partners_hidden_from, show_delegations
from maillage.apps.delegation.writing import writing_as, writing_as_system
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.moving import Said, record_move
from maillage.apps.sharing.queries import is_objected
from maillage.apps.sharing.use_cases import lift_objection, object_to
from maillage.domain.accounts import Actor, Author
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.moves import can
from maillage.domain.referrals.reasons import WithdrawalReason


def refuse_partner(
    *, actor: Actor, person: UUID, organisation: str, at: datetime, reason: str = ""
) -> tuple[UUID, ...]:
    """Record that a person refuses that an organisation sees them (any partner when empty); gives what was withdrawn.

    The partner no longer sees any request about the person, closed ones included: neither why nor wish. What it has
    begun is left as it stands.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
    """
    with writing_as(actor, on=timezone.localdate(at)):
        object_to(by=actor, person=person, organisation=organisation, at=at, reason=reason)
        return withdraw_hidden(hide_requests(person, organisation, at), Author.of(actor), at=at)


def accept_partner_again(*, actor: Actor, person: UUID, organisation: str, at: datetime) -> int:
    """Record that a person changes their mind about an organisation; gives how many links show again.

    What was withdrawn stays so: it is sent anew when the person wishes it.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
        WillUnknown: no such objection holds.
    """
    with writing_as(actor, on=timezone.localdate(at)):
        count = lift_objection(by=actor, person=person, organisation=organisation, at=at)
        _show(person)
        return count


def withdraw_hidden(uptakes: Iterable[UUID], author: Author, *, at: datetime) -> tuple[UUID, ...]:
    """Withdraw the requests that were just hidden, where their state still lets them be withdrawn."""
    said = Said(reason=WithdrawalReason.OBJECTION.name)
    with writing_as_system("referrals.objection"):
        rows = [
            row
            for row in Uptake.objects.filter(pk__in=list(uptakes)).order_by("pk")
            if can(UptakeState(row.state), Move.WITHDRAW)
        ]
        for row in rows:
            record_move(row, Move.WITHDRAW, said, author, at=at)
    return tuple(row.pk for row in rows)


def hide_requests(person: UUID, organisation: str, at: datetime) -> list[UUID]:
    """Hide from the partner all that was ever asked of it about the person; gives the requests hidden."""
    hide_delegations(person=person, organisation=organisation, at=at)
    with writing_as_system("referrals.objection"):
        rows = Uptake.objects.filter(person=person, objected_at=None)
        if organisation:
            rows = rows.filter(recipient_organisation=organisation)
        found = list(rows.values_list("pk", flat=True))
        rows.update(objected_at=at)
    return found


def _show(person: UUID) -> None:
    """Show again what no objection that still holds hides."""
    with writing_as_system("referrals.objection"):
        rows = Uptake.objects.filter(person=person).exclude(objected_at=None)
        hidden_from = partners_hidden_from(person) | set(rows.values_list("recipient_organisation", flat=True))
        refused = {partner for partner in hidden_from if is_objected(person, partner)}
        rows.exclude(recipient_organisation__in=refused).update(objected_at=None)
        show_delegations(person=person, but_to=refused)
