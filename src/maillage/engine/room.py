"""The words that the shelves of successive indexes share: who may be reading which, and which are free."""

from __future__ import annotations

from threading import Lock
from weakref import ref

import numpy as np

from maillage.engine.kernels import Ints, Small
from maillage.engine.planes import WORD, Planes
from maillage.engine.reshelving_kernels import mark_used


class Room:
    """The words that the shelves of successive indexes share: which are free, and who may be reading the others."""

    def __init__(self, shelves: Planes) -> None:
        """Begin with the words that the shelves first laid out leave."""
        self.lock = Lock()
        self.is_written = False
        """Whether words were taken, so that they hold other things than when the shelves were first laid out."""
        self.free = np.zeros(len(shelves.doors) // WORD, np.uint8)
        self.at = np.zeros(1, np.int64)
        self.held: list[tuple[ref[Ints], ref[Small]]] = []
        self.hold(shelves)
        self.sweep()

    def hold(self, shelves: Planes) -> None:
        """Leave the words of these shelves to them for as long as somebody holds them."""
        self.held.append((ref(shelves.start), ref(shelves.words)))

    def sweep(self) -> None:
        """Free the words of shelves that nobody holds any more. Cost: under a millisecond for each that is held."""
        self.free[:] = 1
        self.at[0] = 0
        still: list[tuple[ref[Ints], ref[Small]]] = []
        for pair in self.held:
            start, words = pair[0](), pair[1]()
            if start is not None and words is not None:
                mark_used(start, words, self.free)
                still.append(pair)
        self.held = still
