"""The journal: rows are added, never changed nor removed."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from maillage.domain.shared import MaillageError


class JournalIsAppendOnly(MaillageError):
    """Somebody tried to change or remove what the journal holds."""

    def __init__(self) -> None:
        super().__init__("The audit journal is append-only: record a new event that corrects the former one.")


Row = TypeVar("Row", bound=models.Model)


class Journal(models.QuerySet[Row]):
    """Rows, to be read and added to."""

    def update(self, **_changes: Any) -> NoReturn:
        raise JournalIsAppendOnly

    def delete(self) -> NoReturn:
        raise JournalIsAppendOnly

    def bulk_update(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise JournalIsAppendOnly


class Written(models.Model):
    """A row that is written once."""

    objects = Journal.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise JournalIsAppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise JournalIsAppendOnly


class AuditEvent(Written):
    """One thing done by somebody: ``what`` is a verb of the field, ``subject`` names what it was done to.

    ``by`` is the id of the account that acted, its membership being in ``details``; else the name of a job or a command.
    """

    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    what = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_of_a_subject"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.what} {self.subject}"


class Reading(Written):
    """One look at one person: who, under which membership, when, what was shown, and what allowed it.

    ``basis`` names the link (with its agreement and article) or says that the organisation follows the person.
    ``was_refused`` is true when the person was not shown: somebody asked for an id they may not see, or that is none.
    ``is_own`` is true for the people in one's own hands. Ids are those of other contexts, kept when these go.
    """

    at = models.DateTimeField()
    account = models.UUIDField()
    membership = models.UUIDField()
    organisation = models.CharField(max_length=200)
    person = models.UUIDField()
    what = models.CharField(max_length=60)
    basis = models.CharField(max_length=300, blank=True)
    was_refused = models.BooleanField(default=False)
    is_own = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["account", "at"], name="readings_by_an_account"),
            models.Index(fields=["person", "at"], name="readings_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.account} {self.what} {self.person}"


class Seal(Written):
    """The end of a batch of the journal: a digest of its rows and of the seal before; nothing about anybody.

    ``journal`` is ``readings`` or ``events``; the batch is every row from ``first_row`` to ``last_row`` (their ids);
    ``last_at`` is the latest instant among them, by which a batch that left on time is told from one torn out.
    """

    journal = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    first_row = models.BigIntegerField()
    last_row = models.BigIntegerField()
    row_count = models.PositiveIntegerField()
    last_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["journal", "number"], name="seals_follow_each_other")]

    def __str__(self) -> str:
        return f"{self.journal} {self.number} {self.digest[:12]}"
