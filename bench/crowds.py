"""A crowd to measure on: people as columns of numbers, who live where people live, some facts unknown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.domain.people import BARRIERS, FACTS, TARGET_GROUPS, PersonFacts
from maillage.domain.territories import Geography
from maillage.engine.clauses import THEME_FAMILIES, THEMES
from maillage.engine.planning import COLUMNS

QUALIFICATIONS = ("niveau-3", "niveau-4", "niveau-5", "niveau-6")
OCCUPATIONS = ("A1203", "D1106", "G1602", "K1304", "M1607", "N1103")
FREE_CODES = {"qualification": QUALIFICATIONS, "occupation": OCCUPATIONS}
UNKNOWN = -1
KINDS_OF_NEEDS = 60
WITHOUT_NEED = 0.3
GROUP = {code: 1 << place for place, code in enumerate(TARGET_GROUPS)}
TRUTHS = ("registered", "boe", "minimum_income", "priority_neighbourhood")

Whole = NDArray[np.int32]


@dataclass(frozen=True)
class Crowd:
    """People as columns; -1 is unknown.

    ``facts``: int32[n] by name of fact; ``lives_in`` is a position in ``homes`` (INSEE codes, sorted), free codes are
    positions in ``FREE_CODES``. ``needs``: which of the ``kinds`` (lists of themes, in order) each person has.
    """

    homes: tuple[str, ...]
    facts: dict[str, Whole]
    needs: Whole
    kinds: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        """Count the people."""
        return len(self.needs)

    def part(self, chosen: slice | NDArray[np.integer]) -> Crowd:
        """Keep some of the people."""
        return Crowd(
            self.homes, {name: column[chosen] for name, column in self.facts.items()}, self.needs[chosen], self.kinds
        )

    def person(self, number: int) -> PersonFacts:
        """Give one person as the reference engine takes them."""
        known = {name: int(column[number]) for name, column in self.facts.items() if column[number] != UNKNOWN}
        truths = {name: bool(known[name]) for name in TRUTHS if name in known}
        codes = {name: FREE_CODES[name][known[name]] for name in FREE_CODES if name in known}
        return PersonFacts(
            self.homes[known["lives_in"]],
            age=known.get("age"),
            registered_for_months=known.get("registered_for_months"),
            target_groups=_names(known.get("target_group"), TARGET_GROUPS),
            barriers=_names(known.get("barrier"), BARRIERS),
            **truths,
            **codes,
        )

    def themes(self, number: int) -> tuple[str, ...]:
        """Give the needs of one person, in order."""
        return self.kinds[self.needs[number]]

    def write(self, path: Path) -> None:
        """Write the portfolio as `maillage portfolio` reads it."""
        texts: dict[str, pl.Series] = {"id": pl.Series(np.arange(len(self), dtype=np.int64))}
        texts["municipality"] = _words(self.homes, self.facts["lives_in"])
        for name in ("age", "registered_for_months"):
            column = self.facts[name]
            texts[name] = pl.Series(column).set(pl.Series(column == UNKNOWN), None)
        for name in TRUTHS:
            texts[name] = _words(("false", "true"), self.facts[name])
        for fact, name, codes in (("target_group", "target_groups", TARGET_GROUPS), ("barrier", "barriers", BARRIERS)):
            masks, place = np.unique(self.facts[fact], return_inverse=True)
            texts[name] = _words(["|".join(sorted(_names(int(mask), codes) or ())) or "none" for mask in masks], place)
            texts[name] = texts[name].set(pl.Series(self.facts[fact] == UNKNOWN), None)
        for name, codes in FREE_CODES.items():
            texts[name] = _words(codes, self.facts[name])
        texts["themes"] = _words(["|".join(kind) for kind in self.kinds], self.needs)
        pl.DataFrame(texts).write_parquet(path, compression="zstd", row_group_size=250_000)


def _names(mask: int | None, codes: tuple[str, ...]) -> frozenset[str] | None:
    return None if mask is None else frozenset(code for place, code in enumerate(codes) if mask >> place & 1)


def _words(words: tuple[str, ...] | list[str], places: NDArray[np.integer]) -> pl.Series:
    distinct = list(dict.fromkeys(words))
    return pl.Series([*words, None], dtype=pl.Enum(distinct)).gather(np.where(places < 0, len(words), places))


def crowd(geography: Geography, count: int, seed: int) -> Crowd:
    """Invent people: half with target groups, a third without needs, a tenth of the facts unknown."""
    random = np.random.default_rng(seed)
    homes = tuple(sorted(geography.municipalities))
    found = [geography.municipalities[code] for code in homes]
    weights = np.array([(one.population or 1) if one.point is not None else 0 for one in found], float)
    age = random.integers(16, 66, count).astype(np.int32)
    months = np.minimum(random.exponential(9, count), 120).astype(np.int32)
    facts: dict[str, Whole] = {
        "lives_in": random.choice(len(homes), count, p=weights / weights.sum()).astype(np.int32),
        "age": age,
        "registered": _known_half(random, count, 0.8),
        "registered_for_months": months,
        "target_group": _groups(random, age, months),
        "barrier": np.bitwise_or.reduce(
            [(random.random(count) < 0.1).astype(np.int32) << place for place in range(len(BARRIERS))]
        ),
        "boe": _known_half(random, count, 0.07),
        "minimum_income": _known_half(random, count, 0.2),
        "priority_neighbourhood": _known_half(random, count, 0.1),
        "qualification": random.integers(0, len(QUALIFICATIONS), count).astype(np.int32),
        "occupation": random.integers(0, len(OCCUPATIONS), count).astype(np.int32),
    }
    for name in COLUMNS[1:]:
        facts[name][random.random(count) < 0.1] = UNKNOWN
    groups = facts["target_group"]
    facts["boe"][(facts["boe"] == UNKNOWN) & (groups != UNKNOWN) & (groups & GROUP["RQTH"] != 0)] = 1
    kinds = ((), *(_needs(random) for _ in range(KINDS_OF_NEEDS)))
    needs = random.integers(1, len(kinds), count).astype(np.int32)
    needs[random.random(count) < WITHOUT_NEED] = 0
    return Crowd(homes, facts, needs, kinds)


def _known_half(random: np.random.Generator, count: int, share: float) -> Whole:
    return (random.random(count) < share).astype(np.int32)


def _groups(random: np.random.Generator, age: Whole, months: Whole) -> Whole:
    groups = np.zeros(len(age), np.int32)
    for code in FACTS["target_group"].codes:
        groups |= np.where(random.random(len(age)) < 0.08, GROUP[code], 0).astype(np.int32)
    groups &= ~np.int32(GROUP["jeunes"] | GROUP["seniors"] | GROUP["LONG_TERM"] | GROUP["VERY_LONG_TERM"])
    for code, holds in (
        ("jeunes", age < 26),
        ("seniors", age >= 55),
        ("LONG_TERM", months >= 12),
        ("VERY_LONG_TERM", months >= 24),
    ):
        groups |= np.where(holds, GROUP[code], 0).astype(np.int32)
    return groups


def _needs(random: np.random.Generator) -> tuple[str, ...]:
    words = [*sorted(THEME_FAMILIES), *sorted(THEMES)]
    return tuple(str(word) for word in random.choice(words, random.integers(1, 4), replace=False))
