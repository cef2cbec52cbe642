"""Signing in: one answer for everything that is wrong, one counter for everything that is guessed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeGuard
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from maillage.apps.accounts import models
from maillage.apps.accounts.passphrases import LONGEST, check_passphrase
from maillage.apps.audit.use_cases import record_event
from maillage.domain.accounts import FAILURES_BEFORE_LOCK, FAILURES_WINDOW, locked_until
from maillage.domain.shared import MaillageError

PASSPHRASE, CODE, RECOVERY, PASSKEY, PROVIDER = "passphrase", "code", "recovery-code", "passkey", "provider"


class SignInRefused(MaillageError):
    """What was given does not open an account; which part is wrong, or whether there is an account, is not said."""

    def __init__(self) -> None:
        super().__init__(
            "The address or the proof is wrong, or the account is locked for a while after too many tries."
        )


class TooManyAttempts(MaillageError):
    """Too many failures came from one network address: it waits, whatever account it tries."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"Too many failed attempts came from this network: try again after {until:%H:%M}.")
        self.until = until


@dataclass(frozen=True, slots=True)
class Recognised:
    """An account whose passphrase is right; it still has to give its second proof."""

    account: UUID
    has_second_factor: bool


def check_network_address(network_address: str | None, *, at: datetime) -> None:
    """Let an address try again, or say when it may.

    Raises:
        TooManyAttempts: ten failures came from it within fifteen minutes.
    """
    if not network_address:
        return
    recent = models.SignInAttempt.objects.filter(
        network_address=network_address, succeeded=False, at__gt=at - FAILURES_WINDOW
    )
    times = list(recent.order_by("-at").values_list("at", flat=True)[:FAILURES_BEFORE_LOCK])
    if len(times) >= FAILURES_BEFORE_LOCK:
        raise TooManyAttempts(times[-1] + FAILURES_WINDOW)


def recognise(*, email: str, passphrase: str, network_address: str | None, at: datetime) -> Recognised:
    """Check the address and the passphrase; an unknown address takes the same time and gives the same answer.

    Raises:
        TooManyAttempts: too many failures came from this network address.
        SignInRefused: the two do not open an account, or the account is locked or frozen.
    """
    check_network_address(network_address, at=at)
    account = models.Account.objects.filter(email=email.strip().lower()).first()
    typed = passphrase[:LONGEST]
    is_right = account.check_password(typed) if _can_be_opened(account) else check_password(typed, _nobody())
    if account is None:
        note_failure(None, means=PASSPHRASE, network_address=network_address, at=at)
        raise SignInRefused
    is_right = is_right and _can_be_opened(account) and len(passphrase) <= LONGEST
    _count(account.pk, is_right=is_right, means=PASSPHRASE, network_address=network_address, at=at)
    return Recognised(account.pk, has_second_factor=_has_second_factor(account.pk))


def _can_be_opened(account: models.Account | None) -> TypeGuard[models.Account]:
    return account is not None and account.has_usable_password()


@cache
def _nobody() -> str:
    """Give the digest that is compared for the addresses that have no account, so that they take the same time."""
    return make_password(secrets.token_urlsafe(LONGEST // 2))


def _has_second_factor(account: UUID) -> bool:
    return (
        models.Authenticator.objects.filter(account=account).exists()
        or models.Passkey.objects.filter(account=account).exists()
    )


def _count(account: UUID, *, is_right: bool, means: str, network_address: str | None, at: datetime) -> None:
    """Count a failure, or refuse even what is right while the account is locked or frozen.

    The row is held while it is read and written: of many attempts at once, those after the tenth failure are refused.
    """
    with transaction.atomic():
        row = models.Account.objects.select_for_update().get(pk=account)
        is_open = row.frozen_at is None and (row.locked_until is None or row.locked_until <= at)
        if is_open and not is_right:
            row.failure_count += 1
            row.locked_until = locked_until(row.failure_count, last_failure_at=at)
            row.save(update_fields=["failure_count", "locked_until"])
            if row.locked_until is not None:
                record_event(
                    by=account,
                    what="lock_account",
                    subject=f"account:{account}",
                    at=at,
                    details={"until": row.locked_until.isoformat(), "failures": row.failure_count},
                )
        if not (is_open and is_right):
            note_failure(account, means=means, network_address=network_address, at=at)
    if not (is_open and is_right):
        raise SignInRefused


def count_proof(account: UUID, *, is_right: bool, means: str, network_address: str | None, at: datetime) -> None:
    """Count the answer to a second proof in the same counter as the passphrase.

    Raises:
        SignInRefused: the proof is wrong, or the account is locked or frozen.
    """
    _count(account, is_right=is_right, means=means, network_address=network_address, at=at)


def note_failure(account: UUID | None, *, means: str, network_address: str | None, at: datetime) -> None:
    """Keep a failed attempt; ``account`` is ``None`` when the address typed has none."""
    models.SignInAttempt.objects.create(
        at=at, account_id=account, network_address=network_address or None, means=means, succeeded=False
    )


def complete_sign_in(*, account: UUID, means: str, network_address: str | None, at: datetime) -> None:
    """Record that an account is signed in with all its proofs; its failures are forgotten.

    Raises:
        SignInRefused: the account was frozen meanwhile.
    """
    with transaction.atomic():
        kept = models.Account.objects.filter(pk=account, frozen_at__isnull=True)
        if not kept.update(failure_count=0, locked_until=None, last_login=at):
            raise SignInRefused
        models.SignInAttempt.objects.create(
            at=at, account_id=account, network_address=network_address or None, means=means, succeeded=True
        )
        record_event(by=account, what="sign_in", subject=f"account:{account}", at=at, details={"means": means})


def sign_out_everywhere(*, account: UUID, at: datetime) -> None:
    """End every session of an account, the one that asks included."""
    with transaction.atomic():
        models.Account.objects.filter(pk=account).update(session_epoch=F("session_epoch") + 1)
        record_event(by=account, what="sign_out_everywhere", subject=f"account:{account}", at=at)


def change_passphrase(*, account: UUID, former: str, new: str, network_address: str | None, at: datetime) -> None:
    """Replace one's passphrase; every other session ends.

    Raises:
        SignInRefused: the former one is wrong; it counts as a failed attempt.
        PassphraseTooEasy: the new one is.
    """
    check_network_address(network_address, at=at)
    row = models.Account.objects.get(pk=account)
    is_right = _can_be_opened(row) and row.check_password(former[:LONGEST])
    _count(account, is_right=is_right, means=PASSPHRASE, network_address=network_address, at=at)
    check_passphrase(new, email=row.email, name=row.name)
    with transaction.atomic():
        models.Account.objects.filter(pk=account).update(
            password=make_password(new), session_epoch=F("session_epoch") + 1, failure_count=0
        )
        record_event(by=account, what="change_passphrase", subject=f"account:{account}", at=at)


def switch_membership(*, account: UUID, membership: UUID, at: datetime) -> None:
    """Record that somebody goes on under another of their memberships; that it is theirs was asked before."""
    record_event(by=account, what="switch_membership", subject=f"membership:{membership}", at=at)
