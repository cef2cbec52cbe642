"""Files written in place and imported."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from maillage.apps.imports.use_cases import import_file

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMMUNES = "code,nom,lat,lon,population,codes_postaux,arrondissement,departement,region,epci,zone_emploi,clpe\n"
LE_BLANC = "36018,Le Blanc,46.6309,1.09388,6298,36300,362,36,24,243600236,2415,CLPE36004\n"
AIGURANDE = "36001,Aigurande,46.4557,1.83999,1321,36140,363,36,24,200007052,2405,CLPE36003\n"
HAGUENAU = "67180,Haguenau,48.81557,7.79051,35641,67500|67590,672,67,44,200067874,4409,CLPE67001\n"


@pytest.fixture
def load(tmp_path, db):
    """Import a text, or something to write as JSON."""

    def load(format_name, content, at=NOON):
        path = tmp_path / "file"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return import_file(by="amel", format_name=format_name, path=path, at=at)

    return load


@pytest.fixture
def three(load):
    return load("communes", COMMUNES + LE_BLANC + AIGURANDE + HAGUENAU)
