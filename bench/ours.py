"""Maillage itself, measured like its peers: the bit planes for many people, the index for one."""

from __future__ import annotations

import numpy as np

from bench.asked import Doors
from bench.crowds import FREE_CODES, UNKNOWN, Crowd
from bench.tables import OWN, World
from maillage.domain.eligibility import Question
from maillage.engine import blocks
from maillage.engine.columnar import Index
from maillage.engine.crowds import answer_crowd, needs_for

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


def columns_for(index: Index, crowd: Crowd) -> blocks.Crowd:
    """Write people as an index reads them."""
    place = np.array([index.tables.position[code] for code in crowd.homes])
    columns = {name: crowd.facts[fact].astype(kind) for name, (fact, kind) in COLUMNS.items()}
    columns["home"] = place[columns["home"]].astype(np.int32)
    for fact, codes in FREE_CODES.items():
        known = np.array([index.code_place(fact, code) for code in codes], np.int32)
        columns[fact] = np.where(columns[fact] == UNKNOWN, UNKNOWN, known[columns[fact]]).astype(np.int32)
    return blocks.Crowd(**columns, needs=crowd.needs.astype(np.int32))


class Peer:
    """The index of the world with its planes, and the people as compact columns."""

    name = "Maillage"

    def __init__(self, world: World, crowd: Crowd, top: int) -> None:
        """Lay the offer out: not timed among the answers, told apart."""
        self.world, self.crowd, self.top = world, crowd, top
        self.index = Index.of(world.offer)
        self.size = int((self.index.shelves.doors >= 0).sum())
        self.columns = columns_for(self.index, crowd)
        self.needs = needs_for(self.index, crowd.kinds)
        self.found = self._answer(
            blocks.Crowd._make(column[:10] for column in self.columns)
        )  # compiles what is left to

    def answer(self) -> None:
        """Answer for everybody, on all threads; sorting them by municipality is counted."""
        self.found = self._answer(self.columns)

    def _answer(self, people: blocks.Crowd) -> tuple[np.ndarray, ...]:
        return answer_crowd(self.index, people, self.needs, on=self.world.on, top=self.top)

    def doors(self) -> Doors:
        """Give the answers as arrays; not timed."""
        return Doors(*self.found[:2])

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
