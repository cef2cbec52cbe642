"""Brute force: every service is looked at for every person, without any index; the measure of every engine's answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from bench.asked import Doors
from bench.conditions import Facts, in_python
from bench.crowds import FREE_CODES, UNKNOWN, Crowd
from bench.tables import OWN, Flags, Places, Reals, World, haversine


class Brute:
    """The columns of a world, ready to be looked at one home after the other."""

    def __init__(self, world: World) -> None:
        """Take the usable services and the clauses in force."""
        self.world = world
        self.column = {
            name: (column.fill_null(-1) if column.null_count() else column).to_numpy()
            for name, column in world.services.to_dict().items()
        }
        service, clause = world.opened_by
        order = np.lexsort((clause, service))
        self.pairs = service[order], clause[order]
        self.themes = [self.column[f"theme{word}"] for word in range(world.theme_words)]

    def answers(self, crowd: Crowd, top: int) -> Doors:
        """Answer for everybody. Cost: a distance to every service for each home, then plain code for each person."""
        services = np.full((len(crowd), top), -1, np.int32)
        clauses = np.full((len(crowd), top), OWN, np.int32)
        homes = crowd.facts["lives_in"]
        order = np.argsort(homes, kind="stable")
        for people in np.split(order, np.flatnonzero(np.diff(homes[order])) + 1):
            reached, away = self._reached(int(homes[people[0]]))
            there = self._clauses_of(int(homes[people[0]]))
            for person in people.tolist():
                doors = islice(self._answer(crowd, person, (reached, away), there), top)
                for rank, found in enumerate(doors):
                    services[person, rank], clauses[person, rank] = found
        return Doors(services, clauses)

    def _reached(self, home: int) -> tuple[Places, Reals]:
        """Give the usable services in zone within reach or remote, with kilometres (infinite: no distance)."""
        column = self.column
        km = haversine(*self.world.points[home], column["latitude"], column["longitude"])
        is_near = column["placed"] & (km <= column["reach"])
        kept = column["usable"] & self.world.zone_holds[:, home][self.world.zone_of] & (is_near | column["remote"])
        return np.flatnonzero(kept), np.where(is_near, km, np.inf)[kept]

    def _clauses_of(self, home: int) -> tuple[Places, Places]:
        """Give the pairs (service, clause) in force for those who live there, by service then clause."""
        geography, clauses = self.world.offer.geography, self.world.offer.clauses
        municipality = geography.municipalities[self.world.homes[home]]
        is_there = np.zeros(len(clauses) + 1, bool)
        for clause in self.world.usable_clauses.tolist():
            is_there[clause] = geography.covers(clauses[clause].territory, municipality)
        service, clause = self.pairs
        kept = is_there[clause]
        return service[kept], clause[kept]

    def _answer(
        self, crowd: Crowd, person: int, reached: tuple[Places, Reals], pairs: tuple[Places, Places]
    ) -> Iterator[tuple[int, int]]:
        column = {name: values[person] for name, values in crowd.facts.items()}
        facts = {name: None if value == UNKNOWN else int(value) for name, value in column.items()}
        for name in FREE_CODES:
            facts[f"{name}_bit"] = None if facts[name] is None else 1 << facts[name]
        opened = _opened(self.world, facts, np.unique(pairs[1]))
        services, away = reached
        need = self._needs_met(crowd.themes(person), services)
        own = self._own_conditions(facts, services) & (need >= 0)
        for place in np.flatnonzero(own)[np.lexsort((services[own], away[own], need[own]))].tolist():
            service = int(services[place])
            first, last = np.searchsorted(pairs[0], (service, service + 1))
            clause = next((one for one in pairs[1][first:last].tolist() if one in opened), OWN)
            if clause != OWN or not self.column["reserved"][service]:
                yield service, clause

    def _own_conditions(self, facts: Facts, reached: Places) -> Flags:
        low, high, publics = (self.column[name][reached] for name in ("low", "high", "publics"))
        age, groups = facts["age"], facts["target_group"]
        is_of_age = low < 0 if age is None else (low < 0) | ((low <= age) & (age <= high))
        is_public = publics == 0 if groups is None else (publics == 0) | (publics & groups != 0)
        return is_of_age & is_public

    def _needs_met(self, themes: tuple[str, ...], reached: Places) -> Places:
        """Give the first need that each service serves, -1 for none; 0 for all when nothing is needed."""
        if not themes:
            return np.zeros(len(reached), np.int64)
        met = np.full(len(reached), -1, np.int64)
        for need in reversed(range(len(themes))):
            for words, mask in zip(self.themes, self.world.need_words(themes[need]), strict=True):
                met[words[reached] & mask != 0] = need
        return met


def _opened(world: World, facts: Facts, clauses: Places) -> set[int]:
    """Give the clauses whose condition the person surely meets."""
    asked = set(clauses.tolist())
    return {
        clause
        for clause, left in world.clauses_of_group[world.group_of[facts["lives_in"]]]
        if clause in asked and in_python(left)(facts) is True
    }
