"""Putting what must be told in the outbox, reading notices, and saying where an organisation is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from maillage.apps.accounts.sealing import seal
from maillage.apps.audit.use_cases import record_event
from maillage.apps.notifications.models import Notice, OutboxMessage, WebhookSubscription
from maillage.apps.notifications.outside import checked_address
from maillage.apps.notifications.permissions import PERMISSIONS
from maillage.apps.notifications.signing import new_secret
from maillage.domain.accounts import Actor
from maillage.domain.permissions import Relation, Sentence, impossible, require
from maillage.domain.shared import MaillageError

WEBHOOKS_MOST = 10
_TOO_MANY = Sentence("Votre organisme est déjà prévenu à dix adresses.", "Your organisation is told at ten addresses.")
_END_SOME = Sentence("Retirez celles qui ne servent plus.", "Withdraw those that no longer serve.")


class WebhookNotFound(MaillageError):
    """No such subscription among those of one's organisation."""

    def __init__(self) -> None:
        super().__init__("No such address among those of your organisation.")


STAYS_INSIDE = "stays_inside"
"""The mark, in the data of a message, of what members are told and webhooks are not."""


def put_in_outbox(  # noqa: PLR0913 (keyword-only: what, to whom, when)
    *,
    kind: str,
    organisation: str,
    once: str,
    at: datetime,
    site: UUID | None = None,
    membership: UUID | None = None,
    data: Mapping[str, object] | None = None,
) -> bool:
    """Keep one message to be sent after the transaction it is called in; gives whether it was new.

    ``once`` names what is told (``uptake 3f...: 4``): the same name is kept one time. ``data`` must be storable as JSON
    and name people by ids alone.
    """
    message = OutboxMessage(
        kind=kind,
        organisation=organisation,
        site=site,
        membership=membership,
        once=once,
        data=dict(data or {}),
        put_at=at,
    )
    if OutboxMessage.objects.filter(once=once).exists():
        return False
    return bool(OutboxMessage.objects.bulk_create([message], ignore_conflicts=True))


def read_notices(*, by: Actor, at: datetime) -> int:
    """Mark the notices of an actor, and of those they stand in for, as read; gives how many."""
    return Notice.objects.filter(membership__in=by.memberships, read_at__isnull=True).update(read_at=at)


def hold_as_told(*, by: str, at: datetime) -> int:
    """Hold all that waits as told: a past that is loaded is news to nobody; gives how many messages."""
    with transaction.atomic():
        count = OutboxMessage.objects.filter(done_at__isnull=True).update(done_at=at)
        record_event(by=by, what="hold_outbox_as_told", subject="outbox", at=at, details={"messages": count})
    return count


def open_webhook(*, by: Actor, address: str, at: datetime) -> str:
    """Tell an address of what happens to the referrals of one's organisation; gives the secret that signs, once.

    Raises:
        NotPermitted: the actor does not administer the organisation, or it has ten addresses.
        AddressRefused: the address is not public and HTTPS.
    """
    require(PERMISSIONS, "change_webhooks", by, Relation.ORGANISATION)
    checked_address(address)
    secret = new_secret()
    with transaction.atomic():
        standing = WebhookSubscription.objects.filter(organisation=by.organisation, ended_at__isnull=True)
        if standing.count() >= WEBHOOKS_MOST:
            raise impossible("change_webhooks", _TOO_MANY, _END_SOME)
        row = WebhookSubscription.objects.create(
            organisation=by.organisation,
            address=address,
            sealed_secret=seal(secret),
            made_by=by.membership,
            made_at=at,
        )
        record_event(by=by, what="open_webhook", subject=f"webhook:{row.id}", at=at)
    return secret


def end_webhook(*, by: Actor, webhook: UUID, at: datetime) -> None:
    """Tell an address nothing more, from now on.

    Raises:
        NotPermitted: the actor does not administer the organisation.
        WebhookNotFound: it is not one of theirs.
    """
    require(PERMISSIONS, "change_webhooks", by, Relation.ORGANISATION)
    with transaction.atomic():
        rows = WebhookSubscription.objects.filter(pk=webhook, organisation=by.organisation, ended_at__isnull=True)
        if not rows.update(ended_at=at):
            raise WebhookNotFound
        record_event(by=by, what="end_webhook", subject=f"webhook:{webhook}", at=at)
