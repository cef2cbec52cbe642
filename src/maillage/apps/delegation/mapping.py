"""Delegations as rows and as pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from maillage.apps.delegation.models import Delegation
from maillage.domain.delegation import DelegationState


@dataclass(frozen=True)
class DelegationSeen:
    """One delegation: who delegates whom to whom, by virtue of which clause, where it stands.

    ``until`` is the first day on which nothing of the text survives; ``None``: it lasts until the person is taken back.
    """

    id: UUID
    person: UUID
    uptake: UUID | None
    from_organisation: str
    from_membership: UUID
    to_organisation: str
    to_site: UUID | None
    agreement: str
    article: str
    clause: str
    version: str
    state: DelegationState
    sequence: int
    is_priority: bool
    proposed_on: date
    waiting_since: date | None
    agreed_on: date | None
    started_on: date | None
    review_due_on: date | None
    until: date | None
    ended_on: date | None
    end_reason: str
    handed_to: UUID | None


def delegation_seen(row: Delegation) -> DelegationSeen:
    """Read a row."""
    same = {name: getattr(row, name) for name in DelegationSeen.__dataclass_fields__ if name != "state"}
    return DelegationSeen(state=DelegationState(row.state), **same)
