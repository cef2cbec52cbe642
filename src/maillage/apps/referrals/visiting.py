"""How many came to an access point this week, as who counts them reads it: nobody is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from maillage.apps.referrals.models import AccessPointVisit
from maillage.apps.referrals.permissions import TABLE
from maillage.domain.accounts import Actor
from maillage.domain.permissions import Relation, require

DAYS_SHOWN = 7


@dataclass(frozen=True)
class WeekOfVisits:
    """The counts of seven days by help given, the last day last; a help nobody got is absent."""

    days: tuple[date, ...]
    counts: Mapping[str, tuple[int, ...]]

    @property
    def totals(self) -> tuple[int, ...]:
        """How many came each day."""
        return tuple(sum(counts[rank] for counts in self.counts.values()) for rank in range(len(self.days)))


def week_of_visits(actor: Actor, access_point: str, *, on: date) -> WeekOfVisits:
    """Give the counts of the seven days up to ``on`` at a place of one's organisation.

    Raises:
        NotPermitted: the role counts no visits.
    """
    require(TABLE, "COUNT_VISITS", actor, Relation.ORGANISATION)
    days = tuple(on - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1))
    rows = AccessPointVisit.objects.filter(access_point=access_point, on__gte=days[0], on__lte=on, count__gt=0)
    counts: dict[str, list[int]] = {}
    for day, help_given, count in rows.values_list("on", "help_given", "count"):
        counts.setdefault(help_given, [0] * DAYS_SHOWN)[days.index(day)] = count
    return WeekOfVisits(days, {name: tuple(found) for name, found in sorted(counts.items())})
