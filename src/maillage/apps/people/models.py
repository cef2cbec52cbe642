"""What is remembered of people: as little as the work asks, health data apart, and why a partner may see them."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


class Person(models.Model):
    """Somebody whom an organisation follows, with the minimum of facts; every field has its entry in the catalogue.

    ``lead_*`` say who follows: an organisation of the catalogue, its site, its team, its adviser (a membership).
    ``None`` in a fact is unknown; an empty list is a known « none ». ``external_id_sealed`` is the identifier the
    organisation already holds, encrypted; ``external_id_hash`` finds it again. ``merged_into`` is the record kept when
    two are found to be the same person. ``version`` counts the edits.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    lead_organisation = models.CharField(max_length=200)
    lead_site = models.UUIDField(null=True, blank=True)
    lead_team = models.UUIDField(null=True, blank=True)
    lead_adviser = models.UUIDField(null=True, blank=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField(null=True, blank=True)
    municipality = models.CharField(max_length=5)
    telephone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    prefers_to_be_called = models.BooleanField(default=False)
    no_voicemail = models.BooleanField(default=False)
    language = models.CharField(max_length=12, default="fr")
    needs_interpreter = models.BooleanField(default=False)
    external_id_sealed = models.TextField(blank=True)
    external_id_hash = models.CharField(max_length=64, blank=True)
    registered = models.BooleanField(null=True)
    registered_since = models.DateField(null=True, blank=True)
    target_groups = models.JSONField(null=True, blank=True)
    barriers = models.JSONField(null=True, blank=True)
    minimum_income = models.BooleanField(null=True)
    priority_neighbourhood = models.BooleanField(null=True)
    qualification = models.CharField(max_length=60, blank=True)
    occupation = models.CharField(max_length=60, blank=True)
    themes = models.JSONField(default=list, blank=True)
    last_contact_on = models.DateField()
    created_at = models.DateTimeField()
    merged_into = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["lead_adviser", "family_name"], name="people_of_an_adviser"),
            models.Index(fields=["lead_team", "family_name"], name="people_of_a_team"),
            models.Index(fields=["lead_organisation", "lead_site"], name="people_of_a_site"),
            models.Index(fields=["external_id_hash"], name="people_by_identifier"),
            models.Index(fields=["birth_date"], name="people_by_birth_date"),
            models.Index(fields=["last_contact_on"], name="people_by_last_contact"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class HealthFacts(models.Model):
    """What a person says of their health, kept apart: own table, own permission, own row policy.

    ``target_groups`` and ``barriers`` are those of the codes that reveal health; ``boe`` the duty-to-employ status.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="health")
    boe = models.BooleanField(null=True)
    target_groups = models.JSONField(null=True, blank=True)
    barriers = models.JSONField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.id)


class LinkKind(models.TextChoices):
    """What lets a partner see a person."""

    REFERRAL = "REFERRAL"
    DELEGATION = "DELEGATION"


class Link(models.Model):
    """Why a partner may see a person: the referral or the delegation (``subject``) and the article that opened it.

    ``organisation``, ``site``, ``team``, ``holder`` say who receives; ``lead_*`` repeat who follows, so that one
    glance at the row decides. ``passed_fields`` are the stored fields the partner is shown, and ``passes_health`` whether
    health data are among them. ``until`` is the first day on which the link no longer shows though nobody closed it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    subject = models.UUIDField()
    lead_organisation = models.CharField(max_length=200)
    lead_site = models.UUIDField(null=True, blank=True)
    lead_team = models.UUIDField(null=True, blank=True)
    lead_adviser = models.UUIDField(null=True, blank=True)
    organisation = models.CharField(max_length=200)
    site = models.UUIDField(null=True, blank=True)
    team = models.UUIDField(null=True, blank=True)
    holder = models.UUIDField(null=True, blank=True)
    agreement = models.CharField(max_length=200, blank=True)
    article = models.CharField(max_length=40, blank=True)
    passed_fields = models.JSONField(default=list)
    passes_health = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="one_link_for_each_referral_or_delegation")
        ]
        indexes = [
            models.Index(fields=["organisation", "site"], name="links_of_a_partner"),
            models.Index(fields=["team"], name="links_of_a_team"),
            models.Index(fields=["holder"], name="links_of_a_holder"),
        ]

    def __str__(self) -> str:
        return str(self.id)
