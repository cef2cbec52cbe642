"""Cells around the points of municipalities, for maps without contours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import shapely
from shapely import STRtree
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry

from maillage.domain.shared import Point
from maillage.domain.territories import Municipality

CUT_AT_DEGREES = 0.135  # fifteen kilometres: beyond, a lonely municipality would be drawn as a desert
MARGIN_DEGREES = 0.35
GRID_DEGREES = 0.00001
SIMPLER_BY_DEGREES = 0.004  # four hundred metres: nothing on a map of several departments


def cells_around(municipalities: Mapping[str, Municipality], wanted: frozenset[str]) -> dict[str, dict[str, Any]]:
    """Give the GeoJSON cell of each wanted municipality that has a point; neighbours bound it.

    The plane is the sphere seen from the middle of what is drawn: good enough for a department, and for a look at the
    country; far territories are drawn apart.
    """
    placed = {code: found.point for code in wanted if (found := municipalities.get(code)) and found.point}
    drawn: dict[str, dict[str, Any]] = {}
    for group in _groups(placed):
        drawn.update(_cells_of_group(municipalities, group))
    return drawn


@dataclass(frozen=True)
class Outline:
    """The surface of a territory as GeoJSON, with a point inside it that no smaller territory covers."""

    surface: dict[str, Any]
    middle: Point


def outlines_of(surfaces: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, Outline]:
    """Join the surfaces of each territory and simplify them; the largest territory comes first."""
    joined = {key: _joined(found) for key, found in surfaces.items() if found}
    largest_first = sorted(joined, key=lambda key: (-joined[key].area, key))
    outlines = {}
    for position, key in enumerate(largest_first):
        smaller = shapely.union_all([joined[other] for other in largest_first[position + 1 :]])
        free = shapely.difference(joined[key], smaller)
        middle = shapely.point_on_surface(_western_part(joined[key]) if free.area < joined[key].area / 50 else free)
        outlines[key] = Outline(_geojson(joined[key]), Point(middle.y, middle.x))
    return outlines


def _western_part(shape: BaseGeometry) -> BaseGeometry:
    """Give a part of a shape that leaves the middle to what lies over it."""
    west, south, east, north = shape.bounds
    return shapely.intersection(shape, shapely.box(west, south, west + (east - west) / 3, north))


def _joined(surfaces: Sequence[dict[str, Any]]) -> BaseGeometry:
    shapes = [shapely.make_valid(shapely.from_geojson(json.dumps(surface))) for surface in surfaces]
    return shapely.simplify(shapely.union_all(shapes, grid_size=GRID_DEGREES), SIMPLER_BY_DEGREES)


def _groups(placed: Mapping[str, Point]) -> list[dict[str, Point]]:
    """Set apart what lies in different parts of the world (five degrees): each has its own plane."""
    groups: dict[tuple[int, int], dict[str, Point]] = {}
    for code, point in placed.items():
        groups.setdefault((int(point.latitude // 5), int(point.longitude // 10)), {})[code] = point
    return list(groups.values())


def _cells_of_group(municipalities: Mapping[str, Municipality], group: dict[str, Point]) -> dict[str, dict[str, Any]]:
    south, north = min(p.latitude for p in group.values()), max(p.latitude for p in group.values())
    west, east = min(p.longitude for p in group.values()), max(p.longitude for p in group.values())
    narrowing = cos(radians((south + north) / 2))
    around = [
        found.point
        for found in municipalities.values()
        if found.point
        and south - MARGIN_DEGREES <= found.point.latitude <= north + MARGIN_DEGREES
        and west - MARGIN_DEGREES / narrowing <= found.point.longitude <= east + MARGIN_DEGREES / narrowing
    ]
    spots = shapely.points([(point.longitude * narrowing, point.latitude) for point in around])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(spots), extend_to=_frame(spots)))
    if not len(cells):
        cells = [_frame(spots)]  # a single point has no neighbour
    tree = STRtree(cells)
    drawn = {}
    for code, point in group.items():
        spot = shapely.Point(point.longitude * narrowing, point.latitude)
        inside = tree.query(spot, predicate="intersects")
        whole = cells[inside[0]] if len(inside) else spot.buffer(CUT_AT_DEGREES)
        cell = shapely.intersection(whole, spot.buffer(CUT_AT_DEGREES, quad_segs=6))
        drawn[code] = _geojson(scale(cell, 1 / narrowing, 1, origin=(0, 0)))
    return drawn


def _frame(spots: Any) -> BaseGeometry:
    west, south, east, north = shapely.total_bounds(spots)
    return shapely.box(west - 1, south - 1, east + 1, north + 1)


def _geojson(surface: BaseGeometry) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(shapely.to_geojson(shapely.set_precision(surface, GRID_DEGREES)))
    return loaded
