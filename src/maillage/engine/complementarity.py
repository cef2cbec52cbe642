"""An offer read as a map: per municipality, theme and target group, how many services, whose, and what would change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import floor

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
from maillage.engine.kernels import Bytes, Ints, Reals, Small
from maillage.engine.partners import Partners, named, partners_in
from maillage.engine.planning import group_mask
from maillage.engine.reaching import Counted, Far, Sites, count_cells, list_partners

CELL_DEGREES = 0.1
BOX_ROOM = 1.001
HOMES_ALONE = 200
"""Up to so many municipalities one thread is enough."""
FAMILIES: tuple[str, ...] = tuple(sorted(THEME_FAMILIES))
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """The columns to count: themes (families or leaves) and groups of ``GROUPS``, within some kilometres, on a day."""

    themes: tuple[str, ...]
    groups: tuple[str, ...]
    km: float
    on: date


@dataclass(frozen=True)
class Cells:
    """What was counted: int32[homes, themes, groups] thrice; ``reached`` int64[partners, themes, groups, 2]."""

    near: Small
    far: Small
    partners: Small
    reached: Ints


@dataclass
class OfferMap:
    """An index read by place instead of by person; the partners of each choice are numbered once."""

    index: Index
    numbered: dict[PartnerChoice, Partners] = field(default_factory=dict)
    serving: dict[str, Flags] = field(default_factory=dict)

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

    def cells(
        self, homes: Ints, columns: Columns, choice: PartnerChoice, change: ImaginedChange | None = None
    ) -> Cells:
        """Count for some municipalities, by their positions in the index's tables.

        Cost: all that is within reach of each, on two threads; the country in a second or two, a department in a few
        milliseconds after the first question of a day.
        """
        sites, far, partners = self._laid_out(columns, choice, change or ImaginedChange(), homes)
        return self._counted(sites, far, homes, (len(partners.keys), len(columns.themes), len(columns.groups)))

    def _counted(self, sites: Sites, far: Far, homes: Ints, shape: tuple[int, int, int]) -> Cells:
        people = np.maximum(self.people[homes], 0)
        near, remote, whose = (np.zeros((len(homes), *shape[1:]), np.int32) for _ in range(3))
        stops = [0, len(homes)] if len(homes) <= HOMES_ALONE else _even_stops(len(homes), 4 * THREADS)
        bits = self.index.layout.rules.bits

        def count(first: int, last: int) -> Ints:
            part, reached = slice(first, last), np.zeros((*shape, 2), np.int64)
            out = Counted(near[part], remote[part], whose[part], reached)
            wanted = homes[part]
            count_cells(sites, far, bits, wanted, self.index.points[wanted], self.spots[wanted], people[part], out)
            return reached

        with ThreadPoolExecutor(THREADS) as pool:
            found = pool.map(count, stops[:-1], stops[1:])
            reached = sum(found, np.zeros((*shape, 2), np.int64))
        return Cells(near, remote, whose, reached)

    def answer(
        self, question: ComplementarityQuestion, change: ImaginedChange, names: dict[str, str]
    ) -> Complementarity:
        """Answer a question for a territory; ``names`` gives the labels of networks and of the imagined partner.

        Raises:
            ComplementarityImpossible: the partners cannot be chosen so.
        """
        offer, tables = self.index.offer, self.index.tables
        members = tables.members.get(str(offer.geography.current(question.territory)), [])
        homes = np.array(members, np.int64)
        homes = homes[self.people[homes] >= 0]
        themes = tuple(dict.fromkeys((question.theme, *FAMILIES)))
        columns = Columns(themes, (question.group,), question.km, question.on)
        sites, far, partners = self._laid_out(columns, question.partners, change, homes)
        cells = self._counted(sites, far, homes, (len(partners.keys), len(themes), 1))
        lists = self._listed(sites, homes, cells.partners[:, 0, 0], partners.keys)
        keys = partners.keys
        by_code = offer.geography.municipalities
        rows = tuple(
            MunicipalityOffer(by_code[tables.municipalities[home]], near, remote, found)
            for home, near, remote, found in zip(
                homes.tolist(), cells.near[:, 0, 0].tolist(), cells.far[:, 0, 0].tolist(), lists, strict=True
            )
        )
        lines = self._lines(themes, cells, homes, keys)
        shown = {key for row in rows for key in row.partners} | {key for line in lines for key, _ in line.reached}
        return Complementarity(
            question=question,
            change=change,
            name=offer.geography.name_of(question.territory),
            vintage=offer.geography.vintage,
            rows=rows,
            themes=lines,
            partner_names=tuple((key, named(key, offer.directory, names)) for key in sorted(shown)),
            left_out=len(members) - len(homes),
        )

    def _lines(
        self, themes: tuple[str, ...], cells: Cells, homes: Ints, keys: tuple[str, ...]
    ) -> tuple[ThemeOffer, ...]:
        white = ((cells.partners[:, :, 0] == 0) * self.people[homes][:, None]).sum(axis=0)
        lines = []
        for at, theme in enumerate(themes):
            reaching = np.flatnonzero(cells.reached[:, at, 0, 1]).tolist()
            reached = tuple((keys[one], int(cells.reached[one, at, 0, 0])) for one in reaching)
            lines.append(ThemeOffer(theme, reached, int(white[at])))
        return tuple(lines)

    def _listed(self, sites: Sites, homes: Ints, counts: Small, keys: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Name the partners of each municipality, in the order of their keys."""
        start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        out, seen = np.zeros(int(start[-1]), np.int32), np.full(len(keys), -1, np.int64)
        points, bits = self.index.points[homes], self.index.layout.rules.bits
        wanted = sites.opens[:, 0].copy()
        serves_first = np.zeros(len(wanted), np.uint8)
        serves_first[np.repeat(np.arange(len(wanted)), np.diff(sites.theme_start))[sites.theme == 0]] = 1
        list_partners(sites, bits, homes, points, self.spots[homes], wanted & serves_first, seen, start, out)
        in_order = sorted(keys)
        rank = {key: place for place, key in enumerate(in_order)}
        ranks = np.array([rank[key] for key in keys], np.int64)[out]
        ordered = ranks[np.lexsort((ranks, np.repeat(np.arange(len(homes)), counts)))]
        flat = np.array([*in_order, ""], object)[ordered].tolist()
        return [tuple(flat[first:last]) for first, last in zip(start[:-1].tolist(), start[1:].tolist(), strict=True)]

    def _laid_out(
        self, columns: Columns, choice: PartnerChoice, change: ImaginedChange, homes: Ints
    ) -> tuple[Sites, Far, Partners]:
        """Lay out the services that count, so that the loops read one after the other those of a line of cells."""
        partners = _after(self.partners(choice), change)
        box = _box(self.index.points[homes], columns.km)
        shelf = self._shelf(columns, partners, box)
        if change.points:
            shelf = _with_imagined(shelf, change, columns, partners.keys.index(change.partner))
        sites, order = _by_cell(shelf, self._gates(columns.on))
        site_of = np.full(len(self.publics) + 1, -1, np.int32)
        # An imagined service has no number in the offer: -1 writes on a place of its own, never read.
        site_of[shelf.service[order]] = np.arange(len(order))
        far = self.index.far
        return sites, Far(*far.lists, site_of), partners

    def _shelf(self, columns: Columns, partners: Partners, box: Box) -> Shelf:
        places = self.index.layout.places
        is_placed = places.is_placed == 1
        kept = (self.index.usable_on(columns.on).services == 1) & (np.diff(partners.start) > 0)
        # A service with a place outside the box is nobody's neighbour; it counts only if it also answers at a distance.
        kept &= ~is_placed | self.is_remote | box.holds(places.latitude, places.longitude)
        found = np.flatnonzero(kept)
        served = np.stack([self._serving(theme)[found] for theme in columns.themes], axis=1)
        opens = np.stack([self._opening(group)[found] for group in columns.groups], axis=1)
        counts = served.any(axis=1) & opens.any(axis=1)
        found, served, opens = found[counts], served[counts], opens[counts]
        profile = places.profile[found].astype(np.int64)
        return Shelf(
            service=found,
            is_placed=is_placed[found],
            latitude=places.latitude[found],
            longitude=places.longitude[found],
            limit_km=np.minimum(places.reach_km[found], columns.km),
            zone=places.zone[found],
            is_gated=self.index.layout.rules.profile[profile, 4].astype(np.uint8),
            profile=profile,
            served=served,
            opens=opens.astype(np.uint8),
            partners=_taken(partners.start, partners.of, found),
        )

    @cached_property
    def is_remote(self) -> Flags:
        """Tell which services are also delivered at a distance."""
        return np.array([service.remote for service in self.index.services], np.bool_)

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
    limit_km: Reals
    zone: Ints
    is_gated: Bytes
    profile: Ints
    served: Flags
    opens: Bytes
    partners: tuple[Ints, Small]


def _after(partners: Partners, change: ImaginedChange) -> Partners:
    """Take away the partner that would leave, and number the one that would open services."""
    keys, start, of = partners.keys, partners.start, partners.of
    if change.lost in keys:
        stays = of != keys.index(change.lost)
        start, of = np.concatenate(([0], np.cumsum(stays)))[start], of[stays]
    if change.points and change.partner not in keys:
        keys = (*keys, change.partner)
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
        limit_km=np.append(shelf.limit_km, zeros + columns.km),
        zone=np.append(shelf.zone, zeros - 1),
        is_gated=np.append(shelf.is_gated, zeros.astype(np.uint8)),
        profile=np.append(shelf.profile, zeros),
        served=np.concatenate((shelf.served, served)),
        opens=np.concatenate((shelf.opens, np.ones((count, len(columns.groups)), np.uint8))),
        partners=(np.append(counts, zeros + 1), np.append(of, (zeros + partner).astype(np.int32))),
    )


def _by_cell(shelf: Shelf, gates: tuple[Ints, Ints]) -> tuple[Sites, Ints]:
    """Put the services in order, those with a place by cell; gives also which row of the shelf each site is."""
    placed, others = np.flatnonzero(shelf.is_placed), np.flatnonzero(~shelf.is_placed)
    by_cell, cell_start, grid = _cells(shelf, placed)
    order = np.concatenate((placed[by_cell], others))
    rows, themes = np.nonzero(shelf.served[order])
    counts, partners = shelf.partners
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    partner_counts, partner = _taken(start, partners, order)
    latitude, longitude, limit = shelf.latitude[order], shelf.longitude[order], shelf.limit_km[order]
    opens = shelf.opens[order]
    sites = Sites(
        spot=on_the_sphere(latitude, longitude),
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
        theme_start=_starts(np.bincount(rows, minlength=len(order))),
        theme=themes.astype(np.int32),
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


def _even_stops(length: int, parts: int) -> list[int]:
    return [length * part // parts for part in range(parts + 1)]


def on_the_sphere(latitude: Reals, longitude: Reals) -> Reals:
    """Give points of the sphere of radius 1 from angles in radians: float64[n, 3]."""
    around = np.cos(latitude)
    return np.column_stack((around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)))
