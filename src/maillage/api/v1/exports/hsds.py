"""Organisations and services as Open Referral's HSDS 3 writes them: nested, with identifiers that never change."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid5

from maillage.apps.territories import queries as territories
from maillage.domain.access_points import AccessPoint
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.territories import TerritoryRef
from maillage.engine.opening_hours import in_words

VERSION = "3.0"
SPACE = UUID("6f0a3a0e-8a5c-5d0b-9a53-0d1c8a7f3b11")
"""Where our ids become identifiers of HSDS: the same id always gives the same one."""
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
Content = dict[str, Any]


def organization_of(found: Organisation) -> Content:
    """Write an organisation."""
    organisation_id = _identifier("organization", found.id)
    numbers = [("siret", found.siret), ("maillage", found.id)]
    return _kept(
        {
            "id": organisation_id,
            "name": found.name,
            "description": ", ".join([found.name, *sorted(found.networks)]),
            "email": _email(found.email),
            "website": _web(found.website),
            "parent_organization_id": _identifier("organization", found.parent) if found.parent else None,
            "phones": _phones(found.telephone, found.id),
            "organization_identifiers": [
                {
                    "id": _identifier(kind, found.id),
                    "organization_id": organisation_id,
                    "identifier_type": kind,
                    "identifier": number,
                }
                for kind, number in numbers
                if number
            ],
        }
    )


def service_of(found: Service, organisation: Organisation | None, place: AccessPoint | None) -> Content:
    """Write a service with its organisation and the place where it is delivered."""
    service_id = _identifier("service", found.id)
    dated = found.provenance.dated_on
    return _kept(
        {
            "id": service_id,
            "organization_id": _identifier("organization", found.organisation),
            "name": found.name,
            "description": found.description or None,
            "url": _web(found.website),
            "email": _email(found.email),
            "status": "active",
            "fees_description": found.fees or None,
            "eligibility_description": found.conditions_note or None,
            "minimum_age": found.age_from,
            "maximum_age": found.age_until,
            "last_modified": f"{dated.isoformat()}T00:00:00Z" if dated else None,
            "phones": _phones(found.telephone, found.id),
            "schedules": _schedules(found.hours, found.id),
            "service_areas": [_area(one, service_id) for one in found.zone or ()],
            "service_at_locations": [_at_location(service_id, place)] if place else [],
            "required_documents": [
                {"id": _identifier("document", f"{found.id} {name}"), "service_id": service_id, "document": name}
                for name in found.required_documents
            ],
            "organization": organization_of(organisation) if organisation else None,
        }
    )


def location_of(place: AccessPoint) -> Content:
    """Write an access point."""
    location_id = _identifier("location", place.id)
    found = territories.geography().find(place.municipality)
    return _kept(
        {
            "id": location_id,
            "location_type": "physical",
            "name": place.name,
            "organization_id": _identifier("organization", place.organisation) if place.organisation else None,
            "latitude": place.point.latitude if place.point else None,
            "longitude": place.point.longitude if place.point else None,
            "external_identifier": place.municipality,
            "external_identifier_type": "INSEE",
            "url": _web(place.website),
            "addresses": [
                {
                    "id": _identifier("address", place.id),
                    "location_id": location_id,
                    "address_1": place.address,
                    "city": place.town or (found.name if found else ""),
                    "state_province": found.department if found else "",
                    "postal_code": place.postcode,
                    "country": "FR",
                    "address_type": "physical",
                }
            ],
            "phones": _phones(place.telephone, place.id),
            "schedules": _schedules(place.hours, place.id),
        }
    )


def _at_location(service_id: str, place: AccessPoint) -> Content:
    location = location_of(place)
    return {
        "id": _identifier("service at location", f"{service_id} {place.id}"),
        "service_id": service_id,
        "location_id": location["id"],
        "location": location,
    }


def _area(ref: TerritoryRef, service_id: str) -> Content:
    return {
        "id": _identifier("area", f"{service_id} {ref}"),
        "service_id": service_id,
        "name": territories.geography().name_of(ref),
        "extent": str(ref),
        "extent_type": "text",
    }


def _schedules(hours: str, owner: str) -> list[Content]:
    """Give the hours in words, and in the OSM notation as a note."""
    if not hours:
        return []
    said = in_words(hours, "fr") or hours
    return [{"id": _identifier("schedule", owner), "description": said, "notes": hours}]


def _phones(number: str, owner: str) -> list[Content]:
    return [{"id": _identifier("phone", owner), "number": number}] if number else []


def _identifier(kind: str, name: str) -> str:
    return str(uuid5(SPACE, f"{kind} {name}"))


def _email(text: str) -> str | None:
    return text if _ADDRESS.fullmatch(text) else None


def _web(text: str) -> str | None:
    return text if _WEB.fullmatch(text) else None


def _kept(content: Content) -> Content:
    """Leave out what is not known: an absent field says nothing."""
    return {name: value for name, value in content.items() if value not in (None, [])}
