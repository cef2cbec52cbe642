"""What every change of the tables of territories ends with, and keeping a state that answers cite."""

from __future__ import annotations

import secrets
from datetime import datetime

from maillage.apps.audit.use_cases import record_event
from maillage.apps.territories.mapping import packed
from maillage.apps.territories.models import GeographyKept, GeographyVersion
from maillage.apps.territories.queries import geography, geography_version


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


def keep_geography(*, by: str, token: str, at: datetime) -> bool:
    """Keep the present geography whole, once, if it still is the state named; gives whether it was new.

    Cost: a third of a second and a megabyte for France, once for each import of territories that answers follow.
    """
    if token != geography_version() or GeographyKept.objects.filter(token=token).exists():
        return False
    _, is_new = GeographyKept.objects.get_or_create(
        token=token, defaults={"content": packed(geography()), "kept_at": at}
    )
    if is_new:
        record_event(by=by, what="keep_geography", subject=token, at=at)
    return is_new
