"""What every peer starts from: services, clauses and candidates as plain columns, made without the engine's index.

A peer is handed what its own expert would have prepared: the services of each municipality in the order of the answer
(needs apart), those that no one could ever be shown left out, and the clauses as bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.conditions import Kept, simplified
from bench.crowds import GROUP
from maillage.domain.agreements import Force
from maillage.domain.rules import LivesIn, parts_of
from maillage.domain.shared import EARTH_RADIUS_KM
from maillage.domain.territories import TerritoryRef
from maillage.engine.offer import Offer
from maillage.engine.reference import reach_of

BITS = 62
"""How many clauses or themes a word holds: signed 64-bit integers everywhere, away from the sign."""
NOBODY = 1 << 30
OLDEST = 999
OWN = -1
DEGREE_KM = np.pi * EARTH_RADIUS_KM / 180

Places = NDArray[np.int64]
Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]


def haversine(latitude: float, longitude: float, latitudes: Reals, longitudes: Reals) -> Reals:
    """Give the great-circle distances in kilometres from one point to many (radians)."""
    half_lat, half_lon = np.sin((latitudes - latitude) / 2), np.sin((longitudes - longitude) / 2)
    chord = half_lat * half_lat + np.cos(latitude) * np.cos(latitudes) * half_lon * half_lon
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord)))


@dataclass
class World:
    """An offer on one day as plain columns; services in the order of their ids, homes in the order of their codes."""

    offer: Offer
    on: object

    @cached_property
    def homes(self) -> tuple[str, ...]:
        """The municipalities, by code."""
        return tuple(sorted(self.offer.geography.municipalities))

    @cached_property
    def points(self) -> Reals:
        """The points of the homes, radians; not a number where nobody published one."""
        found = [self.offer.geography.municipalities[code].point for code in self.homes]
        return np.radians([(one.latitude, one.longitude) if one else (np.nan, np.nan) for one in found])

    @cached_property
    def services(self) -> pl.DataFrame:
        """The services with their own conditions: angles in radians, ``publics`` 0 and bounds null when not asked."""
        services, default = self.offer.services, self.offer.settings.default_reach_km
        points = np.radians(
            [(one.point.latitude, one.point.longitude) if one.point else (np.nan, np.nan) for one in services]
        )
        themes = np.array([self._theme_words(one.themes) for one in services], np.int64)
        columns = {
            "service": np.arange(len(services)),
            "latitude": points[:, 0],
            "longitude": points[:, 1],
            "placed": [one.is_placed for one in services],
            "remote": [one.remote or not one.is_placed for one in services],
            "reach": [reach_of(one, default) for one in services],
            "zone": self.zone_of,
            "publics": [sum(GROUP.get(code, NOBODY) for code in one.publics) for one in services],
            "low": [_low(one.age_from, one.age_until) for one in services],
            "high": [OLDEST if one.age_until is None else one.age_until for one in services],
            "reserved": [one.id in self.offer.reserved for one in services],
            "usable": [one.conditions_known and self.on in one.valid for one in services],
            **{f"theme{word}": themes[:, word] for word in range(themes.shape[1])},
        }
        return pl.DataFrame(columns, strict=False)

    # Themes

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """The themes that services have, by name."""
        return tuple(sorted({theme for one in self.offer.services for theme in one.themes}))

    @cached_property
    def _theme_place(self) -> dict[str, int]:
        return {theme: place for place, theme in enumerate(self.themes)}

    @property
    def theme_words(self) -> int:
        """How many words the themes take."""
        return max(1, -(-len(self.themes) // BITS))

    def _theme_words(self, themes: frozenset[str]) -> list[int]:
        words = [0] * self.theme_words
        for theme in themes:
            words[self._theme_place[theme] // BITS] |= 1 << self._theme_place[theme] % BITS
        return words

    def need_words(self, wanted: str) -> list[int]:
        """Give the words of the themes that meet a need, whole or by family."""
        return self._theme_words(frozenset(one for one in self.themes if wanted in {one, one.partition("--")[0]}))

    # Zones and groups of municipalities

    @cached_property
    def zones(self) -> list[tuple[TerritoryRef, ...] | None]:
        """The distinct zones of services; ``None`` is no limit."""
        return list(dict.fromkeys(one.zone for one in self.offer.services))

    @cached_property
    def zone_of(self) -> Places:
        """The zone of each service, by its place in ``zones``."""
        place = {zone: number for number, zone in enumerate(self.zones)}
        return np.array([place[one.zone] for one in self.offer.services], np.int64)

    @cached_property
    def zone_holds(self) -> Flags:
        """Whether each zone (rows) holds each home (columns)."""
        everywhere = np.ones(len(self.homes), bool)
        return np.array([everywhere if zone is None else self.lives_in(zone) for zone in self.zones])

    def lives_in(self, territories: tuple[TerritoryRef, ...] | frozenset[TerritoryRef]) -> Flags:
        """Tell which homes lie in one of some territories."""
        geography = self.offer.geography
        return np.array(
            [any(geography.covers(one, geography.municipalities[code]) for one in territories) for code in self.homes]
        )

    @cached_property
    def usable_clauses(self) -> Places:
        """The clauses in force on the day, by position."""
        force, silent = self.offer.force_on(self.on), self.offer.silent_on(self.on)
        return np.array(
            [
                place
                for place, clause in enumerate(self.offer.clauses)
                if place not in silent and force[clause.agreement] is Force.IN_FORCE and self.on in clause.standing
            ],
            np.int64,
        )

    @cached_property
    def _area_holds(self) -> dict[frozenset[TerritoryRef], Flags]:
        areas = {frozenset({self.offer.clauses[place].territory}) for place in self.usable_clauses}
        for place in self.usable_clauses:
            areas |= {
                one.territories for one in parts_of(self.offer.clauses[place].condition) if isinstance(one, LivesIn)
            }
        return {area: self.lives_in(area) for area in sorted(areas, key=str)}

    @cached_property
    def group_of(self) -> Places:
        """The group of each home: those of one group lie in the same territories of clauses."""
        if not self._area_holds:
            return np.zeros(len(self.homes), np.int64)
        held = np.packbits(np.array(list(self._area_holds.values())), axis=0)
        return np.unique(held, axis=1, return_inverse=True)[1].reshape(-1)

    @cached_property
    def clauses_of_group(self) -> list[list[tuple[int, Kept]]]:
        """The clauses that somebody of a group may hold, by position, with what is left of their conditions there."""
        found = []
        for group in range(int(self.group_of.max()) + 1):
            home = int(np.flatnonzero(self.group_of == group)[0])
            holds = {area: bool(flags[home]) for area, flags in self._area_holds.items()}
            kept = []
            for place in self.usable_clauses.tolist():
                clause = self.offer.clauses[place]
                left = simplified(clause.condition, holds) if holds[frozenset({clause.territory})] else False
                if left is not False and left is not None:
                    kept.append((place, left))
            found.append(kept)
        return found

    @property
    def clause_words(self) -> int:
        """How many words the clauses of the fullest group take."""
        return max(1, -(-max(len(kept) for kept in self.clauses_of_group) // BITS))

    @cached_property
    def opened_by(self) -> tuple[Places, Places]:
        """Pairs of (service, clause) in force, as two columns."""
        place_of = {one.id: place for place, one in enumerate(self.offer.services)}
        wanted = set(self.usable_clauses.tolist())
        pairs = [
            (place_of[key], clause)
            for key, clauses in self.offer.opened_by.items()
            if key in place_of
            for clause in clauses
            if clause in wanted
        ]
        return tuple(np.array(pairs, np.int64).reshape(-1, 2).T)

    def clause_masks(self, group: int) -> Places:
        """Give int64[services, words]: which clauses of a group may open each service."""
        bit_of = np.full(len(self.offer.clauses) + 1, -1, np.int64)
        for bit, (clause, _) in enumerate(self.clauses_of_group[group]):
            bit_of[clause] = bit
        service, clause = self.opened_by
        bits = bit_of[clause]
        masks = np.zeros((len(self.offer.services), self.clause_words), np.int64)
        kept = bits >= 0
        np.bitwise_or.at(masks, (service[kept], bits[kept] // BITS), np.int64(1) << (bits[kept] % BITS))
        return masks

    # Candidates

    @cached_property
    def _by_latitude(self) -> tuple[Places, Reals, Reals, Reals]:
        table = self.services
        placed = np.flatnonzero(table["placed"].to_numpy() & table["usable"].to_numpy())
        order = placed[np.argsort(table["latitude"].to_numpy()[placed], kind="stable")]
        return order, *(table[name].to_numpy()[order] for name in ("latitude", "longitude", "reach"))

    def near(self, home: int) -> tuple[Places, Reals]:
        """Give the services in zone within reach of a home and their kilometres, by distance then id."""
        latitude, longitude = self.points[home]
        services, latitudes, longitudes, reach = self._by_latitude
        if np.isnan(latitude) or not len(services):
            return np.zeros(0, np.int64), np.zeros(0)
        span = np.radians(float(reach.max()) / DEGREE_KM) * 1.001
        band = slice(*np.searchsorted(latitudes, (latitude - span, latitude + span)))
        km = haversine(latitude, longitude, latitudes[band], longitudes[band])
        within = (km <= reach[band]) & self.zone_holds[self.zone_of[services[band]], home]
        found, km = services[band][within], km[within]
        order = np.lexsort((found, km))
        return found[order], km[order]

    @cached_property
    def _far(self) -> Places:
        return np.flatnonzero(self.services["remote"].to_numpy() & self.services["usable"].to_numpy())

    def far(self, home: int, near: Places) -> Places:
        """Give the services in zone that have no distance, by id."""
        found = self._far[self.zone_holds[self.zone_of[self._far], home]]
        return np.setdiff1d(found, near)

    def candidates(self, homes: Places) -> Iterator[pl.DataFrame]:
        """Give what each home can reach, a table for each group of homes.

        Columns: home, rank (the order of the answer, needs apart), service, its own conditions, and ``clause0``… the
        clauses of the home's group that may open it. What is reserved and no clause opens there is left out.
        """
        own = [
            name for name in self.services.columns if name.startswith(("publics", "low", "high", "reserved", "theme"))
        ]
        for group in np.unique(self.group_of[homes]):
            masks = self.clause_masks(int(group))
            can_open = ~self.services["reserved"].to_numpy() | (masks != 0).any(axis=1)
            parts = []
            for home in homes[self.group_of[homes] == group].tolist():
                near, km = self.near(home)
                found = np.concatenate((near, self.far(home, near)))
                away = np.concatenate((km, np.full(len(found) - len(km), np.nan)))
                kept = can_open[found]
                parts.append((home, found[kept], away[kept]))
            found = np.concatenate([part[1] for part in parts])
            lengths = [len(part[1]) for part in parts]
            yield pl.DataFrame(
                {
                    "home": np.repeat([part[0] for part in parts], lengths).astype(np.int32),
                    "rank": np.concatenate([np.arange(length, dtype=np.int32) for length in lengths]),
                    "km": np.concatenate([part[2] for part in parts]),
                    **{name: self.services[name].gather(found) for name in ("service", *own)},
                    **{f"clause{word}": masks[found, word] for word in range(masks.shape[1])},
                }
            )


def _low(first: int | None, last: int | None) -> int | None:
    """Give the lowest age, 0 where only the highest is asked: an unknown age then stays unknown."""
    return None if first is None and last is None else first or 0
