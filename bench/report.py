"""The page and the plots, written from results.json: a table for each section, a plot for each way of growing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import altair as alt
import polars as pl

from bench.measuring import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
FIGURES = ROOT / "docs" / "figures"
BEGIN, END = "<!-- written by make bench -->", "<!-- end of what make bench writes -->"
TITLES = {
    "check": "The same answers",
    "one-person": "One person",
    "portfolio": "Everybody",
    "command": "The whole command",
    "index": "The index",
    "complementarity": "The shared and missing offer",
    "effect": "What a change of texts would do",
    "bounds": "What the machine allows",
    "growth": "How cost grows",
}
AXES = ("people", "services", "agreements")


def write(results: Path) -> None:
    """Write the plots, and the tables between their two marks in docs/benchmarks.md."""
    content = json.loads(results.read_text(encoding="utf-8"))
    FIGURES.mkdir(exist_ok=True)
    for axis in AXES:
        plot(content["figures"], axis)
    page = PAGE.read_text(encoding="utf-8")
    written = f"{BEGIN}\n\n{tables(content)}\n{END}"
    if BEGIN in page:
        before, _, rest = page.partition(BEGIN)
        page = before + written + rest.partition(END)[2]
    else:
        page = f"{page.rstrip()}\n\n{written}\n"
    PAGE.write_text(page, encoding="utf-8")


def sections_in(results: Path) -> frozenset[str]:
    """Tell of which sections there are figures."""
    return frozenset(one["section"] for one in json.loads(results.read_text(encoding="utf-8"))["figures"])


def tables(content: dict[str, Any]) -> str:
    """Write what was measured, on what, section by section."""
    machine, asked = content["machine"], content["asked"]
    lines = [
        "## Beside peers",
        "",
        (
            f"Command: `make bench`. Machine: {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}, Python {machine['python']}; load at the start {machine['load_at_start']}."
        ),
        (
            f"Asked: {asked['people']:,} people, {asked['services']:,} services, {asked['agreements']:,} agreements, seed "
            f"{asked['seed']}. Ratios are to ours. *≈* is extrapolated from the sample named."
        ),
    ]
    for section, title in TITLES.items():
        found = [one for one in content["figures"] if one["section"] == section]
        if not found:
            continue
        lines += ["", f"### {title}", "", "| | engine | figure | ratio | on |", "|---|---|---|---|---|"]
        lines += [_line(one) for one in found]
        if section == "growth":
            lines += ["", *(f"![Cost by number of {axis}](figures/growth-{axis}.svg)" for axis in AXES)]
    return "\n".join(lines) + "\n"


def _line(one: dict[str, Any]) -> str:
    about = "≈ " if one["extrapolated_from"] else ""
    ratio = "" if one["ratio"] is None else f"{one['ratio']:,.1f}"
    sample = one["extrapolated_from"] or one["people"]
    notes = [
        f"{sample:,} people" if sample else "",
        f"{one['count']:,} varied" if one.get("count") else "",
        one["note"],
    ]
    value = f"{one['value']:,.0f}" if one["value"] >= 1_000 else f"{one['value']:.3g}"
    cells = (one["quantity"], one["engine"], f"{about}{value} {one['unit']}", ratio, "; ".join(filter(None, notes)))
    return f"| {' | '.join(cells)} |"


def plot(figures: list[dict[str, Any]], axis: str) -> None:
    """Draw the processor's time by the number of people, services or agreements."""
    found = [one for one in figures if one["section"] == "growth" and one["quantity"] == f"{axis}, processor"]
    if not found:
        return
    table = pl.DataFrame({"count": [one["count"] for one in found], "seconds": [one["value"] for one in found]})
    base = alt.Chart(table).encode(
        x=alt.X("count:Q", title=axis, axis=alt.Axis(format="~s"), scale=alt.Scale(zero=True)),
        y=alt.Y("seconds:Q", title="processor, seconds", scale=alt.Scale(zero=True)),
    )
    drawn = base.mark_line(color="#000091") + base.mark_point(color="#000091", filled=True, size=60)
    people = f"{found[-1]['people']:,} people" if axis != "people" else "100,000 services, 300 agreements"
    title = alt.TitleParams(f"Cost by number of {axis}", subtitle=people, anchor="start")
    drawn.properties(width=420, height=240, title=title).save(str(FIGURES / f"growth-{axis}.svg"))
