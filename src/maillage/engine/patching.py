"""From an index to the next: the rows of what differs are written again, all the rest is shared or copied as it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillage.domain.services import Service
from maillage.domain.shared import Period
from maillage.engine.calendars import calendar_of, days_of
from maillage.engine.changing import Succession, TooEntangled
from maillage.engine.columnar import NO_SERVICE, Index
from maillage.engine.kernels import Ints, Layout, Places, Rules, Small
from maillage.engine.offer import Offer
from maillage.engine.planning import (
    NO_ORDER,
    ORDER_STEP,
    WIDE_REACH_FACTOR,
    FarLists,
    Profile,
    Tables,
    columns_of,
    far_lists_of,
    free_codes,
    plan_clauses,
    profile_of,
    profiles_of,
    vacant_columns,
    with_profiles,
    words_for,
)
from maillage.engine.reshelving import differing, reached, shelves_after
from maillage.engine.signs import signs_after

Flags = NDArray[np.bool_]
TOUCHED_AT_MOST = 2_000
"""More services than these are not followed one by one: laying everything out again takes no longer."""
MOVED_AT_MOST = 32
"""More services than these that come, go or move: the rows of candidates are made again when asked for."""


class Touched(NamedTuple):
    """The places that differ, and the service now at each; ``None`` where one has gone."""

    places: Ints
    services: Sequence[Service | None]


def index_after(index: Index, succession: Succession) -> Index:
    """Give the index of the offer after a change; the one given stays as it was, for who still reads it.

    Cost: some tens of milliseconds when clauses differ, then some tens of microseconds a service touched; the record of
    one that is only reopened is not read.

    Raises:
        TooEntangled: no place is left for the services that come, or too many differ.
    """
    offer, before = succession.offer, index.layout.places
    if len(succession.touched) > TOUCHED_AT_MOST:
        raise TooEntangled(f"{len(succession.touched):,} services differ: the index must be made anew.")
    ids, place_of, touched = _places_taken(index, succession)
    order = _order_after(index, ids, touched)
    theme_bit = _themes_after(index.theme_bit, touched)
    rules, tables = _clauses_after(index, succession)
    profiles = dict(index.profiles) if rules is index.layout.rules else profiles_of(rules)
    reopened = [key for key in succession.reopened if key in place_of]
    at = np.array([place_of[key] for key in reopened], np.int64)
    asked = [
        *(None if one is None else profile_of(one, offer) for one in touched.services),
        *_profiles_reopened(rules, before.profile[at], offer, reopened),
    ]
    rules, profile = _profiles_after(rules, profiles, asked)
    places = _columns_after(before._replace(order=order), offer, tables, touched, profile, theme_bit)
    places.profile[at] = profile[len(touched.services) :]
    places = _cells_after(places, touched, WIDE_REACH_FACTOR * offer.settings.default_reach_km)
    days = index.service_days.copy()
    never = Period(date.min, date.min)
    days[touched.places] = days_of(never if one is None else one.valid for one in touched.services)
    after = replace(
        index,
        offer=offer,
        tables=tables,
        layout=Layout(rules._replace(bits=tables.bits()), index.layout.bits, places),
        far=_far_after(index.far, order, tables, touched),
        theme_bit=theme_bit,
        ids=ids,
        profiles=profiles,
        place_of=place_of,
        calendar=index.calendar if offer.agreements is index.offer.agreements else calendar_of(offer),
        service_days=days,
        signs=signs_after(index.signs, touched.places, [one or NO_SERVICE for one in touched.services]),
        near=_rows_after(index, places, touched),
        needs={},
        days={},
        desk=type(index.desk)(),
    )
    shelves = shelves_after(index, after, touched.places) if "shelves" in vars(index) else None
    if shelves is not None:
        # Set as the index itself sets them when they are first asked for.
        vars(after).update(shelves=shelves, room=index.room)
    return after


def _places_taken(index: Index, succession: Succession) -> tuple[tuple[str, ...], dict[str, int], Touched]:
    """Give back the places of services that have gone, and give one to each that comes."""
    known = succession.offer.by_id
    ids, place_of = list(index.ids), dict(index.place_of)
    places: list[int] = []
    services: list[Service | None] = []
    coming: list[str] = []
    for key in sorted(succession.touched):
        if key in place_of:
            places.append(place_of[key])
            services.append(known.get(key))
            if key not in known:
                ids[place_of.pop(key)] = ""
        elif key in known:
            coming.append(key)
    # The last places are those left vacant at first: they are found at once.
    vacant = (place for place in range(len(ids) - 1, -1, -1) if not index.ids[place])
    vacancies = list(islice(vacant, len(coming)))
    if len(coming) > len(vacancies):
        raise TooEntangled("No place is left for a service that comes: the index must be made anew.")
    for key, place in zip(coming, vacancies, strict=False):
        ids[place], place_of[key] = key, place
        places.append(place)
        services.append(known[key])
    return tuple(ids), place_of, Touched(np.array(places, np.int64), services)


def _order_after(index: Index, ids: Sequence[str], touched: Touched) -> Ints:
    """Give the services that come an order between those of the ids around theirs."""
    order = index.layout.places.order.copy()
    order[[place for place in touched.places.tolist() if not ids[place]]] = NO_ORDER
    coming = [place for place in touched.places.tolist() if ids[place] and not index.ids[place]]
    if not coming:
        return order
    staying = np.flatnonzero(order != NO_ORDER)
    listed = staying[np.argsort(order[staying], kind="stable")]
    for coming_place in coming:
        key = ids[coming_place]
        rank = bisect_left(listed, key, key=lambda place: ids[place])
        low = int(order[listed[rank - 1]]) if rank else -ORDER_STEP
        high = int(order[listed[rank]]) if rank < len(listed) else low + 2 * ORDER_STEP
        listed = np.insert(listed, rank, coming_place)
        order[coming_place] = (low + high) // 2
        if high - low < 2:
            # No whole number lies between them: all are given room again.
            order[listed] = np.arange(len(listed), dtype=np.int64) * ORDER_STEP
    return order


def _themes_after(theme_bit: dict[str, int], touched: Touched) -> dict[str, int]:
    """Number the themes that no service had."""
    found = dict(theme_bit)
    for theme in sorted({theme for one in touched.services if one is not None for theme in one.themes}):
        found.setdefault(theme, len(found))
    return found


def _clauses_after(index: Index, succession: Succession) -> tuple[Rules, Tables]:
    """Write the clauses again when one differs, under the profiles as they were."""
    offer, rules = succession.offer, index.layout.rules
    if offer.clauses == index.offer.clauses:
        return rules, index.tables
    tables = index.tables.with_codes(free_codes(offer))
    # A profile that names a clause that has gone is nobody's: whatever it names then is never read.
    moved = np.maximum(np.array([*succession.moved, 0], np.int32), 0)
    kept = {name: getattr(rules, name) for name in ("profile", "profile_start")}
    return plan_clauses(offer, tables)._replace(**kept, profile_clauses=moved[rules.profile_clauses]), tables


def _profiles_reopened(rules: Rules, numbers: Small, offer: Offer, ids: Sequence[str]) -> Iterator[Profile]:
    """Say what services ask that ask for the same people as before, under other clauses."""
    for (publics, low, high, known, _), key in zip(rules.profile[numbers].tolist(), ids, strict=True):
        yield publics, low, high, known, int(offer.reserves(key)), offer.opened_by.get(key, ())


def _profiles_after(rules: Rules, profiles: dict[Profile, int], asked: Sequence[Profile | None]) -> tuple[Rules, Ints]:
    """Give each service that differs its profile, new ones written and numbered after the others."""
    known = len(rules.profile)
    fresh: list[Profile] = []
    numbers = np.zeros(len(asked), np.int64)
    for row, key in enumerate(asked):
        if key is not None:
            if key not in profiles:
                profiles[key] = known + len(fresh)
                fresh.append(key)
            numbers[row] = profiles[key]
    return (with_profiles(rules, fresh) if fresh else rules), numbers


def _columns_after(  # noqa: PLR0913, PLR0917 (all that a service is laid out with)
    places: Places, offer: Offer, tables: Tables, touched: Touched, profile: Ints, theme_bit: dict[str, int]
) -> Places:
    """Write again the lines of the places that differ, in columns of their own."""
    words = words_for(len(theme_bit))
    themes = np.zeros((len(places.themes), words), np.uint64)
    themes[:, : places.themes.shape[1]] = places.themes
    here = [(row, one) for row, one in enumerate(touched.services) if one is not None]
    rows = np.array([row for row, _ in here], np.int64)
    found = columns_of([one for _, one in here], offer.settings.default_reach_km, tables, profile[rows], theme_bit)
    vacant = vacant_columns(1, words)
    columns: dict[str, Any] = {"themes": themes}
    for name in found._fields:
        column = themes if name == "themes" else getattr(places, name).copy()
        column[touched.places] = getattr(vacant, name)[0]
        column[touched.places[rows]] = getattr(found, name)
        columns[name] = column
    return places._replace(**columns)


def _cells_after(places: Places, touched: Touched, furthest_km: float) -> Places:
    """Sort the services that differ into their cells again; one that no cell can answer for is looked for apart."""
    south, west, side, rows, columns, answered_km = places.grid.tolist()
    placed = touched.places[places.is_placed[touched.places] == 1]
    line = (np.degrees(places.latitude[placed]) - south) // side
    column = (np.degrees(places.longitude[placed]) - west) // side
    is_inside = (line >= 0) & (line < rows) & (column >= 0) & (column < columns)
    is_inside &= places.reach_km[placed] <= min(answered_km, furthest_km)
    start, inside = places.cell_start, places.cell_services
    leaving = np.flatnonzero(np.isin(inside, touched.places))
    left = np.searchsorted(start, leaving, side="right") - 1
    cell = (line * columns + column)[is_inside].astype(np.int64)
    # By cell: what is put in at one position, next to cells that were empty, stays in the order given.
    sorting = np.argsort(cell)
    entered, entering = cell[sorting], placed[is_inside][sorting]
    at = start[entered] - np.searchsorted(leaving, start[entered])
    counts = np.bincount(entered + 1, minlength=len(start)) - np.bincount(left + 1, minlength=len(start))
    wide = np.concatenate((places.wide[~np.isin(places.wide, touched.places)], placed[~is_inside]))
    return places._replace(
        cell_start=start + np.cumsum(counts),
        cell_services=np.insert(np.delete(inside, leaving), at, entering).astype(np.int32),
        wide=wide.astype(np.int32),
    )


def _far_after(far: FarLists, order: Ints, tables: Tables, touched: Touched) -> FarLists:
    """Write again the lists without distance that a service that differs was or is in."""
    wide: list[tuple[int, int]] = []
    local: list[tuple[int, int]] = []
    for place, service in zip(touched.places.tolist(), touched.services, strict=True):
        if service is not None:
            wanted = far_lists_of(service, tables)
            wide += [(number, place) for number in wanted.wide]
            local += [(home, place) for home in wanted.local]
    return FarLists(
        *_listed_after(far.wide, far.wide_start, touched.places, wide, order),
        far.wide_of,
        *_listed_after(far.local, far.local_start, touched.places, local, order),
    )


def _listed_after(
    listed: Small, start: Ints, gone: Ints, coming: Sequence[tuple[int, int]], order: Ints
) -> tuple[Small, Ints]:
    """Take places out of all lists and put some in, each where its order says; ``coming`` as (list, place)."""
    kept = ~np.isin(listed, gone)
    if kept.all() and not coming:
        return listed, start
    more = np.array(coming, np.int64).reshape(-1, 2)
    numbers = np.concatenate((np.repeat(np.arange(len(start) - 1), np.diff(start))[kept], more[:, 0]))
    places = np.concatenate((listed[kept], more[:, 1]))
    sorting = np.lexsort((order[places], numbers))
    counts = np.bincount(numbers, minlength=len(start) - 1)
    return places[sorting].astype(np.int32), np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _rows_after(index: Index, places: Places, touched: Touched) -> dict[int, Small]:
    """Keep the rows of candidates in which no service comes, goes or moves."""
    if not index.near:
        return {}
    before, moved = index.layout.places, _moved(index, places, touched.places)
    if len(moved) > MOVED_AT_MOST:
        return {}
    near = reached(index.points, before, moved) | reached(index.points, places, moved)
    return {home: row for home, row in dict(index.near).items() if not near[home]}


def _moved(index: Index, places: Places, among: Ints) -> Ints:
    """Give those of some places whose service is not where it was, or is not known as far."""
    return among[differing(index.layout.places, places, among)]
