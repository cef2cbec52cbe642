"""The words of rates and visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

COLUMNS: Mapping[str, Any] = {
    "answered": _("Ont eu une réponse"),
    "accepted": _("Acceptées"),
    "accepted_never_received": _("Acceptées, jamais venues"),
    "received": _("Venues"),
    "closed_loop": _("Terminées en le disant"),
    "outcome_known": _("Suite connue"),
    "outcome_positive": _("Solution trouvée"),
    "still_open": _("En cours"),
}
SHARES: Mapping[str, Any] = {
    "answered": _("ont eu une réponse"),
    "accepted": _("acceptées"),
    "received": _("venues"),
    "closed_loop": _("terminées en le disant"),
    "outcome_known": _("suite connue"),
    "outcome_positive": _("solution trouvée"),
}
"""The shares that are drawn, and that may fall."""

HELP: Mapping[str, Any] = {
    "EQUIPMENT": _("Ordinateur ou imprimante"),
    "ONLINE_PROCEDURE": _("Démarche en ligne"),
    "JOB_SEARCH": _("Recherche d’emploi"),
    "ACCOUNT": _("Compte ou mot de passe"),
    "GUIDANCE": _("Orientation"),
    "OTHER": _("Autre aide"),
}
"""The help given at an access point."""
