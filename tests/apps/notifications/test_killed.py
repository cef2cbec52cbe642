"""Workers killed between any two steps, receivers that fail, clocks that go on: nothing is lost, nothing counts twice.

A notice is given once. An e-mail leaves at most once. A webhook is received at least once, each time under one id, so
that whoever receives it counts it once; or it is given up and the administrators are told.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from maillage.apps.notifications.models import EmailToSend, Notice, OutboxMessage, WebhookDelivery
from maillage.apps.notifications.spreading import TRYING, WAITS, run_outbox
from maillage.apps.notifications.use_cases import open_webhook, put_in_outbox
from maillage.domain.accounts import Role
from tests.apps.referrals.conftest import AT, MISSION, member

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE")
RECEIVERS = 2


class Killed(BaseException):
    """The worker is no more: nothing of it goes on."""


class Worker(RuleBasedStateMachine):
    """A worker that runs the outbox, and what the world has got from it."""

    @initialize()
    def begin(self) -> None:
        self.example = transaction.atomic()
        self.example.__enter__()
        self.now, self.put, self.posted, self.emailed = AT, 0, Counter(), Counter()
        self.bruno = member("Bruno", Role.PARTNER_ADVISER, MISSION)
        self.boss = member("Aya", Role.ADMINISTRATOR, MISSION)
        for number in range(RECEIVERS):
            open_webhook(by=self.boss, address=f"https://logiciel-{number}.example.org/", at=AT)

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    # What may happen

    @rule(again=st.booleans())
    def something_is_told(self, again: bool) -> None:
        """The same thing told again is the same message."""
        self.put += 0 if again and self.put else 1
        put_in_outbox(kind="uptake.send", organisation=MISSION, once=f"uptake:{self.put}", at=self.now)

    @rule(hours=st.integers(0, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours, minutes=1)

    @rule(statuses=st.lists(st.sampled_from([204, 500, 302]), max_size=6))
    def the_outbox_is_run(self, statuses: list[int]) -> None:
        self.run(statuses)

    @rule(writes=st.integers(0, 9))
    def a_worker_is_killed_before_a_write(self, writes: int) -> None:
        done = 0

        def watch(execute, statement, parameters, many, context):
            nonlocal done
            if statement.startswith(WRITES):
                if done == writes:
                    raise Killed
                done += 1
            return execute(statement, parameters, many, context)

        with connection.execute_wrapper(watch):
            self.run_until_killed()

    @rule(sent=st.integers(0, 4), was_received=st.booleans())
    def a_worker_is_killed_while_it_sends(self, sent: int, was_received: bool) -> None:
        self.run_until_killed(fatal_sending=sent, was_received=was_received)

    # What is done, and got

    def run_until_killed(self, **how) -> None:
        try:
            self.run([], **how)
        except Killed:
            return

    def run(self, statuses: list[int], *, fatal_sending: int = -1, was_received: bool = False) -> None:
        answers, sendings = list(statuses), 0

        def got(where: Counter, name: object) -> None:
            nonlocal sendings
            is_fatal, sendings = sendings == fatal_sending, sendings + 1
            if was_received or not is_fatal:
                where[name] += 1
            if is_fatal:
                raise Killed

        def post(_address: str, _body: bytes, headers: dict[str, str]) -> int:
            status = answers.pop(0) if answers else 204
            if status == 204:
                got(self.posted, headers["webhook-id"])
            return status

        def send(email) -> None:
            got(self.emailed, email.extra_headers["Message-ID"])

        with pytest.MonkeyPatch.context() as replaced:
            replaced.setattr("maillage.apps.notifications.spreading.EmailMessage.send", send)
            run_outbox(at=self.now, post=post)

    @invariant()
    def nothing_counts_twice(self) -> None:
        assert OutboxMessage.objects.filter(kind="uptake.send").count() == self.put
        assert Notice.objects.filter(membership=self.bruno.membership).count() <= self.put
        assert all(count == 1 for count in self.emailed.values())
        known = {str(pk) for pk in WebhookDelivery.objects.values_list("pk", flat=True)}
        assert set(self.posted) <= known
        assert len(known) <= RECEIVERS * self.put

    def settle(self) -> None:
        """Run without a fault until nothing is due: everything told has then had its effect."""
        for wait in (timedelta(0), TRYING, *WAITS):
            self.now += wait
            self.run([])
        assert Notice.objects.filter(membership=self.bruno.membership).count() == self.put
        assert not EmailToSend.objects.filter(taken_at=None).exists()
        ended = dict(WebhookDelivery.objects.values_list("pk", "given_up_at"))
        assert len(ended) == RECEIVERS * self.put
        for pk, given_up_at in ended.items():
            assert given_up_at is not None or self.posted[str(pk)] >= 1
        told = Notice.objects.filter(membership=self.boss.membership, message__kind="webhook.given_up")
        assert told.exists() == any(ended.values())


@pytest.mark.usefixtures("_emails_leave")
def test_what_is_told_has_its_effect_once_whenever_workers_die():
    run_state_machine_as_test(
        Worker,
        settings=settings(
            max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.fixture
def _emails_leave(settings) -> None:
    settings.MAILLAGE_EMAIL = True
