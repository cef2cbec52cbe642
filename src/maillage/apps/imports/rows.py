"""One line of a file, before anybody says what it means."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.domain.shared import MaillageError


class UnreadableFile(MaillageError):
    """The file as a whole cannot be read: nothing of it is loaded."""


@dataclass(frozen=True)
class Row:
    """The values of one line, by column; ``line`` is the physical line where it starts, 1 being the first.

    A table of a workbook or a Parquet file counts its rows the same way, header included. ``problem`` says why the
    line cannot be trusted (empty: it can); it is then rejected with that reason, and nobody parses it.
    """

    line: int
    values: dict[str, object]
    problem: str = ""
