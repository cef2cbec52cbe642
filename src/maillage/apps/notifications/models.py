"""The outbox: messages written with what they tell, sent afterwards, once."""

from __future__ import annotations

import uuid

from django.db import models


class OutboxMessage(models.Model):
    """One thing to tell, to somebody (``membership``), else to whoever reads the inbox of a site or an organisation.

    ``kind`` is a verb of the field (``uptake_sent``); ``data`` names things by their ids and holds nothing about a
    person. ``once`` tells two messages about the same thing from one told twice; ``done_at`` is empty until it was sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    organisation = models.CharField(max_length=200)
    site = models.UUIDField(null=True, blank=True)
    membership = models.UUIDField(null=True, blank=True)
    once = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    put_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    attempt_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["put_at"], condition=models.Q(done_at__isnull=True), name="outbox_to_send"),
            models.Index(fields=["membership", "put_at"], name="outbox_of_somebody"),
        ]
        constraints = [models.UniqueConstraint(fields=["once"], name="a_message_is_put_once")]

    def __str__(self) -> str:
        return f"{self.put_at:%Y-%m-%d %H:%M} {self.kind}"
