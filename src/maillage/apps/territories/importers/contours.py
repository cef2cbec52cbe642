"""Contours of territories, from GeoJSON or TopoJSON."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import shapely
from shapely.errors import ShapelyError

from maillage.apps.imports.cells import required_text_of, text_of
from maillage.apps.imports.formats import Counts, RowRefused
from maillage.apps.imports.rows import Row
from maillage.apps.territories.importers.writing import count
from maillage.apps.territories.models import Contour, Municipality
from maillage.apps.territories.queries import contours, passage
from maillage.apps.territories.use_cases import announce_change
from maillage.domain.territories import TerritoryKind, TerritoryNotation, TerritoryRef

REGIONS = frozenset(
    ("01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94")
)
KINDS = (
    (re.compile(r"CLPE\w+"), TerritoryKind.LOCAL_COMMITTEE),
    (re.compile(r"\d{9}"), TerritoryKind.EPCI),
    (re.compile(r"\d[0-9AB]\d{3}"), TerritoryKind.MUNICIPALITY),
    (re.compile(r"\d{4}"), TerritoryKind.EMPLOYMENT_ZONE),
    (re.compile(r"9[78]\d|\d[0-9AB]"), TerritoryKind.DEPARTMENT),
    (re.compile(r"\d[0-9AB]\d"), TerritoryKind.ARRONDISSEMENT),
)


@dataclass(frozen=True)
class Shape:
    """The surface of a territory; ``is_named`` when the file says its kind and not its code only."""

    territory: TerritoryRef
    geometry: dict[str, Any]
    is_named: bool


class Contours:
    """``contours``: features with a ``code`` (or a whole notation in ``territoire``), surfaces in WGS 84."""

    name = "contours"
    required_columns = (frozenset({"code", "territoire", "codgeo", "insee"}), frozenset({"geometry"}))

    def __init__(self) -> None:
        self._warnings: list[str] = []

    def warnings(self) -> Sequence[str]:
        return self._warnings

    def parse(self, row: Row) -> object:
        territory, is_named = _territory_of(row)
        geometry = row.values.get("geometry")
        if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
            raise RowRefused("geometry: a Polygon or a MultiPolygon was expected.")
        try:
            surface = shapely.from_geojson(json.dumps(geometry))
        except (ShapelyError, ValueError, TypeError):
            raise RowRefused(
                "geometry: its coordinates are not lists of closed rings of longitude, latitude."
            ) from None
        if surface.is_empty:
            raise RowRefused("geometry: it is empty.")
        west, south, east, north = surface.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise RowRefused("geometry: coordinates off the globe. WGS 84 in degrees is expected, longitude first.")
        return Shape(territory, geometry, is_named)

    def key(self, record: object) -> str:
        return str(cast("Shape", record).territory)

    def save(self, records: Sequence[object], *, at: datetime) -> Counts:
        shapes = cast("Sequence[Shape]", records)
        wanted = self._current(shapes, as_regions=self._are_regions(shapes))
        known = contours(TerritoryRef.parse(notation) for notation in wanted)
        counts = count(known, wanted)
        moved = [
            Contour(territory=notation, geometry=geometry)
            for notation, geometry in wanted.items()
            if known.get(notation) != geometry
        ]
        Contour.objects.bulk_create(
            moved, 500, update_conflicts=True, unique_fields=["territory"], update_fields=["geometry"]
        )
        self._say_unknown(wanted)
        announce_change(at=at, has_changed=bool(counts.added or counts.changed))
        return counts

    def _are_regions(self, shapes: Sequence[Shape]) -> bool:
        """Two digits are a department, unless the whole file holds codes of regions only."""
        codes = {shape.territory.code for shape in shapes if _is_bare_department(shape)}
        if len(codes) == 1 and codes <= REGIONS:
            self._warnings.append(
                f"{next(iter(codes))} was read as a department. For a region, give the notation region:CODE in a "
                f"property territoire."
            )
        return len(codes) > 1 and codes <= REGIONS

    def _current(self, shapes: Sequence[Shape], *, as_regions: bool) -> dict[str, dict[str, Any]]:
        """Put together the pieces that old municipalities became parts of."""
        carried = passage()
        pieces: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for shape in shapes:
            kind, code = shape.territory.kind, shape.territory.code
            if kind is TerritoryKind.MUNICIPALITY:
                code = carried.get(code, code)
            elif as_regions and _is_bare_department(shape):
                kind = TerritoryKind.REGION
            pieces[str(TerritoryRef(kind, code))].append(_plain(shape.geometry))
        return {notation: _united(parts) for notation, parts in pieces.items()}

    def _say_unknown(self, wanted: dict[str, dict[str, Any]]) -> None:
        codes = {notation.partition(":")[2] for notation in wanted if notation.startswith("commune:")}
        unknown = codes - set(Municipality.objects.values_list("code", flat=True))
        if unknown:
            self._warnings.append(f"{len(unknown)} contours are those of municipalities that are not loaded yet.")


def _territory_of(row: Row) -> tuple[TerritoryRef, bool]:
    if notation := text_of(row, "territoire", longest=40):
        try:
            return TerritoryRef.parse(notation), True
        except TerritoryNotation as refusal:
            raise RowRefused(str(refusal)) from None
    code = required_text_of(row, "code", "codgeo", "insee", longest=40).upper()
    kind = next((kind for form, kind in KINDS if form.fullmatch(code)), None)
    if kind is None:
        raise RowRefused(f"code: « {code} » is the code of no territory we know the form of.")
    return TerritoryRef(kind, code), False


def _is_bare_department(shape: Shape) -> bool:
    return shape.territory.kind is TerritoryKind.DEPARTMENT and not shape.is_named


def _plain(geometry: dict[str, Any]) -> dict[str, Any]:
    """Keep what GeoJSON says of a surface, as it comes back from the database: lists, no tuples."""
    loaded: dict[str, Any] = json.loads(json.dumps({name: geometry[name] for name in ("type", "coordinates")}))
    return loaded


def _united(parts: list[dict[str, Any]]) -> dict[str, Any]:
    if len(parts) == 1:
        return parts[0]
    surfaces = [shapely.make_valid(shapely.from_geojson(json.dumps(part))) for part in parts]
    loaded: dict[str, Any] = json.loads(shapely.to_geojson(shapely.union_all(surfaces)))
    return loaded
