"""`maillage clock` and `maillage referrals`."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from click.testing import CliRunner

from maillage.apps.referrals.models import Uptake
from maillage.cli.referrals import clock, referrals
from maillage.domain.referrals import Move, UptakeState
from tests.apps.referrals.conftest import AT, amel, driss, offer, sent

__all__ = ["amel", "driss", "offer"]


def run(command, *arguments):
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_the_table_is_printed_whole():
    rows = list(csv.DictReader(StringIO(run(referrals, "transitions").output)))

    assert len(rows) == len(UptakeState) * len(Move)
    made = {(row["from"], row["move"]): row for row in rows}
    assert made["SENT", "APPOINT"]["events"] == "ACCEPT APPOINT"
    assert made["SENT", "APPOINT"]["to"] == "APPOINTED"
    assert made["COMPLETED", "ACCEPT"]["refusal_fr"].startswith("La demande est terminée")
    assert all(bool(row["to"]) != bool(row["refusal_fr"]) for row in rows)


def test_the_states_are_drawn():
    assert "    SENT --> UNDER_STUDY" in run(referrals, "transitions", "--diagram").output


@pytest.mark.django_db
def test_the_clock_says_what_it_did(amel, driss):
    sent(amel, driss, at=AT.replace(year=2025))

    assert run(clock).output.startswith("1 expired, 0 reminded, 0 places kept")
    assert run(clock).output.startswith("0 expired, 0 reminded, 0 places kept")


@pytest.mark.django_db
def test_a_stored_state_that_differs_is_told(amel, driss):
    uptake = sent(amel, driss).uptakes[0].uptake
    agreed = run(referrals, "check")
    Uptake.objects.update(state=UptakeState.ACCEPTED.value)
    differing = run(referrals, "check", "--since", "2026-01-01")

    assert (agreed.exit_code, agreed.output) == (0, "Every stored state is what its events amount to.\n")
    assert differing.exit_code == 1
    assert differing.output.startswith(str(uptake))
