"""From the rows of consents to what the rule of sharing reads."""

from __future__ import annotations

from maillage.apps.sharing import models
from maillage.domain.sharing import ConsentGiven


def consent_from(row: models.Consent) -> ConsentGiven:
    """Give a consent as the rule of sharing reads it."""
    return ConsentGiven(
        id=row.pk,
        organisation=row.organisation,
        agreement=row.agreement,
        clause=row.clause,
        fields=frozenset(row.fields),
        given_on=row.given_on,
        until=row.until,
        is_revoked=row.revoked_at is not None,
    )
