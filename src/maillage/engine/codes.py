"""The codes that facts, agreements and files are written with, each with its French label."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from data_inclusion.schema import v1

from maillage.domain.access_points import PlaceKind
from maillage.domain.people import BARRIERS, EVERYBODY, TARGET_GROUPS
from maillage.domain.referrals import Move
from maillage.domain.referrals.moves import MOVE_LABELS
from maillage.domain.referrals.reasons import (
    OUTCOME_LABELS,
    REASON_LABELS,
    Absence,
    ErrorReason,
    FailureReason,
    OutcomeKind,
    RefusalReason,
    WithdrawalReason,
)
from maillage.domain.territories import TerritoryKind
from maillage.engine.clauses import THEME_FAMILIES
from maillage.engine.wording import BARRIER_LABELS, GROUP_LABELS

_REASONS: Mapping[str, type[Enum]] = {
    "reasons of refusal": RefusalReason,
    "reasons of failure": FailureReason,
    "reasons of withdrawal": WithdrawalReason,
    "reasons of error": ErrorReason,
    "absences": Absence,
}


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
        "moves": {move.value: MOVE_LABELS[move][0] for move in Move},
        **{name: {one.name: REASON_LABELS[one][0] for one in reasons} for name, reasons in _REASONS.items()},
        "outcomes": {kind.value: OUTCOME_LABELS[kind][0] for kind in OutcomeKind},
        "territories": {kind.value: kind.name.replace("_", " ").lower() for kind in TerritoryKind},
    }
