"""Whole pages asked for as browsers do, each by an account of its own: what is measured holds everything but the network."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts.models import Account, Membership, Site
from maillage.domain.accounts import Actor, SiteLevel
from maillage.web.accounts.sessions import BACKEND
from maillage.web.components.identity import MEMBERSHIP, OPENED_AT, SEEN_AT

Ask = partial[None]


def page(actor: Actor, address: str) -> Ask:
    """Give what asks for a page as an actor, and refuses an answer that is not a page."""
    return partial(_ask, _signed_in(actor), address)


def _ask(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address}: {response.status_code}")


def _signed_in(actor: Actor) -> Client:
    """Give the actor an account, a membership and a session; those drawn twice have theirs already."""
    account, _ = Account.objects.get_or_create(
        email=f"{actor.membership}@exemple.invalid", defaults={"name": actor.name, "opened_at": timezone.now()}
    )
    Membership.objects.get_or_create(
        id=actor.membership,
        defaults={
            "account": account,
            "organisation": actor.organisation,
            "site": _site(actor),
            "role": actor.role.value,
            "valid_from": date(2025, 1, 1),
        },
    )
    session, now = SessionStore(), timezone.now().isoformat()
    session.update({"_auth_user_id": str(account.pk), "_auth_user_backend": BACKEND, OPENED_AT: now, SEEN_AT: now})
    session.update({"_auth_user_hash": account.get_session_auth_hash(), MEMBERSHIP: str(actor.membership)})
    session.create()
    client = Client(SERVER_NAME="localhost")
    client.cookies["sessionid"] = str(session.session_key)
    return client


def _site(actor: Actor) -> Site | None:
    if actor.site is None:
        return None
    described = {"organisation": actor.organisation, "name": str(actor.site), "level": SiteLevel.AGENCY.value}
    return Site.objects.get_or_create(id=actor.site, defaults=described)[0]
