"""Small maps without tiles: the ground of municipalities, the doors, where the person lives; GeoJSON and SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

from maillage.apps.territories import queries as territories
from maillage.domain.shared import Point, distance_km
from maillage.domain.territories import Municipality

KM_A_DEGREE = 111.195
REACHES_KM = (3, 6, 12, 24, 48)
WIDE, SMALL = 640.0, 340.0
"""How many units wide a drawing is; letters and markers keep their size, so a smaller drawing shows them larger."""
SHAPE = 3 / 4
MARGIN = 8.0
ROOM = 1.12
BEYOND_KM = 8.0  # a municipality whose middle is outside may still show
MIDDLE_DECIMALS = 2
LABELS_AT_MOST = 9
TOWNS_AT_MOST = 7
LETTER_WIDTH, LINE_HEIGHT = 8.2, 22.0


@dataclass(frozen=True)
class Marker:
    """A place on the map; ``number`` is the one the list gives it."""

    number: int
    point: Point


@dataclass(frozen=True)
class Spot:
    """A place on the drawing, in its units."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """A map ready to be written as SVG; ``ground_km`` is how far a map that moves must reach to show the same."""

    width: float
    height: float
    ground: str
    home_cell: str
    markers: tuple[Spot, ...]
    labels: tuple[Spot, ...]
    home: Spot | None
    scale_km: int
    scale_width: float
    ground_km: int

    @property
    def foot(self) -> float:
        """The height of the bar of the scale."""
        return self.height - 18


@dataclass(frozen=True)
class Plane:
    """Where a point of the globe falls on the drawing: the ground seen from the middle."""

    middle: Point
    reach_km: float
    width: float = WIDE

    @property
    def height(self) -> float:
        return self.width * SHAPE

    @property
    def units_per_km(self) -> float:
        return self.height / 2 / self.reach_km

    def place(self, point: Point) -> tuple[float, float]:
        narrowing = cos(radians(self.middle.latitude))
        per_degree = KM_A_DEGREE * self.units_per_km
        x = self.width / 2 + (point.longitude - self.middle.longitude) * per_degree * narrowing
        y = self.height / 2 - (point.latitude - self.middle.latitude) * per_degree
        return round(x, 1), round(y, 1)

    def shows(self, point: Point) -> bool:
        x, y = self.place(point)
        return MARGIN <= x <= self.width - MARGIN and MARGIN <= y <= self.height - MARGIN


def reach_for(middle: Point, points: Iterable[Point]) -> int:
    """Choose how far a map reaches so that it shows the points; what lies beyond the last reach is left out."""
    narrowing = cos(radians(middle.latitude))
    farthest = max(
        (
            max(abs(one.latitude - middle.latitude), abs(one.longitude - middle.longitude) * narrowing * SHAPE)
            for one in points
        ),
        default=0.0,
    )
    return next((reach for reach in REACHES_KM if farthest * KM_A_DEGREE * ROOM <= reach), REACHES_KM[-1])


def middle_of(points: Sequence[Point]) -> Point:
    """Give the middle of what a map shows, on a grid so that the same ground serves many answers."""
    latitudes, longitudes = [one.latitude for one in points], [one.longitude for one in points]
    return Point(
        round((min(latitudes) + max(latitudes)) / 2, MIDDLE_DECIMALS),
        round((min(longitudes) + max(longitudes)) / 2, MIDDLE_DECIMALS),
    )


def draw(
    home: Municipality, markers: Sequence[Marker], start: Point | None = None, *, width: float = WIDE
) -> Drawing | None:
    """Draw the doors around a municipality; ``None`` when nobody knows where it is."""
    if home.point is None:
        return None
    origin = start or home.point
    points = [origin, *(marker.point for marker in markers)]
    middle = middle_of(points)
    plane = Plane(middle, reach_for(middle, points), width)
    ground, home_cell = _paths(territories.geography_version(), home.code, plane)
    shown = [marker for marker in reversed(markers) if plane.shows(marker.point)]
    spots = tuple(Spot(*plane.place(marker.point), str(marker.number)) for marker in shown)
    scale_km = max(1, int(plane.reach_km) // 3)
    return Drawing(
        width=width,
        height=plane.height,
        ground=ground,
        home_cell=home_cell,
        markers=spots,
        labels=_labels(home, plane, spots),
        home=Spot(*plane.place(origin), home.name),
        scale_km=scale_km,
        scale_width=round(scale_km * plane.units_per_km, 1),
        ground_km=reach_for(home.point, points),
    )


def around(middle: Point, reach_km: float) -> list[Municipality]:
    """List the municipalities that a map shows, the most populous first."""
    high = (reach_km + BEYOND_KM) / KM_A_DEGREE
    wide = high / SHAPE / cos(radians(middle.latitude))
    south, north = middle.latitude - high, middle.latitude + high
    west, east = middle.longitude - wide, middle.longitude + wide
    found = [
        one
        for one in territories.geography().municipalities.values()
        if one.point and south <= one.point.latitude <= north and west <= one.point.longitude <= east
    ]
    return sorted(found, key=lambda one: (-(one.population or 0), one.code))


def ground_geojson(home: Municipality, reach_km: int) -> dict[str, Any]:
    """Give the municipalities around one as GeoJSON, for the map that moves."""
    shown = around(home.point, reach_km) if home.point else []
    cells = territories.cells([one.code for one in shown])
    towns = [
        {"name": one.name, "at": [at.latitude, at.longitude]}
        for one in _apart(home, shown, reach_km)
        if (at := one.point) is not None
    ]
    features = [
        {"type": "Feature", "properties": {"code": code, "isHome": code == home.code}, "geometry": geometry}
        for code, geometry in sorted(cells.items())
    ]
    point = [home.point.latitude, home.point.longitude] if home.point else None
    return {"type": "FeatureCollection", "features": features, "middle": point, "towns": towns}


def _apart(home: Municipality, others: Sequence[Municipality], reach_km: float) -> list[Municipality]:
    """Choose the larger towns that are far enough from each other to be named on a map."""
    chosen: list[Municipality] = []
    for one in (home, *others[: TOWNS_AT_MOST * 4]):
        is_free = one.point and all(
            distance_km(one.point, other.point) > reach_km / 3 for other in chosen if other.point
        )
        if is_free and len(chosen) < TOWNS_AT_MOST:
            chosen.append(one)
    return chosen


@lru_cache(maxsize=256)
def _paths(_version: str, code: str, plane: Plane) -> tuple[str, str]:
    """Give the SVG paths of the ground and of the person's municipality; kept, for the ground seldom changes."""
    cells = territories.cells([one.code for one in around(plane.middle, plane.reach_km)])
    paths = {key: path_of(geometry, plane) for key, geometry in cells.items()}
    own = paths.pop(code, "")
    return "".join(paths[key] for key in sorted(paths)), own


def path_of(geometry: dict[str, Any], plane: Plane) -> str:
    """Write a GeoJSON surface as an SVG path in whole units."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    surfaces = coordinates if kind == "MultiPolygon" else [coordinates] if kind == "Polygon" else []
    written = []
    for ring in (ring for surface in surfaces for ring in surface):
        places = (plane.place(Point(latitude, longitude)) for longitude, latitude, *_ in ring)
        steps = list(dict.fromkeys(f"{x:.0f} {y:.0f}" for x, y in places))
        written.append(f"M{'L'.join(steps)}Z")
    return "".join(written)


def _labels(home: Municipality, plane: Plane, taken: Sequence[Spot]) -> tuple[Spot, ...]:
    """Name the larger towns that fall where nothing else is written."""
    boxes = [(spot.x - 15, spot.y - 15, spot.x + 15, spot.y + 15) for spot in taken]
    found: list[Spot] = []
    others = [one for one in around(plane.middle, plane.reach_km) if one.code != home.code]
    for one in [home, *others[:40]]:
        if one.point is None or len(found) == LABELS_AT_MOST:
            continue
        x, y = plane.place(one.point)
        half = len(one.name) * LETTER_WIDTH / 2
        for baseline in (y + 30, y - 20):
            box = (x - half, baseline - LINE_HEIGHT, x + half, baseline + 6)
            is_inside = box[0] > 4 and box[2] < plane.width - 4 and box[1] > 4 and box[3] < plane.height - 44
            if is_inside and not any(_overlap(box, other) for other in boxes):
                boxes.append(box)
                found.append(Spot(x, baseline, one.name))
                break
    return tuple(found)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
