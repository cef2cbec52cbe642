"""The text for the file of another system says where the request stands, by virtue of what, and names nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maillage.apps.referrals.copying import text_for_file
from maillage.apps.referrals.use_cases.answering import appoint
from maillage.domain.accounts import Role
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import AT, ON, POST, member, moved

pytestmark = pytest.mark.django_db


def test_the_text_follows_the_request(amel, bruno, driss, uptake):
    moved(bruno, uptake, Move.OPEN, days=1)
    appoint(
        actor=bruno, uptake=uptake, starts_at=AT + timedelta(days=7), place="12 rue Neuve", at=AT + timedelta(days=2)
    )

    text = text_for_file(amel, uptake, at=AT + timedelta(days=3))

    assert text.splitlines()[:2] == [
        "Adressée à Mission locale : Atelier",
        "Au titre de : Convention d’essai, article P1",
    ]
    assert "04/11/2026 Rendez-vous le 9 novembre 2026 à 10 h, sur place, 12 rue Neuve." in text
    assert "Au 5 novembre 2026 : demande avec un rendez-vous fixé" in text
    assert "À faire par Mission locale" in text
    assert f"Référence Maillage : {uptake}" in text
    assert "Driss" not in text
    assert "Benali" not in text


def test_what_came_of_it_ends_the_text_in_either_language(amel, bruno, uptake):
    moved(bruno, uptake, Move.RECEIVE, days=1)
    found = OutcomeSaid(OutcomeKind.TRAINING, ON + timedelta(days=2), OutcomeSource.PARTNER)
    moved(bruno, uptake, Move.COMPLETE, days=2, outcome=found)

    assert "Ce que cela a donné, le 4 novembre 2026 : entrée en formation" in text_for_file(
        amel, uptake, at=AT + timedelta(days=2)
    )
    english = text_for_file(amel, uptake, at=AT + timedelta(days=2), language="en")
    assert "What came of it, on 4 November 2026: training begun" in english
    assert "to act" not in english


def test_who_may_not_see_it_gets_nothing(uptake):
    stranger = member("Zoé", Role.PARTNER_ADVISER, POST)

    assert text_for_file(stranger, uptake, at=AT) == ""
