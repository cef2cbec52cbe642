"""From an offer to arrays: conditions to small programs, services to profiles and places, territories to bits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from math import floor
from typing import NamedTuple

import numpy as np

from maillage.domain.eligibility import ObstacleKind
from maillage.domain.people import FACTS, TARGET_GROUPS, FactKind
from maillage.domain.rules import (
    CATCHMENT_AREA,
    All,
    Always,
    Among,
    Any,
    Between,
    Condition,
    Equals,
    LivesIn,
    LivesInCatchmentArea,
    Not,
    Test,
    parts_of,
)
from maillage.domain.services import Service
from maillage.domain.shared import MaillageError
from maillage.domain.territories import CODE_FIELDS, FRANCE, Geography, TerritoryKind, TerritoryRef
from maillage.engine.kernels import (
    ALL,
    ALWAYS,
    ANY,
    MASK,
    NEVER_KNOWN,
    NOT,
    RANGE,
    STACK_DEPTH,
    TABLE,
    TEST,
    Bits,
    Bytes,
    Ints,
    Masks,
    Places,
    Reals,
    Rules,
    Small,
)
from maillage.engine.offer import Offer, OpeningClause
from maillage.engine.reference import SERVICE_CONDITIONS, reach_of

COLUMNS = (
    "lives_in",
    "age",
    "registered",
    "registered_for_months",
    "target_group",
    "barrier",
    "boe",
    "minimum_income",
    "priority_neighbourhood",
    "qualification",
    "occupation",
)
"""The facts in the order of a person's row; ``lives_in`` holds the position of the municipality."""
COLUMN_OF = {fact: position for position, fact in enumerate(COLUMNS)}
MISSING_NAMES = (*COLUMNS, CATCHMENT_AREA, SERVICE_CONDITIONS)
MISSING_BIT = {name: 1 << position for position, name in enumerate(MISSING_NAMES)}
OBSTACLE_BIT = {kind: 1 << position for position, kind in enumerate(ObstacleKind)}
NO_BOUND = 1 << 40
CELL_DEGREES = 0.25
WIDE_REACH_FACTOR = 2.0
"""A service that reaches further than this many times the default is looked for apart, not by cells."""
ORDER_STEP = 1 << 32
NO_ORDER = np.iinfo(np.int64).min  # of a place that no service has
"""How far apart the orders of two neighbours are at first, so that services to come have room between them."""
WIDE_ZONES = frozenset({TerritoryKind.DEPARTMENT, TerritoryKind.REGION, TerritoryKind.FRANCE})

KERNEL_BITS = Bits(
    age=MISSING_BIT["age"],
    target_group=MISSING_BIT["target_group"],
    service_conditions=MISSING_BIT[SERVICE_CONDITIONS],
    not_available=OBSTACLE_BIT[ObstacleKind.NOT_AVAILABLE],
    zone=OBSTACLE_BIT[ObstacleKind.ZONE],
    too_young_or_old=OBSTACLE_BIT[ObstacleKind.AGE],
    publics=OBSTACLE_BIT[ObstacleKind.PUBLICS],
    not_in_force=OBSTACLE_BIT[ObstacleKind.NOT_IN_FORCE],
    territory=OBSTACLE_BIT[ObstacleKind.TERRITORY],
    condition=OBSTACLE_BIT[ObstacleKind.CONDITION],
    no_clause=OBSTACLE_BIT[ObstacleKind.NO_CLAUSE],
)


class ConditionTooDeep(MaillageError):
    """A condition nests more parts than the engine's stack holds."""


@dataclass
class Tables:
    """Packed yes-or-no tables, each written once; a table is named by what it tells and found by its offset."""

    geography: Geography
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    chunks: list[Bytes] = field(default_factory=list)
    size: int = 0
    offsets: dict[object, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Number the municipalities, in the order of their codes."""
        self.municipalities = sorted(self.geography.municipalities)
        self.position = {code: place for place, code in enumerate(self.municipalities)}
        homes = self.geography.municipalities.values()
        self.departments = sorted({(one.department, one.region) for one in homes})

    @cached_property
    def members(self) -> dict[str, list[int]]:
        """The municipalities of each territory, gathered when a table is first made of one."""
        members = {str(FRANCE): list(range(len(self.municipalities)))}
        for kind, name in CODE_FIELDS.items():
            for place, home in enumerate(self.municipalities):
                if code := getattr(self.geography.municipalities[home], name):
                    members.setdefault(f"{kind.value}:{code}", []).append(place)
        return members

    def _table(self, name: object, length: int, set_places: Callable[[], Iterable[int]]) -> int:
        if name not in self.offsets:
            flags = np.zeros(length, np.uint8)
            flags[np.fromiter(set_places(), np.int64)] = 1
            packed = np.packbits(flags, bitorder="little")
            self.offsets[name] = self.size
            self.chunks.append(packed)
            self.size += len(packed)
        return self.offsets[name]

    def with_codes(self, codes: dict[str, dict[str, int]]) -> Tables:
        """Give tables that hold the same territories and other free codes; these stay as they were."""
        found = copy(self)
        found.codes, found.chunks = codes, list(self.chunks)
        found.offsets = {name: offset for name, offset in self.offsets.items() if not _is_of_codes(name)}
        return found

    def of_territories(self, territories: Iterable[TerritoryRef]) -> int:
        """Give the table of the municipalities of some territories; one offset for the same set."""
        names = frozenset(str(self.geography.current(territory)) for territory in territories)
        return self._table(
            ("territories", names),
            len(self.municipalities),
            lambda: {place for name in names for place in self.members.get(name, ())},
        )

    def of_codes(self, fact: str, codes: frozenset[str]) -> int:
        """Give the table of the codes of a free-code fact; a code never seen has the last place, always 0."""
        known = self.codes[fact]
        return self._table((fact, codes), len(known) + 1, lambda: [known[code] for code in codes])

    def bits(self) -> Bytes:
        """Give all tables one after the other."""
        return np.concatenate(self.chunks) if self.chunks else np.zeros(1, np.uint8)


def _is_of_codes(name: object) -> bool:
    return isinstance(name, tuple) and name[0] in {fact.name for fact in FACTS.values() if fact.kind is FactKind.CODE}


def group_mask(codes: Iterable[str]) -> int:
    """Give the mask of some target groups."""
    return sum(1 << TARGET_GROUPS.index(code) for code in set(codes) if code in TARGET_GROUPS)


@dataclass
class RuleBook:
    """Writes conditions as programs: tests are written once, each clause has its own program."""

    tables: Tables
    tests: dict[Test, int] = field(default_factory=dict)
    kind: list[int] = field(default_factory=list)
    fact: list[int] = field(default_factory=list)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    op: list[int] = field(default_factory=list)
    arg: list[int] = field(default_factory=list)
    root: list[int] = field(default_factory=lambda: [0])

    def write(self, clause: OpeningClause) -> None:
        """Write the program of one clause.

        Raises:
            ConditionTooDeep: it has more parts than the stack holds.
        """
        if sum(1 for _ in parts_of(clause.condition)) > STACK_DEPTH:
            raise ConditionTooDeep(
                f"{clause.agreement}, article {clause.article}, clause {clause.clause}: a condition of more than "
                f"{STACK_DEPTH} parts. Split it into several clauses."
            )
        self._steps(clause.condition)
        self.root.append(len(self.op))

    def _steps(self, condition: Condition) -> None:
        match condition:
            case All(parts):
                self._combine(ALL, parts)
            case Any(parts):
                self._combine(ANY, parts)
            case Not(part):
                self._combine(NOT, (part,))
            case _:
                self._step(TEST, self._test(condition))

    def _combine(self, op: int, parts: Sequence[Condition]) -> None:
        for part in parts:
            self._steps(part)
        self._step(op, len(parts))

    def _step(self, op: int, arg: int) -> None:
        self.op.append(op)
        self.arg.append(arg)

    def _test(self, test: Test) -> int:
        if test not in self.tests:
            self.tests[test] = len(self.kind)
            kind, fact, low, high = self._coded(test)
            self.kind.append(kind)
            self.fact.append(COLUMN_OF.get(fact, 0))
            self.low.append(low)
            self.high.append(high)
            self.missing.append(MISSING_BIT[fact])
        return self.tests[test]

    def _coded(self, test: Test) -> tuple[int, str, int, int]:
        match test:
            case Always():
                return ALWAYS, "lives_in", 0, 0
            case LivesInCatchmentArea():
                return NEVER_KNOWN, CATCHMENT_AREA, 0, 0
            case LivesIn(territories):
                return TABLE, "lives_in", self.tables.of_territories(territories), 0
            case Equals(fact, value):
                return RANGE, fact, int(value), int(value)
            case Between(fact, low, high):
                return RANGE, fact, 0 if low is None else low, NO_BOUND if high is None else high
            case _:
                return self._coded_among(test)

    def _coded_among(self, test: Among) -> tuple[int, str, int, int]:
        fact = FACTS[test.fact]
        if fact.kind is FactKind.CODE:
            return TABLE, fact.name, self.tables.of_codes(fact.name, test.codes), 0
        return MASK, fact.name, sum(1 << fact.codes.index(code) for code in test.codes), 0


def free_codes(offer: Offer) -> dict[str, dict[str, int]]:
    """Number the free codes (qualification, occupation) that conditions name."""
    found: dict[str, set[str]] = {fact.name: set() for fact in FACTS.values() if fact.kind is FactKind.CODE}
    for clause in offer.clauses:
        for part in parts_of(clause.condition):
            if isinstance(part, Among) and part.fact in found:
                found[part.fact] |= part.codes
    return {fact: {code: place for place, code in enumerate(sorted(codes))} for fact, codes in found.items()}


Profile = tuple[int, int, int, int, int, tuple[int, ...]]
"""What several services ask alike: the columns of ``Rules.profile``, then the clauses."""
VACANT: Profile = (0, -1, -1, 0, 1, ())
"""The profile of a place that no service has: open to nobody."""


def plan_rules(offer: Offer, tables: Tables) -> tuple[Rules, Ints, dict[Profile, int]]:
    """Write the clauses and the profiles; gives them with the profile of each service, and the number of each."""
    profiles: dict[Profile, int] = {VACANT: 0}
    keys = (profile_of(service, offer) for service in offer.services)
    of_service = np.array([profiles.setdefault(key, len(profiles)) for key in keys], np.int64)
    return with_profiles(plan_clauses(offer, tables), list(profiles)), of_service, profiles


def plan_clauses(offer: Offer, tables: Tables) -> Rules:
    """Write the clauses, without any profile."""
    book = RuleBook(tables)
    for clause in offer.clauses:
        book.write(clause)
    clause_territory = [tables.of_territories([clause.territory]) for clause in offer.clauses]
    return Rules(
        test_kind=np.array(book.kind, np.int32),
        test_fact=np.array(book.fact, np.int32),
        test_low=np.array(book.low, np.int64),
        test_high=np.array(book.high, np.int64),
        test_missing=np.array(book.missing, np.int64),
        op=np.array(book.op, np.int32),
        arg=np.array(book.arg, np.int32),
        root=np.array(book.root, np.int64),
        clause_territory=np.array(clause_territory, np.int64),
        profile=np.zeros((0, 5), np.int64),
        profile_start=np.zeros(1, np.int64),
        profile_clauses=np.zeros(0, np.int32),
        bits=np.zeros(0, np.uint8),
    )


def with_profiles(rules: Rules, profiles: Sequence[Profile]) -> Rules:
    """Write profiles after those that rules have already."""
    more = np.cumsum([len(key[5]) for key in profiles], dtype=np.int64)
    return rules._replace(
        profile=np.concatenate((rules.profile, np.array([key[:5] for key in profiles], np.int64).reshape(-1, 5))),
        profile_start=np.concatenate((rules.profile_start, rules.profile_start[-1] + more)),
        profile_clauses=np.concatenate(
            (rules.profile_clauses, np.array([clause for key in profiles for clause in key[5]], np.int32))
        ),
    )


def profiles_of(rules: Rules) -> dict[Profile, int]:
    """Number the profiles as they are written; the first of two that are alike counts."""
    start, clauses = rules.profile_start.tolist(), rules.profile_clauses.tolist()
    profiles: dict[Profile, int] = {}
    for number, columns in enumerate(rules.profile.tolist()):
        profiles.setdefault((*columns, tuple(clauses[start[number] : start[number + 1]])), number)
    return profiles


def profile_of(service: Service, offer: Offer) -> Profile:
    """Say what a service asks."""
    is_bounded = service.age_from is not None or service.age_until is not None
    low = (service.age_from or 0) if is_bounded else -1
    high = -1 if service.age_until is None else service.age_until
    clauses = offer.opened_by.get(service.id, ())
    # A public that no list knows can be held by nobody: its bit is one that no person has.
    publics = group_mask(service.publics) or (1 << len(TARGET_GROUPS) if service.publics else 0)
    return publics, low, high, int(service.conditions_known), int(offer.reserves(service.id)), clauses


class PlaceColumns(NamedTuple):
    """The first columns of ``Places``, for some services."""

    profile: Small
    themes: Masks
    latitude: Reals
    longitude: Reals
    reach_km: Reals
    is_placed: Bytes
    zone: Ints


def columns_of(
    services: Sequence[Service], default_reach_km: float, tables: Tables, profile: Ints, theme_bit: dict[str, int]
) -> PlaceColumns:
    """Write what does not depend on the other services."""
    points = [
        (service.point.latitude, service.point.longitude) if service.point else (0.0, 0.0) for service in services
    ]
    radian = np.radians(np.array(points).reshape(-1, 2))
    return PlaceColumns(
        profile=profile.astype(np.int32),
        themes=_themes_of(services, theme_bit),
        latitude=np.ascontiguousarray(radian[:, 0]),
        longitude=np.ascontiguousarray(radian[:, 1]),
        reach_km=np.array([reach_of(service, default_reach_km) for service in services], np.float64),
        is_placed=np.array([service.is_placed for service in services], np.uint8),
        zone=np.array([_zone_of(service, tables) for service in services], np.int64),
    )


def vacant_columns(count: int, words: int) -> PlaceColumns:
    """Write places that no service has."""
    nothing = np.zeros(count, np.float64)
    return PlaceColumns(
        profile=np.zeros(count, np.int32),
        themes=np.zeros((count, words), np.uint64),
        latitude=nothing,
        longitude=nothing,
        reach_km=nothing,
        is_placed=np.zeros(count, np.uint8),
        zone=np.full(count, -1, np.int64),
    )


def plan_places(
    offer: Offer, tables: Tables, profile: Ints, theme_bit: dict[str, int], *, vacant_count: int = 0
) -> Places:
    """Lay out where the services are: coordinates, zones, themes, and the cells they are looked for in.

    ``vacant_count``: places left at the end for services to come.
    """
    default = offer.settings.default_reach_km
    own = columns_of(offer.services, default, tables, profile, theme_bit)
    is_wide = (own.is_placed == 1) & (own.reach_km > default * WIDE_REACH_FACTOR)
    points = np.degrees(np.stack((own.latitude, own.longitude), axis=1))
    in_cells = np.flatnonzero((own.is_placed == 1) & ~is_wide)
    grid, cell_start, cell_services = _cells(points, in_cells, own.reach_km)
    vacant = vacant_columns(vacant_count, own.themes.shape[1])
    columns = PlaceColumns(*map(np.concatenate, zip(own, vacant, strict=True)))  # type: ignore[arg-type]
    order = np.arange(len(offer.services) + vacant_count, dtype=np.int64) * ORDER_STEP
    order[len(offer.services) :] = NO_ORDER
    wide = np.flatnonzero(is_wide).astype(np.int32)
    return Places(
        **columns._asdict(), cell_start=cell_start, cell_services=cell_services, wide=wide, grid=grid, order=order
    )


def _zone_of(service: Service, tables: Tables) -> int:
    return -1 if service.zone is None else tables.of_territories(service.zone)


def _themes_of(services: Sequence[Service], theme_bit: dict[str, int]) -> Masks:
    masks = np.zeros((len(services), words_for(len(theme_bit))), np.uint64)
    for place, service in enumerate(services):
        for theme in service.themes:
            bit = theme_bit[theme]
            masks[place, bit >> 6] |= np.uint64(1 << (bit & 63))
    return masks


def words_for(bits: int) -> int:
    """Give how many 64-bit words hold so many bits; at least one."""
    return max(1, -(-bits // 64))


def _cells(points: Reals, in_cells: Ints, reach: Reals) -> tuple[Reals, Ints, Small]:
    """Sort services into square cells, so that a place looks only at the cells around it."""
    side = CELL_DEGREES
    if not len(in_cells):
        return np.array([0.0, 0.0, side, 1.0, 1.0, 0.0]), np.zeros(2, np.int64), np.zeros(0, np.int32)
    south, west = (floor(points[in_cells, axis].min() / side) * side for axis in (0, 1))
    lines = ((points[in_cells, 0] - south) // side).astype(np.int64)
    columns = ((points[in_cells, 1] - west) // side).astype(np.int64)
    rows, width = int(lines.max()) + 1, int(columns.max()) + 1
    cell = lines * width + columns
    order = np.argsort(cell, kind="stable")
    counts = np.bincount(cell, minlength=rows * width)
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    grid = np.array([south, west, side, rows, width, reach[in_cells].max()], np.float64)
    return grid, start, in_cells[order].astype(np.int32)


@dataclass(frozen=True)
class FarLists:
    """What has no distance, by id: lists by department for wide zones, by municipality for narrow ones."""

    wide: Small
    wide_start: Ints
    wide_of: Small
    local: Small
    local_start: Ints

    @property
    def lists(self) -> tuple[Small, Ints, Small, Small, Ints]:
        """The five arrays in the order in which the kernels take them."""
        return self.wide, self.wide_start, self.wide_of, self.local, self.local_start


def plan_far(offer: Offer, tables: Tables) -> FarLists:
    """List the remote and unplaced services of each department, and of each municipality for narrower zones."""
    municipalities = [offer.geography.municipalities[code] for code in tables.municipalities]
    wide: list[list[int]] = [[] for _ in tables.departments]
    local: list[list[int]] = [[] for _ in municipalities]
    for place, service in enumerate(offer.services):
        wanted = far_lists_of(service, tables)
        for number in wanted.wide:
            wide[number].append(place)
        for home in wanted.local:
            local[home].append(place)
    number_of = {pair: number for number, pair in enumerate(tables.departments)}
    wide_of = [number_of[(municipality.department, municipality.region)] for municipality in municipalities]
    return FarLists(*_listed(wide), np.array(wide_of, np.int32), *_listed(local))


class Wanted(NamedTuple):
    """The lists that a service without distance belongs to: of which departments, else of which municipalities."""

    wide: Sequence[int] = ()
    local: Sequence[int] = ()


def far_lists_of(service: Service, tables: Tables) -> Wanted:
    """Say in which lists a service is given without distance; in none when it is only given in person at a place."""
    if service.is_placed and not service.remote:
        return Wanted()
    zone = service.zone
    if zone is None:
        return Wanted(wide=range(len(tables.departments)))
    if all(territory.kind in WIDE_ZONES for territory in zone):
        pairs = enumerate(tables.departments)
        return Wanted(wide=[number for number, pair in pairs if any(_holds(territory, *pair) for territory in zone)])
    names = {str(tables.geography.current(territory)) for territory in zone}
    return Wanted(local=sorted({home for name in names for home in tables.members.get(name, ())}))


def _holds(territory: TerritoryRef, department: str, region: str) -> bool:
    if territory.kind is TerritoryKind.FRANCE:
        return True
    return territory.code == (department if territory.kind is TerritoryKind.DEPARTMENT else region) != ""


def _listed(lists: Sequence[list[int]]) -> tuple[Small, Ints]:
    start = np.cumsum([0, *(len(one) for one in lists)]).astype(np.int64)
    return np.array([place for one in lists for place in one], np.int32), start
