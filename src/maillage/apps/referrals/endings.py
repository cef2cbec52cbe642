"""Why what was sent came to nothing: the reasons of refusals and failures of a cohort, beside those of the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from maillage.apps.people.acting import as_system
from maillage.apps.referrals.models import UptakeEvent
from maillage.apps.referrals.permissions import TABLE
from maillage.apps.referrals.rates import SMALLEST_CELL, Cohort, former, sent_of
from maillage.domain.accounts import Actor
from maillage.domain.permissions import Relation, require
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.reasons import FailureReason, RefusalReason

_ENDED = (UptakeState.REFUSED.value, UptakeState.FAILED.value, UptakeState.REDIRECTED.value)
_REASONS: Mapping[str, type[Enum]] = {Move.REFUSE.value: RefusalReason, Move.FAIL.value: FailureReason}


@dataclass(frozen=True)
class Ending:
    """How often a reason ended a request in a cohort and in the one before; ``None`` is suppressed, being small."""

    reason: RefusalReason | FailureReason
    count: int | None
    before: int | None


def endings(actor: Actor, cohort: Cohort) -> tuple[Ending, ...]:
    """List why requests of a cohort were refused or failed, the most frequent first; small numbers are suppressed.

    A reason too small to be shown in both cohorts is left out. When only one is small, the smallest other is hidden
    too, so that no total tells it.

    Raises:
        NotPermitted: the role reads no rates.
    """
    require(TABLE, "READ_RATES", actor, Relation.ORGANISATION)
    with as_system("referrals.rates"):
        now, before = _counts(actor, cohort), _counts(actor, former(cohort))
    shown, shown_before = _shown(now), _shown(before)
    found = [Ending(reason, shown.get(reason), shown_before.get(reason)) for reason in {*now, *before}]
    told = [one for one in found if one.count is not None or one.before is not None]
    return tuple(sorted(told, key=lambda one: (-(one.count or 0), -(one.before or 0), one.reason.name)))


def _counts(actor: Actor, cohort: Cohort) -> Counter[RefusalReason | FailureReason]:
    ended = sent_of(actor, cohort).filter(state__in=_ENDED)
    rows = UptakeEvent.objects.filter(uptake__in=ended, kind__in=_REASONS).order_by("uptake", "sequence")
    last: dict[object, RefusalReason | FailureReason] = {}
    for uptake, kind, reason in rows.values_list("uptake", "kind", "reason").iterator(chunk_size=10_000):
        known = _REASONS[kind].__members__.get(reason)
        if isinstance(known, RefusalReason | FailureReason):
            last[uptake] = known
    return Counter(last.values())


def _shown(
    counts: Mapping[RefusalReason | FailureReason, int],
) -> dict[RefusalReason | FailureReason, int]:
    small = {reason for reason, count in counts.items() if count < SMALLEST_CELL}
    if len(small) == 1:
        others = sorted((count, reason.name, reason) for reason, count in counts.items() if reason not in small)
        small |= {reason for _count, _name, reason in others[:1]}
    return {reason: count for reason, count in counts.items() if reason not in small}
