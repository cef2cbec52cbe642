"""The loops that write parts of shelves again in free words; compiled by numba, with compilation off plain Python."""

from __future__ import annotations

import numpy as np

from maillage.engine.kernels import Bytes, Ints, Layout, Places, Reals, Small, compiled, distance, has_bit
from maillage.engine.planes import NO_DISTANCE, Planes, fill_part, sort_by_distance


@compiled
def mark_used(start: Ints, words: Small, free: Bytes) -> None:
    """Mark the words of some parts as not free."""
    for part in range(len(start)):
        for word in range(start[part], start[part] + words[part]):
            free[word] = 0


@compiled
def take(free: Bytes, at: Ints, words: int) -> int:
    """Take so many free words in a row, after those last taken; gives the first of them, -1 when there are none."""
    run, word = 0, at[0]
    while word < len(free) and run < words:
        run = run + 1 if free[word] == 1 else 0
        word += 1
    if run < words:
        return -1
    at[0] = word
    for taken in range(word - words, word):
        free[taken] = 0
    return int(word - words)


@compiled
def comes_before(
    places: Places, latitude: float, longitude: float, service: int, km: float, other: int, metres: int
) -> bool:
    """Tell whether a service stands before another of a shelf, which is so many metres away (``NO_DISTANCE``: none)."""
    if metres != NO_DISTANCE:
        rounded = int(np.rint(km * 1000))
        if rounded != metres:
            return rounded < metres
        away = distance(latitude, longitude, places.latitude[other], places.longitude[other])
        if km != away:
            return bool(km < away)
    return bool(places.order[service] < places.order[other])


@compiled
def rewrite_shelf(
    layout: Layout,
    shelves: Planes,
    shelf: int,
    latitude: float,
    longitude: float,
    is_changed: Bytes,
    coming: Small,
    away: Reals,
    count: int,
    free: Bytes,
    at: Ints,
    services: Small,
    metres: Small,
) -> bool:
    """Write again the parts of a shelf that services leave or come to; tells whether there was room.

    The first ``count`` of ``coming`` come, in the order of the shelf, ``away`` kilometres (not a number: no distance).
    """
    block, come = np.empty(64, np.uint64), 0
    for part in range(shelves.first_part[shelf], shelves.first_part[shelf + 1]):
        first_door, kept, is_left = shelves.start[part] * 64, 0, False
        for door in range(first_door, first_door + shelves.words[part] * 64):
            service = shelves.doors[door]
            if service >= 0:
                services[kept], metres[kept] = service, shelves.metres[door]
                if is_changed[service] == 1:
                    is_left = True
                else:
                    kept += 1
        stop = count if part == shelves.first_part[shelf + 1] - 1 else come
        while (
            stop < count
            and kept > 0
            and comes_before(
                layout.places, latitude, longitude, coming[stop], away[stop], services[kept - 1], metres[kept - 1]
            )
        ):
            stop += 1
        if is_left or stop > come:
            size = merge_into(
                layout.places, latitude, longitude, coming[come:stop], away[come:stop], services, metres, kept
            )
            words = (size + 63) // 64
            start = take(free, at, words)
            if start < 0:
                return False
            fill_part(shelves, start, words, services, metres, 0, size, block)
            shelves.start[part], shelves.words[part] = start, words
            come = stop
    return True


@compiled
def merge_into(
    places: Places,
    latitude: float,
    longitude: float,
    coming: Small,
    away: Reals,
    services: Small,
    metres: Small,
    kept: int,
) -> int:
    """Put services that come among the first ``kept``, from the last on; gives how many there are then."""
    size, back = kept + len(coming), kept - 1
    last = len(coming) - 1
    while last >= 0:
        to = back + last + 1
        if back >= 0 and comes_before(
            places, latitude, longitude, coming[last], away[last], services[back], metres[back]
        ):
            services[to], metres[to] = services[back], metres[back]
            back -= 1
        else:
            services[to] = coming[last]
            metres[to] = int(np.rint(away[last] * 1000)) if away[last] == away[last] else NO_DISTANCE
            last -= 1
    return size


@compiled
def rewrite_near(
    layout: Layout,
    shelves: Planes,
    points: Reals,
    homes: Ints,
    is_changed: Bytes,
    coming: Small,
    free: Bytes,
    at: Ints,
) -> bool:
    """Write again the near shelf of some municipalities where services that changed stood or stand."""
    places, size = layout.places, most_doors(shelves) + len(coming) + 1
    services, metres = np.empty(size, np.int32), np.empty(size, np.int32)
    found, away = np.empty(len(coming), np.int32), np.empty(len(coming), np.float64)
    in_order, their_away = np.empty(len(coming), np.int32), np.empty(len(coming), np.float64)
    for home in homes:
        latitude, longitude, count = points[home, 0], points[home, 1], 0
        for service in coming:
            zone = places.zone[service]
            km = distance(latitude, longitude, places.latitude[service], places.longitude[service])
            if km <= places.reach_km[service] and (zone < 0 or has_bit(layout.rules.bits, zone, home)):
                found[count], away[count] = service, km
                count += 1
        sort_by_distance(places.order, found, away, count, in_order, their_away)
        if not rewrite_shelf(
            layout, shelves, home, latitude, longitude, is_changed, in_order, their_away, count, free, at, services,
            metres,
        ):  # fmt: skip
            return False
    return True


@compiled
def rewrite_far(
    layout: Layout,
    shelves: Planes,
    numbers: Ints,
    members: Bytes,
    is_changed: Bytes,
    coming: Small,
    free: Bytes,
    at: Ints,
) -> bool:
    """Write some far shelves again: ``members`` says on which of them each of the services that changed stands."""
    size = most_doors(shelves) + len(coming) + 1
    services, metres = np.empty(size, np.int32), np.empty(size, np.int32)
    found, away = np.empty(len(coming), np.int32), np.full(len(coming), np.nan)
    for line in range(len(numbers)):
        count = 0
        for place in range(len(coming)):
            if members[line, place] == 1:
                found[count] = coming[place]
                count += 1
        if not rewrite_shelf(
            layout, shelves, numbers[line], 0.0, 0.0, is_changed, found, away, count, free, at, services, metres
        ):
            return False
    return True


@compiled
def most_doors(shelves: Planes) -> int:
    """Give the most doors that a part could hold."""
    most = 0
    for part in range(len(shelves.words)):
        most = max(most, shelves.words[part] * 64)
    return most
