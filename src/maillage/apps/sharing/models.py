"""What a person allowed, refused and was told; the private link by which one follows one's own referral."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class Consent(models.Model):
    """A person's agreement to pass some facts to one organisation under one clause; dated, scoped, revocable.

    ``fields`` are names of stored fields; ``until`` is the first day on which it no longer holds; ``how`` says how it
    was given (on paper, aloud, by the private link).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person_id = models.UUIDField()
    organisation = models.CharField(max_length=200)
    agreement = models.CharField(max_length=200)
    clause = models.CharField(max_length=100)
    fields = models.JSONField(default=list)
    purpose = models.TextField(blank=True)
    how = models.CharField(max_length=20)
    given_on = models.DateField()
    recorded_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["person_id", "organisation"], name="consents_of_a_person")]

    def __str__(self) -> str:
        return str(self.id)


class Objection(models.Model):
    """A person's refusal that one organisation sees them (every organisation when ``organisation`` is empty)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person_id = models.UUIDField()
    organisation = models.CharField(max_length=200, blank=True)
    made_on = models.DateField()
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["person_id"], name="objections_of_a_person")]

    def __str__(self) -> str:
        return str(self.id)


class InformationSheet(models.Model):
    """What a person was told of one sharing, when and how, as it was shown: the sentences of the sheet."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person_id = models.UUIDField()
    subject = models.UUIDField()
    content = models.JSONField()
    how = models.CharField(max_length=20)
    told_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["person_id"], name="sheets_of_a_person")]

    def __str__(self) -> str:
        return str(self.id)


class FollowLink(models.Model):
    """The private link of one referral: only the hash of its token is kept; it ends by itself or when revoked."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person_id = models.UUIDField()
    subject = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["subject"], name="follow_links_of_a_referral")]

    def __str__(self) -> str:
        return str(self.id)


class DiscreetOrganisation(models.Model):
    """An organisation whose name would reveal a condition: the others read « un partenaire »."""

    organisation = models.CharField(max_length=200, primary_key=True)
    marked_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.organisation
