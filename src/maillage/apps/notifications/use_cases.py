"""Putting what must be told in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from maillage.apps.notifications.models import OutboxMessage


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
