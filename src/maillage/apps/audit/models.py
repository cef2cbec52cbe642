"""The journal: rows are added, never changed nor removed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from maillage.domain.shared import MaillageError


class JournalIsAppendOnly(MaillageError):
    """Somebody tried to change or remove what the journal holds."""

    def __init__(self) -> None:
        super().__init__("The audit journal is append-only: record a new event that corrects the former one.")


class Journal(models.QuerySet["AuditEvent"]):
    """Events, to be read and added to."""

    def update(self, **_changes: Any) -> NoReturn:
        raise JournalIsAppendOnly

    def delete(self) -> NoReturn:
        raise JournalIsAppendOnly

    def bulk_update(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise JournalIsAppendOnly


class AuditEvent(models.Model):
    """One thing done by somebody: ``what`` is a verb of the field, ``subject`` names what it was done to."""

    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    what = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    details = models.JSONField(default=dict)

    objects = Journal.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_of_a_subject"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.what} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise JournalIsAppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise JournalIsAppendOnly
