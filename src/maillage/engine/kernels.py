"""The loops of the columnar engine, compiled by numba; with compilation off they are the same plain Python.

Truth values are those of ``Truth`` (0 false, 1 true, 2 unknown). A set of facts or of obstacles is a bit mask. A table
of yes or no by code is a run of packed bits in ``bits``, found by its offset.
"""

from __future__ import annotations

from math import asin, cos, sin, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.domain.shared import EARTH_RADIUS_KM

if TYPE_CHECKING:
    from collections.abc import Callable

    F = TypeVar("F", bound=Callable[..., Any])

    def compiled(function: F) -> F:
        """Compile a loop (seen by the type checker as the function itself)."""
        return function

else:
    compiled = njit(cache=True, nogil=True, error_model="numpy")

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Reals = NDArray[np.float64]
Masks = NDArray[np.uint64]

FALSE, TRUE, UNKNOWN = 0, 1, 2
TEST, ALL, ANY, NOT = 0, 1, 2, 3
ALWAYS, RANGE, MASK, TABLE, NEVER_KNOWN = 0, 1, 2, 3, 4
SILENT = 2
"""The mark of a clause that counts for nothing on a day, because another reading of it does."""
OWN = -1
"""The place of the clause when a service is open by its own basis."""
MEMO_STAMP, MEMO_TRUTH, MEMO_MISSING, MEMO_OBSTACLES, MEMO_CLAUSE = range(5)
OUT_SERVICE, OUT_TRUTH, OUT_MISSING, OUT_OBSTACLES, OUT_CLAUSE, OUT_NEED = range(6)
OUT_WIDTH = 6
STACK_DEPTH = 256


class Rules(NamedTuple):
    """Conditions, clauses and profiles; a profile is what several services ask alike."""

    test_kind: Small
    test_fact: Small
    test_low: Ints
    test_high: Ints
    test_missing: Ints
    op: Small
    arg: Small
    root: Ints
    clause_territory: Ints
    profile: Ints
    """int64[profiles, 5]: publics mask, lowest age, highest age, whether conditions are known, whether reserved."""
    profile_start: Ints
    profile_clauses: Small
    bits: Bytes


class Bits(NamedTuple):
    """The bit that stands for each fact or obstacle a kernel names."""

    age: int
    target_group: int
    service_conditions: int
    not_available: int
    zone: int
    too_young_or_old: int
    publics: int
    not_in_force: int
    territory: int
    condition: int
    no_clause: int


class Places(NamedTuple):
    """Where services are; angles in radians. A place may be vacant: it is then in no list.

    ``order`` rises with the ids: a service that came after the index was laid out stands last, and is listed where its
    id would be.
    """

    profile: Small
    themes: Masks
    latitude: Reals
    longitude: Reals
    reach_km: Reals
    is_placed: Bytes
    zone: Ints
    cell_start: Ints
    cell_services: Small
    wide: Small
    grid: Reals
    """south, west (degrees), cell side (degrees), rows, columns, reach (km) that the cells answer for."""
    order: Ints


class Layout(NamedTuple):
    """All that an offer is laid out in, without any date."""

    rules: Rules
    bits: Bits
    places: Places


class Usable(NamedTuple):
    """What can be used on a day: a byte for each clause (0 not in force, 1 in force, ``SILENT``) and for each service."""

    clauses: Bytes
    services: Bytes


class Scratch(NamedTuple):
    """Where a thread writes while it answers: the profiles read for a person, and the stack of conditions."""

    memo: Ints
    stack: Ints


class Lines(NamedTuple):
    """The candidates of all municipalities asked about, and where each municipality's begin.

    ``row_of`` gives the row of a municipality in ``near_start``, ``wide_of`` its department in ``wide_start``;
    ``points`` float64[municipalities, 2], radians.
    """

    near: Small
    near_start: Ints
    row_of: Small
    wide: Small
    wide_start: Ints
    wide_of: Small
    local: Small
    local_start: Ints
    points: Reals


class Row(NamedTuple):
    """The candidates of one place: near ones sorted by distance (service * 2 + out of zone), then two lists by id."""

    near: Small
    far_wide: Small
    far_local: Small
    latitude: float
    longitude: float


@compiled
def has_bit(bits: Bytes, offset: int, position: int) -> bool:
    """Tell whether a position is set in the packed table that begins at an offset (in bytes)."""
    return bool((bits[offset + (position >> 3)] >> (position & 7)) & 1)


@compiled
def distance(lat_one: float, lon_one: float, lat_other: float, lon_other: float) -> float:
    """Give the haversine distance in kilometres between two points in radians."""
    half_lat = sin((lat_other - lat_one) / 2)
    half_lon = sin((lon_other - lon_one) / 2)
    chord = half_lat * half_lat + cos(lat_one) * cos(lat_other) * half_lon * half_lon
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


@compiled
def read_test(rules: Rules, test: int, person: Ints) -> int:
    """Read one test for one person: 0, 1, or 2 when the fact is unknown (-1)."""
    kind = rules.test_kind[test]
    if kind == ALWAYS:
        return TRUE
    if kind == NEVER_KNOWN:
        return UNKNOWN
    value = person[rules.test_fact[test]]
    if value < 0:
        return UNKNOWN
    if kind == RANGE:
        holds = rules.test_low[test] <= value <= rules.test_high[test]
    elif kind == MASK:
        holds = value & rules.test_low[test] != 0
    else:
        holds = has_bit(rules.bits, rules.test_low[test], value)
    return TRUE if holds else FALSE


@compiled
def read_root(rules: Rules, clause: int, person: Ints, stack: Ints) -> tuple[int, int]:
    """Run the program of a clause's condition; gives its truth and the mask of missing facts when UNKNOWN."""
    depth = 0
    for step in range(rules.root[clause], rules.root[clause + 1]):
        op, arg = rules.op[step], rules.arg[step]
        if op == TEST:
            truth = read_test(rules, arg, person)
            stack[depth, 0] = truth
            stack[depth, 1] = rules.test_missing[arg] if truth == UNKNOWN else 0
            depth += 1
        elif op == NOT:
            if stack[depth - 1, 0] != UNKNOWN:
                stack[depth - 1, 0] = 1 - stack[depth - 1, 0]
        else:
            settling = FALSE if op == ALL else TRUE
            truth, missing = 1 - settling, 0
            for part in range(depth - arg, depth):
                if stack[part, 0] == settling:
                    truth = settling
                elif stack[part, 0] == UNKNOWN and truth != settling:
                    truth = UNKNOWN
                    missing |= stack[part, 1]
            depth -= arg
            stack[depth, 0] = truth
            stack[depth, 1] = missing if truth == UNKNOWN else 0
            depth += 1
    return stack[0, 0], stack[0, 1]


@compiled
def read_own(rules: Rules, bits: Bits, profile: int, person: Ints) -> tuple[int, int]:
    """Read a service's own conditions; gives the masks of missing facts and of obstacles."""
    missing, obstacles = 0, 0
    publics, low, high = rules.profile[profile, 0], rules.profile[profile, 1], rules.profile[profile, 2]
    age, groups = person[1], person[4]
    if low >= 0 or high >= 0:
        if age < 0:
            missing |= bits.age
        elif age < low or (0 <= high < age):
            obstacles |= bits.too_young_or_old
    if publics != 0:
        if groups < 0:
            missing |= bits.target_group
        elif groups & publics == 0:
            obstacles |= bits.publics
    if rules.profile[profile, 3] == 0:
        missing |= bits.service_conditions
    return missing, obstacles


@compiled
def read_bases(layout: Layout, profile: int, person: Ints, usable: Bytes, stack: Ints) -> tuple[int, int, int, int]:
    """Read by virtue of what a profile is open: truth, missing, obstacles, and the first clause that opens it."""
    rules, bits = layout.rules, layout.bits
    is_reserved = rules.profile[profile, 4] == 1
    truth = FALSE if is_reserved else TRUE
    missing, obstacles = 0, 0
    first, last = rules.profile_start[profile], rules.profile_start[profile + 1]
    for place in range(first, last):
        clause = rules.profile_clauses[place]
        if usable[clause] == SILENT:
            continue
        if usable[clause] == 0:
            obstacles |= bits.not_in_force
        elif not has_bit(rules.bits, rules.clause_territory[clause], person[0]):
            obstacles |= bits.territory
        else:
            found, lacking = read_root(rules, clause, person, stack)
            if found == TRUE:
                return TRUE, 0, 0, clause
            if found == UNKNOWN:
                missing |= lacking
                truth = UNKNOWN if truth == FALSE else truth
            else:
                obstacles |= bits.condition
    if truth == TRUE:
        return TRUE, 0, 0, OWN
    if truth == UNKNOWN:
        return UNKNOWN, missing, 0, OWN
    return FALSE, 0, obstacles if obstacles != 0 else bits.no_clause, OWN


@compiled
def read_profile(layout: Layout, profile: int, person: Ints, usable: Bytes, scratch: Scratch, stamp: int) -> None:
    """Read a profile for a person into its memo, once a person."""
    memo = scratch.memo
    missing, obstacles = read_own(layout.rules, layout.bits, profile, person)
    truth, lacking, forbidding, clause = read_bases(layout, profile, person, usable, scratch.stack)
    if obstacles != 0 or truth == FALSE:
        memo[profile, MEMO_TRUTH] = FALSE
        missing, obstacles = 0, obstacles | forbidding
    elif missing != 0 or truth == UNKNOWN:
        memo[profile, MEMO_TRUTH] = UNKNOWN
        missing |= lacking
    else:
        memo[profile, MEMO_TRUTH] = TRUE
    memo[profile, MEMO_STAMP] = stamp
    memo[profile, MEMO_MISSING] = missing
    memo[profile, MEMO_OBSTACLES] = obstacles
    memo[profile, MEMO_CLAUSE] = clause


@compiled
def meets_need(themes: Masks, service: int, needs: Masks, need: int) -> bool:
    """Tell whether a need is the first, in the order given, that a service serves."""
    for earlier in range(need + 1):
        serves = False
        for word in range(themes.shape[1]):
            serves = serves or (themes[service, word] & needs[earlier, word]) != 0
        if serves:
            return earlier == need
    return False


@compiled
def is_near_too(places: Places, row: Row, service: int) -> bool:
    """Tell whether a remote service is also delivered within reach, where it has been listed with its distance."""
    if places.is_placed[service] == 0:
        return False
    away = distance(row.latitude, row.longitude, places.latitude[service], places.longitude[service])
    return bool(away <= places.reach_km[service])


@compiled
def next_far(order: Ints, row: Row, at_wide: int, at_local: int) -> bool:
    """Tell whether the next service without distance, by id, comes from the wide list (else from the local one)."""
    if at_local >= len(row.far_local):
        return True
    return at_wide < len(row.far_wide) and order[row.far_wide[at_wide]] < order[row.far_local[at_local]]


@compiled
def write_row(layout: Layout, usable: Usable, memo: Ints, out: Ints, is_out: bool) -> int:  # noqa: FBT001 - a kernel's flag
    """Complete a row whose service is written with what its profile says; gives its truth."""
    service = out[OUT_SERVICE]
    profile, bits = layout.places.profile[service], layout.bits
    is_absent = usable.services[service] == 0
    out[OUT_TRUTH] = memo[profile, MEMO_TRUTH]
    out[OUT_MISSING] = memo[profile, MEMO_MISSING]
    out[OUT_OBSTACLES] = memo[profile, MEMO_OBSTACLES]
    if is_out or is_absent:
        # What forbids a clause matters only where the clauses were what closed the door.
        out[OUT_TRUTH], out[OUT_MISSING] = FALSE, 0
        out[OUT_OBSTACLES] |= (bits.zone if is_out else 0) | (bits.not_available if is_absent else 0)
    out[OUT_CLAUSE] = memo[profile, MEMO_CLAUSE] if out[OUT_TRUTH] == TRUE else OWN
    return int(out[OUT_TRUTH])


@compiled
def scan(
    layout: Layout,
    usable: Usable,
    row: Row,
    person: Ints,
    needs: Masks,
    scratch: Scratch,
    stamp: int,
    limit: int,
    everything: int,
    out: Ints,
    away: Reals,
) -> int:
    """Answer for one person in the order of the answer; gives the number of rows written in ``out`` and ``away``.

    ``away``: kilometres, not a number where there is no distance. ``limit`` counts the open doors. With ``everything`` 0, only those are written and the scan stops when it has them;
    with 1, the closed and unknown ones are written too. ``needs``: uint64[needs, words], empty for no need.
    """
    places, memo = layout.places, scratch.memo
    written, opened, near = 0, 0, len(row.near)
    for need in range(max(1, needs.shape[0])):
        at_wide, at_local = 0, 0
        for step in range(near + len(row.far_wide) + len(row.far_local)):
            is_near, is_out = step < near, False
            if is_near:
                service = row.near[step] >> 1
                is_out = row.near[step] & 1 == 1
            elif next_far(places.order, row, at_wide, at_local):
                service = row.far_wide[at_wide]
                at_wide += 1
            else:
                service = row.far_local[at_local]
                at_local += 1
            if needs.shape[0] > 0 and not meets_need(places.themes, service, needs, need):
                continue
            if not is_near and is_near_too(places, row, service):
                continue
            profile = places.profile[service]
            if memo[profile, MEMO_STAMP] != stamp:
                read_profile(layout, profile, person, usable.clauses, scratch, stamp)
            if memo[profile, MEMO_TRUTH] != TRUE and everything == 0:
                continue
            out[written, OUT_SERVICE] = service
            truth = write_row(layout, usable, memo, out[written], is_out)
            if (truth != TRUE and everything == 0) or (truth == TRUE and opened == limit):
                continue
            out[written, OUT_NEED] = need
            away[written] = np.nan
            if is_near:
                away[written] = distance(
                    row.latitude, row.longitude, places.latitude[service], places.longitude[service]
                )
            written += 1
            opened += truth == TRUE
            if everything == 0 and opened == limit:
                return written
    return written


@compiled
def near_row(places: Places, bits: Bytes, municipality: int, latitude: float, longitude: float) -> Small:
    """List the services within reach of a point (radians), by distance then id: service * 2 + 1 when out of zone.

    A point that is not a number (a municipality nobody located) has nothing near.
    """
    found = np.empty(len(places.profile), np.int32)
    count = 0
    if latitude == latitude:  # noqa: PLR0124 - false for what is not a number
        south, west, side, rows, columns, reach = (
            places.grid[0],
            places.grid[1],
            places.grid[2],
            int(places.grid[3]),
            int(places.grid[4]),
            places.grid[5],
        )
        degrees_lat, degrees_lon = np.degrees(latitude), np.degrees(longitude)
        span_lat = np.degrees(reach / EARTH_RADIUS_KM) * 1.001
        span_lon = min(360.0, span_lat / max(0.01, cos(abs(latitude) + np.radians(span_lat))))
        top, bottom = int((degrees_lat + span_lat - south) // side), int((degrees_lat - span_lat - south) // side)
        right, left = int((degrees_lon + span_lon - west) // side), int((degrees_lon - span_lon - west) // side)
        for line in range(max(0, bottom), min(rows, top + 1)):
            for column in range(max(0, left), min(columns, right + 1)):
                cell = line * columns + column
                for place in range(places.cell_start[cell], places.cell_start[cell + 1]):
                    found[count] = places.cell_services[place]
                    count += 1
        for place in range(len(places.wide)):
            found[count] = places.wide[place]
            count += 1
    services = found[:count][np.argsort(places.order[found[:count]])]
    away = np.empty(count, np.float64)
    kept = 0
    for place in range(count):
        service = services[place]
        km = distance(latitude, longitude, places.latitude[service], places.longitude[service])
        if km <= places.reach_km[service]:
            away[kept] = km
            services[kept] = service
            kept += 1
    order = np.argsort(away[:kept], kind="mergesort")
    near = np.empty(kept, np.int32)
    for place in range(kept):
        service = services[order[place]]
        zone = places.zone[service]
        is_out = zone >= 0 and not has_bit(bits, zone, municipality)
        near[place] = service * 2 + (1 if is_out else 0)
    return near
