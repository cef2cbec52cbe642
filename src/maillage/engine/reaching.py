"""The loops that count what is within reach of every municipality; with compilation off, the same plain Python."""

from __future__ import annotations

from math import cos
from typing import NamedTuple

import numpy as np

from maillage.domain.shared import EARTH_RADIUS_KM
from maillage.engine.kernels import Bytes, Ints, Reals, Small, compiled, distance, has_bit

NARROW = 1e-9
"""How close to the limit, of its square, a straight line is measured again on the sphere, so that both always agree."""


class Sites(NamedTuple):
    """The services that count for one question; those at a place first, by cell, each as one site.

    ``spot`` float64[sites, 3]: points of the sphere of radius 1. ``limit_km``: within how far each is reached;
    ``chord``: the square of the straight line that it makes. ``zone``: table of the municipalities served, -1 for
    all. ``gate``: by profile, the tables of the clauses that open a reserved one, one being enough. ``opens``
    uint8[sites, groups]: whom it receives, and the same as a mask. Themes and partners are numbers of what was asked
    about.
    """

    spot: Reals
    latitude: Reals
    longitude: Reals
    limit_km: Reals
    chord: Reals
    zone: Ints
    is_gated: Bytes
    profile: Ints
    gate_start: Ints
    gate: Ints
    opens: Bytes
    mask: Ints
    theme_start: Ints
    theme: Small
    partner_start: Ints
    partner: Small
    placed_count: int
    cell_start: Ints
    grid: Reals
    """south, west, cell side (degrees), rows, columns, the longest limit (km)."""


class Far(NamedTuple):
    """The services without distance, by number of the offer, and the site that each is (-1: it does not count)."""

    wide: Small
    wide_start: Ints
    wide_of: Small
    local: Small
    local_start: Ints
    site_of: Small


class Counted(NamedTuple):
    """What is written: int32[homes, themes, groups] thrice; ``reached`` int64[partners, themes, groups, 2].

    ``reached`` counts the people and the municipalities that each partner's services are within reach of.
    """

    near: Small
    far: Small
    partners: Small
    reached: Ints


@compiled
def receives(sites: Sites, bits: Bytes, site: int, home: int) -> bool:
    """Tell whether a site is open to those who live in a municipality, by its zone and by what reserves it."""
    zone = sites.zone[site]
    if zone >= 0 and not has_bit(bits, zone, home):
        return False
    if sites.is_gated[site] == 0:
        return True
    profile = sites.profile[site]
    for place in range(sites.gate_start[profile], sites.gate_start[profile + 1]):
        if has_bit(bits, sites.gate[place], home):
            return True
    return False


@compiled
def is_within(sites: Sites, site: int, spot: Reals, latitude: float, longitude: float) -> bool:
    """Tell whether a place is within reach of a point; the distance of the engines decides at the limit."""
    one, two, three = (
        sites.spot[site, 0] - spot[0],
        sites.spot[site, 1] - spot[1],
        sites.spot[site, 2] - spot[2],
    )
    chord = one * one + two * two + three * three
    limit = sites.chord[site]
    room = NARROW * limit + NARROW * NARROW
    if chord > limit + room:
        return False
    if chord < limit - room:
        return True
    away = distance(latitude, longitude, sites.latitude[site], sites.longitude[site])
    return bool(away <= sites.limit_km[site])


@compiled
def list_near(sites: Sites, wanted: Bytes, bits: Bytes, home: int, point: Reals, spot: Reals, found: Small) -> int:
    """List the wanted sites within reach of a municipality (radians; not a number: nothing); gives how many."""
    latitude, longitude = point[0], point[1]
    count = 0
    if sites.placed_count == 0 or latitude != latitude:  # noqa: PLR0124 - true for what is not a number
        return 0
    south, west, side = sites.grid[0], sites.grid[1], sites.grid[2]
    rows, columns = int(sites.grid[3]), int(sites.grid[4])
    degrees_lat, degrees_lon = np.degrees(latitude), np.degrees(longitude)
    span_lat = np.degrees(sites.grid[5] / EARTH_RADIUS_KM) * 1.001 + 1e-6
    span_lon = min(360.0, span_lat / max(0.01, cos(abs(latitude) + np.radians(span_lat))))
    bottom, top = int((degrees_lat - span_lat - south) // side), int((degrees_lat + span_lat - south) // side)
    left, right = int((degrees_lon - span_lon - west) // side), int((degrees_lon + span_lon - west) // side)
    left, right = max(0, left), min(columns, right + 1)
    if left >= right:
        return 0
    for line in range(max(0, bottom), min(rows, top + 1)):
        for site in range(sites.cell_start[line * columns + left], sites.cell_start[line * columns + right]):
            if wanted[site] == 0 or not is_within(sites, site, spot, latitude, longitude):
                continue
            if receives(sites, bits, site, home):
                found[count] = site
                count += 1
    return count


@compiled
def add_partners(sites: Sites, site: int, seen: Ints, touched: Ints, count: int, row: Small) -> int:
    """Count the partners of a site that the municipality had not met for a theme and a group; gives the cells met."""
    for at in range(sites.theme_start[site], sites.theme_start[site + 1]):
        theme = sites.theme[at]
        for place in range(sites.partner_start[site], sites.partner_start[site + 1]):
            partner = sites.partner[place]
            known = seen[partner, theme]
            new = sites.mask[site] & ~known
            if new == 0:
                continue
            if known == 0:
                touched[count, 0], touched[count, 1] = partner, theme
                count += 1
            seen[partner, theme] = known | new
            for group in range(row.shape[1]):
                row[theme, group] += (new >> group) & 1
    return count


@compiled
def add_far(
    sites: Sites, far: Far, bits: Bytes, home: int, point: Reals, spot: Reals, services: Small, row: Small
) -> None:
    """Count the services of a list of those without distance; one that is within reach too has been counted there."""
    for place in range(len(services)):
        site = far.site_of[services[place]]
        if site < 0 or not receives(sites, bits, site, home):
            continue
        if site < sites.placed_count and is_within(sites, site, spot, point[0], point[1]):
            continue
        for at in range(sites.theme_start[site], sites.theme_start[site + 1]):
            theme = sites.theme[at]
            for group in range(row.shape[1]):
                row[theme, group] += sites.opens[site, group]


@compiled
def count_cells(
    sites: Sites, far: Far, bits: Bytes, homes: Ints, points: Reals, spots: Reals, people: Ints, out: Counted
) -> None:
    """Count each municipality's services, partners and services without distance, by theme and group.

    ``points`` float64[homes, 2] in radians and ``spots`` float64[homes, 3] on the sphere, ``people`` int64[homes].
    Cost: what is within reach of all, a few nanoseconds for each theme.
    """
    found = np.empty(sites.placed_count, np.int32)
    seen = np.zeros((out.reached.shape[0], out.near.shape[1]), np.int64)
    touched = np.empty((seen.size, 2), np.int64)
    wanted = np.ones(sites.placed_count, np.uint8)
    groups = out.near.shape[2]
    for number in range(len(homes)):
        home = homes[number]
        near, met = out.near[number], 0
        for step in range(list_near(sites, wanted, bits, home, points[number], spots[number], found)):
            site = found[step]
            for at in range(sites.theme_start[site], sites.theme_start[site + 1]):
                theme = sites.theme[at]
                for group in range(groups):
                    near[theme, group] += sites.opens[site, group]
            met = add_partners(sites, site, seen, touched, met, out.partners[number])
        for place in range(met):
            partner, theme = touched[place, 0], touched[place, 1]
            known = seen[partner, theme]
            for group in range(groups):
                out.reached[partner, theme, group, 0] += people[number] * ((known >> group) & 1)
                out.reached[partner, theme, group, 1] += (known >> group) & 1
            seen[partner, theme] = 0
        wide = far.wide_of[home]
        at_wide, at_local = far.wide_start, far.local_start
        listed = far.wide[at_wide[wide] : at_wide[wide + 1]]
        add_far(sites, far, bits, home, points[number], spots[number], listed, out.far[number])
        listed = far.local[at_local[home] : at_local[home + 1]]
        add_far(sites, far, bits, home, points[number], spots[number], listed, out.far[number])


@compiled
def list_partners(
    sites: Sites,
    bits: Bytes,
    homes: Ints,
    points: Reals,
    spots: Reals,
    wanted: Bytes,
    seen: Ints,
    start: Ints,
    out: Small,
) -> None:
    """Write the partners of the wanted sites within reach of each municipality, from ``start`` of it on.

    ``seen`` int64[partners], -1 everywhere.
    """
    found = np.empty(sites.placed_count, np.int32)
    for number in range(len(homes)):
        count = start[number]
        for step in range(list_near(sites, wanted, bits, homes[number], points[number], spots[number], found)):
            site = found[step]
            for place in range(sites.partner_start[site], sites.partner_start[site + 1]):
                partner = sites.partner[place]
                if seen[partner] != number:
                    seen[partner] = number
                    out[count] = partner
                    count += 1
