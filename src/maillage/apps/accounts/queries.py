"""Asking who acts, who works where, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from maillage.apps.accounts import models
from maillage.apps.accounts.mapping import member_of, site_from, stand_in_of
from maillage.domain.accounts import Actor, Member, Role, Site, StandIn

SIREN_LENGTH = 9


@dataclass(frozen=True, slots=True)
class AccountCard:
    """What one's own account page shows, and what signing in asks of an account."""

    id: UUID
    email: str
    name: str
    language: str
    has_passphrase: bool
    has_authenticator: bool
    passkeys: tuple[tuple[UUID, str], ...]
    recovery_codes_left: int
    has_provider: bool
    is_demonstration: bool

    @property
    def has_second_factor(self) -> bool:
        """Tell whether something else than the passphrase can prove who signs in."""
        return self.has_authenticator or bool(self.passkeys)


def _current(on: date) -> Q:
    return Q(ended_at__isnull=True, valid_from__lte=on, account__frozen_at__isnull=True)


def _members() -> QuerySet[models.Membership]:
    return models.Membership.objects.select_related("account", "site").prefetch_related("teams")


def actor_of(account: UUID, membership: UUID, on: date) -> Actor | None:
    """Give who acts under a membership on a day; ``None`` when it is not theirs, has ended, or the account is frozen.

    Three queries: the membership with its account, its teams, whom it stands in for.
    """
    found = (
        models.Membership.objects.filter(_current(on), pk=membership, account=account).select_related("account").first()
    )
    if found is None:
        return None
    absent = models.StandIn.objects.filter(
        by=found,
        withdrawn_at__isnull=True,
        starts_on__lte=on,
        ends_on__gt=on,
        absent__organisation=found.organisation,
    )
    return Actor(
        account=account,
        name=found.account.name,
        membership=found.id,
        role=Role(found.role),
        organisation=found.organisation,
        site=found.site_id,
        teams=frozenset(found.teams.filter(closed_at__isnull=True).values_list("id", flat=True)),
        stands_in_for=frozenset(absent.values_list("absent_id", flat=True)),
    )


def memberships_of(account: UUID, on: date, *, siret: str | None = None) -> tuple[Member, ...]:
    """List the memberships that an account may act under on a day, the oldest first.

    ``siret`` is the establishment that an identity provider vouches for: only the organisations that have a site of
    the same legal unit (its first nine digits, the SIREN) are given. ``None`` when nobody vouches for one.
    """
    rows = _members().filter(_current(on), account=account)
    if siret is not None:
        vouched = models.Site.objects.filter(siret__startswith=siret[:SIREN_LENGTH]).exclude(siret="")
        rows = (
            rows.filter(organisation__in=vouched.values("organisation")) if len(siret) >= SIREN_LENGTH else rows.none()
        )
    return tuple(member_of(row) for row in rows.order_by("valid_from", "organisation", "role", "pk"))


def members_of(
    *, organisation: str = "", site: UUID | None = None, team: UUID | None = None, on: date | None = None
) -> tuple[Member, ...]:
    """List the members of an organisation, of a site or of a team, by name.

    ``on`` keeps those whose membership is current that day; without it, ended ones are listed too.
    """
    rows = _members()
    if organisation:
        rows = rows.filter(organisation=organisation)
    if site is not None:
        rows = rows.filter(site=site)
    if team is not None:
        rows = rows.filter(teams=team)
    if on is not None:
        rows = rows.filter(_current(on))
    return tuple(member_of(row) for row in rows.order_by("account__name", "role", "pk"))


def find_member(membership: UUID, *, organisation: str | None = None) -> Member | None:
    """Find one membership, current or ended; with ``organisation``, only where it is one of that organisation."""
    rows = _members().filter(pk=membership)
    found = (rows if organisation is None else rows.filter(organisation=organisation)).first()
    return member_of(found) if found else None


def _sites() -> QuerySet[models.Site]:
    return models.Site.objects.filter(closed_at__isnull=True).prefetch_related("teams")


def find_site(site: UUID, *, organisation: str | None = None) -> Site | None:
    """Find one open site; with ``organisation``, only where it is one of that organisation."""
    rows = _sites().filter(pk=site)
    found = (rows if organisation is None else rows.filter(organisation=organisation)).first()
    return site_from(found) if found else None


def site_of(membership: UUID) -> Site | None:
    """Give the site that a membership works from; ``None`` for the whole organisation."""
    found = _sites().filter(memberships=membership).first()
    return site_from(found) if found else None


def sites_of(organisation: str) -> tuple[Site, ...]:
    """List the open sites of an organisation, by name, with their teams."""
    return tuple(site_from(row) for row in _sites().filter(organisation=organisation).order_by("name"))


def stand_ins_of(organisation: str, *, on: date) -> tuple[StandIn, ...]:
    """List the stand-ins of an organisation that run on a day or are to come, the first to begin first."""
    rows = (
        models.StandIn.objects.filter(absent__organisation=organisation, withdrawn_at__isnull=True, ends_on__gt=on)
        .select_related("absent__account", "absent__site", "by__account", "by__site")
        .prefetch_related("absent__teams", "by__teams")
        .order_by("starts_on", "pk")
    )
    return tuple(stand_in_of(row) for row in rows)


def find_account(account: UUID) -> AccountCard | None:
    """Find an account, for its own pages."""
    found = models.Account.objects.filter(pk=account).prefetch_related("passkeys").first()
    if found is None:
        return None
    return AccountCard(
        id=found.id,
        email=found.email,
        name=found.name,
        language=found.language,
        has_passphrase=found.has_usable_password(),
        has_authenticator=models.Authenticator.objects.filter(account=found).exists(),
        passkeys=tuple((key.id, key.name) for key in found.passkeys.all()),
        recovery_codes_left=models.RecoveryCode.objects.filter(account=found, used_at__isnull=True).count(),
        has_provider=bool(found.subject),
        is_demonstration=found.is_demonstration,
    )


def account_with(email: str) -> UUID | None:
    """Find the account of an address, whatever its case."""
    return models.Account.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()


def organisations_with(roles: Iterable[Role], *, on: date) -> tuple[str, ...]:
    """List the organisations that have a present member in one of some roles, by id."""
    wanted = [role.value for role in roles]
    rows = models.Membership.objects.filter(_current(on), role__in=wanted)
    return tuple(rows.order_by("organisation").values_list("organisation", flat=True).distinct())
