"""The kinds of place as they are said to the person, and the kinds of help one looks for."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.domain.access_points import PlaceKind

KINDS: dict[PlaceKind, Promise] = {
    PlaceKind.FRANCE_SERVICES: _("France services"),
    PlaceKind.DIGITAL_POINT: _("ordinateur en libre accès"),
    PlaceKind.DIGITAL_STAGE: _("ordinateur en libre accès, avec des ateliers"),
    PlaceKind.DIGITAL_ADVISER: _("aide pour utiliser internet"),
    PlaceKind.AGENCY: _("agence France Travail"),
    PlaceKind.MISSION_LOCALE: _("Mission locale"),
    PlaceKind.POST_OFFICE: _("bureau de poste"),
    PlaceKind.OUTREACH: _("permanence"),
}
"""What each kind is called, in the order in which a place says what it is."""

HELPS: dict[str, tuple[Promise, frozenset[PlaceKind]]] = {
    "internet": (
        _("Aide pour utiliser internet"),
        frozenset(
            {
                PlaceKind.FRANCE_SERVICES,
                PlaceKind.DIGITAL_POINT,
                PlaceKind.DIGITAL_STAGE,
                PlaceKind.DIGITAL_ADVISER,
            }
        ),
    ),
    "agency": (_("Agence France Travail"), frozenset({PlaceKind.AGENCY})),
    "mission-locale": (_("Mission locale, de 16 à 25 ans"), frozenset({PlaceKind.MISSION_LOCALE})),
    "post-office": (_("Bureau de poste"), frozenset({PlaceKind.POST_OFFICE})),
}
"""What one may look for, by its code in addresses, with the kinds of place that give it."""


def kinds_said(kinds: Iterable[PlaceKind]) -> str:
    """Say what a place is: « France services, bureau de poste »."""
    held = frozenset(kinds)
    return ", ".join(str(label) for kind, label in KINDS.items() if kind in held)


def kinds_wanted(help_code: str) -> frozenset[PlaceKind] | None:
    """Give the kinds of place that a kind of help means; ``None`` when all do."""
    found = HELPS.get(help_code)
    return found[1] if found else None
