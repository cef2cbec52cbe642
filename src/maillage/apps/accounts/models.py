"""What is kept of accounts: people who sign in, their memberships, sites, teams, stand-ins and ways to prove who they are."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from maillage.domain.accounts import Role, SiteLevel


def _choices(members: type[Role | SiteLevel]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in members]


class Accounts(BaseUserManager["Account"]):
    """Accounts, found by e-mail whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """Somebody who may sign in; what they may do comes from their memberships alone.

    ``issuer`` and ``subject`` name them at an identity provider. ``session_epoch`` grows when every session must end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=2, default="fr")
    issuer = models.CharField(max_length=300, default="", blank=True)
    subject = models.CharField(max_length=300, default="", blank=True)
    session_epoch = models.PositiveIntegerField(default=0)
    failure_count = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_why = models.CharField(max_length=300, default="", blank=True)
    opened_at = models.DateTimeField()
    is_demonstration = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = Accounts()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], condition=~Q(subject=""), name="an_identity_has_one_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Tell whether the account may be used: a frozen one may not, at once."""
        return self.frozen_at is None

    def get_session_auth_hash(self) -> str:
        """Name the state in which a session was opened: a new passphrase or ``session_epoch`` ends all of them."""
        return f"{super().get_session_auth_hash()}{self.session_epoch}"

    def get_session_auth_fallback_hash(self) -> Any:
        return (f"{former}{self.session_epoch}" for former in super().get_session_auth_fallback_hash())


class Site(models.Model):
    """Where an organisation works from: a directorate, an agency (with its SAFIR code), a seat, a branch, outreach days.

    ``outreach_days`` are ISO days of the week (1 Monday to 7 Sunday) on which people are received there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.CharField(max_length=200)
    level = models.CharField(max_length=30, choices=_choices(SiteLevel))
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=200)
    safir = models.CharField(max_length=5, default="", blank=True)
    siret = models.CharField(max_length=14, default="", blank=True)
    municipality = models.CharField(max_length=5, default="", blank=True)
    access_point = models.CharField(max_length=200, default="", blank=True)
    outreach_days = models.JSONField(default=list, blank=True)
    telephone = models.CharField(max_length=30, default="", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="a_site_has_its_own_name"),
            models.UniqueConstraint(fields=["safir"], condition=~Q(safir=""), name="a_safir_code_has_one_site"),
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People of a site who share an inbox."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=150)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="a_team_has_its_own_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role that somebody holds in an organisation; ended, it stays for the history and opens nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.CharField(max_length=200)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=_choices(Role))
    teams = models.ManyToManyField(Team, blank=True, related_name="memberships")
    valid_from = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "role"], name="members_of_an_organisation")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "organisation", "role", "site"],
                condition=Q(ended_at__isnull=True, site__isnull=False),
                name="a_role_on_a_site_is_held_once",
            ),
            models.UniqueConstraint(
                fields=["account", "organisation", "role"],
                condition=Q(ended_at__isnull=True, site__isnull=True),
                name="a_role_without_site_is_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role} {self.organisation}"


class StandIn(models.Model):
    """Somebody holds the work of an absent colleague: ``starts_on`` included, ``ends_on`` excluded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    absent = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="stood_in_for_by")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="stands_in_for")
    starts_on = models.DateField()
    ends_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="a_stand_in_lasts_a_day_or_more"),
            models.CheckConstraint(condition=~Q(absent=F("by")), name="nobody_stands_in_for_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} for {self.absent_id}"


class Invitation(models.Model):
    """A link that opens an account, or gives an existing one a new passphrase; used once, before it expires.

    The link itself is never kept, only its digest. ``account`` is set when it renews the access of that account; the
    role and site are then empty, and ``renews_second_factor`` says whether a lost telephone is replaced too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=150, default="", blank=True)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="renewals")
    organisation = models.CharField(max_length=200)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=30, choices=_choices(Role), default="", blank=True)
    invited_by = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    renews_second_factor = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["email"], name="invitations_of_an_address")]

    def __str__(self) -> str:
        return f"{self.email} {self.role} {self.organisation}"


class Authenticator(models.Model):
    """An application that gives six-digit codes (TOTP); its secret is sealed, and no code serves twice.

    ``last_step`` is the number of the 30-second step of the last code accepted.
    """

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="authenticator")
    sealed_secret = models.CharField(max_length=300)
    confirmed_at = models.DateTimeField()
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"authenticator of {self.account_id}"


class RecoveryCode(models.Model):
    """A code to sign in once when the telephone is lost; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="a_recovery_code_is_made_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.account_id}"


class Passkey(models.Model):
    """A key of a computer, a telephone or a USB stick (WebAuthn); only its public half is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    name = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class SignInAttempt(models.Model):
    """One attempt to sign in, kept to slow down those who guess and to tell the account what happened.

    ``account`` is empty when the address typed has none. ``network_address`` is where it came from.
    """

    at = models.DateTimeField()
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="attempts")
    network_address = models.GenericIPAddressField(null=True, blank=True)
    means = models.CharField(max_length=20)
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["network_address", "at"], name="attempts_of_a_network_address"),
            models.Index(fields=["account", "at"], name="attempts_on_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.means} {self.succeeded}"


class ApiKey(models.Model):
    """What lets a machine act under one membership, within ``scopes``; only a digest of the key is kept.

    ``begins`` are its first signs, by which its holder knows it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    begins = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.begins}… {self.name}"


class KeptAnswer(models.Model):
    """What a machine was answered under an idempotency key: the same request again gets the same answer, once made.

    ``digest`` is of the whole request; ``content`` names things by their ids and says nothing of a person.
    """

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="kept_answers")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    content = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "key"], name="an_idempotency_key_serves_once")]
        indexes = [models.Index(fields=["at"], name="kept_answers_by_age")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.key}"
