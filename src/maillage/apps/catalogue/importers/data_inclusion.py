"""data·inclusion v1: structures and services, validated by the publisher's own schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from data_inclusion.schema import v1
from pydantic import BaseModel, ValidationError

from maillage.apps.catalogue.importers.records import Bundle, CatalogueImporter, Contact
from maillage.apps.catalogue.mapping import Record, plain
from maillage.apps.catalogue.models import RecordKind
from maillage.apps.catalogue.queries import open_records
from maillage.apps.imports.cells import required_text_of, shown
from maillage.apps.imports.formats import RowRefused
from maillage.apps.imports.reading import Row
from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.people import EVERYBODY
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import TerritoryKind, TerritoryNotation, TerritoryRef
from maillage.engine.opening_hours import is_valid

LISTS = frozenset(
    {
        "reseaux_porteurs",
        "thematiques",
        "publics",
        "modes_accueil",
        "zone_eligibilite",
        "modes_mobilisation",
        "mobilisable_par",
    }
)
LONGEST_ID = 200
ERRORS_SHOWN = 3
KINDS_BY_NETWORK = {
    "france-travail": PlaceKind.AGENCY,
    "mission-locale": PlaceKind.MISSION_LOCALE,
    "france-service": PlaceKind.FRANCE_SERVICES,
    "conseillers-numeriques": PlaceKind.DIGITAL_ADVISER,
    "espaces-publics-numeriques": PlaceKind.DIGITAL_POINT,
    "la-poste": PlaceKind.POST_OFFICE,
}
_SEPARATORS = re.compile(r"[,;|]")
_ENTIRE = re.compile(r"\d+\.0")
"""A code that a spreadsheet took for a number."""
_CODE_LENGTHS = {"siret": 14, "code_insee": 5, "code_postal": 5}
_REASONS = {
    "missing": "is missing",
    "enum": "is not one of the codes of data·inclusion v1",
    "string_type": "is not a text",
    "float_parsing": "is not a number",
    "int_parsing": "is not a whole number",
    "set_type": "is not a list",
    "list_type": "is not a list",
}


@dataclass(frozen=True)
class _Structure:
    """What a service needs to know of its structure."""

    networks: frozenset[str]
    place: AccessPoint | None


class DataInclusionImporter(CatalogueImporter):
    """What the two files of data·inclusion have in common: ids as they are, cells read as the schema wants them."""

    model: ClassVar[type[BaseModel]]

    def id_of(self, row: Row) -> str:
        return required_text_of(row, "id", longest=LONGEST_ID)

    def validated(self, row: Row) -> dict[str, Any]:
        """Give the values of a line, by column, once the schema has accepted them.

        Raises:
            RowRefused: with the fields at fault and what was found.
        """
        if str(row.values.get("__ignore__") or "").casefold() in {"true", "vrai", "1"}:
            raise RowRefused("the line says of itself that it is to be left out (__ignore__).")
        fields = self.model.model_fields
        values = {name: _value_of(name, row.values[name]) for name in row.values if name in fields}
        try:
            model = self.model.model_validate({name: value for name, value in values.items() if value is not None})
        except ValidationError as failure:
            raise RowRefused(_reasons_of(failure)) from None
        for name in LISTS & fields.keys():
            found = getattr(model, name)
            values[name] = None if found is None else [str(getattr(member, "value", member)) for member in found]
        for name in ("date_maj", "latitude", "longitude"):
            values[name] = getattr(model, name)
        return values

    def place_of(self, values: Mapping[str, Any]) -> tuple[str, Point | None]:
        """Give the current municipality and the point of a line; either may be missing.

        Raises:
            RowRefused: it has coordinates that are not on the globe, or one of the two only.
        """
        point = _point_of(values)
        code = values.get("code_insee") or ""
        if not code and point is None:
            return "", None
        found = self.geography.find(code)
        if point is None and (found is None or found.point is None):
            self._strangers[code] += 1
            return (found.code if found else code), None
        return self.settled(code, point)


class StructuresImporter(DataInclusionImporter):
    """Structures: an organisation each, and an access point when the line says where."""

    name = "data-inclusion-structures"
    model = v1.Structure
    counted = RecordKind.ORGANISATION
    required_columns = tuple(frozenset({name}) for name in ("source", "id", "nom", "date_maj"))

    def records_of(self, row: Row) -> Bundle:
        values = self.validated(row)
        record_id = self.id_of(row)
        networks = frozenset(values["reseaux_porteurs"] or ())
        provenance = Provenance(values["source"], values["date_maj"], values.get("lien_source") or "")
        contact = _contact_of(values, "site_web")
        organisation = Organisation(
            record_id,
            values["nom"],
            provenance,
            networks=networks,
            siret=values.get("siret") or "",
            **contact,
        )
        municipality, point = self.place_of(values)
        records: tuple[Record, ...] = (organisation,)
        if point is not None:
            hours = values.get("horaires_accueil") or ""
            place = AccessPoint(
                id=record_id,
                name=values["nom"],
                kinds=frozenset(kind for network, kind in KINDS_BY_NETWORK.items() if network in networks),
                organisation=record_id,
                municipality=municipality,
                point=point,
                provenance=provenance,
                networks=networks,
                address=_address_of(values),
                postcode=values.get("code_postal") or "",
                town=values.get("commune") or "",
                hours=hours if is_valid(hours) else "",
                hours_note="" if is_valid(hours) else hours,
                **contact,
            )
            records = (organisation, place)
        return Bundle(record_id, records)


class ServicesImporter(DataInclusionImporter):
    """Services; each must belong to a structure that is in the catalogue."""

    name = "data-inclusion-services"
    model = v1.Service
    counted = RecordKind.SERVICE
    required_columns = tuple(
        frozenset({name}) for name in ("source", "structure_id", "id", "nom", "description", "date_maj")
    )

    def begin(self) -> None:
        super().begin()
        places = {place.id: place for place in open_records(RecordKind.ACCESS_POINT) if isinstance(place, AccessPoint)}
        self._structures = {
            found.id: _Structure(found.networks, places.get(found.id))
            for found in open_records(RecordKind.ORGANISATION)
        }
        self._zones: dict[str, TerritoryRef] = {}

    def records_of(self, row: Row) -> Bundle:
        values = self.validated(row)
        record_id = self.id_of(row)
        structure = self._structures.get(values["structure_id"])
        if structure is None:
            raise RowRefused(
                f"structure_id: {shown(values['structure_id'])} is no structure of the catalogue. Import the "
                f"structures first: maillage import data-inclusion-structures FILE."
            )
        municipality, point = self.place_of(values)
        in_person, remote = _modes_of(values["modes_accueil"], is_placed=point is not None)
        if in_person and not remote and municipality and point is None:
            self.settled(municipality, point)  # says why the place cannot be put anywhere
        site = _site_of(structure, municipality, values)
        zone = values["zone_eligibilite"]
        service = Service(
            id=record_id,
            name=values["nom"],
            organisation=values["structure_id"],
            provenance=Provenance(values["source"], values["date_maj"], values.get("lien_source") or ""),
            location=site.id if site else None,
            point=point,
            municipality=municipality,
            description=values["description"],
            kind=values.get("type") or "",
            place_kinds=site.kinds if site else frozenset(),
            networks=structure.networks,
            themes=frozenset(values["thematiques"] or ()),
            publics=frozenset(values["publics"] or ()) - {EVERYBODY},
            zone=None if zone is None else tuple(self._zone_of(code) for code in zone),
            in_person=in_person,
            remote=remote,
            own_source=f"Offre publiée sur data·inclusion ({values['source']})",
            conditions_note=_joined(values, "publics_precisions", "conditions_acces"),
            fees=_joined(values, "frais", "frais_precisions"),
            hours=_hours_of(values),
            **_contact_of(values, "lien_mobilisation"),
        )
        return Bundle(record_id, (service,))

    def _zone_of(self, code: str) -> TerritoryRef:
        """Read a territory; a code that is none is kept, and matches nobody."""
        found = self._zones.get(code)
        if found is None:
            try:
                found = self.geography.current(TerritoryRef.read(code))
            except TerritoryNotation:
                found = TerritoryRef(TerritoryKind.MUNICIPALITY, code)
            self._zones[code] = found
        return found


def _value_of(name: str, value: object) -> object:
    """Give a cell as the schema wants it: nothing for a blank, a list for a list, codes with their zeros."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value in ("", []):
        return None
    if name in LISTS:
        return _members_of(value)
    if name in _CODE_LENGTHS:
        return _code(str(value), _CODE_LENGTHS[name])
    if name == "date_maj" and isinstance(value, str):
        return value[:10]  # a workbook adds midnight
    return value


def _members_of(value: object) -> object:
    if not isinstance(value, str):
        return [_code(str(member), 0) for member in value] if isinstance(value, (list, tuple)) else [str(value)]
    if value.startswith("["):
        try:
            return [str(member) for member in json.loads(value)]
        except ValueError:
            raise RowRefused(f"{shown(value)} is not a list: write its members separated by commas.") from None
    members = (_code(member.strip(), 0) for member in _SEPARATORS.split(value))
    return [member for member in members if member]


def _code(text: str, length: int) -> str:
    whole = text[:-2] if _ENTIRE.fullmatch(text) else text
    return whole.zfill(length) if whole.isdigit() else whole


def _reasons_of(failure: ValidationError) -> str:
    """Say what the schema refused: the field, what was found, what is wrong with it."""
    reasons: dict[str, str] = {}
    for error in failure.errors(include_url=False):
        field = str(error["loc"][0]) if error["loc"] else "the line"
        said = _REASONS.get(error["type"]) or error["msg"].removeprefix("Value error, ").rstrip(".")
        if error["type"] == "missing":
            reasons.setdefault(field, f"{field} is missing")
        else:
            reasons.setdefault(field, f"{field}: {shown(error['input'])}: {said}")
    more = len(reasons) - ERRORS_SHOWN
    rest = f"; and {more} more fields" if more > 0 else ""
    return "; ".join(list(reasons.values())[:ERRORS_SHOWN]) + rest + "."


def _point_of(values: Mapping[str, Any]) -> Point | None:
    latitude, longitude = values["latitude"], values["longitude"]
    if latitude is None and longitude is None:
        return None
    try:
        return Point(latitude, longitude)
    except (TypeError, ValueError):
        raise RowRefused(f"latitude {latitude} and longitude {longitude} are not a point of the globe.") from None


def _modes_of(modes: list[str] | None, *, is_placed: bool) -> tuple[bool, bool]:
    """Say whether a service is given in person and remotely; when nothing is said, in person where it has a place."""
    if not modes:
        return is_placed, not is_placed
    return "en-presentiel" in modes, "a-distance" in modes


def _site_of(structure: _Structure, municipality: str, values: Mapping[str, Any]) -> AccessPoint | None:
    """Give the structure's own place when the service is delivered there: same municipality, no other address."""
    place = structure.place
    if place is None or not municipality or place.municipality != municipality:
        return None
    address = _address_of(values)
    return place if not address or plain(address) == plain(place.address) else None


def _address_of(values: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (values.get("adresse"), values.get("complement_adresse"))))


def _contact_of(values: Mapping[str, Any], website: str) -> Contact:
    return {
        "telephone": values.get("telephone") or "",
        "email": values.get("courriel") or "",
        "website": values.get(website) or "",
    }


def _hours_of(values: Mapping[str, Any]) -> str:
    hours = values.get("horaires_accueil") or ""
    return hours if is_valid(hours) else ""


def _joined(values: Mapping[str, Any], *names: str) -> str:
    return ". ".join(str(values[name]).strip().rstrip(".") for name in names if values.get(name))
