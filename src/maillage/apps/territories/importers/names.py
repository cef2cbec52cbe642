"""Names of departments, regions, arrondissements, EPCI and employment zones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from maillage.apps.imports.cells import required_text_of, text_of
from maillage.apps.imports.formats import Counts, RowRefused
from maillage.apps.imports.rows import Row
from maillage.apps.territories.importers.writing import write_names
from maillage.apps.territories.use_cases import announce_change
from maillage.domain.territories import TerritoryKind, TerritoryNotation, TerritoryRef

NamedTerritory = tuple[TerritoryKind, str, str]


class TerritoryNames:
    """``territory-names``: a notation and a name, or the usual tables of the official code.

    Without a ``territoire`` column (``departement:36``) the kind is that of the table: ``zone_emploi`` an employment
    zone, ``departement`` an arrondissement, ``modeFinancement`` an EPCI, ``region`` a department, else a region.
    """

    name = "territory-names"
    required_columns = (frozenset({"territoire", "code", "zone_emploi"}), frozenset({"nom", "libelle"}))

    def parse(self, row: Row) -> object:
        name = required_text_of(row, "nom", "libelle", longest=300)
        if notation := text_of(row, "territoire", longest=40):
            try:
                territory = TerritoryRef.parse(notation)
            except TerritoryNotation as refusal:
                raise RowRefused(str(refusal)) from None
            return (territory.kind, territory.code, name)
        return (_kind_of(row), required_text_of(row, "code", "zone_emploi", longest=20), name)

    def key(self, record: object) -> str:
        kind, code, _ = cast("NamedTerritory", record)
        return str(TerritoryRef(kind, code))

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        named = cast("Sequence[NamedTerritory]", records)
        counts = write_names({(kind, code): name for kind, code, name in named})
        announce_change(at=at, has_changed=bool(counts.added or counts.changed))
        return counts


def _kind_of(row: Row) -> TerritoryKind:
    signs = {
        "zone_emploi": TerritoryKind.EMPLOYMENT_ZONE,
        "modeFinancement": TerritoryKind.EPCI,
        "departement": TerritoryKind.ARRONDISSEMENT,
        "region": TerritoryKind.DEPARTMENT,
    }
    return next((kind for column, kind in signs.items() if column in row.values), TerritoryKind.REGION)
