"""What follows from a move: the link by which the recipient sees the person, and the delegation it carries."""

from __future__ import annotations

from datetime import date, datetime

from maillage.apps.delegation.use_cases import (
    begin_delegation,
    cancel_delegation,
    refuse_without_place,
    undo_beginning,
)
from maillage.apps.people.use_cases import close_link, move_link
from maillage.apps.people.use_cases.carrying import carry_link, reopen_link
from maillage.apps.referrals.models import Uptake
from maillage.domain.accounts import Author
from maillage.domain.referrals import Move, Standing, UptakeState

NEEDS_PLACE = frozenset({Move.APPOINT, Move.RECEIVE})
_CHANGES_HANDS = frozenset({Move.TAKE, Move.HAND_OVER, Move.RETURN})
_ENDS_A_PROPOSAL = frozenset(
    {
        UptakeState.COMPLETED,
        UptakeState.REFUSED,
        UptakeState.FAILED,
        UptakeState.EXPIRED,
        UptakeState.WITHDRAWN,
        UptakeState.REDIRECTED,
        UptakeState.ENTERED_IN_ERROR,
    }
)


def follow_up(  # noqa: PLR0913 (what moved, from where to where, when, by whom)
    row: Uptake, before: Standing, ends: Standing, move: Move, author: Author, *, on: date, at: datetime
) -> None:
    """Do what follows from a move, in its transaction; the link is first opened by the use case that sends.

    Raises:
        DelegationRefused: the person is to be received before those in front on the waiting list of a volume.
    """
    if move in NEEDS_PLACE and before.state is UptakeState.WAITING_FOR_PLACE:
        refuse_without_place(uptake=row.id)
    if ends.is_open and not before.is_open and before.state is not UptakeState.DRAFT:
        reopen_link(by=author, subject=row.id, until=row.until, at=at)
    elif before.is_open and not ends.is_open:
        close_link(by=author, subject=row.id, at=at)
    if move in _CHANGES_HANDS:
        move_link(subject=row.id, site=row.recipient_site, team=row.recipient_team, holder=row.holder)
    if move is Move.RECEIVE:
        begun = begin_delegation(uptake=row.id, by=author, on=on, at=at)
        if begun is not None:
            carry_link(by=author, subject=row.id, to=begun.id, kind="DELEGATION", at=at)
    if before.received_on is not None and ends.received_on is None:
        undo_beginning(uptake=row.id, by=author, reason=move.value, on=on, at=at)
    if ends.state in _ENDS_A_PROPOSAL:
        cancel_delegation(uptake=row.id, by=author, reason=ends.state.value, on=on, at=at)
