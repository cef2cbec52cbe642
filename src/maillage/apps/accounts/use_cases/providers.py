"""Signing in through an identity provider: it says who somebody is, an invitation says what they may do here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from maillage.apps.accounts import models
from maillage.apps.accounts.use_cases.invitations import join
from maillage.apps.accounts.use_cases.signing_in import SignInRefused
from maillage.apps.audit.use_cases import record_event


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an identity provider says that somebody is, once its signatures were checked.

    ``issuer`` and ``subject`` never change for a person; ``email_is_verified`` is what the provider vouches for;
    ``siret`` the establishment where they work (empty: not said).
    """

    issuer: str
    subject: str
    email: str
    email_is_verified: bool
    name: str = ""
    siret: str = ""


class NobodyInvited(SignInRefused):
    """The provider knows this person, and no account here: they need an invitation to that same e-mail address."""


def account_of_identity(*, identity: Identity, at: datetime) -> UUID:
    """Give the account of a person that a provider vouches for.

    An account is found by issuer and subject alone. The first time, an invitation that waits for the verified e-mail
    opens one, or is added to the account of that address: an address alone, without invitation, opens nothing.

    Raises:
        NobodyInvited: there is neither.
        SignInRefused: the account is frozen.
    """
    with transaction.atomic():
        known = models.Account.objects.filter(issuer=identity.issuer, subject=identity.subject).first()
        account = known or _invited(identity, at)
        if account.frozen_at is not None:
            raise SignInRefused
    return account.pk


def _invited(identity: Identity, at: datetime) -> models.Account:
    address = identity.email.strip().lower()
    waiting = models.Invitation.objects.filter(
        email=address, account__isnull=True, used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    ).order_by("made_at", "pk")
    if not identity.email_is_verified or not address:
        raise NobodyInvited
    taken = [row for row in waiting if waiting.filter(pk=row.pk).update(used_at=at)]
    if not taken:
        raise NobodyInvited
    account, is_new = models.Account.objects.get_or_create(
        email=address,
        defaults={"name": identity.name or taken[0].name or address, "password": make_password(None), "opened_at": at},
    )
    if account.subject:  # another identity holds this address already
        raise NobodyInvited
    account.issuer, account.subject = identity.issuer, identity.subject
    account.save(update_fields=["issuer", "subject"])
    record_event(
        by=account.pk,
        what="open_account" if is_new else "link_identity",
        at=at,
        subject=f"account:{account.pk}",
        details={"issuer": identity.issuer},
    )
    for row in taken:
        join(account.pk, row, at=at)
    return account
