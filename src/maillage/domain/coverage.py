"""How far people live from chosen places: what is counted, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import isfinite

from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.shared import MaillageError
from maillage.domain.territories import TerritoryKind, TerritoryRef

KM_AT_MOST = 1000.0
DIVISIONS: tuple[TerritoryKind, ...] = (
    TerritoryKind.MUNICIPALITY,
    TerritoryKind.LOCAL_COMMITTEE,
    TerritoryKind.DEPARTMENT,
)
"""The territories that figures can be given for, one row each."""


class CoverageImpossible(MaillageError):
    """A coverage was asked for with something that cannot be counted."""


@dataclass(frozen=True, order=True, slots=True)
class PlaceChoice:
    """The places that count: those of a kind, or only those of it that a network labels."""

    kind: str
    network: str = ""

    def __str__(self) -> str:
        """Give the notation, for instance ``FRANCE_SERVICES:la-poste``."""
        return f"{self.kind}:{self.network}" if self.network else self.kind

    @classmethod
    def parse(cls, text: str) -> PlaceChoice:
        """Read ``KIND`` or ``KIND:network``.

        Raises:
            CoverageImpossible: the kind is none of ours, or nothing follows the colon.
        """
        kind, colon, network = text.strip().partition(":")
        kinds = [known.value for known in PlaceKind]
        if kind not in kinds:
            raise CoverageImpossible(f"« {text[:60]} » is not a kind of place: write one of {', '.join(kinds)}.")
        if colon and not network:
            raise CoverageImpossible(f"« {text[:60]} »: write the code of a network after the colon, or no colon.")
        return cls(kind, network)

    def counts(self, place: AccessPoint) -> bool:
        """Tell whether a place is one of those that count."""
        return PlaceKind(self.kind) in place.kinds and (not self.network or self.network in place.networks)


@dataclass(frozen=True, slots=True)
class Covered:
    """The figures of one territory.

    ``people`` is the municipal population of the municipalities that count, ``excluded`` how many municipalities were
    left out because their point or their population is not known. ``share_beyond`` goes from 0 to 1: 1 where there is
    no place to go to, ``None`` where nobody counts. ``mean_km`` is weighted by population, ``None`` without people or
    places.
    """

    territory: TerritoryRef
    name: str
    people: int
    excluded: int
    people_beyond: int
    share_beyond: float | None
    mean_km: float | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the people of a territory live from the nearest of some places, on a day.

    ``whole`` is the territory, ``rows`` its divisions when some were asked for, by code, ``within`` the people by class
    of distance when bounds were. ``place_count`` says how many places were measured to, wherever they lie;
    ``unlocated_count`` how many of the kind have no point.
    """

    whole: Covered
    rows: tuple[Covered, ...]
    within: tuple[int, ...]
    km: float
    on: date
    choices: tuple[PlaceChoice, ...]
    place_count: int
    unlocated_count: int
    vintage: str


def check_km(km: float) -> float:
    """Give a distance that can be asked about.

    Raises:
        CoverageImpossible: it is negative, beyond a thousand kilometres or no number.
    """
    if not (isfinite(km) and 0 <= km <= KM_AT_MOST):
        raise CoverageImpossible(f"{km:g} km cannot be asked about: write a number from 0 to {KM_AT_MOST:g}.")
    return km
