"""Plain Python: the candidates of each municipality in a list, conditions as functions, stopping at k doors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.asked import Doors
from bench.conditions import Facts, in_python
from bench.crowds import FREE_CODES, UNKNOWN, Crowd
from bench.tables import BITS, OWN, World


class Peer:
    """The world in lists and tuples."""

    name = "plain Python"

    def __init__(self, world: World, crowd: Crowd, top: int) -> None:
        """Make the lists: not timed among the answers, told apart."""
        self.world, self.crowd, self.top = world, crowd, top
        self.near: dict[int, list[tuple[int, ...]]] = {}
        self.size = 0
        words, themes = range(world.clause_words), range(world.theme_words)
        masks = [f"clause{word}" for word in words]
        columns = ["service", "publics", "low", "high", "reserved", *(f"theme{word}" for word in themes), *masks]
        for frame in world.candidates(np.unique(crowd.facts["lives_in"])):
            for (home,), part in frame.sort("home", "rank").group_by("home", maintain_order=True):
                self.near[home] = part.select(columns).rows()
                self.size += part.height
        self.clauses = [[(clause, in_python(left)) for clause, left in kept] for kept in world.clauses_of_group]
        self.needs = [[world.need_words(theme) for theme in kind] for kind in crowd.kinds]
        self.people = [self._facts(number) for number in range(len(crowd))]
        self.found: list[list[tuple[int, int]]] = []

    def _facts(self, number: int) -> Facts:
        column = {name: int(values[number]) for name, values in self.crowd.facts.items()}
        facts = {name: None if value == UNKNOWN else value for name, value in column.items()}
        for name in FREE_CODES:
            facts[f"{name}_bit"] = None if facts[name] is None else 1 << facts[name]
        return facts

    def answer(self) -> None:
        """Answer for everybody, one after the other."""
        self.found = [self.one(number) for number in range(len(self.people))]

    def one(self, number: int) -> list[tuple[int, int]]:
        """Answer for one person: (service, clause), the first k."""
        facts, kind = self.people[number], self.needs[int(self.crowd.needs[number])]
        found: list[tuple[int, int]] = []
        for line in self._in_order(self.near.get(facts["lives_in"], []), kind):
            if (clause := self._opening(line, facts)) is not None:
                found.append((line[0], clause))
                if len(found) == self.top:
                    break
        return found

    def _in_order(self, lines: list[tuple[int, ...]], kind: list[list[int]]) -> Iterator[tuple[int, ...]]:
        if not kind:
            yield from lines
            return
        themes = range(5, 5 + self.world.theme_words)
        for need, masks in enumerate(kind):
            for line in lines:
                served = (any(line[at] & mask for at, mask in zip(themes, one, strict=True)) for one in kind[:need])
                if any(line[at] & mask for at, mask in zip(themes, masks, strict=True)) and not any(served):
                    yield line

    def _opening(self, line: tuple[int, ...], facts: Facts) -> int | None:
        """Give the clause that opens a candidate, ``OWN`` for its own basis, ``None`` when it is not open."""
        _, publics, low, high, reserved = line[:5]
        age, groups = facts["age"], facts["target_group"]
        if publics and (groups is None or not groups & publics):
            return None
        if low is not None and (age is None or not low <= age <= high):
            return None
        kept = self.clauses[self.world.group_of[facts["lives_in"]]]
        for word, mask in enumerate(line[5 + self.world.theme_words :]):
            left = mask
            while left:
                clause, holds = kept[word * BITS + (left & -left).bit_length() - 1]
                if holds(facts) is True:
                    return clause
                left &= left - 1
        return None if reserved else OWN

    def doors(self) -> Doors:
        """Give the answers as arrays; not timed."""
        services = np.full((len(self.crowd), self.top), -1, np.int32)
        clauses = np.full((len(self.crowd), self.top), OWN, np.int32)
        for person, found in enumerate(self.found):
            for rank, (service, clause) in enumerate(found):
                services[person, rank], clauses[person, rank] = service, clause
        return Doors(services, clauses)
