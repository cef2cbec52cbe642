"""DuckDB as a peer: (municipality, service, distance) materialised beforehand, conditions as bit masks, top k by window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import numpy as np
import polars as pl

if TYPE_CHECKING:
    from maillage.engine.columnar import Index
    from maillage.engine.kernels import Ints

NO_BOUND = 999
QUERY = """
select person, list(service order by rank) from (
  select p.person, c.service, row_number() over (partition by p.person order by c.rank) as rank
  from people p join candidates c on c.municipality = p.municipality join services s on s.service = c.service
  where (s.publics = 0 or (p.target_groups >= 0 and (p.target_groups & s.publics) <> 0))
    and ((s.low = -1 and s.high = -1) or (p.age >= 0 and p.age >= s.low and (s.high = -1 or p.age <= s.high)))
    and s.known = 1 and s.reserved = 0
) where rank <= {top} group by person
"""


class Peer:
    """The same candidates and people in DuckDB's tables."""

    def __init__(self, index: Index, rows: Ints, top: int) -> None:
        """Fill the tables; this is not timed."""
        self.top = top
        self.connection = duckdb.connect(config={"memory_limit": "8GB", "threads": 2})
        homes = np.unique(rows[:, 0])
        lists = {int(home): _candidates(index, int(home)) for home in homes}
        frames = {
            "candidates": pl.DataFrame(
                {
                    "municipality": np.repeat(homes, [len(lists[int(home)]) for home in homes]),
                    "service": np.concatenate([lists[int(home)] for home in homes]),
                    "rank": np.concatenate([np.arange(len(lists[int(home)])) for home in homes]),
                }
            ),
            "services": _services(index),
            "people": pl.DataFrame(
                {
                    "person": np.arange(len(rows)),
                    "municipality": rows[:, 0],
                    "age": rows[:, 1],
                    "target_groups": rows[:, 4],
                }
            ),
        }
        for name, frame in frames.items():
            columns = {column: frame[column].to_numpy() for column in frame.columns}  # noqa: F841 (read by the query)
            self.connection.execute(f"create table {name} as select * from columns")  # noqa: S608 (our own names)

    def answer(self) -> dict[int, list[int]]:
        """Answer for everybody: person -> services in order."""
        return dict(self.connection.execute(QUERY.format(top=self.top)).fetchall())


def _candidates(index: Index, home: int) -> Ints:
    """List what a municipality can reach, in the order of the answer: near by distance, then the rest by id."""
    row = index.row_for(home, None)
    near = row.near[row.near & 1 == 0] >> 1
    far = np.setdiff1d(np.union1d(row.far_wide, row.far_local), near)
    return np.concatenate((near, far)).astype(np.int64)


def _services(index: Index) -> pl.DataFrame:
    profile = index.layout.rules.profile[index.layout.places.profile]
    names = ("publics", "low", "high", "known", "reserved")
    columns = {name: profile[:, place] for place, name in enumerate(names)}
    return pl.DataFrame({"service": np.arange(len(profile)), **columns})
