"""The formats of territories that can be imported."""

from __future__ import annotations

from maillage.apps.imports.formats import register
from maillage.apps.territories.importers.committees import LocalCommittees
from maillage.apps.territories.importers.contours import Contours
from maillage.apps.territories.importers.epci import EpciEtalab
from maillage.apps.territories.importers.municipalities import CompactTerritories, Municipalities, MunicipalitiesEtalab
from maillage.apps.territories.importers.names import TerritoryNames
from maillage.apps.territories.importers.passage import PassageTable

FORMATS = (
    Municipalities,
    MunicipalitiesEtalab,
    CompactTerritories,
    EpciEtalab,
    PassageTable,
    LocalCommittees,
    TerritoryNames,
    Contours,
)


def register_all() -> None:
    """Make the formats of territories known."""
    for factory in FORMATS:
        register(factory)
