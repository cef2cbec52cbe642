"""Whatever is tried, in whatever order: what is stored is what the events amount to, and so are the links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.apps.people.queries import may_see
from maillage.apps.referrals.models import Uptake, UptakeEvent
from maillage.apps.referrals.queries import stored_states_that_differ
from maillage.apps.referrals.use_cases.clock import run_clock
from maillage.apps.referrals.use_cases.moving import Said, UptakeNotFound, move_uptake
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals import OPEN_STATES, Move, MoveRefused, UptakeState
from maillage.domain.referrals.guards import REASONS
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import AT, ON, sent

pytestmark = pytest.mark.django_db

# Who tries what, how many days after the former try, and whether the sender notes it on the partner's behalf.
attempts = st.lists(
    st.tuples(st.sampled_from([*Move, None]), st.booleans(), st.integers(0, 20), st.booleans()), max_size=14
)


def said_for(move: Move, at, *, is_reported: bool) -> Said:
    reasons = REASONS.get(move)
    outcome = OutcomeSaid(OutcomeKind.TRAINING, at.date(), OutcomeSource.PARTNER)
    return Said(
        reason=next(iter(reasons)).name if reasons else "",
        day=at.date() if move in {Move.APPOINT, Move.SET_DECISION_DATE} else None,
        corrects=3 if move is Move.CORRECT_REPORT else None,
        outcome=outcome if move in {Move.COMPLETE, Move.ADD_OUTCOME} else None,
        reported_with="Mme Petit" if is_reported else "",
    )


@given(attempts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stored_and_derived_agree(amel, bruno, driss, tried):
    with transaction.atomic():
        uptake = sent(amel, driss).uptakes[0].uptake
        at = AT
        for move, by_partner, days, is_reported in tried:
            at += timedelta(days=days)
            if move is None:
                run_clock(at=at)
                continue
            actor = bruno if by_partner else amel
            try:
                said = said_for(move, at, is_reported=is_reported and not by_partner)
                move_uptake(actor=actor, uptake=uptake, move=move, said=said, at=at)
            except (MoveRefused, NotPermitted, UptakeNotFound):
                continue
        row = Uptake.objects.get(pk=uptake)
        numbers = list(
            UptakeEvent.objects.filter(uptake=uptake).order_by("sequence").values_list("sequence", flat=True)
        )

        assert stored_states_that_differ() == ()
        assert numbers == list(range(1, row.sequence + 1))
        assert may_see(bruno, driss, on=ON) == (UptakeState(row.state) in OPEN_STATES)
        transaction.set_rollback(True)
