"""The publishers' addresses: one table that an operator can replace."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from maillage.domain.shared import MaillageError


class SourceRefused(MaillageError):
    """The table of addresses cannot be used, or does not hold what was asked for."""


@dataclass(frozen=True)
class Source:
    """Where a file is published, and the format that reads it; ``address`` is empty when we do not know it."""

    name: str
    format: str
    file: str
    address: str = ""
    publisher: str = ""
    licence: str = ""
    page: str = ""
    verified: bool = False


def read_sources(files: Iterable[Path]) -> dict[str, Source]:
    """Read tables of addresses, the later ones replacing entries of the former by name.

    Raises:
        SourceRefused: a table is absent or is not of the expected form.
    """
    sources: dict[str, Source] = {}
    for file in files:
        for name, entry in _table_of(file).items():
            sources[name] = _source_of(name, entry, file)
    return sources


def source_of(sources: dict[str, Source], name: str) -> Source:
    """Give one source by name.

    Raises:
        SourceRefused: the table has none of that name.
    """
    if name not in sources:
        raise SourceRefused(f"There is no source « {name} ». The sources are: {', '.join(sorted(sources))}.")
    return sources[name]


def _table_of(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as failure:
        raise SourceRefused(f"The table of addresses {file} cannot be read: {failure.strerror}.") from failure
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise SourceRefused(f"The table of addresses {file} is not TOML: {failure}.") from failure


def _source_of(name: str, entry: Any, file: Path) -> Source:
    known = set(Source.__dataclass_fields__) - {"name"}
    if not isinstance(entry, dict) or not {"format", "file"} <= entry.keys() <= known:
        raise SourceRefused(
            f"{file}: [{name}] must hold format and file, and may hold {', '.join(sorted(known - {'format', 'file'}))}."
        )
    texts = {key: value for key, value in entry.items() if key != "verified"}
    if any(not isinstance(value, str) for value in texts.values()) or not isinstance(
        entry.get("verified", False), bool
    ):
        raise SourceRefused(f"{file}: [{name}] holds texts, and verified is true or false.")
    if PurePath(texts["file"]).name != texts["file"]:
        raise SourceRefused(f"{file}: [{name}] file is the name of a file, without a folder.")
    return Source(name=name, verified=entry.get("verified", False), **texts)
