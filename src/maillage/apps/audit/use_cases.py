"""Adding to the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from maillage.apps.audit.models import AuditEvent


def record_event(
    *, by: str, what: str, subject: str, at: datetime, details: Mapping[str, object] | None = None
) -> None:
    """Add one event to the journal; call it inside the transaction of what it tells.

    ``by`` names who acted, ``what`` is a verb of the field (``import_file``), ``subject`` what it was done to;
    ``details`` must be storable as JSON and hold nothing nominative about a jobseeker.
    """
    AuditEvent.objects.create(at=at, by=by, what=what, subject=subject, details=dict(details or {}))
