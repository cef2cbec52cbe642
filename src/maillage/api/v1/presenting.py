"""From the records of the domain to what the API writes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from maillage.domain.access_points import AccessPoint
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance


def codes(values: Iterable[Enum | str]) -> list[str]:
    """Give codes in order."""
    return sorted(str(value.value) if isinstance(value, Enum) else value for value in values)


def point_content(point: Point | None) -> dict[str, float] | None:
    """Write a point."""
    return None if point is None else {"latitude": point.latitude, "longitude": point.longitude}


def source_content(origin: Provenance) -> dict[str, Any]:
    """Write where a record comes from."""
    return {
        "source": origin.source,
        "dated_on": origin.dated_on,
        "url": origin.url,
        "licence": origin.licence,
        "is_demonstration": origin.is_demonstration,
    }


def organisation_content(found: Organisation) -> dict[str, Any]:
    """Write an organisation; who is in charge of what is for its page, where functions stand without names."""
    area = found.catchment_area
    return {
        **_same(found, "id", "name", "siret", "telephone", "email", "website"),
        "level": found.level.value,
        "networks": codes(found.networks),
        "parent": found.parent or None,
        "catchment_area": None if area is None else [str(one) for one in area],
        "provenance": source_content(found.provenance),
    }


def access_point_content(found: AccessPoint) -> dict[str, Any]:
    """Write an access point."""
    return {
        **_same(found, "id", "name", "organisation", "municipality", "address", "postcode", "town", "telephone"),
        **_same(found, "email", "website", "hours", "hours_note", "by_appointment"),
        "kinds": codes(found.kinds),
        "networks": codes(found.networks),
        "equipment": codes(found.equipment),
        "helpers": codes(found.helpers),
        "point": point_content(found.point),
        "provenance": source_content(found.provenance),
    }


def service_content(found: Service) -> dict[str, Any]:
    """Write a service."""
    return {
        **_same(found, "id", "name", "organisation", "location", "municipality", "description", "kind", "age_from"),
        **_same(found, "age_until", "in_person", "remote", "for_employers", "reserved_by", "conditions_known"),
        **_same(found, "conditions_note", "fees", "telephone", "email", "website", "hours"),
        "place_kinds": codes(found.place_kinds),
        "networks": codes(found.networks),
        "themes": codes(found.themes),
        "publics": codes(found.publics),
        "zone": None if found.zone is None else [str(one) for one in found.zone],
        "required_documents": list(found.required_documents),
        "point": point_content(found.point),
        "provenance": source_content(found.provenance),
    }


def _same(record: object, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
