"""From the shelves of an index to those of the next: the parts where a service stood or stands are written elsewhere.

Whoever reads the shelves of before goes on with their parts, which stay as they were: words are taken that belong to no
shelves somebody still holds. When none are left, or too much differs, the planes are to be laid out again.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillage.engine.columnar import Index
from maillage.engine.kernels import Bytes, Ints, Masks, Places, Reals, Small
from maillage.engine.planes import Planes, plan_signatures, sphere_of, theme_planes
from maillage.engine.planning import FarLists
from maillage.engine.reshelving_kernels import rewrite_far, rewrite_near

FOLLOWED_AT_MOST = 32
"""More services than these that come, go, move or ask for others: laying the planes out again takes hardly longer."""
MOVES = ("latitude", "longitude", "reach_km", "is_placed", "zone", "order")
Flags = NDArray[np.bool_]
log = logging.getLogger(__name__)


class Changed(NamedTuple):
    """The services that shelves must follow, in the order of ids.

    ``places`` int32; ``is_changed`` uint8 by service. ``near`` int64: the municipalities in whose reach one was or is.
    ``was_far`` and ``is_far`` bool[municipalities, services]: on whose far shelf each was and is.
    """

    places: Small
    is_changed: Bytes
    near: Ints
    was_far: Flags
    is_far: Flags


def shelves_after(index: Index, after: Index, touched: Ints) -> Planes | None:
    """Give the shelves of the next index, made of those of an index; the same when no service moved on them.

    ``touched``: the places of which something differs. ``None`` when they must be laid out again, which the log says.
    Cost: a millisecond, then some microseconds for each municipality around a service that differs.
    """
    plane_of_theme, known = theme_planes(len(after.theme_bit)), len(index.theme_bit)
    if not np.array_equal(plane_of_theme[:known], theme_planes(known)):
        log.info("Themes come to share planes: they will be laid out again.")
        return None
    places, now = np.unique(touched), after.layout.places
    profiles, profile = np.unique(now.profile[places], return_inverse=True)
    rules = after.layout.rules._replace(profile=after.layout.rules.profile[profiles])
    here = now._replace(profile=profile.astype(np.int32), themes=now.themes[places])
    signature = index.shelves.signature.copy()
    signature[places] = plan_signatures(rules, here, plane_of_theme)
    moving = _moving(index, after, places, signature)
    if len(moving) == 0:
        return index.shelves
    if len(moving) > FOLLOWED_AT_MOST:
        log.info("%d services come, go or move: the planes will be laid out again.", len(moving))
        return None
    changed = _changed(index, after, moving, signature)
    with index.room.lock:
        index.room.is_written = True
        for _ in range(2):
            found = _rewritten(index, after, signature, changed)
            if found is not None:
                index.room.hold(found)
                return found
            index.room.sweep()
    log.info("No words are left for the shelves that differ: the planes will be laid out again.")
    return None


def _moving(index: Index, after: Index, places: Ints, signature: Masks) -> Ints:
    """Give those of some places whose service is not where it was on the shelves, or not on the same planes."""
    before, now, earlier = index.layout.places, after.layout.places, index.shelves.signature
    differs = (signature[places] != earlier[places]) | differing(before, now, places)
    differs |= np.isin(places, _listed_otherwise(index.far, after.far, places, len(signature)))
    found: Ints = places[differs & ((signature[places] | earlier[places]) != 0)]
    return found


def _listed_otherwise(before: FarLists, now: FarLists, places: Ints, size: int) -> Ints:
    """Give those of some places that are not in the same lists without distance as before."""
    found = [np.zeros(0, np.int64)]
    for name in ("wide", "local"):
        if getattr(before, name) is not getattr(now, name):
            was, stands = (_pairs(getattr(one, name), getattr(one, f"{name}_start"), places) for one in (before, now))
            found.append(np.setxor1d(was[0] * size + was[1], stands[0] * size + stands[1]) % size)
    return np.concatenate(found)


def _pairs(listed: Small, start: Ints, places: Ints) -> tuple[Ints, Ints]:
    """Find some places in lists: the number of the list and the place, for each time it is in one."""
    at = np.flatnonzero(np.isin(listed, places))
    return np.searchsorted(start, at, side="right") - 1, listed[at].astype(np.int64)


def _changed(index: Index, after: Index, moving: Ints, signature: Masks) -> Changed:
    """Say where the services that moved were and are."""
    before, now = index.layout.places, after.layout.places
    moving = moving[np.argsort(now.order[moving])]
    was, is_possible = index.shelves.signature[moving] != 0, signature[moving] != 0
    near = reached(index.points, before, moving[was]) | reached(index.points, now, moving[is_possible])
    is_changed = np.zeros(len(signature), np.uint8)
    is_changed[moving] = 1
    return Changed(
        moving.astype(np.int32),
        is_changed,
        np.flatnonzero(near),
        _members(index.far, moving) & was,
        _members(after.far, moving) & is_possible,
    )


def differing(before: Places, now: Places, among: Ints) -> Flags:
    """Tell which of some places have a service that is not where it was, or is not known as far."""
    found = np.zeros(len(among), np.bool_)
    for name in MOVES:
        found |= getattr(before, name)[among] != getattr(now, name)[among]
    return found


def reached(points: Reals, places: Places, among: Ints) -> Flags:
    """Tell which points (radians) lie within reach of one of some services that are at a place, or hardly further."""
    across = np.cos(points[:, 0])
    spots = np.stack((across * np.cos(points[:, 1]), across * np.sin(points[:, 1]), np.sin(points[:, 0])), axis=1)
    placed = among[places.is_placed[among] == 1]
    names = ("latitude", "longitude", "reach_km")
    here = places._replace(**{name: getattr(places, name)[placed] for name in names})
    found = np.zeros(len(points), np.bool_)
    for x, y, z, chord in sphere_of(here).tolist():
        found |= ((spots - (x, y, z)) ** 2).sum(axis=1) <= chord
    return found


def _members(far: FarLists, moving: Ints) -> Flags:
    """Tell on whose far shelf some services belong: bool[municipalities, services]."""
    column = np.argsort(moving)
    found = np.zeros((len(far.wide_of), len(moving)), np.bool_)
    lists = ((far.wide, far.wide_start, far.wide_of), (far.local, far.local_start, np.arange(len(found))))
    for listed, start, list_of in lists:
        numbers, places = _pairs(listed, start, moving)
        if len(places):
            table = np.zeros((len(start) - 1, len(moving)), np.bool_)
            table[numbers, column[np.searchsorted(moving, places, sorter=column)]] = True
            found |= table[list_of]
    return found


def _rewritten(index: Index, after: Index, signature: Masks, changed: Changed) -> Planes | None:
    """Write the parts that differ in free words; ``None`` when there are not enough."""
    room, layout = index.room, after.layout
    before = index.shelves._replace(signature=signature)
    shelves, numbers, members = _far_regrouped(before, changed)
    placed = changed.places[layout.places.is_placed[changed.places] == 1]
    coming = placed[signature[placed] != 0]
    has_room = rewrite_near(layout, shelves, index.points, changed.near, changed.is_changed, coming, room.free, room.at)
    if not has_room or not rewrite_far(
        layout, shelves, numbers, members, changed.is_changed, changed.places, room.free, room.at
    ):
        return None
    return shelves


def _far_regrouped(shelves: Planes, changed: Changed) -> tuple[Planes, Ints, Bytes]:
    """Copy what says where parts are, with a far shelf of its own for municipalities that now part ways.

    Gives also the far shelves to write again, and on each which of the services that changed belong: uint8[shelves, services].
    """
    kept = shelves._replace(start=shelves.start.copy(), words=shelves.words.copy())
    affected = np.flatnonzero((changed.was_far | changed.is_far).any(axis=1))
    if len(affected) == 0:
        return kept, affected, np.zeros((0, len(changed.places)), np.uint8)
    of_home = shelves.far_shelf.astype(np.int64)
    together = changed.is_far[affected] @ (1 << np.arange(len(changed.places), dtype=np.int64))
    keys, first, group_of = np.unique(
        (of_home[affected] << FOLLOWED_AT_MOST) | together, return_index=True, return_inverse=True
    )
    shelf = keys >> FOLLOWED_AT_MOST
    # A shelf keeps its number for the first group when nobody stays on it as it was.
    is_first = np.concatenate(([True], shelf[1:] != shelf[:-1]))
    is_left = np.bincount(of_home)[shelf] == np.bincount(of_home[affected], minlength=int(of_home.max()) + 1)[shelf]
    apart = np.flatnonzero(~(is_first & is_left))
    numbers, size = shelf.copy(), len(shelves.first_part) - 1
    numbers[apart] = np.arange(size, size + len(apart))
    copied = [np.arange(shelves.first_part[one], shelves.first_part[one + 1]) for one in shelf[apart].tolist()]
    parts = np.concatenate([np.arange(len(shelves.start)), *copied])
    far_shelf = shelves.far_shelf.copy()
    far_shelf[affected] = numbers[group_of]
    more = shelves.first_part[-1] + np.cumsum([len(one) for one in copied], dtype=np.int64)
    regrouped = shelves._replace(
        first_part=np.concatenate((shelves.first_part, more)),
        start=shelves.start[parts],
        words=shelves.words[parts],
        far_shelf=far_shelf,
    )
    return regrouped, numbers, changed.is_far[affected[first]].astype(np.uint8)
