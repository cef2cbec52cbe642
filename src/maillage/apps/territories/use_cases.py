"""What every change of the tables of territories ends with."""

from __future__ import annotations

import secrets
from datetime import datetime

from maillage.apps.territories.models import GeographyVersion


def announce_change(*, at: datetime, has_changed: bool, vintage: str = "") -> None:
    """Tell every process, inside the transaction, that the geography changed; nothing when it did not.

    ``vintage`` names the year of the municipalities; empty keeps the one that is known, else the year of ``at``.
    """
    known = GeographyVersion.objects.values_list("vintage", flat=True).first()
    wanted = vintage or known or f"{at:%Y}"
    if not has_changed and wanted == known:
        return
    state = {"token": secrets.token_hex(16), "vintage": wanted, "changed_at": at}
    GeographyVersion.objects.update_or_create(id=1, defaults=state)
