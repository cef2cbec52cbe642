"""TopoJSON: contours written as shared arcs, given back as GeoJSON features."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from maillage.apps.imports.rows import UnreadableFile

Position = tuple[float, float]
DECIMALS = 5  # about one metre


def features_of_topology(topology: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give one GeoJSON feature a geometry; the arcs are put end to end.

    Raises:
        UnreadableFile: the arcs or the objects are not what TopoJSON says.
    """
    try:
        arcs = [_positions(arc, topology.get("transform")) for arc in topology["arcs"]]
        geometries = [shape for part in topology["objects"].values() for shape in part.get("geometries", [part])]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as failure:
        raise UnreadableFile(f"The TopoJSON document is damaged ({type(failure).__name__}: {failure}).") from failure
    for shape in geometries:
        yield {"type": "Feature", "properties": shape.get("properties") or {}, "geometry": _geometry(shape, arcs)}


def _positions(arc: list[list[float]], transform: dict[str, Any] | None) -> list[Position]:
    if transform is None:
        return [(round(point[0], DECIMALS), round(point[1], DECIMALS)) for point in arc]
    (scale_x, scale_y), (from_x, from_y) = transform["scale"], transform["translate"]
    across = accumulate(point[0] for point in arc)
    upwards = accumulate(point[1] for point in arc)
    return [
        (round(x * scale_x + from_x, DECIMALS), round(y * scale_y + from_y, DECIMALS))
        for x, y in zip(across, upwards, strict=True)
    ]


def _geometry(shape: dict[str, Any], arcs: list[list[Position]]) -> dict[str, Any] | None:
    """Give the GeoJSON geometry; ``None`` when it is no surface or its arcs are missing."""
    try:
        if shape.get("type") == "Polygon":
            return {"type": "Polygon", "coordinates": [_ring(ring, arcs) for ring in shape["arcs"]]}
        if shape.get("type") == "MultiPolygon":
            polygons = [[_ring(ring, arcs) for ring in polygon] for polygon in shape["arcs"]]
            return {"type": "MultiPolygon", "coordinates": polygons}
    except (KeyError, IndexError, TypeError):
        return None
    return None


def _ring(indices: list[int], arcs: list[list[Position]]) -> list[Position]:
    ring: list[Position] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)  # the first point of an arc is the last of the one before
    return ring
