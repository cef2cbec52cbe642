"""The possible doors of every municipality, nearest first, with the bit planes that sieve them.

A *shelf* is a list of services in the order of the answer, in words of 64. Each municipality has a near shelf (sorted by
distance, then id) and a far one (without distance, by id, the same for all municipalities that share it). Bit ``i`` of
plane ``p`` of a word says that the ``i``-th door of the word could be open to somebody of whom ``p`` is true. Planes only
*sieve*: what they let through is decided from profiles, so that they hold nothing of agreements and no date, and a value
they do not know makes them let more through, never less.

A shelf is made of *parts* of a few words, each found by where it begins: when a service changes, the parts it stood or
stands on are written elsewhere, and the other parts are those of before.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import cos, sin
from typing import NamedTuple

import numpy as np

from maillage.domain.people import TARGET_GROUPS
from maillage.domain.shared import EARTH_RADIUS_KM
from maillage.engine.kernels import Ints, Layout, Masks, Places, Reals, Rules, Small, compiled, distance, has_bit
from maillage.engine.planning import FarLists

WORD = 64
AGE_STARTS = (0, 16, 18, 21, 26, 30, 45, 55)
"""The first age of each class; a service belongs to each class in which somebody could be of its age."""
UNKNOWN_AGE = len(AGE_STARTS)
"""The plane of the services that ask for no age."""
FOR_ALL = UNKNOWN_AGE + 1
"""The plane of the services that ask for no public; those of the target groups come after it."""
FIRST_GROUP = FOR_ALL + 1
FIRST_THEME = FIRST_GROUP + len(TARGET_GROUPS)
PLANES = WORD
"""As many as the bits of a signature, so that 64 signatures turned over are the planes of a word."""
THEME_PLANES = PLANES - FIRST_THEME
THEMES_A_STEP = 8
"""Themes to come have planes until so many more are known: only then do those of the others change."""
NO_DOOR = -1
NO_DISTANCE = -1
PART_WORDS = 8
"""The words of a part at first: those of a plane are a line of the processor's cache, joined in one go."""
PART_DOORS = PART_WORDS * WORD - 16
"""The doors of a part at first, with room for some to come."""
SPARE_SHARE = 10
"""One word in so many is left for parts to be written again."""
SPARE_AT_LEAST = 64
THREADS = 2
HOMES_A_TASK = 512
_MARGIN = 1 + 1e-9


class Planes(NamedTuple):
    """All parts of all shelves, in any order, and words to spare. Shelf ``h`` is the near one of municipality ``h``.

    ``doors`` int32[64 * words]: the services, ``NO_DOOR`` after the last of a part. ``metres`` int32 alike: distance to
    the nearest metre, ``NO_DISTANCE`` on a far shelf. ``planes`` uint64[``PLANES`` * words + ``PART_WORDS``]: plane ``p`` of
    word ``w`` of a part of ``n`` words that begins at word ``s`` is ``planes[s * PLANES + p * n + w]``; those after the last
    are nothing, so that eight words may be read from anywhere. ``first_part`` int64[shelves + 1]:
    the parts of shelf ``f`` are ``first_part[f]`` to ``first_part[f + 1]``, at least one. ``start`` int64 and ``words``
    int32 by part. ``far_shelf`` int32: the number of the far shelf of each municipality. ``signature`` uint64 by service:
    the planes it belongs to; 0 when it can be open to nobody and stands on no shelf.
    """

    doors: Small
    metres: Small
    planes: Masks
    first_part: Ints
    start: Ints
    words: Small
    far_shelf: Small
    signature: Masks


def theme_planes(count: int) -> Ints:
    """Give the plane of each theme of an offer; neighbours share one when there are more themes than planes."""
    foreseen = max(-(-count // THEMES_A_STEP) * THEMES_A_STEP, THEME_PLANES)
    return FIRST_THEME + np.arange(count, dtype=np.int64) * THEME_PLANES // foreseen


def plan_signatures(rules: Rules, places: Places, plane_of_theme: Ints) -> Masks:
    """Write for each service the planes it belongs to, from its own conditions alone."""
    publics, low, high, known = (rules.profile[:, column] for column in range(4))
    ages = np.zeros(len(rules.profile), np.uint64)
    ends = (*(start - 1 for start in AGE_STARTS[1:]), np.iinfo(np.int64).max)
    for plane, (start, end) in enumerate(zip(AGE_STARTS, ends, strict=True)):
        could_be = (low <= end) & ((high < 0) | (high >= start))
        ages |= could_be.astype(np.uint64) << np.uint64(plane)
    of_profile = ages | ((low < 0) & (high < 0)).astype(np.uint64) << np.uint64(UNKNOWN_AGE)
    groups = (publics == 0).astype(np.uint64) << np.uint64(FOR_ALL)
    for group in range(len(TARGET_GROUPS)):
        groups |= ((publics >> group) & 1).astype(np.uint64) << np.uint64(FIRST_GROUP + group)
    of_profile = np.where((known == 1) & (ages != 0) & (groups != 0), of_profile | groups, np.uint64(0))
    found = of_profile[places.profile]
    themes = np.zeros(len(found), np.uint64)
    for theme, plane in enumerate(plane_of_theme.tolist()):
        serves = (places.themes[:, theme >> 6] >> np.uint64(theme & 63)) & np.uint64(1)
        themes |= serves << np.uint64(plane)
    return np.where(found != 0, found | themes, found)


@compiled
def turn_over(block: Masks) -> None:
    """Turn 64 words of 64 bits over: bit ``i`` of word ``p`` becomes bit ``p`` of word ``i``."""
    step, mask = 32, np.uint64(0xFFFFFFFF)
    while step > 0:
        shift = np.uint64(step)
        line = 0
        while line < 64:
            swapped = ((block[line] >> shift) ^ block[line + step]) & mask
            block[line] ^= swapped << shift
            block[line + step] ^= swapped
            line = ((line | step) + 1) & ~step
        step >>= 1
        mask ^= mask << np.uint64(step)


@compiled
def fill_part(
    shelves: Planes, start: int, words: int, services: Small, metres: Small, first: int, last: int, block: Masks
) -> None:
    """Write some services, ``first`` to ``last``, as the part that begins at a word; their signatures become planes."""
    for word in range(words):
        for place in range(64):
            door, position = (start + word) * 64 + place, first + word * 64 + place
            is_door = position < last
            shelves.doors[door] = services[position] if is_door else NO_DOOR
            shelves.metres[door] = metres[position] if is_door else NO_DISTANCE
            block[place] = shelves.signature[services[position]] if is_door else np.uint64(0)
        turn_over(block)
        for plane in range(PLANES):
            shelves.planes[start * PLANES + plane * words + word] = block[plane]


@compiled
def fill_shelf(shelves: Planes, shelf: int, services: Small, metres: Small, count: int, block: Masks) -> None:
    """Write a shelf of ``count`` services, part after part."""
    first_part = shelves.first_part[shelf]
    for part in range(first_part, shelves.first_part[shelf + 1]):
        first = (part - first_part) * PART_DOORS
        last = min(count, first + PART_DOORS)
        fill_part(shelves, shelves.start[part], shelves.words[part], services, metres, first, last, block)


@compiled
def services_around(
    places: Places, signature: Masks, sphere: Reals, latitude: float, longitude: float, found: Small
) -> int:
    """List the possible services whose reach a point (radians) lies in, or nearly; gives how many.

    ``sphere`` float64[services, 4]: where each is on the unit sphere, and the square of the chord of its reach, with a
    margin, so that the exact distance is computed for few others.
    """
    south, west, side = places.grid[0], places.grid[1], places.grid[2]
    rows, columns = int(places.grid[3]), int(places.grid[4])
    degrees_lat, degrees_lon = np.degrees(latitude), np.degrees(longitude)
    span_lat = np.degrees(places.grid[5] / EARTH_RADIUS_KM) * 1.001
    span_lon = min(360.0, span_lat / max(0.01, cos(abs(latitude) + np.radians(span_lat))))
    top, bottom = int((degrees_lat + span_lat - south) // side), int((degrees_lat - span_lat - south) // side)
    right, left = int((degrees_lon + span_lon - west) // side), int((degrees_lon - span_lon - west) // side)
    x, y, z = cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)
    count, first_line = 0, max(0, bottom)
    # The line after the last is that of the services that reach further than the cells answer for: it is read even
    # where no cell is.
    wide_line = max(first_line, min(rows, top + 1))
    for line in range(first_line, wide_line + 1):
        is_wide = line == wide_line
        first = 0 if is_wide else places.cell_start[line * columns + min(columns, max(0, left))]
        last = len(places.wide) if is_wide else places.cell_start[line * columns + max(0, min(columns, right + 1))]
        for place in range(first, last):
            service = places.wide[place] if is_wide else places.cell_services[place]
            over_x, over_y, over_z = sphere[service, 0] - x, sphere[service, 1] - y, sphere[service, 2] - z
            if over_x * over_x + over_y * over_y + over_z * over_z <= sphere[service, 3] and signature[service] != 0:
                found[count] = service
                count += 1
    return count


@compiled
def sort_by_distance(
    order: Ints, services: Small, away: Reals, count: int, sorted_services: Small, sorted_away: Reals
) -> None:
    """Sort by distance, then by the order of ids: into as many rings as there are services, then within each."""
    furthest = 0.0
    for place in range(count):
        furthest = max(furthest, away[place])
    scale = (count - 1) / furthest if furthest > 0 else 0.0
    start = np.zeros(count + 1, np.int64)
    for place in range(count):
        start[int(away[place] * scale) + 1] += 1
    for ring in range(count):
        start[ring + 1] += start[ring]
    for place in range(count):
        ring = int(away[place] * scale)
        sorted_services[start[ring]], sorted_away[start[ring]] = services[place], away[place]
        start[ring] += 1
    for place in range(1, count):
        service, km = sorted_services[place], sorted_away[place]
        back = place
        while back > 0 and (
            sorted_away[back - 1] > km
            or (sorted_away[back - 1] == km and order[sorted_services[back - 1]] > order[service])
        ):
            sorted_services[back], sorted_away[back] = sorted_services[back - 1], sorted_away[back - 1]
            back -= 1
        sorted_services[back], sorted_away[back] = service, km


@compiled
def near_doors(
    layout: Layout,
    signature: Masks,
    sphere: Reals,
    home: int,
    latitude: float,
    longitude: float,
    found: Small,
    away: Reals,
) -> int:
    """List the possible doors of a place within exact reach and in zone, unsorted; gives how many.

    A point that is not a number (a municipality nobody located) has nothing near.
    """
    places = layout.places
    if latitude != latitude:  # noqa: PLR0124 - true for what is not a number
        return 0
    kept = 0
    for place in range(services_around(places, signature, sphere, latitude, longitude, found)):
        service = found[place]
        zone = places.zone[service]
        if zone < 0 or has_bit(layout.rules.bits, zone, home):
            km = distance(latitude, longitude, places.latitude[service], places.longitude[service])
            if km <= places.reach_km[service]:
                found[kept], away[kept] = service, km
                kept += 1
    return kept


@compiled
def count_near(layout: Layout, signature: Masks, sphere: Reals, points: Reals, homes: Ints, counts: Ints) -> None:
    """Count the doors of the near shelf of some municipalities."""
    found, away = np.empty(len(signature), np.int32), np.empty(len(signature), np.float64)
    for home in homes:
        counts[home] = near_doors(layout, signature, sphere, home, points[home, 0], points[home, 1], found, away)


@compiled
def fill_near(layout: Layout, shelves: Planes, sphere: Reals, points: Reals, homes: Ints) -> None:
    """Write the near shelf of some municipalities, where its parts begin."""
    size = len(shelves.signature)
    found, away = np.empty(size, np.int32), np.empty(size, np.float64)
    services, sorted_away, metres = np.empty(size, np.int32), np.empty(size, np.float64), np.empty(size, np.int32)
    block = np.empty(64, np.uint64)
    for home in homes:
        count = near_doors(layout, shelves.signature, sphere, home, points[home, 0], points[home, 1], found, away)
        sort_by_distance(layout.places.order, found, away, count, services, sorted_away)
        for place in range(count):
            metres[place] = int(np.rint(sorted_away[place] * 1000))
        fill_shelf(shelves, home, services, metres, count, block)


def sphere_of(places: Places) -> Reals:
    """Put the services on the unit sphere, each with the square of the chord of its reach, a margin included."""
    angle = np.minimum(places.reach_km / (2 * EARTH_RADIUS_KM), np.pi / 2)
    chord = (2 * np.sin(angle)) ** 2 * _MARGIN + 1e-12
    across = np.cos(places.latitude)
    return np.stack(
        (across * np.cos(places.longitude), across * np.sin(places.longitude), np.sin(places.latitude), chord), axis=1
    )


def plan_planes(
    layout: Layout, far: FarLists, points: Reals, plane_of_theme: Ints, homes: Ints | None = None
) -> Planes:
    """Lay out the shelves of all municipalities, on two threads. Cost: two passes over the services around each.

    ``homes``: the only municipalities, at least one, whose shelves are laid out; those of the others mean nothing.
    """
    signature = plan_signatures(layout.rules, layout.places, plane_of_theme)
    sphere, size = sphere_of(layout.places), len(points)
    homes = np.arange(size) if homes is None else homes
    tasks = [homes[first : first + HOMES_A_TASK] for first in range(0, len(homes), HOMES_A_TASK)]
    far_lists, list_of = far_shelves(far, signature, layout.places.order, homes)
    counts = np.array([*np.zeros(size, np.int64), *map(len, far_lists)], np.int64)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda homes: count_near(layout, signature, sphere, points, homes, counts), tasks))
        first_part, words = plan_parts(counts)
        start = np.concatenate(([0], np.cumsum(words.astype(np.int64))))
        room = int(start[-1]) + max(SPARE_AT_LEAST, int(start[-1]) // SPARE_SHARE)
        shelves = Planes(
            doors=np.zeros(room * WORD, np.int32),
            metres=np.zeros(room * WORD, np.int32),
            planes=np.zeros(room * PLANES + PART_WORDS, np.uint64),
            first_part=first_part,
            start=start[:-1],
            words=words,
            far_shelf=(size + list_of).astype(np.int32),
            signature=signature,
        )
        block = np.empty(WORD, np.uint64)
        for number, services in enumerate(far_lists):
            metres = np.full(len(services), NO_DISTANCE, np.int32)
            fill_shelf(shelves, size + number, services, metres, len(services), block)
        list(pool.map(lambda homes: fill_near(layout, shelves, sphere, points, homes), tasks))
    return shelves


def plan_parts(counts: Ints) -> tuple[Ints, Small]:
    """Cut shelves of so many doors into parts; gives the first part of each, and the words of each part."""
    parts = np.maximum(1, -(-counts // PART_DOORS))
    first_part = np.concatenate(([0], np.cumsum(parts)))
    words = np.full(int(first_part[-1]), -(-PART_DOORS // WORD), np.int32)
    words[first_part[1:] - 1] = -(-(counts - (parts - 1) * PART_DOORS) // WORD)
    return first_part, words


def far_shelves(far: FarLists, signature: Masks, order: Ints, homes: Ints) -> tuple[list[Small], Ints]:
    """Merge the lists of department and municipality, each distinct one once; gives them and that of each municipality."""
    number_of: dict[tuple[int, bytes], int] = {}
    shelves: list[Small] = []
    list_of = np.zeros(len(far.wide_of), np.int64)
    for home, department in zip(homes.tolist(), far.wide_of[homes].tolist(), strict=True):
        local = far.local[far.local_start[home] : far.local_start[home + 1]]
        key = (department, local.tobytes())
        if key not in number_of:
            number_of[key] = len(shelves)
            wide = far.wide[far.wide_start[department] : far.wide_start[department + 1]]
            merged = np.unique(np.concatenate((wide, local)))
            possible = merged[signature[merged] != 0]
            shelves.append(possible[np.argsort(order[possible])].astype(np.int32))
        list_of[home] = number_of[key]
    return shelves, list_of
