"""Data leave on time, context by context: the file first, then what sharing, delegations and referrals keep of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.apps.accounts.use_cases.retention import let_traces_leave
from maillage.apps.delegation.keeping import forget_delegations
from maillage.apps.delegation.writing import writing_as_system
from maillage.apps.people.use_cases import erase_person, let_leave
from maillage.apps.people.use_cases.records import permitted_person
from maillage.apps.people.use_cases.retention import Leaving
from maillage.apps.referrals.models import Outcome, Referral, RequestKept, Uptake, UptakeEvent, UptakeGroup, WalkIn
from maillage.apps.referrals.use_cases.wills import hide_requests, withdraw_hidden
from maillage.apps.sharing.rights import forget as forget_wills
from maillage.domain.accounts import Actor, Author

WALK_IN_KEPT = timedelta(days=90)
"""How long the name of somebody who came without being sent waits for an adviser to confirm it."""
REQUEST_KEPT = timedelta(days=30)
"""How long the same request made twice still counts once."""
COUNTED = ("day", "rank", "corrects")
"""What of an event the figures are made from; the rest tells the person's life."""


def let_everything_leave(*, at: datetime) -> Leaving:
    """Remove what nothing allows to keep any longer, in one transaction: interrupted, nothing is half forgotten."""
    with transaction.atomic():
        leaving = let_leave(at=at)
        _forget_all(leaving.people)
        with writing_as_system("referrals.retention"):
            WalkIn.objects.filter(told_at__lt=at - WALK_IN_KEPT, answered_at=None).update(
                family_name="", given_name="", birth_date=None, answered_at=at
            )
            RequestKept.objects.filter(at__lt=at - REQUEST_KEPT).delete()
        let_traces_leave(at=at)
    return leaving


def erase_everything(*, by: Actor, person: UUID, asked_on: date, at: datetime) -> None:
    """Remove the file of a person at once with all that the contexts keep of them, because they asked for it.

    What partners still have to do for them is withdrawn first: each learns that nobody will come.

    Raises:
        PersonNotFound: no such person, or not to be seen.
        NotPermitted: the actor does not follow the person.
    """
    permitted_person(by, person, "erase_person", on=timezone.localdate(at))
    with transaction.atomic():
        withdraw_hidden(hide_requests(person, "", at), Author.of(by), at=at)
        erase_person(by=by, person=person, asked_on=asked_on, at=at)
        _forget_all([person])


def forget(people: Collection[UUID]) -> int:
    """Forget who the requests were about; gives how many requests there were.

    What remains counts in the rates and tells of nobody: the days, the services and the states, under an id that leads
    to no file and no journal. Reasons, wishes, places, names on the telephone, proofs and groups go.
    """
    with writing_as_system("referrals.forget"):
        count = Referral.objects.filter(person__in=people).count()
        for person in people:
            nobody = uuid4()
            uptakes = list(Uptake.objects.filter(person=person).values_list("pk", flat=True))
            Referral.objects.filter(person=person).update(person=nobody, why="", wish="")
            Uptake.objects.filter(person=person).update(
                person=nobody, code_digest=None, appointment_at=None, appointment_place="", appointment_manner=""
            )
            UptakeGroup.objects.filter(uptake__in=uptakes).delete()
            # Straight to the rows: their own door lets nothing change.
            QuerySet(Outcome).filter(uptake__in=uptakes).update(proof="")
            events: QuerySet[UptakeEvent] = QuerySet(UptakeEvent)
            for event in events.filter(uptake__in=uptakes):
                kept = {name: event.data[name] for name in COUNTED if name in event.data}
                events.filter(pk=event.pk).update(data=kept, reported_with="")
    return count


def _forget_all(people: Collection[UUID]) -> None:
    forget_wills(people)
    forget_delegations(people)
    forget(people)
