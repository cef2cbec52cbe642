"""The second proof: an application that gives codes, recovery codes, passkeys."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

import pyotp
from django.db import transaction
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from maillage.apps.accounts import models
from maillage.apps.accounts.sealing import digest_of, seal, unseal
from maillage.apps.accounts.use_cases.signing_in import (
    CODE,
    PASSKEY,
    RECOVERY,
    SignInRefused,
    count_proof,
    note_failure,
)
from maillage.apps.audit.use_cases import record_event

STEP_SECONDS = 30
STEPS_AROUND = 1
"""A code is accepted half a minute early or late: telephones are not all on time."""
RECOVERY_COUNT = 10
RECOVERY_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
RECOVERY_LENGTH = 10
MAKER = "Maillage"


@dataclass(frozen=True, slots=True)
class SiteOfKeys:
    """The site that a passkey is made for: its host name (``id``) and its full origin."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class KeyQuestion:
    """What a browser was asked to sign with a key: ``challenge`` serves once, for one site."""

    challenge: str
    site: SiteOfKeys


class ProofRefused(SignInRefused):
    """A code or a key could not be taken as a new proof: it does not answer what was asked."""


def new_secret() -> str:
    """Draw the secret of an authenticator application (160 bits, base 32)."""
    return pyotp.random_base32()


def address_of_secret(secret: str, *, email: str) -> str:
    """Give the otpauth:// address that the square to scan holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=MAKER)


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """Give the number of the 30-second step that a code belongs to, ``None`` when it is of none near ``at``."""
    typed = "".join(code.split())
    current = int(at.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in range(current - STEPS_AROUND, current + STEPS_AROUND + 1):
        if compare_digest(generator.at(step * STEP_SECONDS).encode(), typed.encode()):
            return step
    return None


def enrol_authenticator(*, account: UUID, secret: str, code: str, at: datetime) -> tuple[str, ...]:
    """Accept an application once it gave a right code; gives new recovery codes when the account had none left.

    Raises:
        ProofRefused: the code is not one that this secret gives now.
    """
    step = step_of(secret, code, at=at)
    if step is None:
        raise ProofRefused
    with transaction.atomic():
        models.Authenticator.objects.update_or_create(
            account_id=account, defaults={"sealed_secret": seal(secret), "confirmed_at": at, "last_step": step}
        )
        record_event(by=account, what="enrol_authenticator", subject=f"account:{account}", at=at)
        return _recovery_codes_if_none(account, at=at)


def give_code(*, account: UUID, code: str, network_address: str | None, at: datetime) -> str:
    """Take a six-digit code, or a recovery code, as the second proof; gives which of the two it was.

    Neither serves twice, even when it is given twice at once.

    Raises:
        SignInRefused: it is neither, was used before, or the account is locked.
    """
    typed = "".join(code.split()).replace("-", "").upper()
    with transaction.atomic():
        means = CODE if typed.isdigit() else RECOVERY
        is_right = _use_step(account, typed, at) if means == CODE else _use_recovery_code(account, typed, at)
    count_proof(account, is_right=is_right, means=means, network_address=network_address, at=at)
    return means


def _use_step(account: UUID, code: str, at: datetime) -> bool:
    kept = models.Authenticator.objects.filter(account=account).first()
    step = step_of(unseal(kept.sealed_secret), code, at=at) if kept else None
    if step is None:
        return False
    return bool(models.Authenticator.objects.filter(account=account, last_step__lt=step).update(last_step=step))


def _use_recovery_code(account: UUID, code: str, at: datetime) -> bool:
    unused = models.RecoveryCode.objects.filter(account=account, used_at__isnull=True)
    return bool(unused.filter(digest=_recovery_digest(account, code)).update(used_at=at))


def _recovery_digest(account: UUID, code: str) -> str:
    return digest_of(f"{account} {code}", purpose="recovery code")


def _recovery_codes_if_none(account: UUID, *, at: datetime) -> tuple[str, ...]:
    if models.RecoveryCode.objects.filter(account=account, used_at__isnull=True).exists():
        return ()
    return renew_recovery_codes(account=account, at=at)


def renew_recovery_codes(*, account: UUID, at: datetime) -> tuple[str, ...]:
    """Draw ten codes that replace those before; they are shown once and only their digests are kept."""
    codes = tuple(
        "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_COUNT)
    )
    with transaction.atomic():
        models.RecoveryCode.objects.filter(account=account).delete()
        models.RecoveryCode.objects.bulk_create(
            models.RecoveryCode(account_id=account, digest=_recovery_digest(account, code)) for code in codes
        )
        record_event(by=account, what="renew_recovery_codes", subject=f"account:{account}", at=at)
    half = RECOVERY_LENGTH // 2
    return tuple(f"{code[:half]}-{code[half:]}" for code in codes)


# Passkeys


def ask_new_passkey(*, account: UUID, site: SiteOfKeys) -> tuple[str, KeyQuestion]:
    """Give what the browser must be asked to make a key (JSON), and the question to remember until it answers."""
    row = models.Account.objects.prefetch_related("passkeys").get(pk=account)
    options = generate_registration_options(
        rp_id=site.id,
        rp_name=MAKER,
        user_id=account.bytes,
        user_name=row.email,
        user_display_name=row.name,
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential)) for key in row.passkeys.all()
        ],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options), KeyQuestion(bytes_to_base64url(options.challenge), site)


def enrol_passkey(
    *, account: UUID, answer: Mapping[str, object], asked: KeyQuestion, name: str, at: datetime
) -> tuple[str, ...]:
    """Keep the public half of a new key; gives new recovery codes when the account had none left.

    Raises:
        ProofRefused: the answer is not that of a key made for this site and this challenge, by somebody verified.
    """
    try:
        made = verify_registration_response(
            credential=dict(answer),
            expected_challenge=base64url_to_bytes(asked.challenge),
            expected_rp_id=asked.site.id,
            expected_origin=asked.site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as failure:
        raise ProofRefused from failure
    credential = bytes_to_base64url(made.credential_id)
    with transaction.atomic():
        if models.Passkey.objects.filter(credential=credential).exists():
            raise ProofRefused
        models.Passkey.objects.create(
            account_id=account,
            credential=credential,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=name.strip()[:80] or "—",
            added_at=at,
        )
        record_event(by=account, what="enrol_passkey", subject=f"account:{account}", at=at)
        return _recovery_codes_if_none(account, at=at)


def ask_passkey(*, site: SiteOfKeys) -> tuple[str, KeyQuestion]:
    """Give what the browser must be asked to sign in with any key of this site, and the question to remember."""
    options = generate_authentication_options(rp_id=site.id, user_verification=UserVerificationRequirement.REQUIRED)
    return options_to_json(options), KeyQuestion(bytes_to_base64url(options.challenge), site)


def give_passkey(
    *, answer: Mapping[str, object], asked: KeyQuestion, network_address: str | None, at: datetime
) -> UUID:
    """Take a passkey as both proofs: something one has, opened by what one knows or is; gives its account.

    Raises:
        SignInRefused: no key of ours signed this challenge for this site, or its counter went back (a copy).
    """
    credential = answer.get("id")
    kept = models.Passkey.objects.filter(credential=credential).first() if isinstance(credential, str) else None
    if kept is None:
        note_failure(None, means=PASSKEY, network_address=network_address, at=at)
        raise SignInRefused
    try:
        proof = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=base64url_to_bytes(asked.challenge),
            expected_rp_id=asked.site.id,
            expected_origin=asked.site.origin,
            credential_public_key=bytes(kept.public_key),
            credential_current_sign_count=kept.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as failure:
        note_failure(kept.account_id, means=PASSKEY, network_address=network_address, at=at)
        raise SignInRefused from failure
    unchanged = models.Passkey.objects.filter(pk=kept.pk, sign_count=kept.sign_count)
    if not unchanged.update(sign_count=proof.new_sign_count, last_used_at=at):
        raise SignInRefused
    return kept.account_id


def remove_passkey(*, account: UUID, passkey: UUID, at: datetime) -> bool:
    """Forget a key of one's own; ``False`` when it is the last proof the account has, which stays."""
    with transaction.atomic():
        others = models.Passkey.objects.filter(account=account).exclude(pk=passkey).exists()
        if not others and not models.Authenticator.objects.filter(account=account).exists():
            return False
        if models.Passkey.objects.filter(account=account, pk=passkey).delete()[0]:
            record_event(by=account, what="remove_passkey", subject=f"account:{account}", at=at)
    return True
