"""The formats that can be imported: each context registers the importers of its own.

An importer lives for one file. ``parse`` is called once a line, outside any transaction; ``save`` once, inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from maillage.apps.imports.rows import Row
from maillage.domain.shared import MaillageError


class RowRefused(MaillageError):
    """A line cannot be used; the message is the reason shown beside its number."""


class UnknownFormat(MaillageError):
    """No importer has that name."""


@dataclass(frozen=True)
class Counts:
    """What a file changed: records added, changed, found as they were, closed because they disappeared."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0


@dataclass(frozen=True, order=True)
class Rejected:
    """A line that was not kept, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: ``read == kept + len(rejected)``."""

    format: str
    file: str
    read: int
    added: int
    changed: int
    unchanged: int
    closed: int
    rejected: tuple[Rejected, ...]
    warnings: tuple[str, ...] = ()
    is_dry_run: bool = False

    @property
    def kept(self) -> int:
        """How many lines were kept."""
        return self.read - len(self.rejected)


class Importer(Protocol):
    """What a context says of one of its formats.

    ``required_columns``: of each set, one of the names must be there. ``parse`` gives a record or raises RowRefused;
    ``key`` identifies a record inside the file (empty: lines may repeat), so that a second line with the same key is
    rejected with the number of the first; ``save`` writes all records of the file and counts.

    Two methods are optional: ``begin() -> None``, called before the first line, to load what ``parse`` needs;
    ``warnings() -> Sequence[str]``, asked after ``save``.
    """

    @property
    def name(self) -> str: ...

    @property
    def required_columns(self) -> tuple[frozenset[str], ...]: ...

    def parse(self, row: Row) -> object: ...

    def key(self, record: object) -> str: ...

    def save(self, records: Sequence[object], *, at: datetime) -> Counts: ...


_FACTORIES: dict[str, Callable[[], Importer]] = {}


def register(factory: Callable[[], Importer]) -> None:
    """Make a format known; called by each context when Django is ready."""
    _FACTORIES[factory().name] = factory


def importer_of(name: str) -> Importer:
    """Give a new importer of a format.

    Raises:
        UnknownFormat: no context reads it.
    """
    factory = _FACTORIES.get(name)
    if factory is None:
        raise UnknownFormat(f"There is no format « {name} ». The formats are: {', '.join(format_names())}.")
    return factory()


def format_names() -> tuple[str, ...]:
    """Give the names of all formats, in order."""
    return tuple(sorted(_FACTORIES))
