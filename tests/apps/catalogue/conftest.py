"""Three municipalities, an old code, and files written in place."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest

from maillage.apps.imports.use_cases import import_file
from maillage.engine.opening_hours import PARIS

MARCH = datetime(2026, 3, 1, 12, tzinfo=PARIS)
APRIL = datetime(2026, 4, 1, 12, tzinfo=PARIS)
MAY = datetime(2026, 5, 1, 12, tzinfo=PARIS)
COMMUNES = (
    "code,nom,lat,lon,population,codes_postaux,arrondissement,departement,region,epci,zone_emploi,clpe\n"
    "36018,Le Blanc,46.6309,1.09388,6298,36300,362,36,24,243600319,2415,CLPE36004\n"
    "36070,Éguzon-Chantôme,46.4423,1.5837,1300,36270,361,36,24,200068872,2405,CLPE36001\n"
    "67180,Haguenau,48.81557,7.79051,35641,67500,672,67,44,200067874,4409,CLPE67001\n"
)
PASSAGE = "code,nom,type,commune_actuelle\n36039,Chantôme,commune-deleguee,36070\n"


def as_csv(rows, separator=","):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@pytest.fixture
def load(tmp_path, db):
    """Import a text, bytes, or something to write as JSON."""

    def load(format_name, content, at=MARCH, *, dry_run=False):
        path = tmp_path / "file"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return import_file(by="amel", format_name=format_name, path=path, at=at, dry_run=dry_run)

    return load


@pytest.fixture
def places(load):
    """Load the municipalities that the files of these tests name."""
    load("communes", COMMUNES)
    load("passage", PASSAGE)
    return load


def counts_of(report):
    return report.added, report.changed, report.unchanged, report.closed


def reasons_of(report):
    return {line.line: line.reason for line in report.rejected}
