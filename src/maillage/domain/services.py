"""A service that an organisation offers to people or employers, its own conditions and where it is delivered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from maillage.domain.access_points import PlaceKind
from maillage.domain.shared import ALWAYS, Period, Point, Provenance
from maillage.domain.territories import TerritoryRef

DEFAULT_REACH_KM = 50.0


class OwnBasis(Enum):
    """By virtue of what an organisation offers a service when no agreement is needed."""

    LAW = "LAW"
    OWN_MISSION = "OWN_MISSION"


@dataclass(frozen=True, slots=True)
class Service:
    """A service at a location, as the catalogue knows it.

    ``publics`` are data·inclusion codes of which one is enough (empty: everybody); ``age_from`` and ``age_until`` are
    completed years, both included; ``zone`` the territories whose residents may come (``None``: no limit);
    ``reach_km`` how far people may live from an in-person service (``None``: the default of the settings).
    ``own_basis`` and ``own_source`` say by virtue of what it is offered without any agreement. ``reserved_by`` cites
    the text that reserves it to those whom an agreement opens it to (empty: not reserved). ``conditions_known`` is
    false for a scheme that its source names without saying for whom: it then answers UNKNOWN.
    """

    id: str
    name: str
    organisation: str
    provenance: Provenance
    location: str | None = None
    point: Point | None = None
    municipality: str = ""
    description: str = ""
    kind: str = ""
    place_kinds: frozenset[PlaceKind] = frozenset()
    networks: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    publics: frozenset[str] = frozenset()
    age_from: int | None = None
    age_until: int | None = None
    zone: tuple[TerritoryRef, ...] | None = None
    in_person: bool = True
    remote: bool = False
    reach_km: float | None = None
    for_employers: bool = False
    own_basis: OwnBasis = OwnBasis.OWN_MISSION
    own_source: str = ""
    reserved_by: str = ""
    conditions_known: bool = True
    conditions_note: str = ""
    fees: str = ""
    required_documents: tuple[str, ...] = ()
    telephone: str = ""
    email: str = ""
    website: str = ""
    hours: str = ""
    valid: Period = ALWAYS

    @property
    def is_reserved(self) -> bool:
        """Tell whether the service needs an agreement that opens it."""
        return bool(self.reserved_by)

    @property
    def is_placed(self) -> bool:
        """Tell whether distance decides: delivered in person somewhere that is known."""
        return self.in_person and self.point is not None

    def serves(self, theme: str) -> bool:
        """Tell whether one of its themes is the one asked for, whole or by the prefix before ``--``."""
        return any(found == theme or found.partition("--")[0] == theme for found in self.themes)
