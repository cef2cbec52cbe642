"""The outbox: messages written with what they tell, spread once to notices, e-mails and other systems."""

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


class Notice(models.Model):
    """A message as one member finds it when signed in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="notices")
    membership = models.UUIDField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "membership"], name="a_notice_is_given_once")]
        indexes = [
            models.Index(fields=["membership"], condition=models.Q(read_at__isnull=True), name="notices_to_read"),
            models.Index(fields=["membership", "at"], name="notices_of_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.membership}"


class EmailToSend(models.Model):
    """An e-mail that says that something waits, and nothing more; ``taken_at`` is set before it is sent.

    One that was taken and has no ``sent_at`` may have left: it is never sent again, the notice stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="emails")
    membership = models.UUIDField()
    put_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempt_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "membership"], name="an_email_is_sent_once")]
        indexes = [models.Index(fields=["put_at"], condition=models.Q(taken_at__isnull=True), name="emails_to_send")]

    def __str__(self) -> str:
        return f"{self.put_at:%Y-%m-%d %H:%M} {self.membership}"


class WebhookSubscription(models.Model):
    """Where an organisation wants to be told what happens; the secret that signs is sealed.

    ``kinds`` are the kinds of messages that are told; empty: all those of referrals.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.CharField(max_length=200)
    address = models.CharField(max_length=500)
    sealed_secret = models.CharField(max_length=300)
    kinds = models.JSONField(default=list, blank=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation"], condition=models.Q(ended_at__isnull=True), name="webhooks_of_an_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.address}"


class WebhookDelivery(models.Model):
    """One message for one subscription: tried again later until it is received, or given up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(WebhookSubscription, on_delete=models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="deliveries")
    attempt_count = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_answer = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "message"], name="a_delivery_is_made_once")]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="deliveries_to_try")
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.attempt_count}"
