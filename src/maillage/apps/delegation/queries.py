"""Asking about delegations: the places of a volume, the waiting list, who is delegated, which reviews are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from maillage.apps.agreements.queries import LoadedAgreements
from maillage.apps.delegation.mapping import DelegationSeen, delegation_seen
from maillage.apps.delegation.models import Delegation, DelegationEvent, LeadOrganisationDecision, VolumeUse
from maillage.apps.people.walls import visible_to
from maillage.domain.accounts import Actor
from maillage.domain.agreements import Agreement, Article, Delegates, consolidated
from maillage.domain.delegation import DelegationState, Places, Waiting, goes_on, in_order, period_of, term_on
from maillage.domain.shared import ALWAYS, MaillageError


class DelegationNotFound(MaillageError):
    """No such delegation, or none that one may see: the two are told alike."""

    def __init__(self) -> None:
        super().__init__("No such delegation among those of the people you follow or support.")


@dataclass(frozen=True)
class DelegatingClause:
    """A clause that delegates, with the article and the agreement it stands in."""

    agreement: Agreement
    article: Article
    id: str
    body: Delegates


@dataclass(frozen=True)
class Rests:
    """What a running delegation rests on, when that has changed: its agreement no longer lets it go on."""

    delegation: DelegationSeen
    agreement: str


def find_delegating_clause(
    loaded: LoadedAgreements, agreement: str, clause: str, *, on: date
) -> DelegatingClause | None:
    """Find a delegating clause as the text stands on a day; ``None`` when it delegates nothing."""
    signed = loaded.agreements.find(agreement)
    if signed is None:
        return None
    text = consolidated(signed, on=on)
    for article in text.articles:
        for one in article.clauses:
            if one.id == clause and isinstance(one.body, Delegates):
                return DelegatingClause(signed, article, one.id, one.body)
    return None


def places_of(clause: DelegatingClause, *, on: date) -> Places:
    """Give the volume of a clause on a day: places, used, waiting."""
    waiting = Delegation.objects.filter(
        agreement=clause.agreement.id, clause=clause.id, state=DelegationState.WAITING.value
    ).count()
    volume = clause.body.volume
    if volume is None:
        return Places(None, 0, ALWAYS, waiting)
    period = period_of(volume, on=on, term=term_on(clause.agreement, on=on))
    row = VolumeUse.objects.filter(
        agreement=clause.agreement.id, clause=clause.id, period_start=period.start or date.min
    ).first()
    return Places(volume.count, row.used if row else 0, period, waiting)


def waiting_list(agreement: str, clause: str) -> tuple[Waiting, ...]:
    """Give the waiting list of a clause: the groups its article puts first, then the longest wait."""
    rows = Delegation.objects.filter(agreement=agreement, clause=clause, state=DelegationState.WAITING.value)
    return in_order(
        Waiting(row.id, row.is_priority, row.waiting_since or row.proposed_on)
        for row in rows.only("id", "is_priority", "waiting_since", "proposed_on")
    )


def ranks_of(agreement: str, clause: str) -> Mapping[UUID, int]:
    """Give the rank of each delegation on the waiting list of a clause, from 1."""
    return {one.id: rank for rank, one in enumerate(waiting_list(agreement, clause), start=1)}


def visible_delegation(actor: Actor, delegation: UUID, *, on: date) -> Delegation:
    """Find a delegation among those an actor sees.

    Raises:
        DelegationNotFound: there is none.
    """
    row = Delegation.objects.filter(visible_to("delegation_delegation", actor, on=on), pk=delegation).first()
    if row is None:
        raise DelegationNotFound
    return row


def delegations_of(actor: Actor, person: UUID, *, on: date) -> tuple[DelegationSeen, ...]:
    """List the delegations of a person that an actor sees, the latest first."""
    rows = Delegation.objects.filter(visible_to("delegation_delegation", actor, on=on), person=person)
    return tuple(delegation_seen(row) for row in rows.order_by("-proposed_on", "pk"))


def reviews_due(actor: Actor, *, on: date) -> tuple[DelegationSeen, ...]:
    """List the running delegations whose review is due: the age has passed the article's; it ends nothing."""
    rows = Delegation.objects.filter(
        visible_to("delegation_delegation", actor, on=on),
        state=DelegationState.RUNNING.value,
        review_due_on__lte=on,
    )
    return tuple(delegation_seen(row) for row in rows.order_by("review_due_on", "pk"))


def to_hand_back(actor: Actor, loaded: LoadedAgreements, *, on: date) -> tuple[Rests, ...]:
    """List the running delegations that the end of their agreement no longer lets go on: each needs a named adviser."""
    rows = Delegation.objects.filter(
        visible_to("delegation_delegation", actor, on=on), state=DelegationState.RUNNING.value
    )
    found = []
    for row in rows.order_by("started_on", "pk"):
        agreement = loaded.agreements.find(row.agreement)
        if agreement is None or not goes_on(agreement, loaded.agreements, on=on):
            found.append(Rests(delegation_seen(row), row.agreement))
    return tuple(found)


def history_of(actor: Actor, delegation: UUID, *, on: date) -> tuple[DelegationEvent, ...]:
    """Give the events of a delegation that an actor sees, in their order.

    Raises:
        DelegationNotFound: no such delegation, or not theirs to see.
    """
    row = visible_delegation(actor, delegation, on=on)
    return tuple(DelegationEvent.objects.filter(delegation=row).order_by("sequence"))


def lead_decisions_on(actor: Actor, person: UUID, *, on: date) -> tuple[LeadOrganisationDecision, ...]:
    """List the decisions about who follows a person, the latest first."""
    rows = LeadOrganisationDecision.objects.filter(
        visible_to("delegation_leadorganisationdecision", actor, on=on), person=person
    )
    return tuple(rows.order_by("-decided_on", "pk"))
