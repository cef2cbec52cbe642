"""What was imported, when, by whom, from which file."""

from __future__ import annotations

from django.db import models


class ImportRun(models.Model):
    """One file read and written; a dry run leaves no trace.

    ``rejected`` holds the first refused lines with their reasons, ``rejected_count`` how many there were.
    """

    format = models.CharField(max_length=50)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    read_count = models.PositiveIntegerField()
    added_count = models.PositiveIntegerField()
    changed_count = models.PositiveIntegerField()
    unchanged_count = models.PositiveIntegerField()
    closed_count = models.PositiveIntegerField()
    rejected_count = models.PositiveIntegerField()
    rejected = models.JSONField(default=list)
    warnings = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["format", "started_at"], name="imports_of_a_format")]

    def __str__(self) -> str:
        return f"{self.format} {self.file_name} {self.started_at:%Y-%m-%d}"
