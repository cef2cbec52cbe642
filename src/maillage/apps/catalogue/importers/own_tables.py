"""The compact tables of the product: what a team records by hand, and what the demonstration ships.

``organisations``, ``access-points`` and ``services`` are CSV tables of our own columns; a list is separated by ``|``, a
territory is written as everywhere (``clpe:CLPE67001``). Each line says its source and its date.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from maillage.apps.catalogue.importers.missions_locales import said_on
from maillage.apps.catalogue.importers.records import (
    Bundle,
    CatalogueImporter,
    Contact,
    on_one_line,
    with_reception,
)
from maillage.apps.catalogue.models import RecordKind
from maillage.apps.imports.cells import (
    insee_code_of,
    integer_of,
    list_of,
    number_of,
    point_of,
    required_text_of,
    shown,
    text_of,
)
from maillage.apps.imports.formats import RowRefused
from maillage.apps.imports.reading import Row
from maillage.domain.access_points import AccessPoint, Equipment, Helper, PlaceKind
from maillage.domain.organisations import FileInCharge, Organisation, OrganisationLevel
from maillage.domain.people import DATA_INCLUSION_PUBLICS
from maillage.domain.services import OwnBasis, Service
from maillage.domain.shared import Period, Provenance
from maillage.domain.territories import TerritoryNotation, TerritoryRef
from maillage.engine.opening_hours import is_valid

LONGEST_ID = 200
_YES_OR_NO: Mapping[str, bool] = {"yes": True, "no": False, "oui": True, "non": False, "1": True, "0": False}
_Member = TypeVar("_Member", bound=Enum)


class OwnTableImporter(CatalogueImporter):
    """What the three tables have in common: the id as it is written, the source and its date on the line."""

    def id_of(self, row: Row) -> str:
        return required_text_of(row, "id", longest=LONGEST_ID)


class OrganisationsImporter(OwnTableImporter):
    """Organisations, with the area they serve and who is in charge of which file.

    ``in_charge``: entries separated by ``|``, each ``file > function > shared address > holder``.
    """

    name = "organisations"
    counted = RecordKind.ORGANISATION
    required_columns = tuple(frozenset({name}) for name in ("id", "name", "level", "source"))

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        area = tuple(_territory(text) for text in list_of(row, "area"))
        organisation = Organisation(
            id=record_id,
            name=required_text_of(row, "name", longest=200),
            provenance=_provenance(row),
            level=_member(OrganisationLevel, "level", required_text_of(row, "level")),
            networks=frozenset(list_of(row, "networks")),
            parent=text_of(row, "parent"),
            siret=text_of(row, "siret", longest=14),
            catchment_area=area or None,
            in_charge=tuple(_in_charge(text) for text in list_of(row, "in_charge")),
            **_contact(row),
        )
        return Bundle(record_id, (organisation,))


class AccessPointsImporter(OwnTableImporter):
    """Places, each with the service of being received there when its kind has one."""

    name = "access-points"
    required_columns = tuple(
        frozenset({name})
        for name in ("id", "kinds", "name", "organisation", "municipality", "latitude", "longitude", "source")
    )

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        municipality, point = self.settled(
            insee_code_of(row, "municipality"), point_of(row, ("latitude",), ("longitude",))
        )
        place = AccessPoint(
            id=record_id,
            name=required_text_of(row, "name", longest=200),
            kinds=_members(PlaceKind, row, "kinds"),
            organisation=required_text_of(row, "organisation", longest=LONGEST_ID),
            municipality=municipality,
            point=point,
            provenance=_provenance(row),
            networks=frozenset(list_of(row, "networks")),
            address=on_one_line(row, "address"),
            postcode=text_of(row, "postcode"),
            town=text_of(row, "town"),
            hours=_hours(row),
            hours_note=text_of(row, "note"),
            equipment=_members(Equipment, row, "equipment"),
            helpers=_members(Helper, row, "helpers"),
            official_code=text_of(row, "code"),
            valid=_valid(row),
            **_contact(row),
        )
        return Bundle(record_id, with_reception(place))


class ServicesTableImporter(OwnTableImporter):
    """Services described by hand: the schemes that an agreement names, the services to employers."""

    name = "services"
    counted = RecordKind.SERVICE
    required_columns = tuple(frozenset({name}) for name in ("id", "name", "organisation", "source"))

    def records_of(self, row: Row) -> Bundle:
        record_id = self.id_of(row)
        zone = tuple(self.geography.current(_territory(text)) for text in list_of(row, "zone"))
        service = Service(
            id=record_id,
            name=required_text_of(row, "name", longest=200),
            organisation=required_text_of(row, "organisation", longest=LONGEST_ID),
            provenance=_provenance(row),
            location=text_of(row, "location") or None,
            point=point_of(row, ("latitude",), ("longitude",)),
            municipality=insee_code_of(row, "municipality"),
            description=text_of(row, "description"),
            kind=text_of(row, "kind"),
            place_kinds=_members(PlaceKind, row, "place_kinds"),
            networks=frozenset(list_of(row, "networks")),
            themes=frozenset(list_of(row, "themes")),
            publics=_publics(row),
            age_from=integer_of(row, "age_from", highest=120),
            age_until=integer_of(row, "age_until", highest=120),
            zone=zone or None,
            in_person=_flag(row, "in_person", default=True),
            remote=_flag(row, "remote", default=False),
            reach_km=number_of(row, "reach_km"),
            for_employers=_flag(row, "for_employers", default=False),
            own_basis=_member(OwnBasis, "own_basis", text_of(row, "own_basis") or "OWN_MISSION"),
            own_source=text_of(row, "own_source"),
            reserved_by=text_of(row, "reserved_by"),
            conditions_known=_flag(row, "conditions_known", default=True),
            conditions_note=text_of(row, "conditions_note"),
            fees=text_of(row, "fees"),
            required_documents=list_of(row, "required_documents"),
            hours=_hours(row),
            valid=_valid(row),
            **_contact(row),
        )
        return Bundle(record_id, (service,))


def _provenance(row: Row) -> Provenance:
    return Provenance(
        required_text_of(row, "source", longest=100),
        said_on(row, "dated_on"),
        text_of(row, "url"),
        text_of(row, "licence"),
        _flag(row, "demonstration", default=False),
    )


def _contact(row: Row) -> Contact:
    return {
        "telephone": text_of(row, "telephone"),
        "email": text_of(row, "email"),
        "website": text_of(row, "website"),
    }


def _in_charge(text: str) -> FileInCharge:
    parts = [part.strip() for part in text.split(">")]
    if len(parts) > 4 or len(parts) < 2 or not all(parts[:2]):
        raise RowRefused(f"in_charge: {shown(text)}: expected « file > function > shared address > holder ».")
    return FileInCharge(*parts)


def _territory(text: str) -> TerritoryRef:
    try:
        return TerritoryRef.read(text)
    except TerritoryNotation as failure:
        raise RowRefused(str(failure)) from None


def _member(enumeration: type[_Member], name: str, text: str) -> _Member:
    try:
        return enumeration(text)
    except ValueError:
        known = ", ".join(str(member.value) for member in enumeration)
        raise RowRefused(f"{name}: {shown(text)} is not one of {known}.") from None


def _members(enumeration: type[_Member], row: Row, name: str) -> frozenset[_Member]:
    return frozenset(_member(enumeration, name, text) for text in list_of(row, name))


def _publics(row: Row) -> frozenset[str]:
    found = frozenset(list_of(row, "publics"))
    strangers = sorted(found - set(DATA_INCLUSION_PUBLICS))
    if strangers:
        raise RowRefused(f"publics: {shown(', '.join(strangers))}: expected codes of data·inclusion (maillage codes).")
    return found


def _flag(row: Row, name: str, *, default: bool) -> bool:
    text = text_of(row, name).casefold()
    if not text:
        return default
    if text not in _YES_OR_NO:
        raise RowRefused(f"{name}: {shown(text)}: expected yes or no.")
    return _YES_OR_NO[text]


def _hours(row: Row) -> str:
    hours = text_of(row, "hours")
    if hours and not is_valid(hours):
        raise RowRefused(f"hours: {shown(hours)} is not in the OSM notation (Mo-Fr 09:00-12:00).")
    return hours


def _valid(row: Row) -> Period:
    return Period(said_on(row, "valid_from"), said_on(row, "valid_until"))
