"""The loops that count what is within reach of every municipality; with compilation off, the same plain Python."""

from __future__ import annotations

from math import cos
from typing import NamedTuple

import numpy as np

from maillage.domain.shared import EARTH_RADIUS_KM
from maillage.engine.blocks import NO_BIT, ONE, lowest_bit
from maillage.engine.kernels import Bytes, Ints, Masks, Reals, Small, compiled, distance, has_bit

NARROW = 1e-9
"""How close to the limit, of its square, a straight line is measured again on the sphere, so that both always agree."""


class Sites(NamedTuple):
    """The services that count for one question; those at a place first, by cell, each as one site.

    ``spot`` float64[sites, 3]: points of the sphere of radius 1. ``limit_km``: within how far each is reached;
    ``chord``: the square of the straight line that it makes. ``zone``: table of the municipalities served, -1 for
    all. ``gate``: by profile, the tables of the clauses that open a reserved one, one being enough. ``opens``
    uint8[sites, groups]: whom it receives, and the same as a mask. ``themes`` uint64[sites, words]: the mask of the
    themes asked about that it serves. Partners are numbers.
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
    themes: Masks
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
    """What is written: int32[homes, themes, groups] thrice."""

    near: Small
    far: Small
    partners: Small


class Surveyed(NamedTuple):
    """What is written of each municipality: int32[homes] thrice, for the first theme; ``themes``, those that it finds near.

    ``reached`` int64[partners, themes]: the people that each partner's services are within reach of.
    """

    near: Small
    far: Small
    partners: Small
    themes: Masks
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
def list_near(sites: Sites, bits: Bytes, home: int, point: Reals, spot: Reals, found: Small) -> int:
    """List the sites within reach of a municipality (radians; not a number: nothing); gives how many."""
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
            if is_within(sites, site, spot, latitude, longitude) and receives(sites, bits, site, home):
                found[count] = site
                count += 1
    return count


@compiled
def add_services(sites: Sites, site: int, row: Small) -> None:
    """Count a site for each of its themes and groups."""
    for word in range(sites.themes.shape[1]):
        themes = sites.themes[site, word]
        while themes != NO_BIT:
            theme = 64 * word + lowest_bit(themes)
            themes &= themes - ONE
            for group in range(row.shape[1]):
                row[theme, group] += sites.opens[site, group]


@compiled
def add_partners(sites: Sites, site: int, seen: Ints, touched: Ints, count: int, row: Small) -> int:
    """Count the partners of a site that the municipality had not met for a theme and a group; gives the cells met."""
    for word in range(sites.themes.shape[1]):
        themes = sites.themes[site, word]
        while themes != NO_BIT:
            theme = 64 * word + lowest_bit(themes)
            themes &= themes - ONE
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
def is_far_only(sites: Sites, bits: Bytes, site: int, home: int, point: Reals, spot: Reals) -> bool:
    """Tell whether a site without distance is open there; one that is within reach too has been counted there."""
    if not receives(sites, bits, site, home):
        return False
    return site >= sites.placed_count or not is_within(sites, site, spot, point[0], point[1])


@compiled
def listed_far(far: Far, home: int, is_wide: bool) -> Small:  # noqa: FBT001 - a kernel's flag
    """Give the services without distance of a municipality: those of its department, or its own."""
    if is_wide:
        wide = far.wide_of[home]
        return far.wide[far.wide_start[wide] : far.wide_start[wide + 1]]
    return far.local[far.local_start[home] : far.local_start[home + 1]]


@compiled
def count_cells(
    sites: Sites, far: Far, bits: Bytes, homes: Ints, points: Reals, spots: Reals, partners: int, out: Counted
) -> None:
    """Count each municipality's services, partners and services without distance, by theme and group.

    ``points`` float64[homes, 2] in radians and ``spots`` float64[homes, 3] on the sphere. Cost: what is within reach of
    all, a few nanoseconds for each theme.
    """
    found = np.empty(sites.placed_count, np.int32)
    seen = np.zeros((partners, out.near.shape[1]), np.int64)
    touched = np.empty((seen.size, 2), np.int64)
    for number in range(len(homes)):
        home, met = homes[number], 0
        for step in range(list_near(sites, bits, home, points[number], spots[number], found)):
            add_services(sites, found[step], out.near[number])
            met = add_partners(sites, found[step], seen, touched, met, out.partners[number])
        for place in range(met):
            seen[touched[place, 0], touched[place, 1]] = 0
        for is_wide in (True, False):
            for service in listed_far(far, home, is_wide):
                site = far.site_of[service]
                if site >= 0 and is_far_only(sites, bits, site, home, points[number], spots[number]):
                    add_services(sites, site, out.far[number])


@compiled
def survey_homes(
    sites: Sites,
    far: Far,
    bits: Bytes,
    homes: Ints,
    points: Reals,
    spots: Reals,
    people: Ints,
    is_named: bool,  # noqa: FBT001 - a kernel's flag
    out: Surveyed,
) -> Small:
    """Count each municipality for the first theme, and for each theme whom every partner's services are within reach of.

    All sites are open to the one group asked about, and there are at most 64 themes. ``people`` int64[homes]. Gives the
    partners that each municipality finds for the first theme, in any order, one municipality after the other, when they
    are to be named. Cost: a few nanoseconds for each service within reach of each municipality.
    """
    found = np.empty(sites.placed_count, np.int32)
    seen, touched = np.zeros(len(out.reached), np.uint64), np.empty(len(out.reached), np.int32)
    listed, total = np.empty(0, np.int32), 0
    for number in range(len(homes)):
        home, met = homes[number], 0
        for step in range(list_near(sites, bits, home, points[number], spots[number], found)):
            site = found[step]
            themes = sites.themes[site, 0]
            out.near[number] += np.int64(themes & ONE)
            for place in range(sites.partner_start[site], sites.partner_start[site + 1]):
                partner = sites.partner[place]
                if seen[partner] == NO_BIT:
                    touched[met] = partner
                    met += 1
                seen[partner] |= themes
        if is_named and total + met > len(listed):
            listed = np.concatenate((listed[:total], np.empty(total + met, np.int32)))
        for partner in touched[:met]:
            themes = seen[partner]
            seen[partner] = NO_BIT
            out.themes[number] |= themes
            if themes & ONE != NO_BIT:
                out.partners[number] += 1
                if is_named:
                    listed[total] = partner
                    total += 1
            while themes != NO_BIT:
                out.reached[partner, lowest_bit(themes)] += people[number]
                themes &= themes - ONE
        for is_wide in (True, False):
            for service in listed_far(far, home, is_wide):
                site = far.site_of[service]
                if site >= 0 and sites.themes[site, 0] & ONE != NO_BIT:
                    out.far[number] += is_far_only(sites, bits, site, home, points[number], spots[number])
    return listed[:total]
