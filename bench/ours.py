"""Maillage itself, measured like its peers: the bit planes for many people, the index for one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bench.asked import Doors
from bench.crowds import FREE_CODES, UNKNOWN, Crowd
from bench.tables import OWN, World
from maillage.domain.eligibility import Question
from maillage.engine import sieve
from maillage.engine.columnar import Index
from maillage.engine.planes import plan_planes, theme_planes

THREADS = 2
PARTS = 64
COLUMNS = {
    "home": ("lives_in", np.int32),
    "age": ("age", np.int8),
    "registered": ("registered", np.int8),
    "months": ("registered_for_months", np.int16),
    "groups": ("target_group", np.int32),
    "barriers": ("barrier", np.int16),
    "boe": ("boe", np.int8),
    "minimum_income": ("minimum_income", np.int8),
    "neighbourhood": ("priority_neighbourhood", np.int8),
    "qualification": ("qualification", np.int32),
    "occupation": ("occupation", np.int32),
}


class Peer:
    """The index of the world with its planes, and the people as compact columns."""

    name = "Maillage"

    def __init__(self, world: World, crowd: Crowd, top: int) -> None:
        """Lay the offer out: not timed among the answers, told apart."""
        self.world, self.crowd, self.top = world, crowd, top
        self.index = Index.of(world.offer)
        count = len(self.index.theme_bit)
        self.plane_of_theme = theme_planes(count)
        self.shelves = plan_planes(self.index.layout, self.index.far, self.index.points, self.plane_of_theme)
        self.size = int((self.shelves.doors >= 0).sum())
        self.columns = self._columns(crowd)
        self.needs = self._needs(crowd)
        self.services = np.full((len(crowd), top), -1, np.int32)
        self.clauses = np.full((len(crowd), top), -1, np.int32)
        self.metres = np.full((len(crowd), top), -1, np.int32)
        self._answer_part(np.arange(min(10, len(crowd))))  # whatever is still to compile

    def _columns(self, crowd: Crowd) -> sieve.Crowd:
        place = np.array([self.index.tables.position[code] for code in crowd.homes])
        columns = {name: crowd.facts[fact].astype(kind) for name, (fact, kind) in COLUMNS.items()}
        columns["home"] = place[columns["home"]].astype(np.int32)
        for fact, codes in FREE_CODES.items():
            known = np.array([self.index.code_place(fact, code) for code in codes], np.int32)
            columns[fact] = np.where(columns[fact] == UNKNOWN, UNKNOWN, known[columns[fact]]).astype(np.int32)
        return sieve.Crowd(**columns, needs=crowd.needs.astype(np.int32))

    def _needs(self, crowd: Crowd) -> sieve.Needs:
        masks = [self.index.needs_of(kind) for kind in crowd.kinds]
        themes = np.concatenate(masks)
        planes = np.zeros(len(themes), np.uint64)
        for theme, plane in enumerate(self.plane_of_theme.tolist()):
            held = (themes[:, theme >> 6] >> np.uint64(theme & 63)) & np.uint64(1)
            planes |= held << np.uint64(plane)
        start = np.cumsum([0, *(len(one) for one in masks)]).astype(np.int64)
        return sieve.Needs(themes, planes, start)

    def answer(self) -> None:
        """Answer for everybody, people of one municipality side by side; sorting them is counted."""
        order = np.argsort(self.columns.home.astype(np.uint16), kind="stable")
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self._answer_part, np.array_split(order, PARTS)))

    def _answer_part(self, order: np.ndarray) -> None:
        layout, index = self.index.layout, self.index
        sieve.sieve_people(
            layout, self.shelves, index.points, index.usable_on(self.world.on), self.columns, self.needs, order,
            sieve.workbench_for(layout.rules), 1, np.zeros(0, np.int32), self.services, self.clauses, self.metres,
        )  # fmt: skip

    def doors(self) -> Doors:
        """Give the answers as arrays; not timed."""
        return Doors(self.services, self.clauses)

    def questions(self, count: int, limit: int) -> list[Question]:
        """Make the questions of the first people, for one at a time."""
        return [
            Question(self.crowd.person(number), self.world.on, self.crowd.themes(number), limit)
            for number in range(min(count, len(self.crowd)))
        ]

    def one_by_one(self, limit: int) -> Doors:
        """Answer one person at a time, as arrays; not timed."""
        place = {service.id: number for number, service in enumerate(self.world.offer.services)}
        services = np.full((len(self.crowd), limit), -1, np.int32)
        clauses = np.full((len(self.crowd), limit), OWN, np.int32)
        for person, question in enumerate(self.questions(len(self.crowd), limit)):
            for rank, found in enumerate(self.index.answer(question)):
                services[person, rank] = place[found.service]
                clauses[person, rank] = OWN if found.clause is None else found.clause
        return Doors(services, clauses)
