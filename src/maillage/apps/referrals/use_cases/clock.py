"""What time does: reminders, expiries, and places kept for those who wait. Run it as often as wished: it acts once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from maillage.apps.accounts.queries import find_member
from maillage.apps.agreements.queries import LoadedAgreements, agreements_in
from maillage.apps.delegation.mapping import DelegationSeen
from maillage.apps.delegation.use_cases import clauses_waited_for, give_places_to_waiting
from maillage.apps.delegation.writing import writing_as_system
from maillage.apps.people.acting import as_system
from maillage.apps.referrals.mapping import CLOCK
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.moving import Said, UptakeChanged, record_move
from maillage.domain.referrals import Move, MoveRefused, UptakeState

BATCH = 500


@dataclass(frozen=True)
class ClockReport:
    """What a run of the clock did.

    ``skipped_count`` is of those somebody acted on at the same moment; ``returned_count`` of the items given back to
    their team because whoever held them has left.
    """

    reminded_count: int
    expired_count: int
    placed_count: int
    skipped_count: int
    returned_count: int = 0


def run_clock(*, at: datetime, loaded: LoadedAgreements | None = None) -> ClockReport:
    """Expire what nobody answered, remind of what is awaited, keep the places that came free. Each in a transaction."""
    on = timezone.localdate(at)
    expired, lost_one = _move_all("expire_on", Move.EXPIRE, at)
    reminded, lost_other = _move_all("remind_on", Move.REMIND, at)
    texts = loaded or agreements_in()
    placed = 0
    for clause in clauses_waited_for(texts, on=on):
        with writing_as_system("referrals.clock"):
            served = give_places_to_waiting(clause, by=CLOCK, at=at)
            placed += sum(tell_place_kept(one, at=at) for one in served)
    return ClockReport(reminded, expired, placed, lost_one + lost_other, _return_from_those_who_left(at))


def _move_all(column: str, move: Move, at: datetime) -> tuple[int, int]:
    done = lost = 0
    for uptake in _due(column, at):
        try:
            with writing_as_system("referrals.clock"):
                row = Uptake.objects.get(pk=uptake)
                record_move(row, move, Said(), CLOCK, at=at)
                done += 1
        except (MoveRefused, UptakeChanged):
            lost += 1
    return done, lost


def _return_from_those_who_left(at: datetime) -> int:
    """Give back to their teams the items of members who have left; whoever is only away has a stand-in."""
    with as_system("referrals.clock"):
        held = Uptake.objects.filter(is_open=True, holder__isnull=False)
        holders = list(held.values_list("holder", flat=True).distinct().order_by())
    gone = [holder for holder in holders if holder is not None and _has_left(holder)]
    with as_system("referrals.clock"):
        uptakes = list(Uptake.objects.filter(is_open=True, holder__in=gone).values_list("pk", flat=True))
    for uptake in uptakes:
        with writing_as_system("referrals.clock"):
            record_move(Uptake.objects.get(pk=uptake), Move.RETURN, Said(), CLOCK, at=at)
    return len(uptakes)


def _has_left(membership: UUID) -> bool:
    member = find_member(membership)
    return member is None or member.ended_at is not None or member.is_frozen


def _due(column: str, at: datetime) -> Iterator[UUID]:
    """Walk what is due, a batch at a time: what was done leaves the index, what was lost is not met again."""
    day = timezone.localdate(at)
    met: set[UUID] = set()
    while True:
        with as_system("referrals.clock"):
            rows = Uptake.objects.filter(**{f"{column}__lte": day}).exclude(pk__in=met).order_by(column, "pk")
            found = list(rows.values_list("pk", flat=True)[:BATCH])
        if not found:
            return
        yield from found
        with as_system("referrals.clock"):
            met.update(Uptake.objects.filter(pk__in=found, **{f"{column}__lte": day}).values_list("pk", flat=True))


def tell_place_kept(delegation: DelegationSeen, *, at: datetime) -> bool:
    """Say on the uptake of a delegation that a place is kept; gives whether it still waited."""
    if delegation.uptake is None:
        return False
    row = Uptake.objects.filter(pk=delegation.uptake, state=UptakeState.WAITING_FOR_PLACE.value).first()
    if row is None:
        return False
    day = timezone.localdate(at)
    record_move(row, Move.UPDATE_PLACE, Said(day=day, details={"place_kept": True}), CLOCK, at=at)
    return True
