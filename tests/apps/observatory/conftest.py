"""Two departments, three municipalities, their places; files written in place and imported."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from maillage.apps.imports.use_cases import import_file

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
COMMUNES = (
    "code,nom,lat,lon,population,codes_postaux,departement,region,clpe\n"
    "36018,Le Blanc,46.63,1.09,6000,36300,36,24,CLPE36004\n"
    "36044,Châteauroux,46.81,1.69,43000,36000,36,24,CLPE36001\n"
    "36100,Sans point,,,500,36000,36,24,CLPE36001\n"
    "86139,La Trimouille,46.46,1.04,900,86290,86,75,CLPE86001\n"
)
NAMES = (
    "territoire,nom\ndepartement:36,Indre\ndepartement:86,Vienne\nclpe:CLPE36001,Châteauroux\nclpe:CLPE36004,Le Blanc\n"
)
PLACES = (
    "kinds,id,name,organisation,municipality,latitude,longitude,networks,valid_from,source\n"
    "AGENCY,a1,Agence de Châteauroux,ft,36044,46.81,1.69,,,test\n"
    "AGENCY,a2,Agence de La Trimouille,ft,86139,46.46,1.04,,,test\n"
    "FRANCE_SERVICES,f1,France services du Blanc,fs,36018,46.63,1.09,la-poste,2024-01-01,test\n"
    "FRANCE_SERVICES,f2,France services de Châteauroux,fs,36044,46.80,1.70,france-service,,test\n"
)


@pytest.fixture
def load(tmp_path, db):
    """Import a text of a format."""

    def load(format_name, content, at=NOON):
        path = tmp_path / "file"
        path.write_text(content, encoding="utf-8")
        return import_file(by="amel", format_name=format_name, path=path, at=at)

    return load


@pytest.fixture
def territories(load):
    load("communes", COMMUNES)
    load("territory-names", NAMES)
    load("access-points", PLACES)
    return load
