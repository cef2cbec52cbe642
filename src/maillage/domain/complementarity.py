"""Which services several partners offer, which only one does, and where nothing is offered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from math import isfinite
from typing import NamedTuple

from maillage.domain.people import EVERYBODY, TARGET_GROUPS
from maillage.domain.shared import MaillageError, Point
from maillage.domain.territories import Municipality, TerritoryRef

RADIUS_KM_AT_MOST = 200.0
ANYBODY = ""
GROUPS: tuple[str, ...] = (ANYBODY, EVERYBODY, *TARGET_GROUPS)
"""For whom services are counted: whoever they are for, those for everybody, and those open to each target group."""
NEW_PARTNER = "+"
"""The key of a partner that is only imagined."""


class ComplementarityImpossible(MaillageError):
    """A shared or missing offer was asked about with something that cannot be counted."""


class OfferClass(Enum):
    """How the partners share an offer at one place: several have it, one alone, or nobody."""

    COMMON = "COMMON"
    COMPLEMENTARY = "COMPLEMENTARY"
    WHITE = "WHITE"

    @classmethod
    def of(cls, partner_count: int) -> OfferClass:
        """Give the class of an offer that so many partners have."""
        if partner_count == 0:
            return cls.WHITE
        return cls.COMPLEMENTARY if partner_count == 1 else cls.COMMON


@dataclass(frozen=True, slots=True)
class PartnerChoice:
    """Who counts as a partner: the parties of an agreement, some networks, or (neither said) whoever carries a service.

    A service answers to every party or network chosen that its organisation belongs to. With nothing chosen it has one
    partner: its networks taken together, else the organisation at the head of its own.
    """

    agreement: str = ""
    networks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two ways of choosing at once.

        Raises:
            ComplementarityImpossible: an agreement and networks, or one network alone, were chosen.
        """
        if self.agreement and self.networks:
            raise ComplementarityImpossible("Choose an agreement or networks, not both.")
        if len(set(self.networks)) == 1:
            raise ComplementarityImpossible("One network alone shares nothing: choose two at least, or none.")


@dataclass(frozen=True, slots=True)
class ImaginedChange:
    """What if: services of the theme asked about that would open at some points, or a partner that would leave.

    ``points`` are of one partner, ``partner``; they would receive everybody who lives within the radius.
    """

    points: tuple[Point, ...] = ()
    lost: str = ""
    partner: str = NEW_PARTNER

    @property
    def is_nothing(self) -> bool:
        """Tell whether all stays as it is."""
        return not self.points and not self.lost


@dataclass(frozen=True, slots=True)
class ComplementarityQuestion:
    """What is asked: where, which theme (family or leaf), for whom, within how many kilometres, on which day."""

    territory: TerritoryRef
    theme: str
    km: float
    on: date
    group: str = ANYBODY
    partners: PartnerChoice = field(default_factory=PartnerChoice)

    def __post_init__(self) -> None:
        """Refuse a radius or a target group that cannot be asked about.

        Raises:
            ComplementarityImpossible: the radius is no number from 0 to 200, or the group is in no list.
        """
        if not (isfinite(self.km) and 0 <= self.km <= RADIUS_KM_AT_MOST):
            raise ComplementarityImpossible(
                f"{self.km:g} km cannot be asked about: write a number from 0 to {RADIUS_KM_AT_MOST:g}."
            )
        if self.group not in GROUPS:
            raise ComplementarityImpossible(
                f"« {self.group[:60]} » is no target group: maillage codes target-groups lists them all."
            )


class MunicipalityOffer(NamedTuple):
    """What the people of a municipality find: services within the radius, those at a distance apart, and whose.

    The class is that of how many partners there are: a service at a distance changes nothing to it. ``partners`` are
    their keys, in order, when they were to be named.
    """

    municipality: Municipality
    service_count: int
    remote_count: int
    partner_count: int
    partners: tuple[str, ...] = ()

    @property
    def offer_class(self) -> OfferClass:
        """The class of the municipality."""
        return OfferClass.of(self.partner_count)

    @property
    def people(self) -> int:
        """The people of the municipality."""
        return self.municipality.population or 0


@dataclass(frozen=True, slots=True)
class ThemeOffer:
    """A theme in a territory: how many people each partner's services are within reach of, by key of the partner.

    A partner that reaches no municipality is not there. ``white_people`` reach nobody's.
    """

    theme: str
    reached: tuple[tuple[str, int], ...]
    white_people: int

    @property
    def offer_class(self) -> OfferClass:
        """The class of the theme over the whole territory."""
        return OfferClass.of(len(self.reached))


@dataclass(frozen=True, slots=True)
class Complementarity:
    """The answer: a row for each municipality that counts, by code, and a line for each family of themes.

    ``partner_names`` names the partners of the rows and lines by key. ``left_out`` counts the municipalities whose
    point or population is not known.
    """

    question: ComplementarityQuestion
    change: ImaginedChange
    name: str
    vintage: str
    rows: tuple[MunicipalityOffer, ...]
    themes: tuple[ThemeOffer, ...]
    partner_names: tuple[tuple[str, str], ...]
    left_out: int

    @property
    def people(self) -> int:
        """The people of the municipalities that count."""
        return sum(row.people for row in self.rows)

    def people_in(self, offer_class: OfferClass) -> int:
        """Count the people who live where the offer is of a class."""
        return sum(row.people for row in self.rows if row.offer_class is offer_class)

    def municipalities_in(self, offer_class: OfferClass) -> int:
        """Count the municipalities where the offer is of a class."""
        return sum(row.offer_class is offer_class for row in self.rows)


def differing(
    before: Complementarity, after: Complementarity
) -> tuple[tuple[MunicipalityOffer, MunicipalityOffer], ...]:
    """Pair the municipalities whose class a change moves, by code; both answers are to the same question."""
    pairs = zip(before.rows, after.rows, strict=True)
    return tuple((one, other) for one, other in pairs if one.offer_class is not other.offer_class)
