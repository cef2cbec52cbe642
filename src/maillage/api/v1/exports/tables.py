"""Lists as tables for a spreadsheet: CSV of which no cell can be a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from maillage.engine.opening_files import harmless

LEFT_OUT = frozenset({"provenance", "point"})


def csv_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Write records as CSV: every cell a text, lists with vertical bars, the point and the source in columns."""
    names = [*(name for name in columns if name not in LEFT_OUT), "latitude", "longitude", "source", "dated_on"]
    lines = [{name: _cell(value) for name, value in _flat(row).items()} for row in rows]
    schema = dict.fromkeys(names, pl.String)
    return harmless(
        pl.DataFrame([[line.get(name, "") for name in names] for line in lines], schema, orient="row")
    ).write_csv()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Bring what is nested to columns of its own."""
    point, origin = row.get("point") or {}, row["provenance"]
    return {**row, **point, "source": origin["source"], "dated_on": origin["dated_on"]}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "|".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
