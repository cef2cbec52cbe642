"""The page of a figure: the sentence, the map, the chart, the tables, then where it all comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from maillage.apps.catalogue.demonstration import holds_other_files
from maillage.apps.observatory.queries import Unemployment, coverage_of, places_counted, unemployment_of
from maillage.apps.territories.queries import geography
from maillage.domain.coverage import Coverage, Covered, PlaceChoice
from maillage.domain.shared import Point
from maillage.domain.territories import Municipality, TerritoryKind
from maillage.engine.wording import day_in_words
from maillage.web.components.languages import current_language
from maillage.web.components.sentences import SOURCES
from maillage.web.figures import sentences
from maillage.web.figures.bands import Bands
from maillage.web.figures.charts import Bar, Chart
from maillage.web.figures.forms import FigureForm
from maillage.web.figures.sentences import km_said, number_said, share_said
from maillage.web.figures.shading import ShadedMap, shaded

FARTHEST_SHOWN = 10
QUARTERS_SHOWN = 12
LINES_UNFOLDED = 20
FIELDS = ("territory", "kind", "plus", "km", "on", "place", "municipality")
WIDE = {TerritoryKind.FRANCE, TerritoryKind.REGION}


@dataclass(frozen=True)
class Figure:
    """What was asked and what is found, before and after adding places (``after`` is ``None`` without any)."""

    before: Coverage
    after: Coverage | None
    added: tuple[PlaceChoice, ...]
    bands: Bands
    imagined: Municipality | None = None

    @property
    def both(self) -> tuple[Coverage, ...]:
        return (self.before,) if self.after is None else (self.before, self.after)


@dataclass(frozen=True)
class Line:
    """A territory in the table: its figures before, and after when places are added."""

    name: str
    people: str
    shares: tuple[str, ...]
    means: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """A map with its title and the legend that counts people."""

    title: str
    drawing: ShadedMap
    has_dots: bool
    label: str


@dataclass(frozen=True)
class FigurePage:
    """All that the page shows."""

    headline: str
    after: str
    mean: str
    panels: tuple[Panel, ...]
    legend: tuple[tuple[int, str], ...]
    chart_address: str
    chart_words: str
    bands: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    lines_title: str
    is_long: bool
    farthest: tuple[tuple[str, str, str], ...]
    source: str
    vintage: str
    day: str
    excluded: int
    unlocated: int
    is_demonstration: bool
    unemployment: Diagnosis | None
    csv_address: str
    json_address: str


@dataclass(frozen=True)
class Diagnosis:
    """The rate of unemployment of a department, in words and quarter by quarter, the newest first."""

    sentence: str
    chart_address: str
    rows: tuple[tuple[str, str], ...]
    source: str


def figure_of(form: FigureForm, by: TerritoryKind | None = None) -> Figure:
    """Answer a valid question, with a row for each division."""
    bands = Bands.around(form.cleaned_data["km"])
    before = _asked(form, form.before, by, bands)
    after = None
    if form.added or form.imagined:
        after = _asked(form, (*form.before, *form.added), by, bands, form.imagined_points)
    return Figure(before, after, form.added, bands, form.imagined)


def _asked(
    form: FigureForm,
    choices: Sequence[PlaceChoice],
    by: TerritoryKind | None,
    bands: Bands,
    points: Sequence[Point] = (),
) -> Coverage:
    on, km = form.cleaned_data["on"], form.cleaned_data["km"]
    return coverage_of(form.asked_about, choices, km, on=on, by=by, bounds=bands.bounds, added_points=points)


def page_of(form: FigureForm) -> FigurePage:
    """Put a figure in words, maps and tables."""
    division = division_of(form.asked_about.kind)
    figure = figure_of(form, division)
    is_wide = form.asked_about.kind in WIDE
    drawn = figure if is_wide else figure_of(form, TerritoryKind.MUNICIPALITY)
    before, known, query = figure.before, geography(), query_of(form)
    chart = chart_of(figure)
    return FigurePage(
        headline=sentences.headline(before, known),
        after=sentences.after_said(before, figure.after, figure.added, figure.imagined) if figure.after else "",
        mean=km_said(before.whole.mean_km),
        panels=panels_of(drawn),
        legend=tuple(zip(figure.bands.shades, figure.bands.labels(), strict=True)),
        chart_address=f"{reverse('figures:coverage-chart')}?{query}",
        chart_words=". ".join(f"{bar.line},{bar.series} : {bar.words.removesuffix(bar.series)}" for bar in chart.bars),
        bands=bands_of(figure),
        columns=columns_of(figure),
        lines=lines_of(figure),
        lines_title=title_of(division),
        is_long=len(figure.before.rows) > LINES_UNFOLDED,
        farthest=farthest_of(drawn.before.rows) if drawn is not figure else (),
        source=source_of(figure),
        vintage=before.vintage,
        day=day_in_words(before.on, current_language()),
        excluded=before.whole.excluded,
        unlocated=before.unlocated_count,
        is_demonstration=not holds_other_files(),
        unemployment=diagnosis_of(form),
        csv_address=f"{reverse('figures:coverage-table', args=['csv'])}?{query}",
        json_address=f"{reverse('figures:coverage-table', args=['json'])}?{query}",
    )


def query_of(form: FigureForm) -> str:
    """Write the question as the end of an address."""
    asked = form.cleaned_data
    return urlencode({name: asked[name] for name in FIELDS if asked.get(name)}, doseq=True)


def division_of(kind: TerritoryKind) -> TerritoryKind:
    """Choose what the table has a line for."""
    if kind in WIDE:
        return TerritoryKind.DEPARTMENT
    return TerritoryKind.LOCAL_COMMITTEE if kind is TerritoryKind.DEPARTMENT else TerritoryKind.MUNICIPALITY


def title_of(division: TerritoryKind) -> str:
    """Title the table."""
    return {
        TerritoryKind.DEPARTMENT: _("Par département"),
        TerritoryKind.LOCAL_COMMITTEE: _("Par comité local pour l’emploi"),
    }.get(division, _("Par commune"))


def columns_of(figure: Figure) -> tuple[str, ...]:
    """Name the two situations, or say nothing when there is one."""
    if figure.after is None:
        return ("",)
    return (_("aujourd’hui"), _("avec l’ajout"))


def chart_of(figure: Figure) -> Chart:
    """Make the chart of people by distance."""
    whole = figure.before.whole.people
    series = [f" {_('aujourd’hui')}", f" {_('avec l’ajout')}"]
    # Both situations are named once, where the bars are short and leave room.
    named = shortest_of(figure) if figure.after else -1
    bars = [
        Bar(label, name, people, f"{share_said(people / whole if whole else None)}{name if place == named else ''}")
        for place, label in enumerate(figure.bands.labels())
        for name, found in zip(series, figure.both, strict=False)
        for people in [found.within[place]]
    ]
    unit = _("Part des habitants, en ligne droite jusqu’au lieu le plus proche. Source : %(source)s.")
    return Chart(_("À quelle distance vivent les habitants"), unit % {"source": source_of(figure)}, tuple(bars))


def shortest_of(figure: Figure) -> int:
    """Give the class where the longer bar is the shortest."""
    longer = [max(counts) for counts in zip(*(found.within for found in figure.both), strict=True)]
    return longer.index(min(longer))


def bands_of(figure: Figure) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Make the table of the chart."""
    return tuple(
        (label, tuple(number_said(found.within[place]) for found in figure.both))
        for place, label in enumerate(figure.bands.labels())
    )


def lines_of(figure: Figure) -> tuple[Line, ...]:
    """Make the lines of the table, in the order of names, the whole last."""
    after = {row.territory.code: row for row in figure.after.rows} if figure.after else {}
    rows = sorted(figure.before.rows, key=lambda row: (not row.name, row.name, row.territory.code))
    lines = [_line(row, after.get(row.territory.code)) for row in rows]
    return (*lines, _line(figure.before.whole, figure.after.whole if figure.after else None))


def _line(before: Covered, after: Covered | None) -> Line:
    both = (before,) if after is None else (before, after)
    return Line(
        before.name or _("hors de tout comité"),
        number_said(before.people),
        tuple(share_said(row.share_beyond) for row in both),
        tuple(km_said(row.mean_km) for row in both),
    )


def farthest_of(rows: Iterable[Covered]) -> tuple[tuple[str, str, str], ...]:
    """List the municipalities that are the farthest, where people live."""
    measured = [(row.mean_km, row) for row in rows if row.mean_km is not None and row.people]
    measured.sort(key=lambda pair: (-pair[0], pair[1].territory.code))
    return tuple((row.name, number_said(row.people), km_said(far)) for far, row in measured[:FARTHEST_SHOWN])


def panels_of(figure: Figure) -> tuple[Panel, ...]:
    """Draw the maps, one for each situation."""
    panels = []
    for title, found in zip((_("Aujourd’hui"), _("Avec l’ajout")), figure.both, strict=False):
        places: list[Point] = [
            place.point for place in places_counted(found.choices, on=found.on) if place.point is not None
        ]
        if found is figure.after and figure.imagined and figure.imagined.point:
            places.append(figure.imagined.point)
        drawing = shaded(found, found.rows, places, figure.bands)
        if drawing is not None:
            label = _("Carte des distances : %(places)s. Les tableaux disent la même chose.") % {
                "places": sentences.labels_said(found.choices)
            }
            imagined = figure.imagined if found is figure.after else None
            named = f"{title} : {sentences.labels_said(found.choices, imagined)}" if figure.after else ""
            panels.append(Panel(named, drawing, bool(drawing.dots), label))
    return tuple(panels)


def source_of(figure: Figure) -> str:
    """Say where the places and the people come from, and how old they are."""
    newest: dict[str, date | None] = {}
    choices = (figure.after or figure.before).choices
    for place in places_counted(choices, on=figure.before.on):
        origin = place.provenance
        newest[origin.source] = max(filter(None, (newest.get(origin.source), origin.dated_on)), default=None)
    said = [
        SOURCES.get(source, source) + (f" ({day_in_words(day, current_language())})" if day else "")
        for source, day in sorted(newest.items())
    ]
    return ", ".join([*said, _("populations municipales, INSEE")])


def diagnosis_of(form: FigureForm) -> Diagnosis | None:
    """Say the rate of unemployment of a department, when one is asked about and a series is loaded."""
    if form.asked_about.kind is not TerritoryKind.DEPARTMENT:
        return None
    found = unemployment_of(form.asked_about.code)
    if found is None:
        return None
    recent = found.rates[-QUARTERS_SHOWN:]
    quarter, percent = recent[-1]
    words = {
        "rate": rate_said(percent),
        "quarter": quarter_said(quarter),
        "of": sentences.of_territory(form.asked_about, geography()),
    }
    return Diagnosis(
        sentence=_("Taux de chômage %(of)s : %(rate)s au %(quarter)s") % words,
        chart_address=reverse("figures:unemployment-chart", args=[form.asked_about.code]),
        rows=tuple((quarter_said(one), rate_said(rate)) for one, rate in reversed(recent)),
        source=series_said(found),
    )


def unemployment_chart_of(found: Unemployment) -> Chart:
    """Make the chart of the recent quarters, the newest first."""
    bars = [Bar(quarter_said(one), "", rate, rate_said(rate)) for one, rate in reversed(found.rates[-QUARTERS_SHOWN:])]
    unit = _("En pourcentage de la population active, corrigé des variations saisonnières. Source : %(source)s.")
    return Chart(_("Taux de chômage par trimestre"), unit % {"source": series_said(found)}, tuple(bars))


def series_said(found: Unemployment) -> str:
    """Name a series with its vintage and its day."""
    said = _("%(source)s, taux de chômage localisés, série jusqu’au %(quarter)s") % {
        "source": found.source,
        "quarter": quarter_said(found.vintage),
    }
    if found.published_on is None:
        return said
    return _("%(series)s, mise à jour le %(day)s") % {
        "series": said,
        "day": day_in_words(found.published_on, current_language()),
    }


def quarter_said(quarter: str) -> str:
    """Say a quarter: « 3e trimestre 2025 »."""
    year, _dash, number = quarter.partition("-T")
    words = {"1": _("1er trimestre"), "2": _("2e trimestre"), "3": _("3e trimestre"), "4": _("4e trimestre")}
    return f"{words[number]} {year}"


def rate_said(percent: float) -> str:
    """Say a rate in hundredths."""
    gap = "" if current_language() == "en" else "\u00a0"
    return f"{number_said(percent, 1)}{gap}%"
