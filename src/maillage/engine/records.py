"""Records kept as text until somebody asks for one: what lets an offer of a hundred thousand be opened at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from maillage.engine.kernels import Bytes, Ints

Kept = TypeVar("Kept")
Decoder = Callable[[bytes], Kept]
"""Reads one record from its text."""


class Records(Mapping[str, Kept], Generic[Kept]):
    """Records by id, each read from its text the first time it is asked for, and kept."""

    def __init__(self, rows: Mapping[str, Kept | int], texts: Bytes, start: Ints, decoder: Decoder[Kept]) -> None:
        """Give the number of the text of each id, or the record itself; text ``n`` is ``start[n]`` to ``start[n + 1]``."""
        self._rows: dict[str, Kept | int] = dict(rows)
        self._texts, self._start, self._decoder = texts, start, decoder

    @classmethod
    def of(cls, ids: Sequence[str], texts: Bytes, start: Ints, decoder: Decoder[Kept]) -> Records[Kept]:
        """Lay out records whose texts are in the order of their ids. Cost: some milliseconds for 100,000."""
        return cls(dict(zip(ids, range(len(ids)), strict=True)), texts, start, decoder)

    def __getitem__(self, key: str) -> Kept:
        """Give a record; about 10 µs the first time."""
        row = self._rows[key]
        if not isinstance(row, int):
            return row
        # Two threads that ask at once read the same record twice: either is right.
        found = self._rows[key] = self._decoder(self._texts[self._start[row] : self._start[row + 1]].tobytes())
        return found

    def __iter__(self) -> Iterator[str]:
        """Walk the ids."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Count the records."""
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        """Tell whether an id is known, without reading its record."""
        return key in self._rows

    def with_changes(self, changes: Mapping[str, Kept | None]) -> Records[Kept]:
        """Give the records after some changes; ``None`` takes one away. This one stays as it was."""
        rows = dict(self._rows)
        for key, record in changes.items():
            if record is None:
                rows.pop(key, None)
            else:
                rows[key] = record
        return Records(rows, self._texts, self._start, self._decoder)


def with_changes(records: Mapping[str, Kept], changes: Mapping[str, Kept | None]) -> Mapping[str, Kept]:
    """Give records after some changes; ``None`` takes one away. The mapping given stays as it was."""
    if not changes:
        return records
    if isinstance(records, Records):
        return records.with_changes(changes)
    found = dict(records)
    for key, record in changes.items():
        if record is None:
            found.pop(key, None)
        else:
            found[key] = record
    return found
