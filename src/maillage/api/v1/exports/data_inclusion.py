"""Structures and services as data·inclusion v1 writes them; each has passed the publisher's own models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from data_inclusion.schema import v1
from pydantic import BaseModel, ValidationError

from maillage.apps.territories import queries as territories
from maillage.domain.access_points import AccessPoint
from maillage.domain.organisations import Organisation
from maillage.domain.people import EVERYBODY
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.domain.territories import TerritoryKind, TerritoryRef

LONGEST_NAME, LONGEST_DESCRIPTION, SHORTEST = 150, 10_000, 5
AnyModel = TypeVar("AnyModel", bound=BaseModel)
Content = dict[str, Any]


def structure_of(record: Organisation | AccessPoint, place: AccessPoint | None = None) -> Content | None:
    """Write an organisation where it stands, or an access point; nothing when the models refuse it (no date)."""
    stands = record if isinstance(record, AccessPoint) else place
    return _accepted(
        v1.Structure,
        {
            **_origin(record.id, record.name, record.provenance),
            **_contact(record),
            **(_address(stands) if stands else {}),
            "siret": record.siret or None if isinstance(record, Organisation) else None,
            "site_web": record.website or None,
            "reseaux_porteurs": sorted(record.networks) or None,
            "horaires_accueil": stands.hours or None if stands else None,
        },
    )


def service_of(service: Service, place: AccessPoint | None = None) -> Content | None:
    """Write a service; ``place`` is where it is delivered. Nothing when the models refuse it (no date)."""
    description = service.description if len(service.description) >= SHORTEST else f"Service : {service.name}"
    modes = [code for code, is_so in (("en-presentiel", service.in_person), ("a-distance", service.remote)) if is_so]
    fees = service.fees if service.fees in {"gratuit", "payant"} else None
    return _accepted(
        v1.Service,
        {
            **_origin(service.id, service.name, service.provenance),
            **_contact(service),
            **(_address(place) if place else _location(service.municipality, service.point)),
            "structure_id": service.organisation,
            "description": description[:LONGEST_DESCRIPTION],
            "type": service.kind or None,
            "thematiques": sorted(service.themes) or None,
            "publics": sorted(service.publics) or [EVERYBODY],
            "publics_precisions": _ages(service),
            "conditions_acces": service.conditions_note or None,
            "frais": fees,
            "frais_precisions": None if fees else service.fees or None,
            "modes_accueil": modes or None,
            "zone_eligibilite": _zone(service.zone),
            "lien_mobilisation": service.website or None,
            "horaires_accueil": service.hours or None,
        },
    )


def _accepted(model: type[AnyModel], content: Content) -> Content | None:
    """Keep what the publisher's model accepts: a field it refuses is left out, a record it refuses is nothing."""
    kept = {name: value for name, value in content.items() if value is not None}
    for _ in range(2):
        try:
            return model.model_validate(kept).model_dump(mode="json") | {
                name: value for name, value in kept.items() if isinstance(value, list)
            }
        except ValidationError as failure:
            refused = {str(error["loc"][0]) for error in failure.errors() if error["loc"]}
            kept = {name: value for name, value in kept.items() if name not in refused}
    return None


def _origin(record_id: str, name: str, origin: Provenance) -> Content:
    return {
        "source": origin.source,
        "id": record_id,
        "nom": name[:LONGEST_NAME].rstrip("."),
        "date_maj": origin.dated_on.isoformat() if origin.dated_on else None,
        "lien_source": origin.url or None,
    }


def _contact(record: Organisation | AccessPoint | Service) -> Content:
    return {"telephone": record.telephone or None, "courriel": record.email or None}


def _address(place: AccessPoint) -> Content:
    return _location(place.municipality, place.point) | {
        "adresse": place.address or None,
        "code_postal": place.postcode or None,
        "commune": place.town or None,
    }


def _location(municipality: str, point: Point | None) -> Content:
    found = territories.geography().find(municipality) if municipality else None
    return {
        "code_insee": municipality or None,
        "commune": found.name if found else None,
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
    }


def _ages(service: Service) -> str | None:
    """Say the ages in words: the format has no field for them."""
    low, high = service.age_from, service.age_until
    if low is None and high is None:
        return None
    if low is None:
        return f"Jusqu’à {high} ans."
    return f"À partir de {low} ans." if high is None else f"De {low} à {high} ans."


def _zone(zone: tuple[TerritoryRef, ...] | None) -> list[str] | None:
    """Write the territories as the format codes them; one that it has no code for is said by its municipalities."""
    if not zone:
        return None
    return list(dict.fromkeys(code for ref in zone for code in _codes_of(ref)))


def _codes_of(ref: TerritoryRef) -> Iterable[str]:
    if ref.kind is TerritoryKind.FRANCE:
        return ("france",)
    if ref.kind in {TerritoryKind.MUNICIPALITY, TerritoryKind.DEPARTMENT, TerritoryKind.EPCI}:
        return (ref.code,)
    members = territories.geography().members(ref)
    if ref.kind is TerritoryKind.REGION:
        return sorted({one.department for one in members})
    return [one.code for one in members]
