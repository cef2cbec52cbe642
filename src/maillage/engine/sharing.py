"""An index handed to other processes: its arrays memory-mapped, the rest read once; then batches of people answered.

The arrays are written one after the other in one file that every process of a machine maps, so that the machine holds
them once; what is not an array (ids, codes, grounds) is pickled beside. Only the job that wrote such a folder reads it.
"""

from __future__ import annotations

import mmap
import pickle
import tempfile
import threading
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from maillage.engine.columnar import Index
from maillage.engine.crowds import answer_crowd
from maillage.engine.people_files import read_people
from maillage.engine.portfolios import Answered, Words

ARRAYS, REST = "arrays.bin", "rest.bin"
LINE = 64
"""Arrays begin at multiples of so many bytes: a line of the processor's cache."""


@dataclass(frozen=True)
class SharedIndex:
    """What a process needs to answer for people on one day: ``top`` open doors each."""

    index: Index
    on: date
    top: int

    @cached_property
    def words(self) -> Words:
        """The texts of openings."""
        return Words(self.index, on=self.on)


class _IndexPickler(pickle.Pickler):
    def reducer_override(self, thing: object) -> Any:
        """Leave out what belongs to a thread: the process that reads makes its own."""
        return (type(thing), ()) if isinstance(thing, threading.local) else NotImplemented


def share(index: Index, folder: Path, *, on: date, top: int) -> None:
    """Write an index with its planes for other processes. Cost: the planes laid out, and their size on disk."""
    light = replace(index, near={}, needs={}, days={})
    vars(light)["shelves"] = index.shelves  # as the index itself sets it when it lays them out
    buffers: list[pickle.PickleBuffer] = []
    with (folder / REST).open("wb") as file:
        pickler = _IndexPickler(file, protocol=5, buffer_callback=buffers.append)
        pickler.dump(SharedIndex(light, on, top))
    with (folder / ARRAYS).open("wb") as file:
        ends = []
        for buffer in buffers:
            file.write(buffer.raw())
            ends.append(file.tell())
            file.write(b"\0" * (-file.tell() % LINE))
        # The last words of the file say where each array ends.
        file.write(np.array([*ends, len(ends)], np.int64).tobytes())


@cache
def shared_in(folder: Path) -> SharedIndex:
    """Open what ``share`` wrote; once a process. Pages of arrays are those of the machine until one is written to."""
    with (folder / ARRAYS).open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    count = int(np.frombuffer(whole[-8:], np.int64)[0])
    ends = np.frombuffer(whole[-8 * (count + 1) : -8], np.int64).tolist()
    starts = [0, *(end + -end % LINE for end in ends)]
    buffers = [whole[start:end] for start, end in zip(starts, ends, strict=False)]
    with (folder / REST).open("rb") as file:
        found: SharedIndex = pickle.load(file, buffers=buffers)  # noqa: S301 (written by the same job)
    return found


def answer_batch(shared: SharedIndex, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Answer for a batch of people, columns as in a portfolio's file.

    Gives the openings, one a row as the single machine writes them, and the people left out: ``id`` as given and ``reason``. Whether an
    id comes back in another batch is not seen here.
    """
    index = shared.index
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        people.write_parquet(file.name, compression="uncompressed")
        read = read_people(Path(file.name), index)
    left_out = [one.line - 2 for one in read.rejected]  # the first row is line 2, under the header
    rejected = pl.DataFrame(
        {"id": people["id"].gather(left_out).cast(pl.String), "reason": [one.reason for one in read.rejected]},
        schema={"id": pl.String, "reason": pl.String},
    )
    found = answer_crowd(index, read.crowd, read.wanted, on=shared.on, top=shared.top, threads=1)
    return shared.words.table(read.ids, Answered(np.arange(len(read.ids)), *found)), rejected
