"""What the figures say: how far people live from chosen places, and the rate of unemployment of a department."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, cast

from maillage.apps.catalogue import queries as catalogue
from maillage.apps.catalogue.narrowing import Narrowing, narrowed
from maillage.apps.observatory.models import UnemploymentRate, UnemploymentSeries
from maillage.apps.territories import queries as territories
from maillage.domain.access_points import AccessPoint
from maillage.domain.coverage import DIVISIONS, Coverage, CoverageImpossible, PlaceChoice, check_km
from maillage.domain.shared import Point
from maillage.domain.territories import TerritoryKind, TerritoryRef, UnknownTerritory
from maillage.engine.clauses import NETWORKS
from maillage.engine.coverage import covered, covered_by, measure, people_within

CHOICES_AT_MOST = 20
POINTS_AT_MOST = 1000
PLACES_AT_MOST = 1_000_000
KEPT = 12
"""Figures kept in memory: a page, its charts and its downloads ask for the same ones."""
Value = TypeVar("Value")


@dataclass(frozen=True)
class Unemployment:
    """The quarterly rates of a department, oldest first, with the publication that gives them."""

    department: str
    rates: tuple[tuple[str, float], ...]
    """Quarter (``2025-T3``) and rate in hundredths."""
    vintage: str
    source: str
    published_on: date | None


@dataclass(frozen=True)
class LatestRates:
    """The rates of the last quarter published, in hundredths by department; ``quarter`` is empty when none is."""

    quarter: str
    by_department: Mapping[str, float]


class Kept:
    """The last few values computed; whoever asks for the same thing waits for nobody else."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = threading.Lock()
        self._values: OrderedDict[object, object] = OrderedDict()

    def get(self, key: object, compute: Callable[[], Value]) -> Value:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast("Value", self._values[key])
        value = compute()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._count:
                self._values.popitem(last=False)
        return value


_places = Kept(KEPT)
_chosen = Kept(KEPT)
_answers = Kept(KEPT)


def coverage_of(  # noqa: PLR0913 (keyword-only: what is asked, about when, shown how)
    territory: TerritoryRef,
    choices: Sequence[PlaceChoice],
    km: float,
    *,
    on: date,
    by: TerritoryKind | None = None,
    added_points: Sequence[Point] = (),
    bounds: Sequence[float] = (),
) -> Coverage:
    """Say which share of a territory's people live more than ``km`` from the nearest of some places, and how far.

    ``choices`` are added up; ``added_points`` count as places besides them, to see what opening there would change.
    ``by`` asks for a row for each municipality, local committee or department, ``bounds`` (rising, in kilometres) for
    the people between them. Nothing is written.

    Raises:
        UnknownTerritory: no loaded municipality lies in the territory.
        CoverageImpossible: a network, the distance or the division is none that can be asked about.
    """
    check_km(km)
    _check(choices, added_points, by)
    geography = territories.geography()
    if not geography.knows(territory):
        raise UnknownTerritory(
            f"« {territory} » holds no loaded municipality. Check the code, or load the national files: "
            f"maillage import communes FILE."
        )
    here = geography.current(territory)
    token = catalogue.last_change()[1]
    places = _counted(token, on, tuple(choices))
    asked = (str(here), tuple(choices), km, on, by, tuple(added_points), tuple(bounds))

    def compute() -> Coverage:
        points = [place.point for place in places if place.point is not None]
        measured = measure(geography.members(here), [*points, *added_points])
        return Coverage(
            whole=covered(measured, here, geography.name_of(here), km),
            rows=() if by is None else covered_by(measured, by, geography, km),
            within=people_within(measured, bounds) if bounds else (),
            km=km,
            on=on,
            choices=tuple(choices),
            place_count=len(points) + len(added_points),
            unlocated_count=len(places) - len(points),
            vintage=geography.vintage,
        )

    return _answers.get((token, territories.geography_version(), *asked), compute)


def places_counted(choices: Sequence[PlaceChoice], *, on: date) -> tuple[AccessPoint, ...]:
    """Give the access points that a coverage measures to, wherever they lie, by name."""
    return _counted(catalogue.last_change()[1], on, tuple(choices))


def unemployment_of(department: str) -> Unemployment | None:
    """Give the rates of a department as last published; ``None`` when no series holds it. Two queries."""
    series = (
        UnemploymentSeries.objects.filter(unemploymentrate__department=department)
        .order_by("-vintage", "-recorded_at", "-id")
        .first()
    )
    if series is None:
        return None
    rates = UnemploymentRate.objects.filter(series=series, department=department).order_by("quarter")
    return Unemployment(
        department, tuple(rates.values_list("quarter", "percent")), series.vintage, series.source, series.published_on
    )


def latest_rates() -> LatestRates:
    """Give the rates of all departments in the last quarter of the newest series. Two queries."""
    series = UnemploymentSeries.objects.order_by("-vintage", "-recorded_at", "-id").first()
    if series is None:
        return LatestRates("", {})
    rates = UnemploymentRate.objects.filter(series=series, quarter=series.vintage)
    return LatestRates(series.vintage, dict(rates.values_list("department", "percent")))


def _check(choices: Sequence[PlaceChoice], added_points: Sequence[Point], by: TerritoryKind | None) -> None:
    if not choices and not added_points:
        raise CoverageImpossible("Say which places count: a kind (AGENCY), or a kind and a network.")
    if len(choices) > CHOICES_AT_MOST or len(added_points) > POINTS_AT_MOST:
        raise CoverageImpossible(
            f"At most {CHOICES_AT_MOST} kinds of place and {POINTS_AT_MOST} added points can be asked about at once."
        )
    strangers = [choice.network for choice in choices if choice.network and choice.network not in NETWORKS]
    if strangers:
        raise CoverageImpossible(
            f"« {strangers[0][:60]} » is not the code of a network: maillage codes networks lists them all."
        )
    if by is not None and by not in DIVISIONS:
        raise CoverageImpossible(f"Figures are given by {', '.join(kind.value for kind in DIVISIONS)}.")


def _counted(token: str, on: date, choices: tuple[PlaceChoice, ...]) -> tuple[AccessPoint, ...]:
    def compute() -> tuple[AccessPoint, ...]:
        # Only the kinds that count are read: the country has many times as many places of the others.
        found = {
            place.id: place
            for kind in dict.fromkeys(choice.kind for choice in choices)
            for place in _places.get((token, on, kind), lambda kind=kind: _of_kind(kind, on))  # type: ignore[misc]
            if on in place.valid and any(choice.counts(place) for choice in choices)
        }
        return tuple(sorted(found.values(), key=lambda place: (place.name.casefold(), place.id)))

    return _chosen.get((token, on, choices), compute)


def _of_kind(kind: str, on: date) -> tuple[AccessPoint, ...]:
    return narrowed(AccessPoint, on=on, to=Narrowing(place_kind=kind), limit=PLACES_AT_MOST).records
