"""Missions locales: the list of the structures, and the answers of their programming interface."""

from __future__ import annotations

from datetime import date

from maillage.apps.catalogue.importers.records import (
    Bundle,
    CatalogueImporter,
    Contact,
    in_title_case,
    on_one_line,
    with_reception,
)
from maillage.apps.imports.cells import insee_code_of, point_of, required_text_of, shown, text_of
from maillage.apps.imports.formats import RowRefused
from maillage.apps.imports.reading import Row
from maillage.domain.access_points import AccessPoint, Helper, PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.shared import Provenance
from maillage.engine.opening_hours import is_valid

SOURCE = "mission-locale"
ID = ("id", "id_structure")
NAME = ("nom_usuel", "nom_structure", "nom_officiel")
INSEE_CODE = ("insee_siege", "code_insee")


class MissionsLocalesImporter(CatalogueImporter):
    """Missions locales: each is an organisation and a place of reception, under the code of its seat."""

    name = "missions-locales"
    required_columns = (frozenset(ID), frozenset(NAME), frozenset(INSEE_CODE))

    def id_of(self, row: Row) -> str:
        return f"{SOURCE}--{required_text_of(row, *ID, longest=50)}"

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        municipality, point = self.settled(
            insee_code_of(row, *INSEE_CODE), point_of(row, ("lat", "latitude"), ("lon", "longitude"))
        )
        name = in_title_case(" ".join(required_text_of(row, *NAME, longest=200).split()))
        provenance = Provenance(SOURCE, said_on(row, "date_maj"))
        hours = on_one_line(row, "horaires")
        contact: Contact = {
            "telephone": on_one_line(row, "telephone"),
            "email": on_one_line(row, "email"),
            "website": on_one_line(row, "site_web"),
        }
        networks = frozenset({"mission-locale"})
        site = AccessPoint(
            id=record_id,
            name=name,
            kinds=frozenset({PlaceKind.MISSION_LOCALE}),
            organisation=record_id,
            municipality=municipality,
            point=point,
            provenance=provenance,
            networks=networks,
            address=", ".join(
                filter(None, (on_one_line(row, "adresse_structure"), on_one_line(row, "complement_adresse_structure")))
            ),
            postcode=text_of(row, "code_postal"),
            town=on_one_line(row, "commune") if "id_structure" in row.values else "",
            hours=hours if is_valid(hours) else "",
            hours_note="" if is_valid(hours) else hours,
            helpers=frozenset({Helper.YOUTH_ADVISER}),
            official_code=text_of(row, *ID),
            **contact,
        )
        organisation = Organisation(
            record_id, name, provenance, networks=networks, siret=text_of(row, "siret", longest=14), **contact
        )
        return Bundle(record_id, (organisation, *with_reception(site)))


def said_on(row: Row, *names: str) -> date | None:
    """Read the day a line was brought up to date, ``None`` when it does not say.

    Raises:
        RowRefused: it is not a date.
    """
    value = next((row.values[name] for name in names if row.values.get(name)), None)
    if value is None or isinstance(value, date):
        return date(value.year, value.month, value.day) if isinstance(value, date) else None
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise RowRefused(f"{names[0]}: {shown(value)} is not a date (2026-03-01 was expected).") from None
