"""Distances from every municipality to the nearest place, and the figures made from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.domain.coverage import Covered
from maillage.domain.shared import EARTH_RADIUS_KM, Point
from maillage.domain.territories import Geography, Municipality, TerritoryKind, TerritoryRef

Floats = NDArray[np.float64]
TILE = 1 / 160
"""Side of the cubes that municipalities are gathered in, in radii of the Earth: forty kilometres."""
ROUNDING = 1e-7
"""What products of coordinates may lose, in radii of the Earth: less than a metre, and candidates have more room."""


@dataclass(frozen=True)
class Measured:
    """The municipalities that count with their distance to the nearest place, and how many were left out by code.

    ``nearest_km``: float64[n], infinite when there is no place; ``populations``: int64[n].
    """

    municipalities: tuple[Municipality, ...]
    populations: NDArray[np.int64]
    nearest_km: Floats
    left_out: tuple[Municipality, ...]


def measure(municipalities: Iterable[Municipality], places: Sequence[Point]) -> Measured:
    """Measure from each municipality to the nearest place, wherever it lies.

    A municipality without point or population is left out. 35,000 municipalities and 20,000 places take about half a
    second.
    """
    counted: list[Municipality] = []
    points: list[Point] = []
    populations: list[int] = []
    left_out: list[Municipality] = []
    for one in municipalities:
        if one.point is None or one.population is None:
            left_out.append(one)
            continue
        counted.append(one)
        points.append(one.point)
        populations.append(one.population)
    return Measured(tuple(counted), np.array(populations, np.int64), nearest_km(points, places), tuple(left_out))


def nearest_km(points: Sequence[Point], places: Sequence[Point]) -> Floats:
    """Give the great-circle distance from each point to the nearest place: float64[n], infinite without places.

    Straight lines through the Earth are in the same order as great circles, and keep the inequality of triangles: from
    a cube of points, only the places that are nearly as near its middle as the nearest one can be nearest to a member.
    """
    found = np.full(len(points), np.inf)
    if not len(points) or not len(places):
        return found
    origins, targets = _degrees(points), _degrees(places)
    here, there = _on_the_sphere(origins), _on_the_sphere(targets)
    for members in _tiles(here):
        middle = here[members].mean(axis=0)
        radius = np.sqrt(((here[members] - middle) ** 2).sum(axis=1).max())
        # Of two points of the sphere, or of one inside it, the product says the distance; it only chooses candidates.
        away = np.sqrt(np.maximum(0.0, 1.0 + middle @ middle - 2.0 * (there @ middle)))
        near = np.flatnonzero(away <= away.min() + 2 * radius + ROUNDING)
        chords = ((here[members][:, None, :] - there[near][None, :, :]) ** 2).sum(axis=2)
        found[members] = _haversine_km(origins[members], targets[near[chords.argmin(axis=1)]])
    return found


def covered(measured: Measured, territory: TerritoryRef, name: str, km: float) -> Covered:
    """Sum up a territory: people, those who live strictly beyond ``km``, and their mean distance."""
    people = int(measured.populations.sum())
    beyond = int(measured.populations[measured.nearest_km > km].sum())
    is_measured = bool(np.isfinite(measured.nearest_km).all())
    person_km = float((measured.nearest_km * measured.populations).sum()) if is_measured else None
    return _figures(territory, name, people, beyond, person_km, len(measured.left_out))


def covered_by(measured: Measured, kind: TerritoryKind, geography: Geography, km: float) -> tuple[Covered, ...]:
    """Sum up each division of what was measured, by code; an empty code gathers what belongs to none."""
    everybody = (*measured.municipalities, *measured.left_out)
    codes, found = np.unique(np.array([one.code_of(kind) for one in everybody], np.str_), return_inverse=True)
    division = found[: len(measured.municipalities)]
    is_measured = bool(np.isfinite(measured.nearest_km).all())

    def summed(weights: NDArray[np.number]) -> list[float]:
        sums: list[float] = np.bincount(division, weights, len(codes)).tolist()
        return sums

    people = summed(measured.populations)
    beyond = summed(measured.populations * (measured.nearest_km > km))
    person_km = summed(measured.populations * measured.nearest_km) if is_measured else [None] * len(codes)
    left_out = np.bincount(found[len(measured.municipalities) :], minlength=len(codes)).tolist()
    territories = [TerritoryRef(kind, str(code)) for code in codes]
    return tuple(
        _figures(one, geography.name_of(one) if one.code else "", int(inside), int(far), far_km, out)
        for one, inside, far, far_km, out in zip(territories, people, beyond, person_km, left_out, strict=True)
    )


def people_within(measured: Measured, bounds: Sequence[float]) -> tuple[int, ...]:
    """Count people by distance: up to the first bound included, then up to each next one, then beyond the last."""
    classes = classes_of(measured.nearest_km, bounds)
    return tuple(int(measured.populations[classes == place].sum()) for place in range(len(bounds) + 1))


def classes_of(distances_km: Floats, bounds: Sequence[float]) -> NDArray[np.intp]:
    """Give the class of each distance among rising bounds, each bound belonging to the class below it."""
    return np.searchsorted(np.asarray(bounds, np.float64), distances_km, side="left")


def _figures(  # noqa: PLR0913, PLR0917 (what was summed, and of whom)
    territory: TerritoryRef, name: str, people: int, beyond: int, person_km: float | None, left_out: int
) -> Covered:
    return Covered(
        territory=territory,
        name=name,
        people=people,
        excluded=left_out,
        people_beyond=beyond,
        share_beyond=beyond / people if people else None,
        mean_km=person_km / people if people and person_km is not None else None,
    )


def _degrees(points: Sequence[Point]) -> Floats:
    return np.array([(point.latitude, point.longitude) for point in points], np.float64)


def _on_the_sphere(degrees: Floats) -> Floats:
    """Give points of the sphere of radius 1: float64[n, 3]."""
    latitude, longitude = np.radians(degrees).T
    around = np.cos(latitude)
    return np.column_stack((around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)))


def _tiles(here: Floats) -> Iterable[NDArray[np.intp]]:
    """Gather neighbouring points: each array holds the places of the points of one cube."""
    cubes = np.floor(here / TILE).astype(np.int64)
    _, tile = np.unique(cubes, axis=0, return_inverse=True)
    order = np.argsort(tile, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(tile[order])) + 1)


def _haversine_km(one: Floats, other: Floats) -> Floats:
    """Give the distances of ``domain.shared.distance_km`` between points taken two by two."""
    lat_one, lat_other = np.radians(one[:, 0]), np.radians(other[:, 0])
    half_lat = np.sin((lat_other - lat_one) / 2)
    half_lon = np.sin(np.radians(other[:, 1] - one[:, 1]) / 2)
    chord = half_lat * half_lat + np.cos(lat_one) * np.cos(lat_other) * half_lon * half_lon
    distances: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
    return distances
