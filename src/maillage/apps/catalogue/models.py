"""One mechanism for all that partners declare: a record has versions in time, and each version a time it was known.

Two times, because they differ. ``valid_from`` and ``valid_until`` say on which days the facts stood in the world;
``recorded_in`` and ``superseded_in`` say between which changes of the catalogue we believed them. The first serves the
question "on that day", the second the question "as it was answered then". Rows are never deleted nor rewritten.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class RecordKind(models.TextChoices):
    """What a record describes."""

    ORGANISATION = "ORGANISATION"
    ACCESS_POINT = "ACCESS_POINT"
    SERVICE = "SERVICE"


class CatalogueSequence(models.Model):
    """A change of the catalogue: its number is the version that answers cite.

    ``token`` is drawn anew for each change, so that what a process keeps in memory for a number is never taken for what
    another database, or a change undone, had under the same number.
    """

    number = models.PositiveIntegerField(primary_key=True)
    token = models.UUIDField(default=uuid4, editable=False)
    at = models.DateTimeField()
    what = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"c{self.number} ({self.what})"


class CatalogueRecord(models.Model):
    """One version of one organisation, access point or service.

    ``source`` is the publisher and ``format_name`` the importer that brought it: a record is closed only by a later
    file of the same two. ``content`` holds what is said, without its date, so that a file given again changes nothing;
    ``municipality``, ``organisation``, ``location`` and ``for_employers`` repeat what of it lists are narrowed by.
    """

    kind = models.CharField(max_length=12, choices=RecordKind.choices)
    record_id = models.CharField(max_length=255)
    source = models.CharField(max_length=100)
    format_name = models.CharField(max_length=50)
    content = models.JSONField()
    digest = models.CharField(max_length=32)
    municipality = models.CharField(max_length=5, blank=True)
    organisation = models.CharField(max_length=255, blank=True)
    location = models.CharField(max_length=255, blank=True)
    for_employers = models.BooleanField(default=False)
    search_key = models.TextField(blank=True)
    sort_key = models.CharField(max_length=255)
    dated_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    recorded_in = models.PositiveIntegerField()
    superseded_in = models.PositiveIntegerField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["ORGANISATION", "ACCESS_POINT", "SERVICE"]),
                name="a_record_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_from__lt=F("valid_until")),
                name="a_version_stands_at_least_a_day",
            ),
            models.CheckConstraint(
                condition=Q(superseded_in=None) | Q(recorded_in__lt=F("superseded_in")),
                name="a_version_is_known_before_it_is_superseded",
            ),
            models.UniqueConstraint(
                fields=["kind", "record_id"],
                condition=Q(superseded_in=None, valid_from=None),
                name="a_record_has_one_first_version",
            ),
            models.UniqueConstraint(
                fields=["kind", "record_id"],
                condition=Q(superseded_in=None, valid_until=None),
                name="a_record_has_one_open_version",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "municipality", "sort_key", "record_id"], name="catalogue_municipality"),
            models.Index(fields=["kind", "record_id"], name="catalogue_record"),
            models.Index(fields=["superseded_in", "kind"], name="catalogue_known"),
            # What a process reads to catch up with the changes that came after what it holds.
            models.Index(fields=["recorded_in", "kind", "record_id"], name="catalogue_recorded"),
            # What a list walks: all that decides which versions stand and are found, in the order of the list.
            models.Index(
                fields=["kind", "sort_key", "record_id", "valid_from", "valid_until", "search_key"],
                condition=Q(superseded_in=None),
                name="catalogue_walk",
            ),
            models.Index(
                fields=["kind", "organisation", "sort_key", "record_id"],
                condition=Q(superseded_in=None),
                name="catalogue_organisation",
            ),
            models.Index(
                fields=["kind", "location", "sort_key", "record_id"],
                condition=Q(superseded_in=None),
                name="catalogue_location",
            ),
            models.Index(
                fields=["kind", "sort_key", "record_id", "municipality"],
                condition=Q(superseded_in=None, for_employers=True),
                name="catalogue_employers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} [{self.valid_from or ''}..{self.valid_until or ''}["


class CatalogueCode(models.Model):
    """A code that a version believed now declares: what lists are narrowed by, as ``kind:AGENCY`` or ``theme:mobilite``.

    An index rather than a fact: the rows of a version are written with it and removed when it is superseded, and all of
    them could be made again. They repeat what a list walks and counts, so that the versions themselves are left alone.
    """

    version = models.ForeignKey(CatalogueRecord, models.CASCADE, related_name="codes", db_index=False)
    code = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=RecordKind.choices)
    sort_key = models.CharField(max_length=255)
    record_id = models.CharField(max_length=255)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["code", "kind", "sort_key", "record_id", "valid_from", "valid_until", "version"],
                name="catalogue_code_walk",
            ),
            models.Index(fields=["version", "code"], name="catalogue_code_version"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.code}"
