"""The right of a person to read all that is kept about them, with the requests and the delegations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Model, QuerySet

from maillage.apps.delegation import keeping
from maillage.apps.delegation.writing import writing_as_system
from maillage.apps.referrals.models import Outcome, Referral, Uptake, UptakeEvent, UptakeGroup
from maillage.apps.sharing import rights as sharing
from maillage.domain.accounts import Actor

KEPT: dict[str, tuple[type[Model], str, str]] = {
    "referrals": (Referral, "person", "made_at"),
    "uptakes": (Uptake, "person", "since"),
    "what_happened": (UptakeEvent, "uptake__person", "recorded_at"),
    "outcomes": (Outcome, "uptake__person", "recorded_at"),
    "groups_counted": (UptakeGroup, "uptake__person", "pk"),
}
"""What each table keeps about a person: how it is found, in which order it is told."""
NOT_TOLD = frozenset({"code_digest", "by", "by_name", "membership", "reported_with", "sender_membership", "holder"})
"""What opens something, and the names of professionals: of those, the organisation is told."""


def everything_about(*, by: Actor, person: UUID, at: datetime) -> dict[str, object]:
    """Gather all that every context keeps about a person, for them to read; who looked is told by organisation.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
    """
    kept = sharing.everything_about(by=by, person=person, at=at)
    with writing_as_system("referrals.rights"):
        for told, (model, found_by, order) in KEPT.items():
            rows: QuerySet[Model] = QuerySet(model).filter(**{found_by: person}).order_by(order, "pk")
            kept[told] = [_told(row) for row in rows.values()]
    return {**kept, **{told: [_told(row) for row in rows] for told, rows in keeping.kept_about(person).items()}}


def _told(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in NOT_TOLD and value not in (None, "")}
