"""What is asked of every engine, and answers in one form, so that they can be compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.crowds import FREE_CODES, UNKNOWN, Crowd
from bench.tables import OWN, World

NEEDS_AT_MOST = 3
SLOT_BITS, SERVICE_BITS, RANK_BITS = 12, 20, 18
SERVICE_AT, RANK_AT, NEED_AT = SLOT_BITS, SLOT_BITS + SERVICE_BITS, SLOT_BITS + SERVICE_BITS + RANK_BITS


@dataclass(frozen=True)
class Doors:
    """The open doors of some people: int32[people, top], -1 for none; clauses by position, -1 for the own basis."""

    services: NDArray[np.int32]
    clauses: NDArray[np.int32]

    def part(self, chosen: slice | NDArray[np.integer]) -> Doors:
        """Keep the doors of some people."""
        return Doors(self.services[chosen], self.clauses[chosen])

    def digest(self) -> str:
        """Name the answers: two engines that answer the same have the same digest."""
        clauses = np.where(self.services >= 0, self.clauses, OWN).astype(np.int32)
        content = hashlib.sha256(np.ascontiguousarray(self.services, np.int32))
        content.update(np.ascontiguousarray(clauses))
        return content.hexdigest()[:16]

    @property
    def count(self) -> int:
        """Count the openings."""
        return int((self.services >= 0).sum())


def first_difference(one: Doors, other: Doors) -> int | None:
    """Give the number of the first person answered otherwise; ``None`` when all the answers are the same."""
    differ = (one.services != other.services) | ((one.clauses != other.clauses) & (one.services >= 0))
    people = np.flatnonzero(differ.any(axis=1))
    return int(people[0]) if len(people) else None


def people_table(world: World, crowd: Crowd) -> pl.DataFrame:
    """Give people as a peer keeps them: facts with nulls, codes and needs as masks, the group of their home."""
    columns: dict[str, object] = {"person": np.arange(len(crowd), dtype=np.int32)}
    columns["home"] = crowd.facts["lives_in"]
    columns["grp"] = world.group_of[crowd.facts["lives_in"]].astype(np.int32)
    for name, column in crowd.facts.items():
        if name in FREE_CODES:
            bits = np.where(column == UNKNOWN, 0, 1 << np.maximum(column, 0))
            columns[f"{name}_bit"] = pl.Series(bits.astype(np.int32)).set(pl.Series(column == UNKNOWN), None)
        elif name != "lives_in":
            columns[name] = pl.Series(column).set(pl.Series(column == UNKNOWN), None)
    masks = np.zeros((len(crowd.kinds), NEEDS_AT_MOST, world.theme_words), np.int64)
    for kind, themes in enumerate(crowd.kinds):
        for need, theme in enumerate(themes):
            masks[kind, need] = world.need_words(theme)
    columns["has_needs"] = np.array([bool(themes) for themes in crowd.kinds])[crowd.needs]
    for need in range(NEEDS_AT_MOST):
        for word in range(world.theme_words):
            columns[f"need{need}_{word}"] = masks[crowd.needs, need, word]
    return pl.DataFrame(columns)


def unpacked(world: World, crowd: Crowd, person: NDArray[np.integer], keys: NDArray[np.integer], top: int) -> Doors:
    """Read the packed answers of a peer, one row an opening: need, rank, service, and which clause of the group."""
    order = np.lexsort((keys, person))
    person, keys = person[order], keys[order]
    starts = np.searchsorted(person, np.arange(len(crowd)))
    place = np.arange(len(person)) - starts[person]
    services = np.full((len(crowd), top), -1, np.int32)
    clauses = np.full((len(crowd), top), OWN, np.int32)
    slots = (keys & ((1 << SLOT_BITS) - 1)).astype(np.int64)
    services[person, place] = (keys >> SERVICE_AT) & ((1 << SERVICE_BITS) - 1)
    longest = max((len(kept) for kept in world.clauses_of_group), default=0)
    position = np.full((len(world.clauses_of_group), longest + 1), OWN, np.int32)
    for group, kept in enumerate(world.clauses_of_group):
        position[group, 1 : len(kept) + 1] = [clause for clause, _ in kept]
    clauses[person, place] = position[world.group_of[crowd.facts["lives_in"][person]], slots]
    return Doors(services, clauses)
