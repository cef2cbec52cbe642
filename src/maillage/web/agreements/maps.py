"""The map of the territories of the agreements: surfaces, numbers, and the list that says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

from maillage.apps.territories import queries as territories
from maillage.apps.territories.drawing import Outline
from maillage.domain.agreements import Agreement
from maillage.domain.territories import FRANCE, Geography, TerritoryRef
from maillage.engine.wording import territory_in_words
from maillage.web.components.languages import current_language

WIDTH, MARGIN = 640.0, 24.0
TALLEST = 560.0


@dataclass(frozen=True)
class Area:
    """A territory on the map: its path, its number and where it is written; no path when nothing can be drawn."""

    number: int
    name: str
    agreements: tuple[Agreement, ...]
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class TerritoryMap:
    """A map ready to be written as SVG, and what covers the whole country."""

    width: float
    height: float
    areas: tuple[Area, ...]
    everywhere: tuple[Agreement, ...]

    @property
    def drawn(self) -> tuple[Area, ...]:
        """The territories that can be drawn."""
        return tuple(area for area in self.areas if area.path)


@dataclass(frozen=True)
class Frame:
    """Where a place of the globe falls on the drawing."""

    west: float
    north: float
    narrowing: float
    scale: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = MARGIN + (longitude - self.west) * self.narrowing * self.scale
        return round(x, 1), round(MARGIN + (self.north - latitude) * self.scale, 1)


def map_of(agreements: Sequence[Agreement], geography: Geography) -> TerritoryMap:
    """Draw the territories of some agreements."""
    by_territory: dict[TerritoryRef, list[Agreement]] = {}
    for one in agreements:
        by_territory.setdefault(one.territory, []).append(one)
    everywhere = tuple(by_territory.pop(FRANCE, ()))
    width, height, paths = _paths(territories.geography_version(), tuple(by_territory))
    ordered = sorted(by_territory, key=lambda one: ([*paths, str(one)].index(str(one)), str(one)))
    areas = tuple(
        _area(number, one, by_territory[one], paths, geography) for number, one in enumerate(ordered, start=1)
    )
    return TerritoryMap(width, height, areas, everywhere)


def _area(
    number: int,
    territory: TerritoryRef,
    found: Sequence[Agreement],
    paths: Mapping[str, tuple[str, float, float]],
    geography: Geography,
) -> Area:
    path, x, y = paths.get(str(territory), ("", 0.0, 0.0))
    name = territory_in_words(territory, geography, current_language())
    return Area(number, name, tuple(found), path, x, y)


@lru_cache(maxsize=32)
def _paths(_version: str, wanted: tuple[TerritoryRef, ...]) -> tuple[float, float, dict[str, tuple[str, float, float]]]:
    """Give the size of the drawing and the path of each territory with the place of its number, the largest first."""
    outlines = territories.outlines(wanted)
    corners = [corner for outline in outlines.values() for corner in _corners(outline.surface)]
    if not corners:
        return WIDTH, 0.0, {}
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    narrowing = cos(radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * narrowing), (TALLEST - 2 * MARGIN) / (north - south))
    frame = Frame(west, north, narrowing, scale)
    width = (east - west) * narrowing * scale + 2 * MARGIN
    height = (north - south) * scale + 2 * MARGIN
    return round(width), round(height), {key: _drawn(outline, frame) for key, outline in outlines.items()}


def _drawn(outline: Outline, frame: Frame) -> tuple[str, float, float]:
    rings = []
    for ring in _rings(outline.surface):
        steps = dict.fromkeys("{:.0f} {:.0f}".format(*frame.place(x, y)) for x, y in ring)
        rings.append(f"M{'L'.join(steps)}Z")
    return "".join(rings), *frame.place(outline.middle.longitude, outline.middle.latitude)


def _corners(surface: Mapping[str, Any]) -> list[tuple[float, float]]:
    return [corner for ring in _rings(surface) for corner in ring]


def _rings(surface: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    kind, coordinates = surface["type"], surface.get("coordinates", [])
    surfaces = coordinates if kind == "MultiPolygon" else [coordinates] if kind == "Polygon" else []
    return [[(x, y) for x, y, *_ in ring] for rings in surfaces for ring in rings]
