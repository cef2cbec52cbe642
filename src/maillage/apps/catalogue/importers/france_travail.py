"""France Travail's agencies: the list with its SAFIR codes, and the answers of the agencies' reference interface."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time

from maillage.apps.catalogue.importers.records import (
    Bundle,
    CatalogueImporter,
    in_title_case,
    on_one_line,
    with_reception,
)
from maillage.apps.imports.cells import insee_code_of, point_of, required_text_of, shown, text_of
from maillage.apps.imports.formats import RowRefused
from maillage.apps.imports.reading import Row
from maillage.domain.access_points import AccessPoint, Helper, PlaceKind
from maillage.domain.shared import Provenance
from maillage.engine.opening_hours import Span, week_of

SOURCE = "france-travail"
ID = ("code_safir", "codeSafir", "code")
NAME = ("nom", "libelleEtendu", "libelle")
NO = frozenset({"false", "non", "0", "n", "f"})
_OFFICES_WITHOUT_PUBLIC = frozenset({"DG", "DR", "DT", "DTD", "SIEGE"})
_PREFIX = re.compile(r"^(?:France Travail|Pôle emploi)\s*-\s*(?:APE\s+)?", re.IGNORECASE)
_HOUR = re.compile(r"(\d{1,2})[:hH](\d{2})")


class AgenciesImporter(CatalogueImporter):
    """Agencies open to the public; an agency belongs to the regional or territorial direction that is recorded."""

    name = "france-travail-agences"
    required_columns = (
        frozenset(ID),
        frozenset(NAME),
        frozenset({"insee_com", "code_insee", "commune", "adressePrincipale"}),
    )

    def id_of(self, row: Row) -> str:
        return f"{SOURCE}--{required_text_of(row, *ID, longest=50)}"

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        row = _flattened(row)
        said = text_of(row, "est_agence_probable").casefold() if not _is_flag(row) else str(_is_agency(row)).casefold()
        if said in NO or text_of(row, "type").upper() in _OFFICES_WITHOUT_PUBLIC:
            raise RowRefused(f"{shown(on_one_line(row, *NAME))} is not an agency open to the public.")
        municipality, point = self.settled(
            insee_code_of(row, "insee_com", "code_insee", "commune"), point_of(row, ("lat",), ("lon",))
        )
        agency = AccessPoint(
            id=record_id,
            name=f"France Travail {in_title_case(_PREFIX.sub('', required_text_of(row, *NAME, longest=200)))}",
            kinds=frozenset({PlaceKind.AGENCY}),
            organisation=self.owner_in("france-travail", municipality),
            municipality=municipality,
            point=point,
            provenance=Provenance(SOURCE),
            networks=frozenset({"france-travail"}),
            address=in_title_case(on_one_line(row, "adresse")),
            postcode=text_of(row, "code_postal"),
            town=in_title_case(on_one_line(row, "ville")),
            telephone=on_one_line(row, "telephone"),
            email=on_one_line(row, "email"),
            hours=_week_of(row.values.get("horaires")),
            helpers=frozenset({Helper.EMPLOYMENT_ADVISER}),
            official_code=text_of(row, *ID),
        )
        return Bundle(record_id, with_reception(agency))


def _is_flag(row: Row) -> bool:
    return isinstance(row.values.get("est_agence_probable"), bool)


def _is_agency(row: Row) -> bool:
    return bool(row.values.get("est_agence_probable"))


def _flattened(row: Row) -> Row:
    """Bring an answer of the interface, with its objects, to the columns of the list."""
    address, contact = row.values.get("adressePrincipale"), row.values.get("contact")
    if address is None and contact is None:
        return row
    if not isinstance(address, Mapping):
        raise RowRefused(f"adressePrincipale: an object was expected, {shown(address)} was found.")
    contact = contact if isinstance(contact, Mapping) else {}
    postcode, _, town = str(address.get("bureauDistributeur") or "").strip().partition(" ")
    lines = (str(address.get(name) or "").strip() for name in ("ligne3", "ligne4"))
    values = {
        "commune": address.get("communeImplantation"),
        "lat": address.get("gpsLat"),
        "lon": address.get("gpsLon"),
        "adresse": ", ".join(filter(None, lines)),
        "code_postal": postcode,
        "ville": town,
        "telephone": contact.get("telephonePublic"),
        "email": contact.get("email"),
    }
    return Row(row.line, {**row.values, **values})


def _week_of(days: object) -> str:
    """Write the hours of the interface in the OSM notation: agencies are closed on public holidays.

    A day that cannot be read leaves the whole week unknown: a part of it would be taken for all of it.
    """
    if not isinstance(days, list):
        return ""
    week: list[list[Span]] = [[] for _ in range(7)]
    for day in days:
        try:
            week[int(day["jour"]) - 1] = [] if day.get("horaireFerme") == "O" else _spans_of(day)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            return ""
    text = week_of(week)
    return f"{text}; PH off" if text else ""


def _spans_of(day: Mapping[str, object]) -> list[Span]:
    if day.get("horaireEnContinu") == "O":
        pairs = [("ouvertureMatin", "fermetureApresMidi")]
    else:
        pairs = [("ouvertureMatin", "fermetureMatin"), ("ouvertureApresMidi", "fermetureApresMidi")]
    return [(_time_of(day[start]), _time_of(day[end])) for start, end in pairs if day.get(start)]


def _time_of(text: object) -> time:
    found = _HOUR.fullmatch(str(text).strip())
    if found is None:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]))
