"""Spreading the outbox: to notices and e-mails of members, to the systems of organisations; each once.

A message is claimed by a conditional update and spread in the same transaction, so that two workers at once, or one
killed half-way, give each member one notice. An e-mail is taken before it is sent: at most once. A webhook is sent
again until it is received, under the same id: at least once, and its receiver tells the second from the first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from maillage.apps.accounts.queries import find_member, members_of
from maillage.apps.accounts.sealing import unseal
from maillage.apps.notifications.models import (
    EmailToSend,
    Notice,
    OutboxMessage,
    WebhookDelivery,
    WebhookSubscription,
)
from maillage.apps.notifications.outside import AddressRefused, NotAnswered, post_outside
from maillage.apps.notifications.signing import signed_headers
from maillage.apps.notifications.use_cases import STAYS_INSIDE, put_in_outbox
from maillage.domain.accounts import Member, Role

BATCH = 200
TOLD_MOST = 200
EMAIL_ATTEMPTS_MOST = 5
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440))
"""How long to wait after each delivery that failed; after the last, it is given up."""
TRYING = timedelta(minutes=5)
"""A delivery whose worker was killed is tried again after this time."""
OF_REFERRALS = "uptake."
_ADMINISTERING = frozenset({Role.ADMINISTRATOR, Role.OFFICER})
_RECEIVING = frozenset({Role.ADVISER, Role.PARTNER_ADVISER, Role.ACCESS_POINT_STAFF})
SUBJECT = "Maillage : quelque chose vous attend"
TEXT = (
    "Bonjour,\n\nQuelque chose de nouveau vous attend sur Maillage : {address}\n\n"
    "Something new awaits you on Maillage.\n\n"
    "Ce message ne contient aucune information sur une personne. N’y répondez pas.\n"
)
Post = Callable[..., int]


@dataclass(frozen=True)
class OutboxReport:
    """What a run did: messages spread, e-mails sent, deliveries received, those to try again, those given up."""

    spread_count: int
    email_count: int
    delivered_count: int
    to_retry_count: int
    given_up_count: int


def run_outbox(*, at: datetime, post: Post = post_outside) -> OutboxReport:
    """Spread what waits, then send what is due; run it as often as wished, in as many workers as wished."""
    spread = sum(_spread(pk, at) for pk in _waiting())
    sent = sum(_send_email(pk, at) for pk in _emails())
    delivered, to_retry, given_up = _deliver_all(at, post)
    return OutboxReport(spread, sent, delivered, to_retry, given_up)


def _waiting() -> list[UUID]:
    rows = OutboxMessage.objects.filter(done_at__isnull=True).order_by("put_at", "pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _spread(pk: UUID, at: datetime) -> bool:
    with transaction.atomic():
        claimed = OutboxMessage.objects.filter(pk=pk, done_at__isnull=True)
        if not claimed.update(done_at=at, attempt_count=F("attempt_count") + 1):
            return False
        message = OutboxMessage.objects.get(pk=pk)
        members = told_of(message, on=timezone.localdate(at))
        Notice.objects.bulk_create(Notice(message=message, membership=one.membership, at=at) for one in members)
        if settings.MAILLAGE_EMAIL:
            EmailToSend.objects.bulk_create(
                EmailToSend(message=message, membership=one.membership, put_at=at) for one in members
            )
        if message.kind.startswith(OF_REFERRALS) and not message.data.get(STAYS_INSIDE):
            rows = WebhookSubscription.objects.filter(organisation=message.organisation, ended_at__isnull=True)
            wanted = [row for row in rows if not row.kinds or message.kind in row.kinds]
            WebhookDelivery.objects.bulk_create(
                WebhookDelivery(subscription=row, message=message, next_at=at) for row in wanted
            )
    return True


def told_of(message: OutboxMessage, *, on: date) -> tuple[Member, ...]:
    """Say who is told: the member named while present, else those of the site or organisation whose work it is."""
    if message.membership is not None:
        named = find_member(message.membership, organisation=message.organisation)
        if named is not None and named.ended_at is None and not named.is_frozen:
            return (named,)
    roles = _RECEIVING if message.kind.startswith((OF_REFERRALS, "walk_in")) else _ADMINISTERING
    everybody = [one for one in members_of(organisation=message.organisation, on=on) if one.role in roles]
    of_site = [one for one in everybody if message.site is not None and one.site == message.site]
    return tuple((of_site or everybody)[:TOLD_MOST])


# E-mails


def _emails() -> list[UUID]:
    rows = EmailToSend.objects.filter(taken_at__isnull=True).order_by("put_at", "pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _send_email(pk: UUID, at: datetime) -> bool:
    taken = EmailToSend.objects.filter(pk=pk, taken_at__isnull=True)
    if not taken.update(taken_at=at, attempt_count=F("attempt_count") + 1):
        return False
    row = EmailToSend.objects.get(pk=pk)
    member = find_member(row.membership)
    if member is None or member.ended_at is not None or member.is_frozen:
        return False
    text = TEXT.format(address=f"{settings.MAILLAGE_ADDRESS}/avis/")
    email = EmailMessage(SUBJECT, text, to=[member.email], headers={"Message-ID": f"<{row.id}@maillage>"})
    try:
        email.send()
    except OSError:  # refused before it left: another run tries again
        again = None if row.attempt_count < EMAIL_ATTEMPTS_MOST else at
        EmailToSend.objects.filter(pk=pk).update(taken_at=again)
        return False
    EmailToSend.objects.filter(pk=pk).update(sent_at=at)
    return True


# Webhooks


def _deliver_all(at: datetime, post: Post) -> tuple[int, int, int]:
    rows = WebhookDelivery.objects.filter(next_at__lte=at).order_by("next_at", "pk")
    done = [_deliver(pk, at, post) for pk in rows.values_list("pk", flat=True)[:BATCH]]
    return done.count("delivered"), done.count("retry"), done.count("given up")


def _deliver(pk: UUID, at: datetime, post: Post) -> str:
    due = WebhookDelivery.objects.filter(pk=pk, next_at__lte=at)
    if not due.update(next_at=at + TRYING, attempt_count=F("attempt_count") + 1):
        return "taken"
    row = WebhookDelivery.objects.select_related("subscription", "message").get(pk=pk)
    if row.subscription.ended_at is not None:
        WebhookDelivery.objects.filter(pk=pk).update(next_at=None)
        return "ended"
    answer, received = _posted(row, at, post)
    if received:
        WebhookDelivery.objects.filter(pk=pk).update(next_at=None, delivered_at=at, last_answer=answer)
        return "delivered"
    if row.attempt_count <= len(WAITS):
        WebhookDelivery.objects.filter(pk=pk).update(next_at=at + WAITS[row.attempt_count - 1], last_answer=answer)
        return "retry"
    _give_up(row, answer, at)
    return "given up"


def _posted(row: WebhookDelivery, at: datetime, post: Post) -> tuple[str, bool]:
    message = row.message
    content = {"type": message.kind, "timestamp": message.put_at.isoformat(), "data": message.data}
    body = json.dumps(content, separators=(",", ":")).encode()
    headers = signed_headers(unseal(row.subscription.sealed_secret), row.id, body, at=at)
    try:
        status = post(row.subscription.address, body, headers)
    except (NotAnswered, AddressRefused) as failure:
        return f"{type(failure).__name__} {failure}"[:80], False
    return str(status), 200 <= status < 300


def _give_up(row: WebhookDelivery, answer: str, at: datetime) -> None:
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=row.pk).update(next_at=None, given_up_at=at, last_answer=answer)
        put_in_outbox(
            kind="webhook.given_up",
            organisation=row.subscription.organisation,
            once=f"webhook:{row.subscription_id}:{timezone.localdate(at)}",
            data={"webhook": str(row.subscription_id)},
            at=at,
        )
