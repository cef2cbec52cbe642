"""The formats of the catalogue: one file a family, each turning lines into organisations, access points, services."""

from __future__ import annotations

from maillage.apps.catalogue.importers.data_inclusion import ServicesImporter, StructuresImporter
from maillage.apps.catalogue.importers.digital_help import DigitalAdvisersImporter, DigitalMediationImporter
from maillage.apps.catalogue.importers.france_services import FranceServicesImporter
from maillage.apps.catalogue.importers.france_travail import AgenciesImporter
from maillage.apps.catalogue.importers.la_poste import PostOfficesImporter
from maillage.apps.catalogue.importers.missions_locales import MissionsLocalesImporter
from maillage.apps.catalogue.importers.own_tables import (
    AccessPointsImporter,
    OrganisationsImporter,
    ServicesTableImporter,
)
from maillage.apps.imports.formats import register

IMPORTERS = (
    AccessPointsImporter,
    AgenciesImporter,
    DigitalAdvisersImporter,
    DigitalMediationImporter,
    FranceServicesImporter,
    MissionsLocalesImporter,
    OrganisationsImporter,
    PostOfficesImporter,
    ServicesImporter,
    ServicesTableImporter,
    StructuresImporter,
)


def register_all() -> None:
    """Make the formats of the catalogue known."""
    for importer in IMPORTERS:
        register(importer)
