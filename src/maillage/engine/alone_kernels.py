"""The loop that answers one person: planes sieve the doors, profiles decide those that they let through.

What ``sieve`` does for a block of people, without what a block needs: no masks of people, nothing kept between questions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from maillage.engine.blocks import AGE, GROUPS, HOME, NO_BIT, ONE, bare, lowest_bit, merged
from maillage.engine.kernels import (
    OWN,
    TRUE,
    Bytes,
    Ints,
    Layout,
    Masks,
    Reals,
    Rules,
    distance,
    has_bit,
    meets_need,
    read_root,
)
from maillage.engine.planes import FIRST_GROUP, FOR_ALL, PLANES, Planes
from maillage.engine.sieve import CLOSED, CLOSED_TO_ALL, TO_DECIDE, Needs, is_also_near, plane_of_age


class Day(NamedTuple):
    """What a day makes of the offer.

    ``clauses`` is that of ``Usable``; ``status`` uint8 by service: ``CLOSED_TO_ALL``, ``TO_DECIDE`` or ``SURE``.
    """

    clauses: Bytes
    status: Bytes


class Desk(NamedTuple):
    """What a thread answers one person with: the offer, the person asked about, and where their doors are put.

    ``person`` int64: the facts in the order of ``planning.COLUMNS``, -1 unknown. ``doors`` int64[3 * doors wanted]: of each
    door its service, its clause (``OWN``: own basis) and the number of the need it serves. ``away`` float64[doors wanted]:
    kilometres, not a number where there is no distance. ``stack`` int64[depth, 2].
    """

    layout: Layout
    shelves: Planes
    points: Reals
    stack: Ints
    person: Ints
    doors: Ints
    away: Reals


@merged
def on_planes(planes: Masks, base: int, words: int, wanted: np.uint64) -> np.uint64:
    """Give the doors of a word that are on one of some planes (a mask)."""
    found = NO_BIT
    while wanted != NO_BIT:
        found |= planes[base + lowest_bit(wanted) * words]
        wanted &= wanted - ONE
    return found


@merged
def opening(rules: Rules, usable: Bytes, profile: int, person: Ints, stack: Ints) -> int:
    """Decide a profile exactly for a person: the first clause that opens it, ``OWN`` or ``CLOSED``."""
    publics, low, high = rules.profile[profile, 0], rules.profile[profile, 1], rules.profile[profile, 2]
    age, groups = person[AGE], person[GROUPS]
    found = OWN if rules.profile[profile, 4] == 0 else CLOSED
    if (
        rules.profile[profile, 3] == 0
        or (publics != 0 and (groups < 0 or groups & publics == 0))
        or ((low >= 0 or high >= 0) and (age < 0 or age < low or 0 <= high < age))
    ):
        found = CLOSED
    else:
        for line in range(rules.profile_start[profile], rules.profile_start[profile + 1]):
            clause = rules.profile_clauses[line]
            if (
                usable[clause] == 1
                and has_bit(rules.bits, rules.clause_territory[clause], person[HOME])
                and read_root(rules, clause, person, stack)[0] == TRUE
            ):
                found = clause
                break
    return found


@bare
def find_doors(desk: Desk, day: Day, needs: Needs, limit: int) -> int:
    """Write the first open doors of the desk's person, at least one wanted; gives how many. ``needs``: one list."""
    places, shelves, person, planes = desk.layout.places, desk.shelves, desk.person, desk.shelves.planes
    home, last_need, need, written = person[HOME], needs.start[1], 0, 0
    latitude, longitude, age_plane = desk.points[home, 0], desk.points[home, 1], plane_of_age(person[AGE])
    held = (np.uint64(max(person[GROUPS], 0)) << np.uint64(FIRST_GROUP)) | (ONE << np.uint64(FOR_ALL))
    is_going_on = True
    while is_going_on:
        has_needs = need < last_need
        is_exact = not has_needs or needs.exact[need] == 1
        wanted = needs.planes[need] if has_needs else NO_BIT
        earlier = needs.earlier[need] if has_needs and is_exact else NO_BIT
        for shelf in range(2):
            number = home if shelf == 0 else shelves.far_shelf[home]
            for part in range(shelves.first_part[number], shelves.first_part[number + 1]):
                start, words = shelves.start[part], shelves.words[part]
                for word in range(start, start + words if is_going_on else start):
                    base = start * PLANES + word - start
                    asked = planes[base + age_plane * words] & on_planes(planes, base, words, held)
                    if has_needs:
                        asked &= on_planes(planes, base, words, wanted) & ~on_planes(planes, base, words, earlier)
                    while asked != NO_BIT and is_going_on:
                        place = lowest_bit(asked)
                        asked &= asked - ONE
                        service, found = shelves.doors[word * 64 + place], OWN
                        status = day.status[service]
                        if status == CLOSED_TO_ALL or (
                            not is_exact and not meets_need(places.themes, service, needs.themes, need)
                        ):
                            continue
                        if shelf == 1 and is_also_near(places, latitude, longitude, service):
                            continue
                        if status == TO_DECIDE:
                            profile = places.profile[service]
                            found = opening(desk.layout.rules, day.clauses, profile, person, desk.stack)
                        if found != CLOSED:
                            desk.doors[3 * written], desk.doors[3 * written + 1] = service, found
                            desk.doors[3 * written + 2], desk.away[written] = need, np.nan
                            if shelf == 0:
                                desk.away[written] = distance(
                                    latitude, longitude, places.latitude[service], places.longitude[service]
                                )
                            written += 1
                            is_going_on = written < limit
        need += 1
        is_going_on = is_going_on and need < last_need
    return written
