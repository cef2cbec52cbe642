"""What is put in the outbox reaches its members once, says nothing of anybody, and reaches systems signed."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from maillage.apps.accounts.models import Membership
from maillage.apps.notifications.models import EmailToSend, Notice, OutboxMessage, WebhookDelivery, WebhookSubscription
from maillage.apps.notifications.outside import AddressRefused, NotAnswered
from maillage.apps.notifications.queries import notices_of, unread_count, webhooks_of
from maillage.apps.notifications.spreading import WAITS, run_outbox
from maillage.apps.notifications.use_cases import (
    WebhookNotFound,
    end_webhook,
    hold_as_told,
    open_webhook,
    put_in_outbox,
    read_notices,
)
from maillage.domain.accounts import Role
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals import Move
from tests.apps.referrals.conftest import (  # noqa: F401 (fixtures)
    AGENCY,
    AT,
    MISSION,
    amel,
    bruno,
    driss,
    member,
    moved,
    offer,
    uptake,
)

pytestmark = pytest.mark.django_db
ADDRESS = "https://logiciel.example.org/entree"


@pytest.fixture
def boss(offer):  # noqa: F811
    return member("Aya", Role.ADMINISTRATOR, MISSION)


class Receiver:
    """A system of a partner, which answers as it is told."""

    def __init__(self, *answers):
        self.answers, self.got = list(answers), []

    def __call__(self, address, body, headers):
        self.got.append((address, body, headers))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_sending_and_its_answer_are_told_once_to_each_side(amel, bruno, uptake, settings, mailoutbox):  # noqa: F811
    settings.MAILLAGE_EMAIL = True
    for _ in range(3):
        run_outbox(at=AT)
    assert [one.kind for one in notices_of(bruno)] == ["uptake.send"]
    assert unread_count(amel) == 0

    moved(bruno, uptake, Move.ACCEPT, days=1)
    run_outbox(at=AT)

    assert [one.kind for one in notices_of(amel)] == ["uptake.accept"]
    assert read_notices(by=amel, at=AT) == 1
    assert unread_count(amel) == 0
    assert len(mailoutbox) == 2
    for email in mailoutbox:
        assert "/avis/" in email.body
        for nominative in ("Driss", "Benali", "36018", str(uptake)):
            assert nominative not in email.subject + email.body


def test_who_left_is_not_told_their_organisation_is(amel, bruno, uptake):  # noqa: F811
    run_outbox(at=AT)
    anna = member("Anna", Role.ADVISER, AGENCY)
    Membership.objects.filter(pk=amel.membership).update(ended_at=AT)
    moved(bruno, uptake, Move.ACCEPT, days=1)

    run_outbox(at=AT)

    assert [one.kind for one in notices_of(anna)] == ["uptake.accept"]
    assert notices_of(amel) == ()


def test_an_email_that_may_have_left_is_not_sent_again(bruno, uptake, settings, mailoutbox):  # noqa: F811
    settings.MAILLAGE_EMAIL = True
    run_outbox(at=AT)
    EmailToSend.objects.update(sent_at=None)  # killed between the sending and the mark

    run_outbox(at=AT)

    assert len(mailoutbox) == 1


def test_a_past_that_is_loaded_is_news_to_nobody(bruno, uptake, settings, mailoutbox):  # noqa: F811
    settings.MAILLAGE_EMAIL = True

    assert hold_as_told(by="demonstration", at=AT) == 1
    run_outbox(at=AT)

    assert (notices_of(bruno), mailoutbox) == ((), [])


def test_an_email_that_was_refused_is_tried_again_some_times(bruno, uptake, settings, monkeypatch):  # noqa: F811
    settings.MAILLAGE_EMAIL = True
    tried = []

    def refuses(email):
        tried.append(email)
        raise ConnectionRefusedError

    monkeypatch.setattr("maillage.apps.notifications.spreading.EmailMessage.send", refuses)
    for _ in range(9):
        run_outbox(at=AT)

    assert len(tried) == 5


def test_a_worker_killed_half_way_leaves_all_or_nothing(bruno, uptake, monkeypatch):  # noqa: F811
    def killed(*_rows, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Notice.objects, "bulk_create", killed)
        with pytest.raises(KeyboardInterrupt):
            run_outbox(at=AT)
    assert OutboxMessage.objects.filter(done_at=None).count() == 1

    run_outbox(at=AT)

    assert Notice.objects.count() == 1


def test_a_system_is_told_signed_without_a_word_about_the_person(boss, uptake):  # noqa: F811
    secret = open_webhook(by=boss, address=ADDRESS, at=AT)
    receiver = Receiver()

    run_outbox(at=AT, post=receiver)
    run_outbox(at=AT, post=receiver)

    [(address, body, headers)] = receiver.got
    assert address == ADDRESS
    assert json.loads(body)["type"] == "uptake.send"
    assert json.loads(body)["data"] == {"uptake": str(uptake), "sequence": 2}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert secret not in str(vars(WebhookSubscription.objects.get()))


def test_a_system_that_fails_is_told_later_under_the_same_id_then_given_up(boss, uptake):  # noqa: F811
    open_webhook(by=boss, address=ADDRESS, at=AT)
    faults = [500, 302, 404, NotAnswered("too slow"), AddressRefused(), 503, 500, 204]
    receiver, now = Receiver(*faults), AT
    for wait in (*WAITS, timedelta(days=30)):
        run_outbox(at=now, post=receiver)
        run_outbox(at=now, post=receiver)  # too early: nothing is sent
        now += wait

    row = WebhookDelivery.objects.get()
    assert (len(receiver.got), row.attempt_count) == (7, 7)
    assert len({headers["webhook-id"] for _, _, headers in receiver.got}) == 1
    assert row.given_up_at is not None
    run_outbox(at=now, post=receiver)
    assert [one.kind for one in notices_of(boss)] == ["webhook.given_up"]
    assert webhooks_of(MISSION)[0].given_up_count == 1


def test_a_system_that_comes_back_is_told(boss, uptake):  # noqa: F811
    open_webhook(by=boss, address=ADDRESS, at=AT)
    run_outbox(at=AT, post=Receiver(500))
    run_outbox(at=AT + WAITS[0], post=Receiver(200))

    assert WebhookDelivery.objects.get().delivered_at is not None


def test_an_address_taken_back_is_told_nothing_more(boss, amel, uptake):  # noqa: F811
    open_webhook(by=boss, address=ADDRESS, at=AT)
    run_outbox(at=AT, post=Receiver(500))
    webhook = WebhookSubscription.objects.get().pk
    stranger = member("Zoé", Role.ADMINISTRATOR, AGENCY)
    with pytest.raises(WebhookNotFound):
        end_webhook(by=stranger, webhook=webhook, at=AT)
    with pytest.raises(NotPermitted):
        open_webhook(by=amel, address=ADDRESS, at=AT)

    end_webhook(by=boss, webhook=webhook, at=AT)
    receiver = Receiver()
    run_outbox(at=AT + timedelta(days=1), post=receiver)

    assert receiver.got == []


def test_an_account_frozen_is_told_to_who_steers(boss, bruno):  # noqa: F811
    put_in_outbox(kind="account_frozen", organisation=MISSION, once="x", at=timezone.now())
    run_outbox(at=timezone.now())

    assert [one.kind for one in notices_of(boss)] == ["account_frozen"]
    assert notices_of(bruno) == ()
