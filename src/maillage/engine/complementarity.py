"""An offer read as a map: per municipality, theme and target group, how many services, whose, and what would change."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import compress, pairwise
from math import floor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from maillage.domain.complementarity import (
    ANYBODY,
    Complementarity,
    ComplementarityQuestion,
    ImaginedChange,
    MunicipalityOffer,
    PartnerChoice,
    ThemeOffer,
)
from maillage.domain.people import EVERYBODY
from maillage.domain.shared import EARTH_RADIUS_KM
from maillage.engine.clauses import THEME_FAMILIES
from maillage.engine.columnar import THREADS, Index
from maillage.engine.kernels import Bytes, Ints, Masks, Reals, Small
from maillage.engine.partners import Partners, named, partners_in
from maillage.engine.planes import WORD
from maillage.engine.planning import group_mask
from maillage.engine.reaching import Counted, Far, Sites, Surveyed, count_cells, survey_homes

CELL_DEGREES = 0.1
BOX_ROOM = 1.001
HOMES_A_PART = 1_024
HOMES_ALONE = 200
"""Up to so many municipalities one thread is enough."""
FAMILIES: tuple[str, ...] = tuple(sorted(THEME_FAMILIES))
Flags = NDArray[np.bool_]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Columns:
    """The columns to count: themes (families or leaves) and groups of ``GROUPS``, within some kilometres, on a day."""

    themes: tuple[str, ...]
    groups: tuple[str, ...]
    km: float
    on: date


@dataclass
class OfferMap:
    """An index read by place instead of by person; the partners of each choice are numbered once."""

    index: Index
    numbered: dict[PartnerChoice, Partners] = field(default_factory=dict)
    serving: dict[str, Flags] = field(default_factory=dict)
    masks: dict[tuple[str, ...], Masks] = field(default_factory=dict)

    def partners(self, choice: PartnerChoice) -> Partners:
        """Number the partners of a choice, kept for the next question.

        Raises:
            ComplementarityImpossible: the choice names no agreement that could share an offer.
        """
        if choice not in self.numbered:
            self.numbered[choice] = partners_in(self.index.offer, self.index.services, choice)
        return self.numbered[choice]

    @cached_property
    def publics(self) -> Ints:
        """The mask of the publics that each service asks for, 0 for everybody."""
        layout = self.index.layout
        publics: Ints = layout.rules.profile[layout.places.profile, 0]
        return publics

    @cached_property
    def people(self) -> Ints:
        """The people of each municipality, -1 where it is left out."""
        known = (self.index.offer.geography.municipalities[code] for code in self.index.tables.municipalities)
        return np.array(
            [-1 if one.point is None or one.population is None else one.population for one in known], np.int64
        )

    @cached_property
    def spots(self) -> Reals:
        """The point of each municipality on the sphere of radius 1."""
        return on_the_sphere(self.index.points[:, 0], self.index.points[:, 1])

    def cells(self, homes: Ints, columns: Columns, choice: PartnerChoice) -> Counted:
        """Count for some municipalities, by their positions in the index's tables.

        Cost: all that is within reach of each, on two threads; the country in a second or two.
        """
        sites, far, keys = self._laid_out(columns, choice, ImaginedChange(), homes)
        shape = (len(homes), len(columns.themes), len(columns.groups))
        out = Counted(*(np.zeros(shape, np.int32) for _ in Counted._fields))

        def count(part: slice) -> None:
            read, rows = self._read_by_kernels(homes[part]), Counted(*(column[part] for column in out))
            count_cells(sites, far, *read, len(keys), rows)

        _in_parts(len(homes), count)
        return out

    def _surveyed(
        self, sites: Sites, far: Far, homes: Ints, shape: tuple[int, int], *, is_named: bool
    ) -> tuple[Surveyed, Small]:
        """Count for a page, ``shape`` being how many partners and themes; gives also the partners to be named."""
        people, size = self.people[homes], len(homes)
        near, remote, whose = (np.zeros(size, np.int32) for _ in range(3))
        themes = np.zeros(size, np.uint64)

        def survey(part: slice) -> tuple[Ints, Small]:
            out = Surveyed(near[part], remote[part], whose[part], themes[part], np.zeros(shape, np.int64))
            read = self._read_by_kernels(homes[part])
            return out.reached, survey_homes(sites, far, *read, people[part], is_named, out)

        found = _in_parts(size, survey)
        reached = sum((one for one, _ in found), np.zeros(shape, np.int64))
        listed = np.concatenate([listed for _, listed in found])
        if is_named:
            # All at once: sorted one municipality after the other, they cost as much as finding them.
            listed = _rising(np.repeat(np.arange(size), whose), listed)
        return Surveyed(near, remote, whose, themes, reached), listed

    def _read_by_kernels(self, homes: Ints) -> tuple[Bytes, Ints, Reals, Reals]:
        return self.index.layout.rules.bits, homes, self.index.points[homes], self.spots[homes]

    def answer(
        self, question: ComplementarityQuestion, change: ImaginedChange, names: dict[str, str], *, is_named: bool = True
    ) -> Complementarity:
        """Answer a question for a territory; ``names`` gives the labels of networks and of the imagined partner.

        The partners of each municipality are listed when they are to be named, and only counted otherwise.

        Raises:
            ComplementarityImpossible: the partners cannot be chosen so.
        """
        offer, tables = self.index.offer, self.index.tables
        members = tables.members.get(str(offer.geography.current(question.territory)), [])
        homes = np.array(members, np.int64)
        homes = homes[self.people[homes] >= 0]
        themes = tuple(dict.fromkeys((question.theme, *FAMILIES)))
        columns = Columns(themes, (question.group,), question.km, question.on)
        sites, far, keys = self._laid_out(columns, question.partners, change, homes)
        found, listed = self._surveyed(sites, far, homes, (len(keys), len(themes)), is_named=is_named)
        by_code = offer.geography.municipalities
        where = [by_code[tables.municipalities[home]] for home in homes.tolist()]
        whose = _cut(keys, listed, found.partners) if is_named else [()] * len(homes)
        counts = (found.near.tolist(), found.far.tolist(), found.partners.tolist())
        lines = self._lines(themes, found, homes, keys)
        is_shown: Flags = (found.reached != 0).any(axis=1)
        is_shown[listed] = True
        return Complementarity(
            question=question,
            change=change,
            name=offer.geography.name_of(question.territory),
            vintage=offer.geography.vintage,
            rows=tuple(map(MunicipalityOffer, where, *counts, whose)),
            themes=lines,
            partner_names=tuple((key, named(key, offer.directory, names)) for key in compress(keys, is_shown.tolist())),
            left_out=len(members) - len(homes),
        )

    def _lines(
        self, themes: tuple[str, ...], found: Surveyed, homes: Ints, keys: tuple[str, ...]
    ) -> tuple[ThemeOffer, ...]:
        people, lines = self.people[homes], []
        for at, theme in enumerate(themes):
            is_white = (found.themes >> np.uint64(at)) & np.uint64(1) == 0
            reaching = np.flatnonzero(found.reached[:, at])
            reached = zip([keys[one] for one in reaching.tolist()], found.reached[reaching, at].tolist(), strict=True)
            lines.append(ThemeOffer(theme, tuple(reached), int(people[is_white].sum())))
        return tuple(lines)

    def _laid_out(
        self, columns: Columns, choice: PartnerChoice, change: ImaginedChange, homes: Ints
    ) -> tuple[Sites, Far, tuple[str, ...]]:
        """Lay out the services that count, so that the loops read one after the other those of a line of cells.

        Gives also the partners who have some of them, by number.
        """
        partners = _after(self.partners(choice), change)
        box = _box(self.index.points[homes], columns.km)
        shelf = self._shelf(columns, partners, box)
        if change.points:
            shelf = _with_imagined(shelf, change, columns, partners.keys.index(change.partner))
        counts, of = shelf.partners
        is_there = np.bincount(of, minlength=len(partners.keys)) > 0
        shelf = replace(shelf, partners=(counts, (np.cumsum(is_there) - 1)[of].astype(np.int32)))
        sites, order = _by_cell(shelf, self._gates(columns.on))
        site_of = np.full(len(self.publics) + 1, -1, np.int32)
        # An imagined service has no number in the offer: -1 writes on a place of its own, never read.
        site_of[shelf.service[order]] = np.arange(len(order))
        far = self.index.far
        return sites, Far(*far.lists, site_of), tuple(compress(partners.keys, is_there.tolist()))

    def _shelf(self, columns: Columns, partners: Partners, box: Box) -> Shelf:
        places = self.index.layout.places
        is_placed = places.is_placed == 1
        kept = (self.index.usable_on(columns.on).services == 1) & (np.diff(partners.start) > 0)
        # A service with a place outside the box is nobody's neighbour; it counts only if it also answers at a distance.
        kept &= ~is_placed | self.is_remote | box.holds(places.latitude, places.longitude)
        kept &= self._masks(columns.themes).any(axis=1)
        found = np.flatnonzero(kept)
        opens = np.stack([self._opening(group)[found] for group in columns.groups], axis=1)
        counts = opens.any(axis=1)
        found, opens = found[counts], opens[counts]
        profile = places.profile[found].astype(np.int64)
        return Shelf(
            service=found,
            is_placed=is_placed[found],
            latitude=places.latitude[found],
            longitude=places.longitude[found],
            spot=self.service_spots[found],
            limit_km=np.minimum(places.reach_km[found], columns.km),
            zone=places.zone[found],
            is_gated=self.index.layout.rules.profile[profile, 4].astype(np.uint8),
            profile=profile,
            themes=self._masks(columns.themes)[found],
            opens=opens.astype(np.uint8),
            partners=_taken(partners.start, partners.of, found),
        )

    @cached_property
    def is_remote(self) -> Flags:
        """Tell which services are also delivered at a distance."""
        return np.array([service.remote for service in self.index.services], np.bool_)

    @cached_property
    def service_spots(self) -> Reals:
        """The point of each service on the sphere of radius 1."""
        places = self.index.layout.places
        return on_the_sphere(places.latitude, places.longitude)

    def _masks(self, themes: tuple[str, ...]) -> Masks:
        """Give the mask of the themes that each service serves, kept for the next question about them."""
        if themes not in self.masks:
            self.masks[themes] = _packed(np.stack([self._serving(theme) for theme in themes], axis=1))
        return self.masks[themes]

    def _serving(self, theme: str) -> Flags:
        if theme not in self.serving:
            wanted = self.index.needs_of((theme,))[0]
            self.serving[theme] = ((self.index.layout.places.themes & wanted) != 0).any(axis=1)
        return self.serving[theme]

    def _opening(self, group: str) -> Flags:
        if group == ANYBODY:
            return np.ones(len(self.publics), np.bool_)
        held = {EVERYBODY: set(), "VERY_LONG_TERM": {group, "LONG_TERM"}}.get(group, {group})
        received: Flags = (self.publics == 0) | ((self.publics & group_mask(held)) != 0)
        return received

    def _gates(self, on: date) -> tuple[Ints, Ints]:
        """Give, by profile, the tables of the territories whose clauses stand and are in force on a day."""
        rules = self.index.layout.rules
        stands = self.index.usable_on(on).clauses[rules.profile_clauses] == 1
        before = np.concatenate(([0], np.cumsum(stands))).astype(np.int64)
        return before[rules.profile_start], rules.clause_territory[rules.profile_clauses[stands]]


@dataclass(frozen=True)
class Box:
    """What holds every place that could be within reach; in radians."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: Reals, longitude: Reals) -> Flags:
        """Tell which points are in it."""
        inside: Flags = (self.south <= latitude) & (latitude <= self.north)
        return inside & (self.west <= longitude) & (longitude <= self.east)


def _box(points: Reals, km: float) -> Box:
    known = points[~np.isnan(points[:, 0])]
    if not len(known):
        return Box(1, 0, 1, 0)
    high = km / EARTH_RADIUS_KM * BOX_ROOM + 1e-9
    south, north = known[:, 0].min() - high, known[:, 0].max() + high
    wide = min(2 * np.pi, high / max(0.01, np.cos(max(abs(south), abs(north)))))
    return Box(south, north, known[:, 1].min() - wide, known[:, 1].max() + wide)


@dataclass(frozen=True)
class Shelf:
    """The services that count, one a row, before they are put in order; ``partners`` as how many each has, then who."""

    service: Ints
    is_placed: Flags
    latitude: Reals
    longitude: Reals
    spot: Reals
    limit_km: Reals
    zone: Ints
    is_gated: Bytes
    profile: Ints
    themes: Masks
    opens: Bytes
    partners: tuple[Ints, Small]


def _after(partners: Partners, change: ImaginedChange) -> Partners:
    """Take away the partner that would leave, and number the one that would open services."""
    keys, start, of = partners.keys, partners.start, partners.of
    if change.lost in keys:
        stays = of != keys.index(change.lost)
        start, of = np.concatenate(([0], np.cumsum(stays)))[start], of[stays]
    if change.points and change.partner not in keys:
        keys = tuple(sorted((*keys, change.partner)))
        of = of + (of >= keys.index(change.partner)).astype(np.int32)
    return Partners(keys, start.astype(np.int64), of)


def _with_imagined(shelf: Shelf, change: ImaginedChange, columns: Columns, partner: int) -> Shelf:
    """Add the services that would open: of the first theme of the columns and its family, for everybody near."""
    count = len(change.points)
    asked = columns.themes[0]
    served = np.array([[theme in {asked, asked.partition("--")[0]} for theme in columns.themes]] * count)
    degrees = np.radians([(point.latitude, point.longitude) for point in change.points])
    counts, of = shelf.partners
    zeros = np.zeros(count, np.int64)
    return Shelf(
        service=np.append(shelf.service, zeros - 1),
        is_placed=np.append(shelf.is_placed, zeros == 0),
        latitude=np.append(shelf.latitude, degrees[:, 0]),
        longitude=np.append(shelf.longitude, degrees[:, 1]),
        spot=np.concatenate((shelf.spot, on_the_sphere(degrees[:, 0], degrees[:, 1]))),
        limit_km=np.append(shelf.limit_km, zeros + columns.km),
        zone=np.append(shelf.zone, zeros - 1),
        is_gated=np.append(shelf.is_gated, zeros.astype(np.uint8)),
        profile=np.append(shelf.profile, zeros),
        themes=np.concatenate((shelf.themes, _packed(served))),
        opens=np.concatenate((shelf.opens, np.ones((count, len(columns.groups)), np.uint8))),
        partners=(np.append(counts, zeros + 1), np.append(of, (zeros + partner).astype(np.int32))),
    )


def _by_cell(shelf: Shelf, gates: tuple[Ints, Ints]) -> tuple[Sites, Ints]:
    """Put the services in order, those with a place by cell; gives also which row of the shelf each site is."""
    placed, others = np.flatnonzero(shelf.is_placed), np.flatnonzero(~shelf.is_placed)
    by_cell, cell_start, grid = _cells(shelf, placed)
    order = np.concatenate((placed[by_cell], others))
    counts, partners = shelf.partners
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    partner_counts, partner = _taken(start, partners, order)
    latitude, longitude, limit = shelf.latitude[order], shelf.longitude[order], shelf.limit_km[order]
    opens = shelf.opens[order]
    sites = Sites(
        spot=shelf.spot[order],
        latitude=latitude,
        longitude=longitude,
        limit_km=limit,
        chord=(2 * np.sin(limit / (2 * EARTH_RADIUS_KM))) ** 2,
        zone=shelf.zone[order],
        is_gated=shelf.is_gated[order],
        profile=shelf.profile[order],
        gate_start=gates[0],
        gate=gates[1],
        opens=opens,
        mask=(opens.astype(np.int64) << np.arange(opens.shape[1])).sum(axis=1),
        themes=shelf.themes[order],
        partner_start=_starts(partner_counts),
        partner=partner,
        placed_count=len(placed),
        cell_start=cell_start,
        grid=grid,
    )
    return sites, order


def _cells(shelf: Shelf, placed: Ints) -> tuple[Ints, Ints, Reals]:
    """Sort places into square cells; gives their order, where each cell begins, and the grid."""
    side = CELL_DEGREES
    if not len(placed):
        return placed, np.zeros(2, np.int64), np.array([0.0, 0.0, side, 1.0, 1.0, 0.0])
    latitude, longitude = np.degrees(shelf.latitude[placed]), np.degrees(shelf.longitude[placed])
    south, west = floor(latitude.min() / side) * side, floor(longitude.min() / side) * side
    lines = np.maximum(0, (latitude - south) // side).astype(np.int64)
    columns = np.maximum(0, (longitude - west) // side).astype(np.int64)
    rows, width = int(lines.max()) + 1, int(columns.max()) + 1
    cell = lines * width + columns
    start = _starts(np.bincount(cell, minlength=rows * width))
    grid = np.array([south, west, side, rows, width, shelf.limit_km[placed].max()], np.float64)
    return np.argsort(cell, kind="stable"), start, grid


def _taken(start: Ints, values: Small, chosen: Ints) -> tuple[Ints, Small]:
    """Take the values of some rows of a list of lists, in their order: how many each has, then all of them."""
    counts = start[chosen + 1] - start[chosen]
    before = np.cumsum(counts) - counts
    return counts, values[np.repeat(start[chosen] - before, counts) + np.arange(int(counts.sum()))]


def _starts(counts: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _cut(keys: tuple[str, ...], listed: Small, counts: Small) -> list[tuple[str, ...]]:
    """Name the partners of each municipality, listed one municipality after the other."""
    start = _starts(counts.astype(np.int64)).tolist()
    flat = np.array([*keys, ""], object)[listed].tolist()
    return [tuple(flat[first:last]) for first, last in pairwise(start)]


def _rising(rows: Ints, values: Small) -> Small:
    """Sort values within each row; rows and values are numbers from 0 on, and rows rise."""
    both = np.sort((rows << 32) | values)
    return (both & 0xFFFFFFFF).astype(np.int32)


def _packed(served: Flags) -> Masks:
    """Write flags[n, themes] as masks[n, words]."""
    found = np.zeros((len(served), -(-served.shape[1] // WORD)), np.uint64)
    for theme in range(served.shape[1]):
        found[:, theme // WORD] |= served[:, theme].astype(np.uint64) << np.uint64(theme % WORD)
    return found


def _in_parts(length: int, work: Callable[[slice], Made]) -> list[Made]:
    """Work on all of some rows, part after part, on two threads when there are many."""
    # What each part counts by partner and theme is zeroed, then added: few parts where there are few rows.
    parts = 1 if length <= HOMES_ALONE else min(4 * THREADS, max(THREADS, length // HOMES_A_PART))
    stops = [length * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, map(slice, stops[:-1], stops[1:])))


def on_the_sphere(latitude: Reals, longitude: Reals) -> Reals:
    """Give points of the sphere of radius 1 from angles in radians: float64[n, 3]."""
    around = np.cos(latitude)
    return np.column_stack((around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)))
