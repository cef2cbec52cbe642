"""What delegations keep of a person: hidden from a partner, told to the person, forgotten with the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import Model, QuerySet

from maillage.apps.delegation.models import Delegation, DelegationEvent, LeadOrganisationDecision
from maillage.apps.delegation.writing import writing_as_system

KEPT: dict[str, tuple[type[Model], str, str]] = {
    "delegations": (Delegation, "person", "proposed_on"),
    "steps_of_delegations": (DelegationEvent, "delegation__person", "recorded_at"),
    "changes_of_lead_organisation": (LeadOrganisationDecision, "person", "recorded_at"),
}
"""What each table keeps about a person: how it is found, in which order it is told."""


def kept_about(person: UUID) -> dict[str, list[Mapping[str, object]]]:
    """Give every row about a person; who asks has permitted it and leaves out what is not to be told."""
    with writing_as_system("delegation.kept_about"):
        return {
            told: list(QuerySet(model).filter(**{found_by: person}).order_by(order, "pk").values())
            for told, (model, found_by, order) in KEPT.items()
        }


def hide_delegations(*, person: UUID, organisation: str, at: datetime) -> int:
    """Hide the delegations of a person from a partner (every one when empty), inside the use case that permitted it."""
    with writing_as_system("delegation.hide"):
        rows = Delegation.objects.filter(person=person, objected_at=None)
        return (rows.filter(to_organisation=organisation) if organisation else rows).update(objected_at=at)


def show_delegations(*, person: UUID, but_to: Collection[str]) -> int:
    """Show the delegations of a person again, but to the partners that the person still refuses."""
    with writing_as_system("delegation.show"):
        rows = Delegation.objects.filter(person=person).exclude(objected_at=None)
        return rows.exclude(to_organisation__in=but_to).update(objected_at=None)


def partners_hidden_from(person: UUID) -> frozenset[str]:
    """Name the partners from whom a delegation of a person is hidden."""
    with writing_as_system("delegation.hide"):
        rows = Delegation.objects.filter(person=person).exclude(objected_at=None)
        return frozenset(rows.values_list("to_organisation", flat=True))


def forget_delegations(people: Collection[UUID]) -> int:
    """Forget whose support was led by a partner; gives how many delegations there were.

    What remains counts in the volumes and tells of nobody: the days and the states, under an id that leads to no file.
    """
    with writing_as_system("delegation.forget"):
        count = Delegation.objects.filter(person__in=people).count()
        for person in people:
            rows = Delegation.objects.filter(person=person)
            # Straight to the rows: their own door lets nothing change.
            QuerySet(DelegationEvent).filter(delegation__in=list(rows.values_list("pk", flat=True))).update(data={})
            rows.update(person=uuid4())
        LeadOrganisationDecision.objects.filter(person__in=people).delete()
    return count
