"""The people of the matrix: whoever asks is of France Travail, and each relation names a person, what was sent of them..."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from maillage.apps.accounts import models as accounts
from maillage.apps.delegation.models import Delegation
from maillage.apps.people.identifiers import hash_of
from maillage.apps.people.models import HealthFacts, Link, Person
from maillage.apps.referrals.models import OwnForm, Referral, Uptake, UptakeEvent, WalkIn
from maillage.apps.sharing.models import Consent, FollowLink
from maillage.apps.sharing.queries import digest_of
from maillage.domain.accounts import Role
from tests.engine.pdf_forms import form
from tests.permissions.world import FT, ML, NOWHERE, VISITOR, WITHOUT_MEMBERSHIP, _account, _session

REVOKED, FROZEN = "revoked", "frozen"
OUTSIDERS = (VISITOR, WITHOUT_MEMBERSHIP, REVOKED, FROZEN)
ASKING = (*OUTSIDERS, *(role.value for role in Role))
THIRD = "passerelle"
SERVICE = "mission-locale--67180S00--accueil"
LONG_AGO = datetime(2025, 1, 1, 9, tzinfo=UTC)
SECRET = "Zephyrine"
"""How the family name of everybody here begins: a page that must show nothing of a person does not hold it.

It is written alike in a page, in JSON and in a table. What follows tells one person from another.
"""
ABOUT_PEOPLE = frozenset({"person", "other", "uptake", "referral", "delegation", "walk_in", "consent"})
"""What an address may name that is about somebody."""
FOLLOWED = ("own", "team", "site")
"""The relations by which the actors' side follows the person; ``own``: each actor has one of their own."""
NOT_FOLLOWED = ("colleague", "other-site")
RECEIVED = ("open", "surviving", "other-team", "closed", "objected", "lapsed")
"""The relations by which the actors' side receives or received the person, whom the Mission locale follows."""
FOREIGN = ("other-agreement", "other-organisation", "unknown")
RELATIONS = (*FOLLOWED, *NOT_FOLLOWED, *RECEIVED, *FOREIGN)


@dataclass
class PeopleWorld:
    """A session for each who asks, and what each relation names to each of them."""

    cookies: dict[str, str] = field(default_factory=dict)
    memberships: dict[str, UUID | None] = field(default_factory=dict)
    named: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def client_of(self, actor: str) -> Client:
        client = Client(raise_request_exception=False)
        if actor in self.cookies:
            client.cookies["sessionid"] = self.cookies[actor]
        return client

    def arguments(self, names: tuple[str, ...], actor: str, relation: str, action: str) -> dict[str, Any]:
        """Give what an address holds; ``unknown`` names what never was."""
        things = self.named.get((actor, relation)) or self.named.get(("", relation), {})
        return {name: action if name == "action" else things.get(name, NOWHERE) for name in names}


def build_people() -> PeopleWorld:
    world = PeopleWorld()
    for organisation in (FT, ML, THIRD):
        OwnForm.objects.create(
            organisation=organisation, content=form("Nom"), fields=["Nom"], filled_by={"Nom": "family_name"},
            put_in_at=LONG_AGO, put_in_by=uuid4(),
        )  # fmt: skip
    sites = [accounts.Site.objects.create(organisation=FT, name=name, level="AGENCY") for name in ("Ici", "Ailleurs")]
    teams = [accounts.Team.objects.create(site=sites[0], name=name) for name in ("Accueil", "Emploi")]
    memberships = world.memberships = {actor: _actor(world, actor, sites[0], teams[0]) for actor in ASKING[1:]}
    here, elsewhere, mine, other = (one.pk for one in (*sites, *teams))
    lead: dict[str, dict[str, Any]] = {
        "team": {"lead_team": mine, "lead_site": here},
        "site": {"lead_site": here},
        "colleague": {"lead_adviser": uuid4(), "lead_site": here},
        "other-site": {"lead_site": elsewhere},
    }
    for relation, side in lead.items():
        world.named["", relation] = _things({"lead_organisation": FT, **side}, {"organisation": ML})
    for actor in ASKING[1:]:
        if membership := memberships[actor]:
            side = {"lead_organisation": FT, "lead_site": here, "lead_adviser": membership}
            world.named[actor, "own"] = _things(side, {"organisation": ML})
    now, led = timezone.now(), {"lead_organisation": ML, "lead_adviser": uuid4()}
    received: dict[str, dict[str, Any]] = {
        "open": {"site": here},
        "surviving": {"site": here, "agreement": "2020-ended"},
        "other-team": {"team": other, "site": here},
        "closed": {"site": here, "closed_at": now},
        "objected": {"site": here, "objected_at": now},
        "lapsed": {"site": here, "until": timezone.localdate(now)},
    }
    for relation, link in received.items():
        world.named["", relation] = _things(led, {"organisation": FT, **link})
    world.named["", "other-agreement"] = _things(led, {"organisation": THIRD, "agreement": "2024-other"})
    world.named["", "other-organisation"] = _things(led, None)
    return world


def _actor(world: PeopleWorld, actor: str, site: accounts.Site, team: accounts.Team) -> UUID | None:
    account = _account(f"people-{actor.lower()}")
    if actor == WITHOUT_MEMBERSHIP:
        world.cookies[actor] = _session(account, None)
        return None
    role = actor if actor in Role.__members__ else Role.ADVISER.value
    membership = accounts.Membership.objects.create(
        account=account, organisation=FT, site=site, role=role, valid_from=date(2025, 1, 1)
    )
    membership.teams.add(team)
    world.cookies[actor] = _session(account, membership)
    if actor == REVOKED:
        accounts.Membership.objects.filter(pk=membership.pk).update(ended_at=timezone.now())
    if actor == FROZEN:
        accounts.Account.objects.filter(pk=account.pk).update(frozen_at=timezone.now(), frozen_why="tests")
    return membership.pk


def _things(lead: dict[str, Any], link: dict[str, Any] | None) -> dict[str, Any]:
    """Make a person and one of each thing about them: sent by who follows to who is linked (the third when nobody)."""
    person = _person(lead)
    to = {"organisation": THIRD, **(link or {})}
    sender = {name.replace("lead", "sender").replace("adviser", "membership"): value for name, value in lead.items()}
    sender.setdefault("sender_membership", uuid4())
    referral = Referral.objects.create(
        person=person.pk, chain=uuid4(), made_at=LONG_AGO, why=f"Pour {SECRET}", wish=f"Souhait de {SECRET}", **sender
    )
    uptake = _uptake(person, referral, sender, to)
    if link is not None:
        shared = {"kind": "REFERRAL", "subject": uptake.pk, "opened_at": LONG_AGO, "article": "1"}
        passed = ["given_name", "family_name", "telephone"]
        Link.objects.create(person=person, passed_fields=passed, **lead, **shared, **link)
    token = f"lien-{referral.pk}"
    FollowLink.objects.create(
        person_id=person.pk, subject=referral.pk, token_hash=digest_of(token), made_at=LONG_AGO,
        until=timezone.now() + timedelta(days=30),
    )  # fmt: skip
    return {
        "token": token,
        "person": person.pk,
        "other": _person(lead).pk,
        "referral": referral.pk,
        "uptake": uptake.pk,
        "delegation": _delegation(person, lead, to).pk,
        "walk_in": _walk_in(lead).pk,
        "consent": Consent.objects.create(
            person_id=person.pk, organisation=ML, agreement="a", clause="c", how="SPOKEN", given_on=date(2025, 1, 1),
            recorded_at=LONG_AGO,
        ).pk,
    }  # fmt: skip


def _person(lead: dict[str, Any]) -> Person:
    person = Person.objects.create(
        given_name="Ada", family_name=f"{SECRET}{uuid4().hex}", municipality="36018", telephone="01 99 00 00 01",
        created_at=LONG_AGO,
        last_contact_on=timezone.localdate(), registered=True, **lead,
    )  # fmt: skip
    Person.objects.filter(pk=person.pk).update(external_id_hash=hash_of(str(person.pk), person.lead_organisation))
    HealthFacts.objects.create(person=person)
    return person


def _uptake(person: Person, referral: Referral, sender: dict[str, Any], to: dict[str, Any]) -> Uptake:
    is_closed, now = "closed_at" in to, timezone.now()
    kinds = ("PREPARE", "SEND", "ACCEPT", "APPOINT", "WITHDRAW")[: 5 if is_closed else 4]
    today = timezone.localdate(now)
    uptake = Uptake.objects.create(
        referral=referral, person=person.pk, service=SERVICE, service_name="Atelier", channel="INBOX",
        basis="AGREEMENT", agreement=to.get("agreement", ""), recipient_organisation=to["organisation"],
        recipient_site=to.get("site"), recipient_team=to.get("team"), objected_at=to.get("objected_at"),
        until=to.get("until"), state="WITHDRAWN" if is_closed else "APPOINTED",
        turn="NOBODY" if is_closed else "RECIPIENT", is_open=not is_closed, sequence=len(kinds), since=today,
        sent_on=today, accepted_on=today, appointment_on=today, appointment_at=now + timedelta(hours=1), **sender,
    )  # fmt: skip
    UptakeEvent.objects.bulk_create(
        UptakeEvent(
            uptake=uptake, sequence=number, kind=kind, by_name="Quelqu’un", recorded_at=LONG_AGO,
            effective_on=today - timedelta(days=1), reason="OBJECTION" if kind == "WITHDRAW" else "",
            data={"day": today.isoformat()} if kind == "APPOINT" else {},
        )
        for number, kind in enumerate(kinds, 1)
    )  # fmt: skip
    return uptake


def _delegation(person: Person, lead: dict[str, Any], to: dict[str, Any]) -> Delegation:
    return Delegation.objects.create(
        person=person.pk, from_organisation=lead["lead_organisation"], from_site=lead.get("lead_site"),
        from_team=lead.get("lead_team"), from_membership=lead.get("lead_adviser") or uuid4(),
        to_organisation=to["organisation"], to_site=to.get("site"), to_team=to.get("team"),
        objected_at=to.get("objected_at"), hidden_at=to.get("closed_at"), until=to.get("until"), agreement="a",
        article="1", clause="c",
        version="1", state="PROPOSED", proposed_on=date(2025, 1, 1),
    )  # fmt: skip


def _walk_in(lead: dict[str, Any]) -> WalkIn:
    sides = {name.replace("lead", "asked").replace("adviser", "membership"): value for name, value in lead.items()}
    return WalkIn.objects.create(
        recipient_organisation=ML, recipient_membership=uuid4(), service="atelier", came_on=date(2025, 1, 1),
        family_name=SECRET, given_name="Ada", told_at=LONG_AGO, **sides,
    )  # fmt: skip
