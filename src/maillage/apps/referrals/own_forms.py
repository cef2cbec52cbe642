"""The form that a recipient asks for: its own site's, else its organisation's, else none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from maillage.apps.referrals.models import OwnForm


@dataclass(frozen=True)
class OwnFormSeen:
    """A form as it was put in, its fields of text, and what fills each."""

    site: UUID | None
    content: bytes
    fields: tuple[str, ...]
    filled_by: Mapping[str, str]
    put_in_at: datetime


def own_form_of(organisation: str, site: UUID | None) -> OwnFormSeen | None:
    """Find the form that a recipient asks for; ``None`` when it asks for none."""
    rows = OwnForm.objects.filter(organisation=organisation).filter(Q(site=site) | Q(site=None))
    found = sorted(rows, key=lambda row: row.site is None)
    if not found:
        return None
    row = found[0]
    return OwnFormSeen(row.site, bytes(row.content), tuple(row.fields), row.filled_by, row.put_in_at)
