"""A small catalogue at Le Blanc and Haguenau, and agreements written in a folder of the test."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maillage.apps.catalogue.use_cases import keep_records
from maillage.apps.imports.use_cases import import_file
from maillage.domain.organisations import Organisation
from maillage.domain.services import OwnBasis, Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import TerritoryRef

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
COMMUNES = (
    "code,nom,lat,lon,population,codes_postaux,arrondissement,departement,region,epci,zone_emploi,clpe\n"
    "36018,Le Blanc,46.6309,1.09388,6298,36300,361,36,24,243600319,2405,CLPE36004\n"
    "67180,Haguenau,48.81557,7.79051,35641,67500,672,67,44,200067874,4409,CLPE67001\n"
)
AGREEMENT = """\
id: essai
title: Convention d’essai
level: LOCAL
kind: AGREEMENT
territory: departement:36
parties: [{id: agence, organisation: france-travail}, {id: ml, organisation: ml-indre}]
signed_on: 2024-01-01
articles:
  - number: P1
    title: Ateliers
    text: « Les ateliers sont ouverts aux jeunes. »
    clauses: [{id: ateliers, opens: {provider: ml, services: [atelier], condition: {age: {to: 25}}, priority: [jeunes]}}]
"""
HERE = Provenance("test")
MISSION = Organisation(
    "ml-indre", "Mission locale de l’Indre", HERE, catchment_area=(TerritoryRef.parse("departement:36"),)
)
LE_BLANC = Point(46.64, 1.09)
WELCOME = Service(
    "accueil", "Accueil", "ml-indre", HERE, point=LE_BLANC, own_basis=OwnBasis.LAW, own_source="L. 5314-2", age_until=25
)
WORKSHOP = Service(
    "atelier",
    "Atelier",
    "ml-indre",
    HERE,
    point=LE_BLANC,
    reserved_by="Convention d’essai",
    themes=frozenset({"mobilite--preparer-un-permis"}),
)


def keep(*records, at=NOON, **how):
    return keep_records(records, format_name="test", at=at, **how)


@pytest.fixture
def places(tmp_path, db):
    path = tmp_path / "communes.csv"
    path.write_text(COMMUNES)
    import_file(by="amel", format_name="communes", path=path, at=NOON)
    keep(MISSION, WELCOME, WORKSHOP)


@pytest.fixture
def agreements(tmp_path):
    folder = tmp_path / "agreements"
    (folder / "essai").mkdir(parents=True)
    (folder / "essai" / "agreement.yaml").write_text(AGREEMENT)
    return folder


def amend(folder, old, new):
    """Write the agreement otherwise, as somebody who opens the file."""
    file = folder / "essai" / "agreement.yaml"
    file.write_text(file.read_text().replace(old, new))
