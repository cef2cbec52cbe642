"""Polars, streaming: the same wide table and masks as expressions, the first k of each person by `bottom_k`.

Tried and left: sorting the open doors of everybody, which needs more memory and more time than keeping the first ten.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from bench.asked import NEED_AT, NEEDS_AT_MOST, RANK_AT, SERVICE_AT, Doors, people_table, unpacked
from bench.conditions import in_polars
from bench.crowds import Crowd
from bench.tables import BITS, World

AT_ONCE = 100_000
"""People answered at a time, so that their candidates stay in memory."""


class Peer:
    """The world in data frames."""

    name = "Polars"

    def __init__(self, world: World, crowd: Crowd, top: int) -> None:
        """Make the frames: not timed among the answers, told apart."""
        self.world, self.crowd, self.top = world, crowd, top
        self.candidates = pl.concat(list(world.candidates(np.unique(crowd.facts["lives_in"])))).sort("home", "rank")
        self.size = self.candidates.height
        self.people = people_table(world, crowd).sort("home")
        self.found = pl.DataFrame()

    def answer(self) -> None:
        """Answer for everybody: one row a person, its packed answers in a list."""
        held = pl.concat([self._held(int(key[0]), part) for key, part in self.people.group_by("grp")]).sort("home")
        parts = [self._first_doors(held.slice(first, AT_ONCE)) for first in range(0, held.height, AT_ONCE)]
        self.found = pl.concat(parts)

    def _held(self, group: int, people: pl.DataFrame) -> pl.DataFrame:
        """Read which clauses the people of a group hold, as masks."""
        words = [pl.lit(0, pl.Int64)] * self.world.clause_words
        for bit, (_, left) in enumerate(self.world.clauses_of_group[group]):
            mask = pl.when(in_polars(left)).then(pl.lit(1 << bit % BITS, pl.Int64)).otherwise(pl.lit(0, pl.Int64))
            words[bit // BITS] = words[bit // BITS] + mask
        return people.with_columns(**{f"opened{number}": word for number, word in enumerate(words)})

    def _first_doors(self, people: pl.DataFrame) -> pl.DataFrame:
        homes = people["home"].unique()
        lines = people.lazy().join(self.candidates.lazy().filter(pl.col("home").is_in(homes.implode())), on="home")
        return (
            lines.filter(self._is_open())
            .select("person", self._packed().alias("key"))
            .group_by("person")
            .agg(pl.col("key").bottom_k(self.top))
            .collect(engine="streaming")
        )

    def _is_open(self) -> pl.Expr:
        c = pl.col
        publics = (c("publics") == 0) | (c("target_group") & c("publics") != 0)
        ages = c("low").is_null() | c("age").is_between(c("low"), c("high"))
        opened = pl.any_horizontal(self._in_common(word) != 0 for word in range(self.world.clause_words))
        needed = ~c("has_needs") | pl.any_horizontal(self._serves(need) for need in range(NEEDS_AT_MOST))
        return publics & ages & (~c("reserved") | opened) & needed

    def _in_common(self, word: int) -> pl.Expr:
        return pl.col(f"opened{word}") & pl.col(f"clause{word}")

    def _serves(self, need: int) -> pl.Expr:
        words = range(self.world.theme_words)
        return pl.any_horizontal((pl.col(f"theme{word}") & pl.col(f"need{need}_{word}")) != 0 for word in words)

    def _packed(self) -> pl.Expr:
        whole = pl.Int64
        need = pl.when(~pl.col("has_needs") | self._serves(0)).then(0).when(self._serves(1)).then(1).otherwise(2)
        slot = pl.lit(0, whole)
        for word in reversed(range(self.world.clause_words)):
            common = self._in_common(word)
            lowest = common.bitwise_trailing_zeros().cast(whole) + 1 + word * BITS
            slot = pl.when(common != 0).then(lowest).otherwise(slot)
        parts = (need.cast(whole) * (1 << NEED_AT), pl.col("rank").cast(whole) * (1 << RANK_AT))
        return parts[0] + parts[1] + pl.col("service").cast(whole) * (1 << SERVICE_AT) + slot

    def doors(self) -> Doors:
        """Read the answers back; not timed."""
        rows = self.found.explode("key").drop_nulls()
        return unpacked(
            self.world, self.crowd, rows["person"].to_numpy().astype(np.int64), rows["key"].to_numpy(), self.top
        )
