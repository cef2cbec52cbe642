"""The small world of the matrix: one member of each role at France Travail, and things of theirs and of others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts import models
from maillage.apps.accounts.sealing import digest_of
from maillage.apps.notifications.models import WebhookSubscription
from maillage.domain.accounts import Role
from maillage.web.accounts.sessions import BACKEND
from maillage.web.components.identity import MEMBERSHIP, OPENED_AT, SEEN_AT

FT, ML = "france-travail", "mission-locale--67180S00"
VISITOR, WITHOUT_MEMBERSHIP = "visitor", "without-membership"
ACTORS = (VISITOR, WITHOUT_MEMBERSHIP, *(role.value for role in Role))
OWN, OTHER, UNKNOWN, ANY = "organisation", "other", "unknown", "-"
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)

PUBLIC = {
    "access_point_id": "NOTHING",
    "agreement_id": "convention-face",
    "code": "36018",
    "department": "36",
    "ending": "csv",
    "organisation_id": "france-travail",
    "place_id": "NOTHING",
    "service_id": "NOTHING",
    "territory": "departement:36",
}
"""What the addresses that everybody reads may hold; anything else in an address is somebody's."""


@dataclass
class World:
    """Who asks (a session for each), and what each relation names in an address."""

    cookies: dict[str, str] = field(default_factory=dict)
    named: dict[str, dict[str, object]] = field(default_factory=dict)

    def client_of(self, actor: str) -> Client:
        client = Client(raise_request_exception=False)
        if actor in self.cookies:
            client.cookies["sessionid"] = self.cookies[actor]
        return client

    def arguments(self, names: tuple[str, ...], relation: str) -> dict[str, Any]:
        """Give what an address holds for a relation; what has no such thing is given an id that nothing has."""
        return {name: PUBLIC.get(name) or self.named[relation].get(name, NOWHERE) for name in names}


def build() -> World:
    """Make the world; every object that an address may name exists at France Travail and at the Mission locale."""
    world = World(named={OWN: _things(FT), OTHER: _things(ML), UNKNOWN: {"action": "rien", "link": "rien"}, ANY: {}})
    for actor in ACTORS[1:]:
        account = _account(actor.lower())
        membership = None if actor == WITHOUT_MEMBERSHIP else _membership(account, FT, actor)
        world.cookies[actor] = _session(account, membership)
    return world


def _account(local: str) -> models.Account:
    return models.Account.objects.create(email=f"{local}@exemple.invalid", name=local, opened_at=LONG_AGO)


def _membership(account: models.Account, organisation: str, role: str) -> models.Membership:
    return models.Membership.objects.create(
        account=account, organisation=organisation, role=role, valid_from=date(2025, 1, 1)
    )


def _things(organisation: str) -> dict[str, object]:
    """Make one of each thing that belongs to an organisation; adding a kind here gives it to every route."""
    absent, present = (_membership(_account(f"{name}.{organisation}"), organisation, "ADVISER") for name in ("a", "b"))
    site = models.Site.objects.create(organisation=organisation, name="Site", level="AGENCY")
    team = models.Team.objects.create(site=site, name="Équipe")
    today = timezone.localdate()
    stand_in = models.StandIn.objects.create(
        absent=absent, by=present, starts_on=today, ends_on=today + timedelta(days=7)
    )
    invitation = models.Invitation.objects.create(
        digest=digest_of(organisation, purpose="invitation"),
        email=f"zoe.{organisation}@exemple.invalid",
        organisation=organisation,
        role="ADVISER",
        made_at=LONG_AGO,
        expires_at=timezone.now() + timedelta(days=7),
    )
    passkey = models.Passkey.objects.create(
        account=absent.account, credential=organisation, public_key=b"x", name="key", added_at=LONG_AGO
    )
    api_key = models.ApiKey.objects.create(
        membership=absent,
        name="essai",
        begins="maillage_",
        digest=digest_of(organisation, purpose="api key"),
        made_at=LONG_AGO,
        expires_at=timezone.now() + timedelta(days=7),
    )
    webhook = WebhookSubscription.objects.create(
        organisation=organisation, address="https://example.org/", made_by=absent.pk, made_at=LONG_AGO
    )
    return {
        "key": api_key.pk,
        "webhook": webhook.pk,
        "membership": absent.pk,
        "site": site.pk,
        "team": team.pk,
        "stand_in": stand_in.pk,
        "invitation": invitation.pk,
        "link": organisation,
        "passkey": passkey.pk,
        "action": "rien",
    }


def _session(account: models.Account, membership: models.Membership | None) -> str:
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_backend"] = str(account.pk), BACKEND
    session["_auth_user_hash"] = account.get_session_auth_hash()
    session[OPENED_AT] = session[SEEN_AT] = timezone.now().isoformat()
    if membership is not None:
        session[MEMBERSHIP] = str(membership.pk)
    session.create()
    return str(session.session_key)
