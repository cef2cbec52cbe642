"""Inviting somebody, and renewing an access: a link that serves once, made by an administrator of the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from maillage.apps.accounts import models
from maillage.apps.accounts.passphrases import check_passphrase
from maillage.apps.accounts.permissions import PERMISSIONS
from maillage.apps.accounts.sealing import digest_of, new_link
from maillage.apps.audit.use_cases import record_event
from maillage.domain.accounts import Actor, Role
from maillage.domain.permissions import Relation, Sentence, impossible, require
from maillage.domain.shared import MaillageError

LASTS = timedelta(days=7)
LINK = "invitation"
UNKNOWN_SITE = Sentence(
    "Ce site n’est pas un site ouvert de cet organisme.", "This is no open site of this organisation."
)


class InvitationExpired(MaillageError):
    """A link is unknown, was used, withdrawn, or is too old: which of them is not said."""

    def __init__(self) -> None:
        super().__init__("This link no longer opens anything: ask an administrator of your organisation for a new one.")


@dataclass(frozen=True, slots=True)
class Invited:
    """What a link opens: a membership of an organisation, or (``is_renewal``) a new passphrase for an account."""

    email: str
    name: str
    organisation: str
    role: Role | None
    is_renewal: bool
    has_account: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PendingInvitation:
    """An invitation that waits, as its organisation's administrators see it; the link itself is not kept."""

    id: UUID
    email: str
    name: str
    role: Role | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited, to which role, to work from which site (``None``: the whole organisation)."""

    email: str
    name: str
    role: Role
    site: UUID | None = None


def relation_to(actor: Actor, organisation: str) -> frozenset[Relation]:
    """Give what somebody is to what belongs to an organisation."""
    return frozenset({Relation.ORGANISATION} if actor.organisation == organisation else {Relation.NONE})


def invite(*, by: Actor, invitee: Invitee, at: datetime) -> str:
    """Invite somebody into one's own organisation; gives the secret part of the link, which is not kept.

    The link serves once within seven days. A person is invited to one role at a time: a new invitation to the same
    role replaces the former.

    Raises:
        NotPermitted: the actor is no administrator, or the site is not one of their organisation.
    """
    require(PERMISSIONS, "invite", by, relation_to(by, by.organisation))
    return _make(invitee, organisation=by.organisation, invited_by=by, at=at)


def invite_first_administrator(*, by: str, organisation: str, email: str, name: str, at: datetime) -> str:
    """Invite the first administrator of an organisation, from the machine that serves the site.

    Raises:
        NotPermitted: the organisation already has an administrator, who invites the others.
    """
    if models.Membership.objects.filter(
        organisation=organisation, role=Role.ADMINISTRATOR.value, ended_at__isnull=True, account__frozen_at__isnull=True
    ).exists():
        raise impossible(
            "invite:has_administrator",
            Sentence("Cet organisme a déjà un administrateur.", "This organisation already has an administrator."),
            Sentence("C’est lui qui invite les autres.", "They invite the others."),
        )
    invitee = Invitee(email, name, Role.ADMINISTRATOR)
    return _make(invitee, organisation=organisation, invited_by=by, at=at)


def _make(invitee: Invitee, *, organisation: str, invited_by: Actor | str, at: datetime) -> str:
    address, role = invitee.email.strip().lower(), invitee.role
    open_sites = models.Site.objects.filter(organisation=organisation, closed_at__isnull=True)
    if invitee.site is not None and not open_sites.filter(pk=invitee.site).exists():
        raise impossible("invite:site", UNKNOWN_SITE)
    link = new_link()
    with transaction.atomic():
        _waiting(at).filter(email=address, organisation=organisation, role=role.value).update(withdrawn_at=at)
        made = models.Invitation.objects.create(
            digest=digest_of(link, purpose=LINK),
            email=address,
            name=invitee.name.strip(),
            organisation=organisation,
            site_id=invitee.site,
            role=role.value,
            invited_by_id=invited_by.membership if isinstance(invited_by, Actor) else None,
            made_at=at,
            expires_at=at + LASTS,
        )
        record_event(
            by=invited_by,
            what="invite",
            subject=f"organisation:{organisation}",
            at=at,
            details={"invitation": str(made.pk), "role": role.value},
        )
    return link


def _waiting(at: datetime) -> QuerySet[models.Invitation]:
    return models.Invitation.objects.filter(used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)


def pending_invitations(*, by: Actor, at: datetime) -> tuple[PendingInvitation, ...]:
    """List the invitations of one's organisation that wait, the first to expire first.

    Raises:
        NotPermitted: the actor is no administrator.
    """
    require(PERMISSIONS, "see_members", by, relation_to(by, by.organisation))
    rows = _waiting(at).filter(organisation=by.organisation).order_by("expires_at", "pk")
    return tuple(
        PendingInvitation(row.pk, row.email, row.name, Role(row.role) if row.role else None, row.expires_at)
        for row in rows
    )


def withdraw_invitation(*, by: Actor, invitation: UUID, at: datetime) -> bool:
    """Make a link useless before it is used; ``False`` when no invitation of the organisation waits under this id."""
    require(PERMISSIONS, "withdraw_invitation", by, relation_to(by, by.organisation))
    with transaction.atomic():
        found = _waiting(at).filter(pk=invitation, organisation=by.organisation)
        if not found.update(withdrawn_at=at):
            return False
        record_event(
            by=by,
            what="withdraw_invitation",
            subject=f"organisation:{by.organisation}",
            at=at,
            details={"invitation": str(invitation)},
        )
    return True


def renew_access(*, by: Actor, membership: UUID, with_second_factor: bool, at: datetime) -> str | None:
    """Give a member who lost their passphrase a link to choose a new one; ``None`` when there is no such member.

    ``with_second_factor`` also forgets the application, the keys and the recovery codes, for a lost telephone.

    Raises:
        NotPermitted: the actor is no administrator, or the member also belongs to another organisation, whose
            administrator would be taken by surprise: the operator of the site does it then.
    """
    require(PERMISSIONS, "renew_access", by, relation_to(by, by.organisation))
    found = models.Membership.objects.filter(pk=membership, organisation=by.organisation, ended_at__isnull=True).first()
    if found is None:
        return None
    if models.Membership.objects.filter(
        ~Q(organisation=by.organisation), account=found.account_id, ended_at__isnull=True
    ).exists():
        raise impossible(
            "renew_access:elsewhere",
            Sentence(
                "Cette personne travaille aussi pour un autre organisme.",
                "This person also works for another organisation.",
            ),
            Sentence(
                "Demandez à la personne qui tient ce site de renouveler son accès.",
                "Ask the person who runs this site to renew their access.",
            ),
        )
    return _make_renewal(
        found.account_id,
        organisation=by.organisation,
        with_second_factor=with_second_factor,
        by=by,
        at=at,
    )


def renew_access_from_here(*, by: str, email: str, with_second_factor: bool, at: datetime) -> str | None:
    """Renew an access from the machine that serves the site; ``None`` when no account has this address."""
    found = models.Account.objects.filter(email=email.strip().lower()).first()
    if found is None:
        return None
    return _make_renewal(found.pk, organisation="", with_second_factor=with_second_factor, by=by, at=at)


def _make_renewal(account: UUID, *, organisation: str, with_second_factor: bool, by: Actor | str, at: datetime) -> str:
    link = new_link()
    row = models.Account.objects.get(pk=account)
    with transaction.atomic():
        _waiting(at).filter(account=account).update(withdrawn_at=at)
        models.Invitation.objects.create(
            digest=digest_of(link, purpose=LINK),
            email=row.email,
            name=row.name,
            account=row,
            organisation=organisation,
            renews_second_factor=with_second_factor,
            made_at=at,
            expires_at=at + LASTS,
        )
        record_event(
            by=by,
            what="renew_access",
            subject=f"account:{account}",
            at=at,
            details={"with_second_factor": with_second_factor},
        )
    return link


def find_invited(link: str, *, at: datetime) -> Invited | None:
    """Find what a link opens; ``None`` when it opens nothing (any more)."""
    row = _waiting(at).filter(digest=digest_of(link, purpose=LINK)).first()
    if row is None:
        return None
    return Invited(
        email=row.email,
        name=row.name,
        organisation=row.organisation,
        role=Role(row.role) if row.role else None,
        is_renewal=row.account_id is not None,
        has_account=models.Account.objects.filter(email=row.email).exists(),
        expires_at=row.expires_at,
    )


def _take(link: str, *, at: datetime) -> models.Invitation:
    """Use a link up: of two uses at once, one wins."""
    row = _waiting(at).filter(digest=digest_of(link, purpose=LINK)).first()
    if row is None or not _waiting(at).filter(pk=row.pk).update(used_at=at):
        raise InvitationExpired
    return row


def accept_invitation(*, link: str, name: str, passphrase: str, language: str, at: datetime) -> UUID:
    """Open an account with a link, or give one its new passphrase; gives the account, which still needs its second proof.

    Raises:
        InvitationExpired: the link opens nothing (any more), or the address already has an account, whose owner
            accepts by signing in (``join_with_account``).
        PassphraseTooEasy: the passphrase is; the link still serves.
    """
    with transaction.atomic():
        row = _take(link, at=at)
        check_passphrase(passphrase, email=row.email, name=name or row.name)
        if row.account_id is not None:
            return _renew(row, passphrase, at)
        if models.Account.objects.filter(email=row.email).exists():
            raise InvitationExpired
        account = models.Account.objects.create(
            email=row.email,
            name=name.strip() or row.name,
            password=make_password(passphrase),
            language=language,
            opened_at=at,
        )
        record_event(by=account.pk, what="open_account", subject=f"account:{account.pk}", at=at)
        join(account.pk, row, at=at)
    return account.pk


def _renew(row: models.Invitation, passphrase: str, at: datetime) -> UUID:
    account = row.account_id
    if account is None:
        raise InvitationExpired
    models.Account.objects.filter(pk=account).update(
        password=make_password(passphrase), session_epoch=F("session_epoch") + 1, failure_count=0, locked_until=None
    )
    if row.renews_second_factor:
        for proofs in (models.Authenticator, models.Passkey, models.RecoveryCode):
            proofs.objects.filter(account=account).delete()
    record_event(by=account, what="choose_new_passphrase", subject=f"account:{account}", at=at)
    return account


def join_with_account(*, link: str, account: UUID, at: datetime) -> UUID:
    """Accept an invitation with the account one is signed in to; gives the new membership.

    Raises:
        InvitationExpired: the link opens nothing (any more), or was made for another address.
    """
    with transaction.atomic():
        row = _take(link, at=at)
        if row.account_id is not None or not models.Account.objects.filter(pk=account, email=row.email).exists():
            raise InvitationExpired
        return join(account, row, at=at)


def join(account: UUID, row: models.Invitation, *, at: datetime) -> UUID:
    """Give an account the membership that an invitation, already taken, was made for."""
    membership, _ = models.Membership.objects.get_or_create(
        account_id=account,
        organisation=row.organisation,
        role=row.role,
        site=row.site,
        ended_at__isnull=True,
        defaults={"valid_from": timezone.localdate(at)},
    )
    record_event(
        by=account,
        what="join",
        subject=f"organisation:{row.organisation}",
        at=at,
        details={"membership": str(membership.pk), "role": row.role},
    )
    return membership.pk
