"""What was asked for the people one follows and is still under way: whose turn it is, what, by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.apps.people.queries import people_visible_to
from maillage.apps.referrals.queries import UptakeSeen, seen, uptakes_visible_to
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Turn


@dataclass(frozen=True)
class UnderWay:
    """What the partners have to do for the people followed, the most urgent first, and how many there are in all."""

    uptakes: tuple[UptakeSeen, ...]
    count: int
    late_count: int


def under_way(actor: Actor, *, on: date, limit: int = 30) -> UnderWay:
    """List what partners have not ended for the people that an actor follows, what is late first."""
    followed = people_visible_to(actor, on=on).filter(lead_organisation=actor.organisation).values("pk")
    rows = uptakes_visible_to(actor, on=on).filter(person__in=followed, is_open=True, turn=Turn.RECIPIENT.value)
    found = tuple(seen(row, on=on) for row in rows.order_by("due_on", "pk")[:limit])
    count = len(found) if len(found) < limit else rows.count()
    return UnderWay(found, count, rows.filter(due_on__lt=on).count())
