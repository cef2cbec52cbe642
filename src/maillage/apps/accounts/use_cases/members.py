"""Members of an organisation: where they work, who stands in for them, when it ends; freezing an account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from maillage.apps.accounts import models
from maillage.apps.accounts.permissions import PERMISSIONS
from maillage.apps.accounts.use_cases.invitations import UNKNOWN_SITE, relation_to
from maillage.apps.audit.use_cases import record_event
from maillage.domain.accounts import Actor, Role
from maillage.domain.permissions import Relation, Sentence, impossible, require
from maillage.domain.shared import Period

LONGEST_STAND_IN = timedelta(days=366)
LAST_ADMINISTRATOR = Sentence(
    "C’est le dernier administrateur de l’organisme.", "This is the last administrator of the organisation."
)
NAME_ANOTHER = Sentence("Nommez d’abord un autre administrateur.", "Name another administrator first.")


def _of(by: Actor, membership: UUID) -> models.Membership | None:
    """Find a current membership of the actor's own organisation; those of others do not exist for them."""
    return (
        models.Membership.objects.select_for_update()
        .filter(pk=membership, organisation=by.organisation, ended_at__isnull=True)
        .first()
    )


def place_member(*, by: Actor, membership: UUID, site: UUID | None, teams: Collection[UUID], at: datetime) -> bool:
    """Say from which site and in which teams of it a member works; ``False`` when there is no such member.

    Raises:
        NotPermitted: the actor is no administrator, the site is not one of the organisation, or a team not one of the
            site.
    """
    require(PERMISSIONS, "place_member", by, relation_to(by, by.organisation))
    with transaction.atomic():
        row = _of(by, membership)
        if row is None:
            return False
        open_sites = models.Site.objects.filter(organisation=by.organisation, closed_at__isnull=True)
        if site is not None and not open_sites.filter(pk=site).exists():
            raise impossible("place_member:site", UNKNOWN_SITE)
        known = models.Team.objects.filter(pk__in=teams, site=site, closed_at__isnull=True)
        if known.count() != len(set(teams)):
            raise impossible(
                "place_member:team",
                Sentence("Cette équipe n’est pas une équipe ouverte de ce site.", "This is no open team of this site."),
            )
        row.site_id = site
        row.save(update_fields=["site"])
        row.teams.set(known)
        record_event(
            by=by,
            what="place_member",
            subject=f"membership:{membership}",
            at=at,
            details={"site": str(site or ""), "teams": sorted(map(str, teams))},
        )
    return True


def end_membership(*, by: Actor, membership: UUID, at: datetime) -> bool:
    """End a membership at once: it opens nothing from the next request on; ``False`` when there is no such member.

    The stand-ins it takes part in end too. What the member followed stays: it is transferred apart.

    Raises:
        NotPermitted: the actor is no administrator, or it would leave the organisation without one.
    """
    require(PERMISSIONS, "end_membership", by, relation_to(by, by.organisation))
    with transaction.atomic():
        # Two administrators who end each other at once: whoever comes second sees the first one's work.
        administrators = models.Membership.objects.select_for_update().filter(
            organisation=by.organisation, role=Role.ADMINISTRATOR.value, ended_at__isnull=True
        )
        left = {row.pk for row in administrators if row.pk != membership}
        row = _of(by, membership)
        if row is None:
            return False
        if row.role == Role.ADMINISTRATOR.value and not left:
            raise impossible("end_membership:last_administrator", LAST_ADMINISTRATOR, NAME_ANOTHER)
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        models.StandIn.objects.filter(Q(absent=row) | Q(by=row), withdrawn_at__isnull=True).update(withdrawn_at=at)
        record_event(by=by, what="end_membership", subject=f"membership:{membership}", at=at)
    return True


def name_stand_in(*, by: Actor, absent: UUID, stand_in: UUID, days: Period, at: datetime) -> UUID | None:
    """Have a colleague hold the work of somebody absent, from ``days.start`` included to ``days.end`` excluded.

    A stand-in has the same role in the same organisation, so that nobody gains a right. Gives the id of the stand-in,
    or ``None`` when one of the two is no current member of the organisation.

    Raises:
        NotPermitted: the actor is neither the absent person nor an administrator; the days are not a time to come of
            a year at most; the roles differ; the same colleague already stands in on some of these days.
    """
    relation = _relation_of(by, absent)
    require(PERMISSIONS, "name_stand_in", by, relation)
    with transaction.atomic():
        away, present = _of(by, absent), _of(by, stand_in)
        if away is None or present is None:
            return None
        starts_on, ends_on = _checked_days(days, at)
        _check_pair(away, present, starts_on=starts_on, ends_on=ends_on)
        made = models.StandIn.objects.create(absent=away, by=present, starts_on=starts_on, ends_on=ends_on)
        record_event(
            by=by,
            what="name_stand_in",
            subject=f"membership:{absent}",
            at=at,
            details={"by": str(stand_in), "from": starts_on.isoformat(), "until": ends_on.isoformat()},
        )
    return made.pk


def _relation_of(by: Actor, absent: UUID) -> frozenset[Relation]:
    if by.membership == absent:
        return frozenset({Relation.OWN})
    return frozenset({Relation.SITE if by.role is Role.ADMINISTRATOR else Relation.NONE})


def _checked_days(days: Period, at: datetime) -> tuple[date, date]:
    today = timezone.localdate(at)
    if days.start is None or days.end is None or days.is_empty or days.end <= today:
        raise impossible(
            "name_stand_in:days",
            Sentence("Ces dates ne font pas une absence à venir.", "These dates make no absence to come."),
            Sentence("Écrivez un premier et un dernier jour.", "Write a first and a last day."),
        )
    if days.end - days.start > LONGEST_STAND_IN:
        raise impossible(
            "name_stand_in:too_long",
            Sentence("Un remplacement dure un an au plus.", "A stand-in lasts a year at most."),
            Sentence("Au-delà, transférez le portefeuille.", "Beyond that, transfer the portfolio."),
        )
    return days.start, days.end


def _check_pair(away: models.Membership, present: models.Membership, *, starts_on: date, ends_on: date) -> None:
    if away.account_id == present.account_id or away.role != present.role:
        raise impossible(
            "name_stand_in:role",
            Sentence(
                "On remplace un collègue qui a la même fonction.", "One stands in for a colleague of the same role."
            ),
        )
    if models.StandIn.objects.filter(
        absent=away, by=present, withdrawn_at__isnull=True, starts_on__lt=ends_on, ends_on__gt=starts_on
    ).exists():
        raise impossible(
            "name_stand_in:already",
            Sentence(
                "Cette personne remplace déjà ce collègue à ces dates.", "This person already stands in on these days."
            ),
        )


def withdraw_stand_in(*, by: Actor, stand_in: UUID, at: datetime) -> bool:
    """End a stand-in now; ``False`` when there is none under this id in the organisation."""
    with transaction.atomic():
        row = (
            models.StandIn.objects.select_for_update()
            .filter(pk=stand_in, absent__organisation=by.organisation, withdrawn_at__isnull=True)
            .first()
        )
        if row is None:
            return False
        require(PERMISSIONS, "name_stand_in", by, _relation_of(by, row.absent_id))
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        record_event(by=by, what="withdraw_stand_in", subject=f"membership:{row.absent_id}", at=at)
    return True


def freeze_member(*, by: Actor, membership: UUID, why: str, at: datetime) -> bool:
    """Freeze the account of a member at once; ``False`` when there is no such member.

    Raises:
        NotPermitted: the actor is no administrator, or it is their own account.
    """
    require(PERMISSIONS, "freeze_account", by, relation_to(by, by.organisation))
    row = models.Membership.objects.filter(pk=membership, organisation=by.organisation, ended_at__isnull=True).first()
    if row is None:
        return False
    if row.account_id == by.account:
        raise impossible(
            "freeze_account:own",
            Sentence("On ne gèle pas son propre compte.", "Nobody freezes their own account."),
            Sentence("Changez plutôt votre phrase secrète.", "Change your passphrase instead."),
        )
    return freeze_account(by=by, account=row.account_id, why=why, at=at)


def unfreeze_member(*, by: Actor, membership: UUID, at: datetime) -> bool:
    """Give a frozen member their account back; ``False`` when there is no such member, or they are not frozen.

    Raises:
        NotPermitted: the actor is no administrator.
    """
    require(PERMISSIONS, "unfreeze_account", by, relation_to(by, by.organisation))
    row = models.Membership.objects.filter(pk=membership, organisation=by.organisation, ended_at__isnull=True).first()
    return row is not None and unfreeze_account(by=by, account=row.account_id, at=at)


def freeze_account(*, by: Actor | str, account: UUID, why: str, at: datetime) -> bool:
    """Freeze an account: nothing opens from the next request on, its sessions end; ``False`` when it already is.

    Called by what watches readings, and by the operator of the site; ``why`` is a sentence kept with the account.
    """
    with transaction.atomic():
        rows = models.Account.objects.filter(pk=account, frozen_at__isnull=True)
        if not rows.update(frozen_at=at, frozen_why=why[:300], session_epoch=F("session_epoch") + 1):
            return False
        record_event(by=by, what="freeze_account", subject=f"account:{account}", at=at, details={"why": why[:300]})
    return True


def unfreeze_account(*, by: Actor | str, account: UUID, at: datetime) -> bool:
    """Give an account back; ``False`` when it is not frozen."""
    with transaction.atomic():
        rows = models.Account.objects.filter(pk=account, frozen_at__isnull=False)
        if not rows.update(frozen_at=None, frozen_why="", failure_count=0, locked_until=None):
            return False
        record_event(by=by, what="unfreeze_account", subject=f"account:{account}", at=at)
    return True
