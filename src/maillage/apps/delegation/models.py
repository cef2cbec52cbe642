"""What is kept of delegations: periods of support led by a partner, their events, and the places used of a volume."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q

from maillage.domain.delegation import DelegationState
from maillage.domain.shared import MaillageError


class DelegationLogIsAppendOnly(MaillageError):
    """Somebody tried to change or remove an event of a delegation."""

    def __init__(self) -> None:
        super().__init__("The events of a delegation are append-only: record a new one that corrects the former.")


class Delegation(models.Model):
    """One person's support passed from an organisation to another, under a clause of an agreement.

    ``person`` and ``uptake`` are ids of other contexts; ``uptake`` the referral it was proposed by. ``is_priority``:
    whether the article puts the person first on the waiting list. ``period_start`` names the period whose place it
    holds (empty: none is held). ``handed_to`` is the adviser who takes the person back: none ends without one.
    ``hidden_at`` is set once the partner must no longer see it, ``objected_at`` while the person refuses that it does,
    ``until`` is the first day on which nothing of the text survives.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.UUIDField()
    uptake = models.UUIDField(null=True, blank=True, unique=True)
    from_organisation = models.CharField(max_length=200)
    from_site = models.UUIDField(null=True, blank=True)
    from_team = models.UUIDField(null=True, blank=True)
    from_membership = models.UUIDField()
    to_organisation = models.CharField(max_length=200)
    to_site = models.UUIDField(null=True, blank=True)
    to_team = models.UUIDField(null=True, blank=True)
    holder = models.UUIDField(null=True, blank=True)
    agreement = models.CharField(max_length=200)
    article = models.CharField(max_length=50)
    clause = models.CharField(max_length=200)
    version = models.CharField(max_length=60)
    state = models.CharField(max_length=20)
    sequence = models.PositiveIntegerField(default=1)
    is_priority = models.BooleanField(default=False)
    period_start = models.DateField(null=True, blank=True)
    proposed_on = models.DateField()
    waiting_since = models.DateField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=40, default="", blank=True)
    handed_to = models.UUIDField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "proposed_on"], name="delegations_of_a_person"),
            models.Index(fields=["agreement", "clause", "state"], name="delegations_of_a_clause"),
            models.Index(fields=["to_organisation", "state"], name="delegations_to_a_partner"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state=DelegationState.RUNNING.value), name="one_partner_leads_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["person", "agreement", "clause"],
                condition=Q(state__in=[DelegationState.PROPOSED.value, DelegationState.WAITING.value]),
                name="a_delegation_is_proposed_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=DelegationState.ENDED.value)
                | (Q(handed_to__isnull=False, ended_on__isnull=False) & ~Q(end_reason="")),
                name="nobody_comes_back_to_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}#{self.clause} {self.state}"


class DelegationLog(models.QuerySet["DelegationEvent"]):
    """Events, to be read and added to."""

    def update(self, **_changes: Any) -> NoReturn:
        raise DelegationLogIsAppendOnly

    def delete(self) -> NoReturn:
        raise DelegationLogIsAppendOnly


class DelegationEvent(models.Model):
    """One thing that happened to a delegation: what it became, who recorded it, when, and why."""

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    state = models.CharField(max_length=20)
    by = models.UUIDField(null=True, blank=True)
    by_name = models.CharField(max_length=150)
    organisation = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    effective_on = models.DateField()
    reason = models.CharField(max_length=40, default="", blank=True)
    data = models.JSONField(default=dict)

    objects = DelegationLog.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delegation", "sequence"], name="events_of_a_delegation_follow"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.state}"


class VolumeUse(models.Model):
    """The places of a delegating clause in one period, and how many are used: never more than there are."""

    agreement = models.CharField(max_length=200)
    clause = models.CharField(max_length=200)
    period_start = models.DateField()
    limit = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "clause", "period_start"], name="a_volume_is_counted_once_a_period"
            ),
            models.CheckConstraint(condition=Q(used__lte=F("limit")), name="no_more_than_the_volume"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}#{self.clause} {self.used}/{self.limit}"


class LeadOrganisationDecision(models.Model):
    """A change of the organisation that follows a person, decided by the competent body: recorded, never taken here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.UUIDField()
    from_organisation = models.CharField(max_length=200)
    to_organisation = models.CharField(max_length=200)
    proposed_on = models.DateField(null=True, blank=True)
    decided_by = models.CharField(max_length=200)
    decided_on = models.DateField()
    reason = models.CharField(max_length=280)
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "decided_on"], name="decisions_on_a_person")]

    def __str__(self) -> str:
        return f"{self.decided_on} {self.to_organisation}"
