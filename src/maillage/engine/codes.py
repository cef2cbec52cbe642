"""The codes that facts, agreements and files are written with, each with its French label."""

from __future__ import annotations

from data_inclusion.schema import v1

from maillage.domain.access_points import PlaceKind
from maillage.domain.people import BARRIERS, EVERYBODY, TARGET_GROUPS
from maillage.domain.territories import TerritoryKind
from maillage.engine.clauses import THEME_FAMILIES
from maillage.engine.wording import BARRIER_LABELS, GROUP_LABELS


def all_codes() -> dict[str, dict[str, str]]:
    """Give every code with its French label, list by list."""
    return {
        "themes": {theme.value: theme.label for theme in v1.Thematique},
        "theme families": {family: family.replace("-", " ") for family in sorted(THEME_FAMILIES)},
        "target groups": {code: GROUP_LABELS["fr"][code] for code in TARGET_GROUPS},
        "publics of services": {EVERYBODY: "tous publics"},
        "barriers": {code: BARRIER_LABELS["fr"][code] for code in BARRIERS},
        "kinds of place": {kind.value: kind.value.replace("_", " ").lower() for kind in PlaceKind},
        "networks": {network.value: network.label for network in v1.ReseauPorteur},
        "territories": {kind.value: kind.name.replace("_", " ").lower() for kind in TerritoryKind},
    }
