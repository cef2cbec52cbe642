"""Invented people around Le Blanc and Haguenau, and half a year of what became of them, made as anybody would make it.

Every step goes through the use case that a person would use, on its day: histories, delays, rates and inboxes are true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from maillage.apps.accounts import demonstration as accounts
from maillage.apps.accounts.queries import account_with, actor_of, memberships_of
from maillage.apps.catalogue import demonstration as catalogue
from maillage.apps.people.acting import as_system
from maillage.apps.people.drafts import PersonDraft
from maillage.apps.people.use_cases import create_person
from maillage.apps.referrals import demonstration_stories as told
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.demonstration_stories import STORIES, Step
from maillage.apps.referrals.models import Referral
from maillage.apps.referrals.use_cases import receptions, sending, walk_ins
from maillage.apps.referrals.use_cases.answering import appoint
from maillage.apps.referrals.use_cases.clock import run_clock
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.apps.referrals.use_cases.receptions import HelpGiven
from maillage.apps.referrals.use_cases.sending import Address, Request
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import OutcomeSaid, OutcomeSource
from maillage.domain.shared import MaillageError

DIGITAL, DELEGATED = "demonstration--ilot-numerique-le-blanc--accueil", "2021-ml-alsace-nord--delegation-16-25"
NEAR_DIGITAL = "france-services--1304--accueil"
AROUND = {DIGITAL: "36018", DELEGATED: "67180"}
HALF = 90
"""Days of each of the two cohorts: the officer compares the last one with the one before."""
VISITED_DAYS = 30
SUNDAY = 6
WHY = {DIGITAL: "Actualiser sa situation en ligne, avec quelqu’un à côté", DELEGATED: "Accompagnement vers l’emploi"}
SENDERS = {DIGITAL: ("amel", "amel", "yann"), DELEGATED: ("claire",)}
RECIPIENT = {DIGITAL: "farid", DELEGATED: "bruno"}
PLACE = {DIGITAL: "Bureau de poste du Blanc", DELEGATED: "Mission locale, siège de Haguenau"}


@dataclass(frozen=True)
class Told:
    """One invented person sent once: how many days ago, where, and which story follows; ``number`` names the person."""

    number: int
    days_ago: int
    service: str
    story: str


@dataclass(frozen=True)
class _Moment:
    """Something to do at a moment, once what comes before it is done."""

    at: datetime
    order: int
    act: Callable[[datetime], object]


def load(*, at: datetime) -> int:
    """Load the people of the demonstration and what became of them; gives how many were sent.

    Nothing where an operator opened accounts or brought places, or where referrals are already kept: loading again
    changes nothing.
    """
    if not accounts.is_loaded() or accounts.holds_other_accounts() or catalogue.holds_other_files():
        return 0
    with as_system("referrals.demonstration"):
        if Referral.objects.exists():
            return 0
    with transaction.atomic():
        teller = _Teller(at)
        for moment in sorted(teller.moments(), key=lambda one: (one.at, one.order)):
            moment.act(moment.at)
        return teller.sent_count


def stories() -> tuple[Told, ...]:
    """Give every story of the demonstration: the three months before spread over their days, then the last three."""
    halves = (
        (DIGITAL, told.FORMER_DIGITAL, HALF + 1),
        (DIGITAL, told.RECENT_DIGITAL, 1),
        (DELEGATED, told.FORMER_DELEGATED, HALF + 1),
        (DELEGATED, told.RECENT_DELEGATED, 1),
    )
    found: list[Told] = []
    for service, counted, first in halves:
        names = told.laid_out(counted)
        for rank, story in enumerate(names):
            days = first + (HALF - 2) * (len(names) - rank) // (len(names) + 1)
            found.append(Told(len(found), days, service, story))
    now = (("appointed", 9, 2), ("silence", 3, 3), ("study", 6, 2), ("silence", 16, 2), ("accepted", 30, 1))
    for service in (DIGITAL, DELEGATED):
        for story, days, count in now:
            found += [Told(len(found) + more, days, service, story) for more in range(count)]
    return tuple(found)


class _Teller:
    """Tells the stories, each at its time."""

    def __init__(self, at: datetime) -> None:
        self.at, self.today = at, timezone.localdate(at)
        self.sent_count = 0
        self._uptakes: dict[int, UUID] = {}
        self._memberships = {name: self._membership(name) for name in ("amel", "yann", "claire", "bruno", "farid")}
        self._sites = {service: self.actor(name, 0).site for service, name in RECIPIENT.items()}

    def _membership(self, name: str) -> tuple[UUID, UUID]:
        account = account_with(f"{name}@{accounts.DOMAIN}")
        if account is None:
            raise MaillageError(f"The demonstration has no account « {name} ».")
        return account, memberships_of(account, self.today)[0].membership

    def actor(self, name: str, days_ago: int) -> Actor:
        """Give somebody of the demonstration as they were some days ago."""
        found = actor_of(*self._memberships[name], self.today - timedelta(days=days_ago))
        if found is None:
            raise MaillageError(f"« {name} » cannot act in the demonstration.")
        return found

    def when(self, days_ago: int, hour: int = 9, minute: int = 0) -> datetime:
        """Give a moment of a day some days ago (negative: to come)."""
        day = self.today - timedelta(days=days_ago)
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def moments(self) -> Iterator[_Moment]:
        """Give everything to do, in no order."""
        for number, one in enumerate(stories()):
            yield _Moment(self.when(one.days_ago, 9, number % 60), number, self._sending(one))
            for rank, step in enumerate(STORIES[one.story]):
                if one.days_ago - step.after > 0:
                    moment = self.when(one.days_ago - step.after, 10 + rank, number % 60)
                    yield _Moment(moment, number, self._step(one, step))
        for days in range(2 * HALF, 0, -7):
            yield _Moment(self.when(days, 20), 0, lambda at: run_clock(at=at))
        yield from (_Moment(self.when(days, 18), 0, self._visits) for days in range(VISITED_DAYS, 0, -1))
        yield _Moment(self.when(1, 16), 0, self._beside)

    def _sending(self, one: Told) -> Callable[[datetime], object]:
        def send(at: datetime) -> None:
            sender = self.actor(self._sender(one), one.days_ago)
            person = create_person(by=sender, draft=self._draft(one, timezone.localdate(at)), at=at)
            request = self._request(one.service, timezone.localdate(at))
            try:
                made = sending.send_referral(actor=sender, person=person, request=request, at=at)
            except SendingRefused:
                return  # the door was not open on that day: nobody was sent through it
            self._uptakes[one.number] = made.uptakes[0].uptake
            self.sent_count += 1

        return send

    def _sender(self, one: Told) -> str:
        names = SENDERS[one.service]
        return names[one.number % len(names)]

    def _request(self, service: str, on: date) -> Request:
        delegated = service == DELEGATED
        return Request((Address(service, self._sites[service]),), why=WHY[service], agreed_on=on if delegated else None)

    def _draft(self, one: Told, on: date) -> PersonDraft:
        number, young = one.number, one.service == DELEGATED
        given = told.GIVEN[number % len(told.GIVEN)]
        family = told.FAMILY[number * 5 % len(told.FAMILY)]
        age = 17 + number % 8 if young else 24 + number * 7 % 34
        groups = ("jeunes",) if young else (("LONG_TERM",) if number % 2 else ())
        return PersonDraft(
            given_name=given,
            family_name=family,
            municipality=AROUND[one.service],
            birth_date=date(on.year - age, 1 + number % 5, 1 + number % 28),
            telephone=told.PORTABLE.format(number) if number % 7 else "",
            prefers_to_be_called=number % 4 == 0,
            no_voicemail=number % 9 == 0,
            registered=True,
            registered_since=on - timedelta(days=120 + number * 11 % 600),
            target_groups=groups,
            external_id=f"DEMO-{number:04d}",
        )

    def _step(self, one: Told, step: Step) -> Callable[[datetime], object]:
        def act(at: datetime) -> None:
            uptake = self._uptakes.get(one.number)
            if uptake is None:
                return
            on = timezone.localdate(at)
            name = self._sender(one) if step.is_by_sender else RECIPIENT[one.service]
            actor = actor_of(*self._memberships[name], on) or self.actor(name, 0)
            if step.move is Move.APPOINT:
                hour = time(9 + one.number % 8, 30)
                starts_at = timezone.make_aware(datetime.combine(on + timedelta(days=step.ahead), hour))
                appoint(actor=actor, uptake=uptake, starts_at=starts_at, place=PLACE[one.service], at=at)
            else:
                move_uptake(actor=actor, uptake=uptake, move=step.move, said=_said(step, on), at=at)

        return act

    def _visits(self, at: datetime) -> None:
        """Count the visits of a day at the digital point, closed on Sundays."""
        days, point = (self.today - timezone.localdate(at)).days, DIGITAL.removesuffix("--accueil")
        for rank, help_given in enumerate(HelpGiven):
            count = (days * 3 + rank * 5) % (7 - rank) if at.weekday() != SUNDAY else 0
            if count:
                farid = self.actor("farid", days)
                receptions.count_visits(actor=farid, access_point=point, help_given=help_given, count=count, at=at)

    def _beside(self, at: datetime) -> None:
        """Tell what no sending begins: a draft, a redirection, who came by themselves, whoever waits to be sent."""
        amel, farid = self.actor("amel", 1), self.actor("farid", 1)
        draft = sending.prepare_referral
        people = [create_person(by=amel, draft=one, at=at) for one in self._unsent()]
        draft(actor=amel, person=people[1], request=self._request(DIGITAL, self.today), at=at)
        refused = [one for one in stories() if one.service == DIGITAL and one.story == "full"][-1]
        self._redirect(refused, at)
        for given, person in (("Odile", people[2]), ("Odette", None)):
            visitor = walk_ins.Visitor("Ricochet", given, None, amel.organisation, amel.site)
            came = walk_ins.tell_walk_in(
                actor=farid, visitor=visitor, service=DIGITAL, came_on=timezone.localdate(at), at=at
            )
            if person is not None:
                walk_ins.confirm_walk_in(actor=amel, walk_in=came, person=person, at=at + timedelta(minutes=5))

    def _redirect(self, one: Told, at: datetime) -> None:
        uptake = self._uptakes.get(one.number)
        if uptake is None:
            return
        sender, elsewhere = self.actor(self._sender(one), 1), Request((Address(NEAR_DIGITAL),), why=WHY[DIGITAL])
        sending.redirect(actor=sender, uptake=uptake, request=elsewhere, at=at)

    def _unsent(self) -> Iterator[PersonDraft]:
        """Give those whom nobody sent: the journey of the first is to be made, beside her, in the demonstration."""
        since = self.today - timedelta(days=425)
        names = (("Aïcha", "Ricochet", 34), ("Lucien", "Ricochet", 51), ("Odile", "Ricochet", 46))
        for rank, (given, family, age) in enumerate(names):
            yield PersonDraft(
                given_name=given,
                family_name=family,
                municipality="36018",
                birth_date=date(self.today.year - age, 1, 12 + rank),
                telephone=told.PORTABLE.format(9000 + rank),
                registered=True,
                registered_since=since,
                barriers=("mobilite",),
                external_id=f"DEMO-9{rank:03d}",
            )


def _said(step: Step, on: date) -> Said:
    outcome = OutcomeSaid(step.outcome, on, OutcomeSource.PARTNER) if step.outcome else None
    day = on + timedelta(days=step.ahead) if step.ahead else None
    rank = 1 if step.move is Move.WAIT_FOR_PLACE else None
    return Said(reason=step.reason, day=day, rank=rank, outcome=outcome, reported_with=step.reported_with)
