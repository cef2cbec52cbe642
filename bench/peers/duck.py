"""DuckDB: candidates joined beforehand in one wide table in the order of the answer, bit masks, top k kept in a heap.

Tried and left: a join of three tables (several times slower, and 20 GiB without a limit on memory); a window
(`row_number`), which sorts every open door where a heap keeps ten.
"""

from __future__ import annotations

import duckdb
import numpy as np

from bench.asked import NEED_AT, Doors, people_table, unpacked
from bench.crowds import Crowd
from bench.peers import sql
from bench.tables import World

AT_ONCE = 200_000
"""People answered at a time, so that the heaps stay in memory."""
NEAREST = 1024
"""How many candidates the first of two passes looks at."""
LOWEST = "bit_count((({mask}) & -({mask})) - 1)"


class Peer:
    """The world in DuckDB's tables, in memory."""

    name = "DuckDB"

    def __init__(self, world: World, crowd: Crowd, top: int) -> None:
        """Fill the tables: not timed among the answers, told apart."""
        self.world, self.crowd, self.top = world, crowd, top
        self.connection = duckdb.connect(
            config={"memory_limit": "12GB", "threads": 2, "preserve_insertion_order": False}
        )
        made = False
        for frame in world.candidates(np.unique(crowd.facts["lives_in"])):
            self._fill("candidates", frame, made=made)
            made = True
        self.size = self.connection.execute("select count(*) from candidates").fetchone()[0]
        # People of one municipality together, as their candidates are.
        self._fill("people", people_table(world, crowd).sort("home"), made=False)
        self.connection.execute("alter table people add column line integer")
        self.connection.execute("update people set line = rowid")

    def _fill(self, name: str, frame: object, *, made: bool) -> None:
        columns = {column: _nullable(frame[column]) for column in frame.columns}  # noqa: F841 (read by the query)
        verb = f"insert into {name}" if made else f"create table {name} as"
        self.connection.execute(f"{verb} select * from columns")

    def answer(self) -> None:
        """Answer for everybody: packed answers, kept in DuckDB."""
        opened = ", ".join(f"{words} as opened{number}" for number, words in enumerate(sql.opened_words(self.world)))
        self.connection.execute(f"create or replace table held as select *, {opened} from people")
        self.connection.execute("create or replace table answers (person integer, best bigint[])")
        for first in range(0, len(self.crowd), AT_ONCE):
            self.answer_part(first)

    def answer_part(self, first: int) -> None:
        """Answer for some of the people, by their line: all candidates joined, the first k kept."""
        people = f"(select * from held where line >= {first} and line < {first + AT_ONCE})"
        self.connection.execute(f"insert into answers {self.first_doors(people)}")

    def first_doors(self, people: str, reach: str = "true") -> str:
        """Write the query of the first doors of some people among the candidates that meet a condition."""
        conditions = f"{sql.own_conditions()} and {sql.is_open(self.world)} and {sql.is_needed(self.world)}"
        return f"""
            select p.person, min({sql.packed(self.world, LOWEST)}, {self.top}) as best
            from {people} p join candidates c on c.home = p.home where {reach} and {conditions} group by p.person
        """

    def doors(self) -> Doors:
        """Read the answers back; not timed."""
        rows = self.connection.execute("select person, unnest(best) as key from answers").fetchnumpy()
        return unpacked(self.world, self.crowd, rows["person"].astype(np.int64), rows["key"].astype(np.int64), self.top)


def _nullable(series: object) -> np.ndarray:
    if not series.null_count():
        return series.to_numpy()
    return np.ma.masked_array(series.fill_null(0).to_numpy(), series.is_null().to_numpy())


class TwoPasses(Peer):
    """The same in two passes: the nearest candidates for all, then all of them for those whom these do not settle."""

    name = "DuckDB, two passes"

    def answer_part(self, first: int) -> None:
        """Answer for some of the people: settled by the nearest when these hold k doors for their first need."""
        people = f"(select * from held where line >= {first} and line < {first + AT_ONCE})"
        self.connection.execute(
            f"""create or replace temp table settled as
            select * from ({self.first_doors(people, f"c.rank < {NEAREST}")})
            where len(best) = {self.top} and best[{self.top}] < {1 << NEED_AT}"""
        )
        rest = f"(select * from {people} where person not in (select person from settled))"
        self.connection.execute("insert into answers from settled")
        self.connection.execute(f"insert into answers {self.first_doors(rest)}")
