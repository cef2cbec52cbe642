"""The places where services are delivered: agencies, France services, digital points, outreach days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from maillage.domain.shared import ALWAYS, Period, Point, Provenance


class PlaceKind(Enum):
    """The kinds of place; codes of the fixed interface."""

    AGENCY = "AGENCY"
    POST_OFFICE = "POST_OFFICE"
    FRANCE_SERVICES = "FRANCE_SERVICES"
    DIGITAL_POINT = "DIGITAL_POINT"
    DIGITAL_STAGE = "DIGITAL_STAGE"
    DIGITAL_ADVISER = "DIGITAL_ADVISER"
    MISSION_LOCALE = "MISSION_LOCALE"
    OUTREACH = "OUTREACH"


class Equipment(Enum):
    """What a visitor finds there."""

    COMPUTER = "COMPUTER"
    PRINTER_SCANNER = "PRINTER_SCANNER"
    WIFI = "WIFI"


class Helper(Enum):
    """Who can help a visitor there."""

    FRANCE_SERVICES_ADVISER = "FRANCE_SERVICES_ADVISER"
    DIGITAL_ADVISER = "DIGITAL_ADVISER"
    CIVIC_SERVICE = "CIVIC_SERVICE"
    EMPLOYMENT_ADVISER = "EMPLOYMENT_ADVISER"
    YOUTH_ADVISER = "YOUTH_ADVISER"
    COUNTER_STAFF = "COUNTER_STAFF"


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A place on the ground where people are received.

    ``municipality`` is a current INSEE code, ``point`` where it stands (``None``: not located), ``hours`` the opening
    hours in the OSM notation (empty: not known), ``networks`` the codes it is labelled with, ``official_code`` the
    code that its network gives it (SAFIR for an agency).
    """

    id: str
    name: str
    kinds: frozenset[PlaceKind]
    organisation: str
    municipality: str
    point: Point | None
    provenance: Provenance
    networks: frozenset[str] = frozenset()
    address: str = ""
    postcode: str = ""
    town: str = ""
    telephone: str = ""
    email: str = ""
    website: str = ""
    hours: str = ""
    hours_note: str = ""
    by_appointment: bool | None = None
    equipment: frozenset[Equipment] = frozenset()
    helpers: frozenset[Helper] = frozenset()
    official_code: str = ""
    valid: Period = ALWAYS
