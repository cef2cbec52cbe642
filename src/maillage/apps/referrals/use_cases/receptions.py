"""How a recipient takes people, and how many came to an access point."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from maillage.apps.audit.use_cases import record_event
from maillage.apps.catalogue.queries import find_access_point
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.models import AccessPointVisit, Reception
from maillage.apps.referrals.permissions import TABLE
from maillage.domain.accounts import Actor
from maillage.domain.permissions import Relation, require
from maillage.domain.referrals.reasons import Channel

VISITS_AT_ONCE_MOST = 500


class HelpGiven(Enum):
    """What somebody was helped with at an access point."""

    EQUIPMENT = "EQUIPMENT"
    """A computer, a printer, a connection."""
    ONLINE_PROCEDURE = "ONLINE_PROCEDURE"
    JOB_SEARCH = "JOB_SEARCH"
    ACCOUNT = "ACCOUNT"
    """A personal space, a password, an e-mail address."""
    GUIDANCE = "GUIDANCE"
    """Shown where to go."""
    OTHER = "OTHER"


def set_reception(  # noqa: PLR0913 (keyword-only: whose, by which channel, closed when)
    *,
    actor: Actor,
    site: UUID | None,
    channel: Channel,
    at: datetime,
    closed_from: date | None = None,
    closed_until: date | None = None,
    closed_why: str = "",
    commission_days: Collection[date] = (),
) -> None:
    """Say how one's organisation, or one of its sites, takes people.

    Raises:
        NotPermitted: the role forbids it.
        SendingRefused: the days of closing are out of order.
    """
    require(TABLE, "SET_RECEPTION", actor, Relation.ORGANISATION)
    if closed_until is not None and (closed_from is None or closed_until <= closed_from):
        raise SendingRefused(
            "La réouverture vient après la fermeture : corrigez les deux jours.",
            "The reopening comes after the closing: correct both days.",
        )
    with transaction.atomic():
        Reception.objects.update_or_create(
            organisation=actor.organisation,
            site=site,
            defaults={
                "channel": channel.value,
                "closed_from": closed_from,
                "closed_until": closed_until,
                "closed_why": closed_why.strip()[:200],
                "commission_days": sorted(day.isoformat() for day in commission_days),
            },
        )
        subject = f"reception:{actor.organisation}:{site or ''}"
        record_event(by=actor, what="set_reception", subject=subject, at=at)


def count_visits(  # noqa: PLR0913 (keyword-only: where, of what, how many, when)
    *, actor: Actor, access_point: str, help_given: HelpGiven, at: datetime, count: int = 1, on: date | None = None
) -> int:
    """Count visits of a day at an access point, with the help given; gives the count of that day and that help.

    Nobody is named and nothing else is kept.

    Raises:
        NotPermitted: the role counts no visits, or the place is another organisation's.
        SendingRefused: the number or the day cannot be.
    """
    today = timezone.localdate(at)
    _permit_counting(actor, access_point, on=today)
    day = on or today
    if not 0 < count <= VISITS_AT_ONCE_MOST or day > today:
        raise SendingRefused(
            f"Comptez de 1 à {VISITS_AT_ONCE_MOST} visites, au plus tard aujourd’hui.",
            f"Count from 1 to {VISITS_AT_ONCE_MOST} visits, today at the latest.",
        )
    named = {"access_point": access_point, "on": day, "help_given": help_given.value}
    with transaction.atomic():
        AccessPointVisit.objects.get_or_create(**named, defaults={"count": 0})
        AccessPointVisit.objects.filter(**named).update(count=F("count") + count)
        record_event(by=actor, what="count_visits", subject=f"access_point:{access_point}", at=at)
        return AccessPointVisit.objects.values_list("count", flat=True).get(**named)


def take_visit_back(*, actor: Actor, access_point: str, help_given: HelpGiven, at: datetime) -> int:
    """Take back one visit of today counted by mistake; gives what is left of that help. Other days are not changed.

    Raises:
        NotPermitted: the role counts no visits, or the place is another organisation's.
        SendingRefused: nothing of that help was counted today.
    """
    today = timezone.localdate(at)
    _permit_counting(actor, access_point, on=today)
    named = {"access_point": access_point, "on": today, "help_given": help_given.value}
    with transaction.atomic():
        if not AccessPointVisit.objects.filter(**named, count__gt=0).update(count=F("count") - 1):
            raise SendingRefused(
                "Aucune visite de ce genre n’a été comptée aujourd’hui : il n’y a rien à retirer.",
                "No visit of that kind was counted today: there is nothing to take back.",
            )
        record_event(by=actor, what="take_visit_back", subject=f"access_point:{access_point}", at=at)
        return AccessPointVisit.objects.values_list("count", flat=True).get(**named)


def _permit_counting(actor: Actor, access_point: str, *, on: date) -> None:
    place = find_access_point(access_point, on=on)
    ours = place is None or place.organisation == actor.organisation
    require(TABLE, "COUNT_VISITS", actor, Relation.ORGANISATION if ours else Relation.NONE)
