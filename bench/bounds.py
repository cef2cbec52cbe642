"""What the machine itself allows: memory touched once, an output compressed and written once."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl

from bench.asked import Doors

WORDS = 1 << 26
THREADS = 2
TURNS = 5
OPENINGS = 5_000_000


def memory_gb_a_second() -> float:
    """Measure how fast two threads copy memory to memory: bytes read and written, the best of some turns."""
    source, target = np.ones(WORDS), np.empty(WORDS)
    halves = (slice(0, WORDS // THREADS), slice(WORDS // THREADS, WORDS))
    best = 0.0
    with ThreadPoolExecutor(THREADS) as pool:
        for _turn in range(TURNS):
            start = time.perf_counter()
            list(pool.map(lambda half: np.copyto(target[half], source[half]), halves))
            best = max(best, 2 * source.nbytes / (time.perf_counter() - start) / 1e9)
    return best


def bytes_touched(columns: tuple[np.ndarray, ...], found: tuple[np.ndarray, ...]) -> int:
    """Count what cannot but be read and written once: the facts of people, and the answers."""
    return sum(column.nbytes for column in (*columns, *found))


def writing(doors: Doors, folder: Path) -> dict[str, float]:
    """Measure how fast answers, as plain columns of numbers, are compressed and put on the disk; per million openings."""
    person, rank = np.nonzero(doors.services >= 0)
    person, rank = person[:OPENINGS], rank[:OPENINGS]
    table = pl.DataFrame(
        {
            "id": person,
            "rank": rank.astype(np.int16),
            "service": doors.services[person, rank],
            "clause": doors.clauses[person, rank],
        }
    )
    path = folder / "bound.parquet"
    start = time.perf_counter()
    table.write_parquet(path, compression="zstd", compression_level=1)
    compressed = time.perf_counter() - start
    content = path.read_bytes()
    start = time.perf_counter()
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    written = time.perf_counter() - start
    path.unlink()
    millions = max(len(person), 1) / 1e6
    return {
        "compress_s_a_million": compressed / millions,
        "write_s_a_million": written / millions,
        "mib_a_million": len(content) / 1024**2 / millions,
    }
