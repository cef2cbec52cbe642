"""Keeping the signed texts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from maillage.apps.agreements.models import AgreementText
from maillage.apps.agreements.queries import LoadedAgreements
from maillage.apps.audit.use_cases import record_event


def remember_texts(*, by: str, loaded: LoadedAgreements, at: datetime) -> int:
    """Keep the texts not yet known, word for word; gives how many were new."""
    with transaction.atomic():
        known = set(AgreementText.objects.filter(digest__in=loaded.digests).values_list("digest", flat=True))
        fresh = [
            AgreementText(digest=digest, agreement=agreement, content=content, first_known_at=at)
            for digest, (agreement, content) in loaded.texts.items()
            if digest not in known
        ]
        AgreementText.objects.bulk_create(fresh, ignore_conflicts=True)
        for text in fresh:
            record_event(by=by, what="remember_text", subject=text.agreement, at=at, details={"digest": text.digest})
    return len(fresh)
