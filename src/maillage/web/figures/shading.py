"""The map of a figure: territories shaded by distance, the places as dots; SVG, drawn by the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

from maillage.apps.territories import queries as territories
from maillage.domain.coverage import Coverage, Covered
from maillage.domain.shared import Point
from maillage.domain.territories import TerritoryKind, TerritoryRef
from maillage.web.components.maps import KM_A_DEGREE, SHAPE, Plane, middle_of, path_of
from maillage.web.figures.bands import Bands

WIDTH = 560.0
ROOM = 1.04
DOTS_AT_MOST = 300
MUNICIPALITIES_AT_MOST = 1000
MAINLAND = (41.0, 51.5, -5.5, 10.0)
"""South, north, west and east of what a map of the whole country shows."""


@dataclass(frozen=True)
class Shade:
    """All surfaces of one class."""

    shade: int
    path: str


@dataclass(frozen=True)
class ShadedMap:
    """A map ready to be written as SVG."""

    width: float
    height: float
    shades: tuple[Shade, ...]
    dots: tuple[tuple[float, float], ...]
    scale_km: int
    scale_width: float

    @property
    def foot(self) -> float:
        """The height of the bar of the scale."""
        return self.height - 14


def shaded(found: Coverage, rows: Sequence[Covered], places: Sequence[Point], bands: Bands) -> ShadedMap | None:
    """Draw the rows by their mean distance; ``None`` when nothing can be drawn."""
    shades = {str(row.territory): 4 if row.mean_km is None else bands.shades[bands.place(row.mean_km)] for row in rows}
    return painted(found.whole.territory, shades, places)


def painted(territory: TerritoryRef, shades: Mapping[str, int], places: Sequence[Point]) -> ShadedMap | None:
    """Draw some territories, by notation, each in its shade; ``None`` when nothing can be drawn."""
    plane, paths = _drawn(territories.geography_version(), str(territory), tuple(shades))
    if plane is None:
        return None
    surfaces: dict[int, list[str]] = {}
    for notation, shade in shades.items():
        if path := paths.get(notation, ""):
            surfaces.setdefault(shade, []).append(path)
    dots = [plane.place(point) for point in places if plane.shows(point)]
    scale_km = max(1, int(plane.reach_km) // 3)
    return ShadedMap(
        width=WIDTH,
        height=plane.height,
        shades=tuple(Shade(shade, "".join(surfaces[shade])) for shade in sorted(surfaces)),
        dots=tuple(dots) if len(dots) <= DOTS_AT_MOST else (),
        scale_km=scale_km,
        scale_width=round(scale_km * plane.units_per_km, 1),
    )


@lru_cache(maxsize=16)
def _drawn(_version: str, _territory: str, notations: tuple[str, ...]) -> tuple[Plane | None, Mapping[str, str]]:
    """Give the plane and the SVG paths of some territories; kept, for the ground seldom changes."""
    surfaces = _surfaces(notations)
    points = [point for surface in surfaces.values() for point in _corners(surface)]
    if not points:
        return None, {}
    middle = middle_of(points)
    narrowing = cos(radians(middle.latitude))
    farthest = max(
        max(abs(one.latitude - middle.latitude), abs(one.longitude - middle.longitude) * narrowing * SHAPE)
        for one in points
    )
    plane = Plane(middle, max(1.0, farthest * KM_A_DEGREE * ROOM), WIDTH)
    return plane, {notation: path_of(surface, plane) for notation, surface in surfaces.items()}


def _surfaces(notations: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    kind, _, _ = notations[0].partition(":") if notations else ("", "", "")
    if kind == TerritoryKind.MUNICIPALITY.value:
        if len(notations) > MUNICIPALITIES_AT_MOST:
            return {}
        cells = territories.cells([notation.partition(":")[2] for notation in notations])
        return {f"{kind}:{code}": cell for code, cell in cells.items()}
    refs = [TerritoryRef.parse(notation) for notation in notations if notation != f"{kind}:"]
    south, north, west, east = MAINLAND
    return {
        notation: surface
        for notation, surface in territories.contours(refs).items()
        if all(south <= one.latitude <= north and west <= one.longitude <= east for one in _corners(surface))
    }


def _corners(surface: Mapping[str, Any]) -> Iterator[Point]:
    kind, coordinates = surface["type"], surface["coordinates"]
    shapes = coordinates if kind == "MultiPolygon" else [coordinates] if kind == "Polygon" else []
    return (Point(latitude, longitude) for shape in shapes for longitude, latitude, *_ in shape[0])
