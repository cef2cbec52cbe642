"""What is remembered of the signed texts."""

from __future__ import annotations

from django.db import models


class AgreementText(models.Model):
    """One state of one agreement's file, kept for ever: answers name it by its digest (SHA-256 of the bytes)."""

    digest = models.CharField(max_length=64, primary_key=True)
    agreement = models.CharField(max_length=200)
    content = models.TextField()
    first_known_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.agreement}+{self.digest[:8]}"
