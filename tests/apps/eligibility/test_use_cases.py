"""What is kept of an answer: the versions it rests on, once; never the person."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import connection

from maillage.apps.agreements.models import AgreementText
from maillage.apps.audit.models import AuditEvent
from maillage.apps.eligibility.models import AnswerContext
from maillage.apps.eligibility.queries import offered_on
from maillage.apps.eligibility.use_cases import give_answer, remember_context
from maillage.apps.territories.models import GeographyKept
from maillage.domain.eligibility import Question
from maillage.domain.people import PersonFacts
from maillage.domain.shared import Point
from tests.apps.eligibility.conftest import NOON, amend

DAY = date(2024, 6, 1)
LATER = datetime(2024, 9, 1, 12, tzinfo=UTC)
DRISS = Question(
    PersonFacts(
        "36018",
        point=Point(46.123456, 1.654321),
        age=19,
        target_groups=frozenset({"personnes-exilees"}),
        barriers=frozenset({"francais_calcul"}),
        qualification="niveau-de-driss",
        occupation="metier-de-driss",
    ),
    DAY,
)

pytestmark = pytest.mark.usefixtures("places")


def rows():
    """Read every row of every table."""
    return {model: list(model._default_manager.values_list()) for model in apps.get_models()}


def test_nothing_about_a_person_is_written_in_any_table(agreements):
    before = rows()

    given = give_answer(by="amel", question=DRISS, at=NOON, folder=agreements)

    changed = {model for model, found in rows().items() if found != before[model]}
    assert changed == {AnswerContext, AgreementText, AuditEvent, GeographyKept}
    written = str(rows())
    said = ("46.123456", "1.654321", "personnes-exilees", "francais_calcul", "niveau-de-driss", "metier-de-driss")
    assert [fact for fact in said if fact in written] == []
    assert given.id not in written  # it is made from the facts: only its context is kept


def test_a_context_is_kept_once_whoever_asks(agreements):
    give_answer(by="amel", question=DRISS, at=NOON, folder=agreements)
    kept = rows()

    give_answer(by="bruno", question=Question(PersonFacts("67180"), DAY), at=LATER, folder=agreements)

    assert rows() == kept
    assert AnswerContext.objects.get().first_asked_at == NOON


def test_another_day_or_another_text_is_another_context(agreements):
    asked = [offered_on(DAY, folder=agreements), offered_on(date(2024, 6, 2), folder=agreements)]
    amend(agreements, "aux jeunes", "à tous")
    asked.append(offered_on(DAY, folder=agreements))

    new = [remember_context(by="amel", context=one.context, at=NOON, folder=agreements) for one in asked]

    assert (new, AnswerContext.objects.count(), AgreementText.objects.count()) == ([True, True, True], 3, 1)


def test_what_is_kept_is_told_in_the_journal(agreements):
    context = offered_on(DAY, folder=agreements).context

    assert remember_context(by="amel", context=context, at=NOON, folder=agreements)
    assert not remember_context(by="amel", context=context, at=LATER, folder=agreements)

    told = [
        (event.by, event.what, event.subject) for event in AuditEvent.objects.order_by("id") if "remember" in event.what
    ]
    assert told == [("amel", "remember_text", "essai"), ("amel", "remember_context", context.digest())]


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="threads cannot share SQLite in memory: tests/cli tries it on files"
)
@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_time_keep_one_context(agreements):
    context = offered_on(DAY, folder=agreements).context
    together = threading.Barrier(2)
    told, failed = [], []

    def remember():
        try:
            together.wait(timeout=10)
            told.append(remember_context(by="amel", context=context, at=NOON, folder=agreements))
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=remember) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failed == []
    assert sorted(told) == [False, True]
    assert (AnswerContext.objects.count(), AgreementText.objects.count()) == (1, 1)
