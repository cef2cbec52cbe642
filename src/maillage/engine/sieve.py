"""The loops that answer many people: planes sieve the doors of a municipality, profiles decide those they let through.

People are taken in blocks of at most 64 of one municipality; for each, the planes of a part are joined eight words at a
time, the doors left are listed, then decided. What a clause says is read for the whole block when the first of them
meets a door that names it. Compiled by numba; with compilation off they are the same plain Python.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from maillage.engine.blocks import (
    AGE,
    AT_ONCE,
    BLOCK,
    GROUPS,
    NO_BIT,
    ONE,
    Block,
    Crowd,
    Workbench,
    bare,
    lowest_bit,
    merged,
    read_clause,
    read_people,
    within,
)
from maillage.engine.kernels import (
    OWN,
    Bytes,
    Ints,
    Layout,
    Masks,
    Places,
    Reals,
    Rules,
    Small,
    distance,
    meets_need,
)
from maillage.engine.planes import (
    AGE_STARTS,
    FIRST_GROUP,
    FOR_ALL,
    NO_DISTANCE,
    NO_DOOR,
    PART_WORDS,
    PLANES,
    UNKNOWN_AGE,
    WORD,
    Planes,
)

CLOSED = -2
"""What is decided of a door that is not open; else the clause that opens it, or ``OWN``."""
CLOSED_TO_ALL, TO_DECIDE, SURE = 0, 1, 2
"""What a service can be on a day: open to nobody, to be decided from its profile, open to all that planes let through."""
CLASS_OF_AGE = np.searchsorted(np.array(AGE_STARTS), np.arange(128), side="right").astype(np.int8) - 1


class Needs(NamedTuple):
    """The distinct lists of needs: those of list ``n`` are the lines ``start[n]`` to ``start[n + 1]``.

    ``themes`` uint64[lines, words]: the themes that meet each need. ``planes`` uint64: the planes of those themes, and
    ``earlier`` those of the needs before it. ``exact`` uint8: 1 when both hold no other theme, so that planes say all.
    """

    themes: Masks
    planes: Masks
    earlier: Masks
    exact: Bytes
    start: Ints


class Sheet(NamedTuple):
    """What a day makes of the shelves, word by word, written when a part is first met.

    ``clauses`` is that of ``Usable``; ``status`` uint8 by service: ``CLOSED_TO_ALL``, ``TO_DECIDE`` or ``SURE``. Of each
    word, ``live`` uint64: the doors that can be open on the day; ``sure`` uint64: those that the planes let through
    rightly, with nothing left to decide. ``is_read`` uint8: of each part, whether its words are written.
    """

    clauses: Bytes
    status: Bytes
    live: Masks
    sure: Masks
    is_read: Bytes


@bare
def read_part(shelves: Planes, sheet: Sheet, part: int) -> None:
    """Write what a day makes of the doors of one part."""
    for word in range(shelves.start[part], shelves.start[part] + shelves.words[part]):
        live, sure = NO_BIT, NO_BIT
        for place in range(WORD):
            service = shelves.doors[word * WORD + place]
            if service != NO_DOOR and sheet.status[service] != CLOSED_TO_ALL:
                door = ONE << np.uint64(place)
                live |= door
                sure |= door if sheet.status[service] == SURE else NO_BIT
        sheet.live[word], sheet.sure[word] = live, sure
    # Last, because another thread may be reading: at worst both write the same.
    sheet.is_read[part] = 1


@merged
def decide(rules: Rules, profile: int, usable: Bytes, crowd: Crowd, block: Block, bench: Workbench, place: int) -> int:
    """Decide a profile exactly for one person of a block: the first clause that opens it, ``OWN`` or ``CLOSED``."""
    publics, low, high = rules.profile[profile, 0], rules.profile[profile, 1], rules.profile[profile, 2]
    age, groups = bench.fact[AGE, place], bench.fact[GROUPS, place]
    found = OWN if rules.profile[profile, 4] == 0 else CLOSED
    if (
        rules.profile[profile, 3] == 0
        or (publics != 0 and (groups < 0 or groups & publics == 0))
        or ((low >= 0 or high >= 0) and (age < 0 or age < low or 0 <= high < age))
    ):
        found = CLOSED
    else:
        one = ONE << np.uint64(place)
        for line in range(rules.profile_start[profile], rules.profile_start[profile + 1]):
            clause = rules.profile_clauses[line]
            if bench.clause_stamp[clause] != block.stamp:
                read_clause(rules, clause, usable, crowd, block, bench)
            if bench.clause_true[clause] & one != NO_BIT:
                found = clause
                break
    return found


@within
def planes_of_groups(groups: int, found: Ints) -> int:
    """List the planes of the services that could be for somebody who holds some groups (a mask, -1 unknown)."""
    found[0] = FOR_ALL
    count = 1
    group = 0
    while groups >> group > 0:
        if (groups >> group) & 1 == 1:
            found[count] = FIRST_GROUP + group
            count += 1
        group += 1
    return count


@within
def planes_in(mask: np.uint64, found: Ints) -> int:
    """List the planes of a mask; gives how many."""
    count = 0
    while mask != NO_BIT:
        found[count] = lowest_bit(mask)
        mask &= mask - ONE
        count += 1
    return count


@within
def join_planes(planes: Masks, base: int, words: int, wanted: Ints, count: int, joined: Masks) -> None:
    """Write for each word of a part the doors that are on one of some planes; what lies after its last word means nothing."""
    for word in range(PART_WORDS):
        joined[word] = NO_BIT
    for number in range(count):
        line = base + wanted[number] * words
        for word in range(PART_WORDS):
            joined[word] |= planes[line + word]


@merged
def sieve_part(
    shelves: Planes,
    live: Masks,
    part: int,
    eight: int,
    age_plane: int,
    held: int,
    has_needs: bool,  # noqa: FBT001 - a kernel's flag
    themes: int,
    before: int,
    bench: Workbench,
) -> None:
    """Write for eight words of a part, from one on, the doors that could be open to somebody for a need and none before."""
    start, words, planes = shelves.start[part], shelves.words[part], shelves.planes
    asked, joined, base = bench.asked, bench.joined, shelves.start[part] * PLANES + eight
    line = base + age_plane * words
    join_planes(planes, base, words, bench.groups, held, joined)
    for word in range(PART_WORDS):
        asked[word] = planes[line + word] & joined[word]
    if has_needs:
        join_planes(planes, base, words, bench.wanted, themes, joined)
        for word in range(PART_WORDS):
            asked[word] &= joined[word]
    if before > 0:
        join_planes(planes, base, words, bench.earlier, before, joined)
        for word in range(PART_WORDS):
            asked[word] &= ~joined[word]
    for word in range(min(PART_WORDS, words - eight)):
        asked[word] &= live[start + eight + word]


@within
def list_doors(asked: np.uint64, first: int, listed: Ints, count: int) -> int:
    """List after others the doors of a word, whose first is told; gives how many are listed."""
    for _ in range(AT_ONCE):
        listed[count] = first + lowest_bit(asked)
        some = np.uint64(asked != NO_BIT)
        count += int(some)
        asked &= asked - some
    while asked != NO_BIT:
        listed[count] = first + lowest_bit(asked)
        count += 1
        asked &= asked - ONE
    return count


@within
def plane_of_age(age: int) -> int:
    """Give the plane of an age in years, -1 unknown."""
    return UNKNOWN_AGE if age < 0 else int(CLASS_OF_AGE[age])


@bare
def is_also_near(places: Places, latitude: float, longitude: float, service: int) -> bool:
    """Tell whether a remote service is also delivered within reach, where it stands on the near shelf."""
    if places.is_placed[service] == 0:
        return False
    away = distance(latitude, longitude, places.latitude[service], places.longitude[service])
    return bool(away <= places.reach_km[service])


@bare
def sieve_people(
    layout: Layout,
    shelves: Planes,
    points: Reals,
    sheet: Sheet,
    crowd: Crowd,
    needs: Needs,
    order: Ints,
    bench: Workbench,
    stamp: int,
    left: Small,
    services: Small,
    clauses: Small,
    metres: Small,
) -> int:
    """Answer the people of ``order`` (positions in ``crowd``), those of one municipality side by side.

    The first open doors of person ``i`` are written in line ``i`` of ``services`` (``NO_DOOR``: none left), ``clauses``
    (``OWN``: own basis) and ``metres`` (``NO_DISTANCE``: no distance), all int32[people, doors wanted]. ``left`` int32 by
    service: a service of which 0 places are left is passed over, -1 is no limit; an empty array limits nothing. Nothing is
    taken from it: whoever hands out places answers one person at a time and takes them between two calls. Gives the next
    stamp that is free on the workbench; the first is 1.
    """
    first, limit = 0, services.shape[1]
    while first < len(order):
        home, last = crowd.home[order[first]], first + 1
        while last < len(order) and last - first < BLOCK and crowd.home[order[last]] == home:
            last += 1
        block = Block(home, order[first:last], stamp)
        read_people(crowd, block, bench)
        for place in range(last - first):
            count = answer_one(
                layout, shelves, points, sheet, crowd, needs, block, bench, place, left, services, clauses, metres
            )
            for rank in range(count, limit):
                person = block.who[place]
                services[person, rank], clauses[person, rank], metres[person, rank] = NO_DOOR, OWN, NO_DISTANCE
        stamp += 1
        first = last
    return stamp


@merged
def answer_one(
    layout: Layout,
    shelves: Planes,
    points: Reals,
    sheet: Sheet,
    crowd: Crowd,
    needs: Needs,
    block: Block,
    bench: Workbench,
    place: int,
    left: Small,
    services: Small,
    clauses: Small,
    metres: Small,
) -> int:
    """Write the first open doors of one person of a block; gives how many."""
    person, home, limit, written = block.who[place], block.home, services.shape[1], 0
    age_plane = plane_of_age(bench.fact[AGE, place])
    held = planes_of_groups(bench.fact[GROUPS, place], bench.groups)
    need, last_need = needs.start[bench.needs[place]], needs.start[bench.needs[place] + 1]
    first_need, has_needs, mine = need, last_need > need, needs.themes[need:last_need]
    rules, places, is_going_on = layout.rules, layout.places, limit > 0
    while is_going_on:
        is_exact = not has_needs or needs.exact[need] == 1
        themes = planes_in(needs.planes[need], bench.wanted) if has_needs else 0
        before = planes_in(needs.earlier[need], bench.earlier) if has_needs and is_exact else 0
        for shelf in range(2):
            number = home if shelf == 0 else shelves.far_shelf[home]
            for part in range(shelves.first_part[number], shelves.first_part[number + 1] if is_going_on else 0):
                if is_going_on and sheet.is_read[part] == 0:
                    read_part(shelves, sheet, part)
                # A part has more words than eight when services have come to it since it was laid out.
                for eight in range(0, shelves.words[part] if is_going_on else 0, PART_WORDS):
                    sieve_part(shelves, sheet.live, part, eight, age_plane, held, has_needs, themes, before, bench)
                    word, stop = eight, min(eight + PART_WORDS, shelves.words[part])
                    while is_going_on and word < stop:
                        count = 0
                        while count < limit - written and word < stop:
                            first = (shelves.start[part] + word) * WORD
                            count = list_doors(bench.asked[word - eight], first, bench.listed, count)
                            word += 1
                        for line in range(count):
                            door, service, found = bench.listed[line], shelves.doors[bench.listed[line]], OWN
                            if (
                                (not is_exact and not meets_need(places.themes, service, mine, need - first_need))
                                or (len(left) > 0 and left[service] == 0)
                                or (shelf == 1 and is_also_near(places, points[home, 0], points[home, 1], service))
                            ):
                                continue
                            if (sheet.sure[door >> 6] >> np.uint64(door & 63)) & ONE == NO_BIT:
                                profile = places.profile[service]
                                found = decide(rules, profile, sheet.clauses, crowd, block, bench, place)
                            if found != CLOSED and written < limit:
                                services[person, written], clauses[person, written] = service, found
                                metres[person, written] = shelves.metres[door]
                                written += 1
                        is_going_on = written < limit
        need += 1
        is_going_on = is_going_on and need < last_need
    return written
