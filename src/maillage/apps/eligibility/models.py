"""What is remembered of answers: the versions they rest on, never the person."""

from __future__ import annotations

from django.db import models


class AnswerContext(models.Model):
    """The versions that answers of a day rest on: the same for everybody who asks about that day.

    ``content``: ``on`` (ISO day), ``agreements`` (digests), ``catalogue``, ``geography``, ``settings``.
    """

    digest = models.CharField(max_length=12, primary_key=True)
    content = models.JSONField()
    first_asked_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest
