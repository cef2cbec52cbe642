"""Whatever is written about a person holds no national identity number: each use case refuses it, and keeps nothing."""

from __future__ import annotations

import pytest

from maillage.apps.delegation.models import LeadOrganisationDecision
from maillage.apps.delegation.use_cases import record_lead_decision
from maillage.apps.referrals.models import Outcome, UptakeEvent, WalkIn
from maillage.apps.referrals.use_cases.answering import appoint
from maillage.apps.referrals.use_cases.walk_ins import Visitor, tell_walk_in
from maillage.domain.personal_data import NationalNumberRefused
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import AGENCY, AT, MISSION, ON, moved, sent

TOLD = "Sous 1 85 05 78 006 084, dit-elle"
FOUND = OutcomeSaid(OutcomeKind.TRAINING, ON, OutcomeSource.PARTNER, proof=TOLD)


@pytest.mark.parametrize(
    "write",
    [
        lambda amel, _bruno, uptake: moved(amel, uptake, Move.RECEIVE, reported_with=TOLD),
        lambda _amel, bruno, uptake: appoint(actor=bruno, uptake=uptake, starts_at=AT, at=AT, place=TOLD),
        lambda amel, _bruno, uptake: sent(amel, uptake_person(uptake), "ordinateurs", wish=TOLD),
    ],
    ids=["reported", "place", "wish"],
)
def test_what_is_noted_of_a_request(amel, bruno, uptake, write):
    before = UptakeEvent.objects.count()

    with pytest.raises(NationalNumberRefused):
        write(amel, bruno, uptake)
    assert UptakeEvent.objects.count() == before


def test_what_proves_an_outcome(bruno, uptake):
    moved(bruno, uptake, Move.RECEIVE)

    with pytest.raises(NationalNumberRefused):
        moved(bruno, uptake, Move.COMPLETE, outcome=FOUND)
    assert not Outcome.objects.exists()


def uptake_person(uptake):
    return UptakeEvent.objects.filter(uptake=uptake).select_related("uptake").first().uptake.person


def test_who_came_by_themselves(bruno):
    visitor = Visitor(TOLD, "Amel", None, AGENCY)

    with pytest.raises(NationalNumberRefused):
        tell_walk_in(actor=bruno, visitor=visitor, service="atelier", came_on=ON, at=AT)
    assert not WalkIn.objects.exists()


@pytest.mark.parametrize("field", ["decided_by", "reason"])
def test_who_follows_from_now_on(amel, driss, field):
    said = {"decided_by": "Le conseil", "reason": "Plus proche", field: TOLD}

    with pytest.raises(NationalNumberRefused):
        record_lead_decision(actor=amel, person=driss, to_organisation=MISSION, decided_on=ON, at=AT, **said)
    assert not LeadOrganisationDecision.objects.exists()
