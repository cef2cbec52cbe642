"""Charts as SVG files: bars from zero, the figure at the end of each bar, unit and source under the title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import altair as alt
import vl_convert

from maillage.web.components.sentences import unbroken

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
WIDTH, ROW = 270, 30
LETTERS = 15
LETTER_WIDTH = 9.0  # browsers choose their own letters: room is left for wide ones


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, as ``tokens.css`` has them: words, what is second, ground, and the bars of two series."""

    ink: str
    quiet: str
    paper: str
    bars: tuple[str, str]


LIGHT = Palette("#1b1f24", "#5c554c", "#ffffff", ("#7d766b", "#0b5c5c"))
DARK = Palette("#ece8e1", "#bdb4a8", "#15181b", ("#8f979b", "#7fcbc5"))


@dataclass(frozen=True)
class Bar:
    """One bar: the line it stands on, what it is, how long it is and what is written at its end."""

    line: str
    series: str
    length: float
    words: str


@dataclass(frozen=True)
class Chart:
    """Bars with their titles; the lines are in the order of the bars, and the series too unless ``series`` says theirs."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    series: tuple[str, ...] = ()


def palette_asked(asked: Mapping[str, str]) -> Palette:
    """Read which theme an address asks its chart for."""
    return DARK if asked.get("dark") == "1" else LIGHT


def svg_of(chart: Chart, palette: Palette = LIGHT) -> str:
    """Draw a chart in the colours of a theme: what stands alone in a file cannot follow those of the page."""
    return _drawn(chart, palette)


@lru_cache(maxsize=64)
def _drawn(chart: Chart, palette: Palette) -> str:
    lines = list(dict.fromkeys(bar.line for bar in chart.bars))
    series = list(chart.series or dict.fromkeys(bar.series for bar in chart.bars))
    rows = [{"line": bar.line, "series": bar.series, "length": bar.length, "words": bar.words} for bar in chart.bars]
    several = len(series) > 1
    room = max(
        (bar.length * WIDTH / max(WIDTH - len(bar.words) * LETTER_WIDTH, WIDTH / 4) for bar in chart.bars), default=0
    )
    beside = max((len(line) for line in lines), default=0) * LETTER_WIDTH
    across = alt.X("length:Q", axis=None, scale=alt.Scale(domain=[0, room or 1], zero=True, nice=False))
    down = alt.Y(
        "line:N", sort=lines, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8, minExtent=beside)
    )
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=across, y=down)
    if several:
        base = base.encode(yOffset=alt.YOffset("series:N", sort=series))
    colour = alt.Color(
        "series:N", sort=series, scale=alt.Scale(domain=series, range=_colours(series, palette)), legend=None
    )
    bars = base.mark_bar().encode(color=colour)
    words = base.mark_text(align="left", dx=5, fontSize=LETTERS, color=palette.ink).encode(text="words:N")
    titled = alt.TitleParams(
        chart.title,
        subtitle=_broken(chart.unit),
        anchor="start",
        frame="bounds",
        fontSize=LETTERS + 1,
        color=palette.ink,
        subtitleColor=palette.quiet,
        subtitleFontSize=LETTERS - 1,
        offset=12,
    )
    height = len(lines) * ROW * (1.7 if several else 1)
    drawn = (
        alt.layer(bars, words)
        .properties(width=WIDTH, height=height, title=titled, background=palette.paper, padding=12)
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=LETTERS, labelColor=palette.ink, labelLimit=220)
    )
    svg: str = vl_convert.vegalite_to_svg(drawn.to_dict())
    return svg


def _colours(series: Sequence[str], palette: Palette) -> list[str]:
    return [palette.bars[1]] if len(series) == 1 else list(palette.bars[: len(series)])


def _broken(text: str, longest: int = 42) -> list[str]:
    """Break a long line between words."""
    lines = [""]
    for word in unbroken(text).split(" "):
        if len(lines[-1]) + len(word) > longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
