"""Keys of machines as pages list them, and who acts with one: read again at each request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from maillage.apps.accounts.models import ApiKey
from maillage.apps.accounts.queries import actor_of
from maillage.apps.accounts.sealing import digest_of
from maillage.domain.accounts import Actor, KeyScope, Role

PURPOSE = "api key"
KEY_MOST = 200


@dataclass(frozen=True, slots=True)
class KeySeen:
    """A key as lists show it: its first signs alone; ``holder`` is the name of who it acts for."""

    id: UUID
    membership: UUID
    holder: str
    name: str
    begins: str
    scopes: frozenset[KeyScope]
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a machine acts for, and what its key lets it do."""

    actor: Actor
    scopes: frozenset[KeyScope]


def caller_with(key: str, *, at: datetime) -> Caller | None:
    """Give who acts with a key; ``None`` when it is unknown, expired or withdrawn, or its holder may act no more."""
    if not key or len(key) > KEY_MOST:
        return None
    row = (
        ApiKey.objects.filter(_standing(at), digest=digest_of(key, purpose=PURPOSE))
        .select_related("membership")
        .first()
    )
    if row is None:
        return None
    today = timezone.localdate(at)
    actor = actor_of(row.membership.account_id, row.membership_id, today)
    if actor is None:
        return None
    if row.last_used_on != today:
        ApiKey.objects.filter(pk=row.pk).update(last_used_on=today)
    return Caller(actor, frozenset(KeyScope(name) for name in row.scopes))


def keys_of(actor: Actor, *, at: datetime) -> tuple[KeySeen, ...]:
    """List the keys that stand: one's own, and for an administrator all those of the organisation; by name."""
    rows = ApiKey.objects.filter(_standing(at), keys_in_reach(actor)).select_related("membership__account")
    return tuple(_seen(row) for row in rows.order_by("membership__account__name", "name", "pk"))


def keys_in_reach(actor: Actor) -> Q:
    """Say which keys an actor may list and withdraw."""
    if actor.role is Role.ADMINISTRATOR:
        return Q(membership__organisation=actor.organisation)
    return Q(membership=actor.membership)


def standing_keys(actor: Actor, *, at: datetime) -> QuerySet[ApiKey]:
    """Give the keys that stand among those in reach, for use cases."""
    return ApiKey.objects.filter(_standing(at), keys_in_reach(actor))


def _standing(at: datetime) -> Q:
    return Q(revoked_at__isnull=True, expires_at__gt=at)


def _seen(row: ApiKey) -> KeySeen:
    return KeySeen(
        id=row.id,
        membership=row.membership_id,
        holder=row.membership.account.name,
        name=row.name,
        begins=row.begins,
        scopes=frozenset(KeyScope(name) for name in row.scopes),
        made_at=row.made_at,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
    )
