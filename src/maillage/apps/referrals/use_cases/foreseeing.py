"""What forbids an action before it is tried: the page says it beside the button, instead of refusing afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.delegation.use_cases import refuse_without_place
from maillage.apps.people.acting import as_system
from maillage.apps.referrals.following import NEEDS_PLACE
from maillage.apps.referrals.mapping import events_of, terms_of
from maillage.apps.referrals.permissions import TABLE
from maillage.apps.referrals.use_cases.moving import relations_of, visible_uptake
from maillage.domain.accounts import Actor
from maillage.domain.delegation import DelegationRefused
from maillage.domain.permissions import Ground, NotPermitted, refusal_of
from maillage.domain.referrals import Move, Standing, Terms, UptakeEvent, UptakeState, refusal_of_move, standing_of
from maillage.domain.referrals.guards import REASONS, obstacle_to
from maillage.domain.shared import MaillageError

REPORTED = "REPORT_"


def what_forbids(
    actor: Actor, uptake: UUID, actions: Iterable[str], *, at: datetime
) -> Mapping[str, MaillageError | None]:
    """Say what would refuse each action of the table of permissions, were it tried now with all that it asks.

    ``None`` when nothing would. What is reported is asked of the role alone: the answer itself is not known yet.

    Raises:
        UptakeNotFound: no such uptake, or not theirs to see.
    """
    row = visible_uptake(actor, uptake, on=timezone.localdate(at))
    relations, standing, terms = relations_of(actor, row), standing_of(events_of(uptake)), terms_of(row)
    found: dict[str, MaillageError | None] = {}
    for action in actions:
        refusal = refusal_of(TABLE, action, actor, relations, standing.state)
        if refusal is not None and refusal.ground is not Ground.STATE:
            found[action] = NotPermitted(refusal)
        elif action.startswith(REPORTED):
            found[action] = refusal_of_move(standing.state, Move[action.removeprefix(REPORTED)])
        else:
            found[action] = _obstacle(uptake, standing, terms, Move[action], at)
    return found


def _obstacle(uptake: UUID, standing: Standing, terms: Terms, move: Move, at: datetime) -> MaillageError | None:
    today = timezone.localdate(at)
    reason = next((one.name for one in REASONS.get(move, ())), "")
    refused = obstacle_to(standing, UptakeEvent(0, move, at, today, reason=reason, day=today), terms, today=today)
    if refused is None and move in NEEDS_PLACE and standing.state is UptakeState.WAITING_FOR_PLACE:
        try:
            with as_system("referrals.foreseeing"):
                refuse_without_place(uptake=uptake)
        except DelegationRefused as without_place:
            return without_place
    return refused
