"""What waits to be read by a member, and where an organisation is told what happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from maillage.apps.notifications.models import Notice, WebhookDelivery, WebhookSubscription
from maillage.domain.accounts import Actor

LISTED_MOST = 100


@dataclass(frozen=True, slots=True)
class NoticeSeen:
    """A notice as its list shows it; ``data`` names things by their ids."""

    id: UUID
    kind: str
    organisation: str
    data: Mapping[str, object]
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class WebhookSeen:
    """A subscription as its list shows it, with how its deliveries go."""

    id: UUID
    address: str
    made_at: datetime
    waiting_count: int
    given_up_count: int
    last_answer: str


def notices_of(actor: Actor) -> tuple[NoticeSeen, ...]:
    """List the notices of an actor and of those they stand in for, the latest first, at most 100."""
    rows = Notice.objects.filter(membership__in=actor.memberships).select_related("message").order_by("-at", "pk")
    return tuple(
        NoticeSeen(
            row.id, row.message.kind, row.message.organisation, row.message.data, row.at, row.read_at is not None
        )
        for row in rows[:LISTED_MOST]
    )


def unread_count(actor: Actor) -> int:
    """Count what an actor has not read."""
    return Notice.objects.filter(membership__in=actor.memberships, read_at__isnull=True).count()


def webhooks_of(organisation: str) -> tuple[WebhookSeen, ...]:
    """List where an organisation is told what happens, the oldest first."""
    rows = WebhookSubscription.objects.filter(organisation=organisation, ended_at__isnull=True)
    return tuple(_webhook(row) for row in rows.order_by("made_at", "pk"))


def _webhook(row: WebhookSubscription) -> WebhookSeen:
    tried = WebhookDelivery.objects.filter(subscription=row)
    last = tried.exclude(last_answer="").order_by("-message__put_at").values_list("last_answer", flat=True).first()
    return WebhookSeen(
        id=row.id,
        address=row.address,
        made_at=row.made_at,
        waiting_count=tried.filter(next_at__isnull=False).count(),
        given_up_count=tried.filter(given_up_at__isnull=False).count(),
        last_answer=last or "",
    )
