"""The volumes one may draw from, and the running delegations of one's people that near their end or a review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from maillage.apps.agreements.queries import LoadedAgreements
from maillage.apps.delegation.mapping import DelegationSeen, delegation_seen
from maillage.apps.delegation.models import Delegation
from maillage.apps.delegation.queries import DelegatingClause, DelegationNotFound, places_of, visible_delegation
from maillage.apps.people.walls import visible_to
from maillage.apps.sharing.queries import names_of
from maillage.domain.accounts import Actor
from maillage.domain.agreements import Agreement, Article, Clause, Delegates, Force, consolidated, force_of
from maillage.domain.delegation import DelegationState, Places

LIVE = (DelegationState.PROPOSED, DelegationState.WAITING, DelegationState.RUNNING)
NEAR = timedelta(days=45)
LISTED_MOST = 200


@dataclass(frozen=True)
class VolumeSeen:
    """What one clause lets an organisation delegate: to whom (an organisation or a network), its places on a day."""

    clause: DelegatingClause
    to_organisation: str
    places: Places


def volumes_for(actor: Actor, loaded: LoadedAgreements, *, on: date) -> tuple[VolumeSeen, ...]:
    """List the delegating clauses in force of which the actor's organisation is the side that delegates.

    A clause of a part of the organisation counts: members of the whole draw from it where that part is at work.
    """
    ours = names_of(actor.organisation, on=on)
    found = []
    for agreement in loaded.agreements:
        if force_of(agreement, loaded.agreements, on=on) is not Force.IN_FORCE:
            continue
        for article, clause, body in _delegating(agreement, on):
            if body.from_party in ours or actor.organisation in names_of(body.from_party, on=on):
                named = DelegatingClause(agreement, article, clause.id, body)
                found.append(VolumeSeen(named, body.to_party, places_of(named, on=on)))
    return tuple(found)


def _delegating(agreement: Agreement, on: date) -> Iterator[tuple[Article, Clause, Delegates]]:
    for article in consolidated(agreement, on=on).articles:
        for clause in article.clauses:
            if isinstance(clause.body, Delegates):
                yield article, clause, clause.body


def live_delegations(actor: Actor, *, on: date) -> tuple[DelegationSeen, ...]:
    """List the delegations that an actor sees and that have not ended, those whose review comes first before."""
    rows = Delegation.objects.filter(
        visible_to("delegation_delegation", actor, on=on), state__in=[state.value for state in LIVE]
    )
    return tuple(delegation_seen(row) for row in rows.order_by("review_due_on", "proposed_on", "pk")[:LISTED_MOST])


def find_delegation(actor: Actor, delegation: UUID, *, on: date) -> DelegationSeen | None:
    """Find a delegation among those an actor sees; ``None`` for any other, whether it exists or not."""
    try:
        return delegation_seen(visible_delegation(actor, delegation, on=on))
    except DelegationNotFound:
        return None


def near_review(delegations: tuple[DelegationSeen, ...], *, on: date) -> tuple[DelegationSeen, ...]:
    """Keep the running delegations whose review comes within six weeks and is not due yet; a review ends nothing."""
    return tuple(one for one in delegations if can_review(one, on=on) and not _is_due(one, on))


def can_review(one: DelegationSeen, *, on: date) -> bool:
    """Tell whether the review of a running delegation is due or comes within six weeks."""
    return _is_due(one, on + NEAR)


def _is_due(one: DelegationSeen, on: date) -> bool:
    return one.state is DelegationState.RUNNING and one.review_due_on is not None and one.review_due_on <= on
