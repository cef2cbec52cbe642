"""Many people, or one in microseconds: the offer as arrays, answered by the kernels, in agreement with the reference."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property, partial
from threading import local
from typing import NamedTuple

import numpy as np

from maillage.domain.eligibility import Basis, Finding, Ground, ObstacleKind, Question
from maillage.domain.people import PersonFacts
from maillage.domain.rules import Truth
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from maillage.engine.alone import Seat, barriers_mask, held_mask, open_sheet, plan_needs, read_day
from maillage.engine.alone_kernels import Day
from maillage.engine.calendars import Calendar, calendar_of, days_of, usable_on
from maillage.engine.handles import Handle
from maillage.engine.kernels import (
    OUT_CLAUSE,
    OUT_MISSING,
    OUT_NEED,
    OUT_OBSTACLES,
    OUT_SERVICE,
    OUT_TRUTH,
    OUT_WIDTH,
    OWN,
    STACK_DEPTH,
    Ints,
    Layout,
    Masks,
    Reals,
    Row,
    Scratch,
    Small,
    Usable,
    near_row,
    scan,
)
from maillage.engine.offer import Offer
from maillage.engine.planes import HOMES_A_TASK, Planes, plan_planes, theme_planes
from maillage.engine.planning import (
    KERNEL_BITS,
    MISSING_BIT,
    OBSTACLE_BIT,
    FarLists,
    Profile,
    Tables,
    free_codes,
    plan_far,
    plan_places,
    plan_rules,
    words_for,
)
from maillage.engine.room import Room
from maillage.engine.sieve import Needs, Sheet
from maillage.engine.signs import Signs, signs_of

NEEDS_KEPT = 10_000
SHEETS_KEPT = 8
NOTHING_MISSING: frozenset[str] = frozenset()
NO_OBSTACLE: frozenset[ObstacleKind] = frozenset()
DAYS_KEPT = 32
NO_SERVICE = Service("", "", "", Provenance(""))
THREADS = 2


OPEN = Finding.OPEN
FINDINGS = tuple(Finding.of(truth) for truth in sorted(Truth))
"""The findings in the order of the kernels' truth values."""


class Found(NamedTuple):
    """The answer for one service, in numbers and ids; ``clause`` is ``None`` when open by its own basis."""

    service: str
    finding: Finding
    distance_km: float | None
    clause: int | None
    missing: frozenset[str]
    obstacles: frozenset[ObstacleKind]
    theme: str


_found: Callable[[tuple[object, ...]], Found] = partial(tuple.__new__, Found)
"""Makes a ``Found`` without checking how many fields it is given: a page asks for dozens at a time."""


class Survey(NamedTuple):
    """All candidates of a question counted, and the first of each finding.

    ``missing``: how many uncertain doors hang on each set of facts.
    """

    counts: dict[Finding, int]
    first: dict[Finding, tuple[Found, ...]]
    missing: dict[frozenset[str], int]


@cache
def facts_of(mask: int) -> frozenset[str]:
    """Name the missing facts of a mask."""
    return frozenset(name for name, bit in MISSING_BIT.items() if mask & bit)


@cache
def obstacles_of(mask: int) -> frozenset[ObstacleKind]:
    """Name the obstacles of a mask."""
    return frozenset(kind for kind, bit in OBSTACLE_BIT.items() if mask & bit)


class _Desk(local):
    """What a thread writes on while answering one person, kept between questions."""

    scratch: Scratch | None = None
    stamp: int = 0
    seat: Seat | None = None


@dataclass
class Index:
    """An offer laid out as arrays; built once for an offer, for any day.

    Rows of candidates are made when a municipality is first asked about, or all at once by ``prepare``.
    """

    offer: Offer
    tables: Tables
    layout: Layout
    far: FarLists
    points: Reals
    theme_bit: dict[str, int]
    ids: tuple[str, ...]
    """The id of the service at each place, empty when the place is vacant."""
    profiles: dict[Profile, int]
    """The number of each distinct profile."""
    place_of: dict[str, int]
    """The place of each service, by id."""
    calendar: Calendar
    service_days: Small
    """int32[places, 2]: the first and the first excluded day of each service, as ordinals."""
    signs: Signs
    near: dict[int, Small] = field(default_factory=dict)
    needs: dict[tuple[str, ...], Masks] = field(default_factory=dict)
    days: dict[date, Usable] = field(default_factory=dict)
    desk: _Desk = field(default_factory=_Desk)

    @classmethod
    def of(cls, offer: Offer, *, vacant_count: int = 0) -> Index:
        """Lay an offer out; ``vacant_count`` places are left for services to come.

        Cost: one pass over services, clauses and municipalities.
        """
        tables = Tables(offer.geography, free_codes(offer))
        rules, profile, profiles = plan_rules(offer, tables)
        themes = sorted({theme for service in offer.services for theme in service.themes})
        theme_bit = {theme: place for place, theme in enumerate(themes)}
        places = plan_places(offer, tables, profile, theme_bit, vacant_count=vacant_count)
        points = np.full((len(tables.municipalities), 2), np.nan)
        for place, code in enumerate(tables.municipalities):
            point = offer.geography.municipalities[code].point
            if point is not None:
                points[place] = np.radians((point.latitude, point.longitude))
        layout = Layout(rules._replace(bits=tables.bits()), KERNEL_BITS, places)
        return cls(
            offer,
            tables,
            layout,
            plan_far(offer, tables),
            points,
            theme_bit,
            ids=(*(service.id for service in offer.services), *("" for _ in range(vacant_count))),
            profiles=profiles,
            place_of={service.id: place for place, service in enumerate(offer.services)},
            calendar=calendar_of(offer),
            service_days=np.concatenate(
                (days_of(service.valid for service in offer.services), np.zeros((vacant_count, 2), np.int32))
            ),
            signs=signs_of([*offer.services, *[NO_SERVICE] * vacant_count]),
        )

    @cached_property
    def shelves(self) -> Planes:
        """The possible doors of all municipalities with their planes, laid out when first asked for.

        Cost: some 3 s of work on two threads and 16 bytes a door for the whole country.
        """
        return plan_planes(self.layout, self.far, self.points, theme_planes(len(self.theme_bit)))

    def laid_out_for(self, homes: Ints) -> Index:
        """Give this index when its shelves are laid out, else one that has those of some municipalities and no others.

        It answers about people of these municipalities, at least one; whoever lets go of it lets go of their shelves.
        """
        if "shelves" in vars(self):
            return self
        part = replace(self, desk=_Desk())
        vars(part)["shelves"] = plan_planes(
            self.layout, self.far, self.points, theme_planes(len(self.theme_bit)), homes
        )
        return part

    @cached_property
    def room(self) -> Room:
        """The words that the shelves share with those of the indexes before and after."""
        return Room(self.shelves)

    @property
    def has_moved(self) -> bool:
        """Tell whether the planes may have followed a change, so that no file says what was written in them."""
        return "room" in vars(self) and self.room.is_written

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The services by their places; at a vacant one, a service that is nothing."""
        known = self.offer.by_id
        return tuple(known[key] if key else NO_SERVICE for key in self.ids)

    def usable_on(self, on: date) -> Usable:
        """Say what can be used on a day, past or future: about 0.1 ms, kept for the next question about it."""
        found = self.days.get(on)
        if found is None:
            found = usable_on(self.calendar, self.service_days, on)
            if len(self.days) == DAYS_KEPT:
                self.days.clear()
            self.days[on] = found
        return found

    def near_of(self, home: int) -> Small:
        """Give the near candidates of a municipality, made at the first call."""
        found = self.near.get(home)
        if found is None:
            found = self.near[home] = self._make_row(home)
        return found

    def _make_row(self, home: int) -> Small:
        latitude, longitude = self.points[home]
        return near_row(self.layout.places, self.layout.rules.bits, home, latitude, longitude)

    def prepare(self) -> None:
        """Make the rows of all municipalities, on two threads, so that no question waits for one."""
        self.rows_of(np.arange(len(self.points)))

    def rows_of(self, homes: Ints) -> list[Small]:
        """Give the near candidates of some municipalities, made on two threads at the first call."""
        parts = np.array_split(homes, -(-len(homes) // HOMES_A_TASK) or 1)
        with ThreadPoolExecutor(THREADS) as pool:
            made = pool.map(lambda part: [self.near_of(home) for home in part.tolist()], parts)
            return [row for rows in made for row in rows]

    def person_row(self, person: PersonFacts) -> Ints:
        """Write a person's facts as a row of ``COLUMNS``; -1 is unknown.

        Raises:
            UnknownTerritory: the municipality is in no loaded vintage.
        """
        return np.array(self.values_of(person), np.int64)

    def values_of(self, person: PersonFacts) -> tuple[int, ...]:
        """Give a person's facts in the order of ``COLUMNS``; -1 is unknown.

        Raises:
            UnknownTerritory: the municipality is in no loaded vintage.
        """
        home = self.tables.position.get(person.municipality)
        if home is None:
            home = self.tables.position[self.offer.geography.municipality(person.municipality).code]
        return (
            home,
            -1 if (age := person.age) is None else age,
            -1 if (registered := person.registered) is None else registered,
            -1 if (months := person.registered_for_months) is None else months,
            held_mask(person.target_groups),
            barriers_mask(person.barriers),
            -1 if (boe := person.boe_held) is None else boe,
            -1 if (minimum_income := person.minimum_income) is None else minimum_income,
            -1 if (neighbourhood := person.priority_neighbourhood) is None else neighbourhood,
            self.code_place("qualification", person.qualification),
            self.code_place("occupation", person.occupation),
        )

    def code_place(self, fact: str, code: str | None) -> int:
        """Give the number of a free code; a code that no condition names has the last one; -1 is unknown."""
        known = self.tables.codes[fact]
        return -1 if code is None else known.get(code, len(known))

    def needs_of(self, themes: tuple[str, ...]) -> Masks:
        """Write themes (whole or prefix) as masks over the offer's themes, in the order given; kept for the next."""
        known = self.needs.get(themes)
        if known is not None:
            return known
        masks = np.zeros((len(themes), words_for(len(self.theme_bit))), np.uint64)
        for need, wanted in enumerate(themes):
            for theme, bit in self.theme_bit.items():
                if wanted in {theme, theme.partition("--")[0]}:
                    masks[need, bit >> 6] |= np.uint64(1 << (bit & 63))
        if len(self.needs) < NEEDS_KEPT:
            self.needs[themes] = masks
        return masks

    def row_for(self, home: int, point: Point | None) -> Row:
        """Gather the candidates of a municipality, or of an exact point in it."""
        if point is None:
            latitude, longitude = self.points[home]
            near = self.near_of(home)
        else:
            latitude, longitude = np.radians((point.latitude, point.longitude))
            near = near_row(self.layout.places, self.layout.rules.bits, home, latitude, longitude)
        far, department = self.far, self.far.wide_of[home]
        return Row(
            near,
            far.wide[far.wide_start[department] : far.wide_start[department + 1]],
            far.local[far.local_start[home] : far.local_start[home + 1]],
            latitude,
            longitude,
        )

    def scan(self, question: Question, *, everything: bool = False) -> tuple[Ints, Reals]:
        """Answer one question in numbers: rows of the kernels' OUT_* columns, and their distances."""
        person = self.person_row(question.person)
        row = self.row_for(int(person[0]), question.person.point)
        size = len(row.near) + len(row.far_wide) + len(row.far_local)
        # One row more than the doors wanted: the scan writes before it knows whether a door is kept.
        length = 1 + (size if everything else min(size, question.limit))
        out, away = np.empty((length, OUT_WIDTH), np.int64), np.empty(length)
        scratch, stamp = self._fresh_desk()
        needs, usable, limit = self.needs_of(question.themes), self.usable_on(question.on), question.limit
        count = scan(self.layout, usable, row, person, needs, scratch, stamp, limit, int(everything), out, away)
        return out[:count], away[:count]

    def _fresh_desk(self) -> tuple[Scratch, int]:
        """Give this thread's scratch with a stamp of its own, so that nothing read for another person is taken."""
        desk = self.desk
        if desk.scratch is None:
            memo = np.zeros((len(self.layout.rules.profile), 5), np.int64)
            desk.scratch = Scratch(memo, np.zeros((STACK_DEPTH, 2), np.int64))
        desk.stamp += 1
        return desk.scratch, desk.stamp

    def answer(self, question: Question, *, everything: bool = False) -> tuple[Found, ...]:
        """Answer one question: the first ``limit`` open doors, with ``everything`` also the closed and unknown ones.

        Same order and same findings as ``reference.answer``.

        Raises:
            UnknownTerritory: the person's municipality is in no loaded vintage.
        """
        if everything or question.person.point is not None or "shelves" not in self.__dict__ or question.limit < 1:
            return self._named(question, *self.scan(question, everything=everything))
        return self._first_open(question)

    def _first_open(self, question: Question) -> tuple[Found, ...]:
        """Give the first open doors with the planes, once they are laid out: some microseconds."""
        seat = self.desk.seat
        if seat is None:
            seat = self.desk.seat = Seat(self.layout, self.shelves, self.points)
        needs = self.lists.get(question.themes) or self._make_list(question.themes)
        day = self.read_days.get(question.on) or self._make_day(question.on)
        doors, away = seat.answer(day, needs, self.values_of(question.person), question.limit)
        ids, themes = self.ids, question.themes or ("",)
        return tuple(
            [
                _found(
                    (
                        ids[service],
                        OPEN,
                        None if km != km else km,  # noqa: PLR0124 - what is not a number is no distance
                        None if clause == OWN else clause,
                        NOTHING_MISSING,
                        NO_OBSTACLE,
                        themes[need],
                    )
                )
                for service, clause, need, km in zip(doors[::3], doors[1::3], doors[2::3], away, strict=True)
            ]
        )

    def _make_list(self, themes: tuple[str, ...]) -> Handle[Needs]:
        """Write a list of needs as the planes read them, kept for the next question that has them."""
        found = Handle(plan_needs([self.needs_of(themes)], len(self.theme_bit)))
        if len(self.lists) < NEEDS_KEPT:
            self.lists[themes] = found
        return found

    def _make_day(self, on: date) -> Handle[Day]:
        """Say what each service can be on a day: about 0.2 ms, kept for the next question about it."""
        usable = self.usable_on(on)
        if len(self.read_days) >= DAYS_KEPT:
            self.read_days.clear()
        found = self.read_days[on] = Handle(read_day(self.layout, usable))
        return found

    @cached_property
    def read_days(self) -> dict[date, Handle[Day]]:
        """The days that one person was asked about: a byte a service each."""
        return {}

    @cached_property
    def lists(self) -> dict[tuple[str, ...], Handle[Needs]]:
        """The lists of needs that were asked for, as the planes read them."""
        return {}

    def sheet_on(self, on: date) -> Sheet:
        """Give the sheet of a day, kept for the next crowd asked about it; those of a few days are kept at a time."""
        found = self.sheets.get(on)
        if found is None:
            if len(self.sheets) >= SHEETS_KEPT:
                self.sheets.clear()
            found = self.sheets[on] = open_sheet(self.layout, self.shelves, self.usable_on(on))
        return found

    @cached_property
    def sheets(self) -> dict[date, Sheet]:
        """The sheets of days: 17 bytes a word of the planes each."""
        return {}

    def survey(self, question: Question, shown: int) -> Survey:
        """Answer one question for a page: everything counted, at most ``shown`` doors of each finding named.

        The limit of the question does not apply. Cost: some 20 ns a candidate, some microseconds a door named.

        Raises:
            UnknownTerritory: the person's municipality is in no loaded vintage.
        """
        out, away = self.scan(replace(question, limit=len(self.offer.by_id) + 1), everything=True)
        counts: dict[Finding, int] = {}
        first: dict[Finding, tuple[Found, ...]] = {}
        for truth, finding in enumerate(FINDINGS):
            places = np.flatnonzero(out[:, OUT_TRUTH] == truth)
            counts[finding] = len(places)
            first[finding] = self._named(question, out[places[:shown]], away[places[:shown]])
        uncertain = out[out[:, OUT_TRUTH] == Truth.UNKNOWN, OUT_MISSING]
        masks, numbers = np.unique(uncertain, return_counts=True)
        missing = {facts_of(mask): number for mask, number in zip(masks.tolist(), numbers.tolist(), strict=True)}
        return Survey(counts, first, missing)

    def _named(self, question: Question, out: Ints, away: Reals) -> tuple[Found, ...]:
        themes = question.themes
        return tuple(
            Found(
                service=self.ids[row[OUT_SERVICE]],
                finding=FINDINGS[row[OUT_TRUTH]],
                distance_km=None if km != km else km,  # noqa: PLR0124 - what is not a number is no distance
                clause=None if row[OUT_CLAUSE] == OWN else row[OUT_CLAUSE],
                missing=facts_of(row[OUT_MISSING]),
                obstacles=obstacles_of(row[OUT_OBSTACLES]),
                theme=themes[row[OUT_NEED]] if themes else "",
            )
            for row, km in zip(out.tolist(), away.tolist(), strict=True)
        )

    def ground_of(self, found: Found, *, on: date) -> Ground:
        """Cite what opens a door that was found open: the clause, else the service's own basis."""
        if found.clause is not None:
            return self.offer.ground_of(self.offer.clauses[found.clause], on=on)
        return Ground(Basis(self.offer.by_id[found.service].own_basis.value).value)
