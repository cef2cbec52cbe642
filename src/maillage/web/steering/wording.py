"""The words of rates and visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

COLUMNS: Mapping[str, Any] = {
    "answered": _("Ont eu une réponse"),
    "accepted": _("Acceptées"),
    "accepted_never_received": _("Acceptées, sans venue"),
    "received": _("Suivies d’une venue"),
    "closed_loop": _("Menées au bout"),
    "outcome_known": _("Suite connue"),
    "outcome_positive": _("Solution trouvée"),
    "still_open": _("En cours"),
}
SHARES: Mapping[str, Any] = {
    "answered": _("ont eu une réponse"),
    "accepted": _("acceptées"),
    "received": _("suivies d’une venue"),
    "closed_loop": _("menées au bout"),
    "outcome_known": _("suite connue"),
    "outcome_positive": _("solution trouvée"),
}
"""The shares that are drawn, and that may fall."""
