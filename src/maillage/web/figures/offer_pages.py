"""The page of a map of the offer: the sentence, the map, who offers what, the tables, then where it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.catalogue.demonstration import holds_other_files
from maillage.apps.observatory.complementarity import complementarity_of, known_on
from maillage.apps.territories.queries import geography
from maillage.domain.complementarity import Complementarity, MunicipalityOffer, OfferClass, differing
from maillage.domain.territories import TerritoryKind, TerritoryRef
from maillage.engine.wording import day_in_words
from maillage.web.components.languages import current_language
from maillage.web.components.needs import FAMILIES, label_of
from maillage.web.components.sentences import SOURCES, unbroken
from maillage.web.figures import offer_words as words
from maillage.web.figures.offer_forms import OfferForm
from maillage.web.figures.presenters import LINES_UNFOLDED, WIDE
from maillage.web.figures.sentences import number_said, share_said
from maillage.web.figures.shading import ShadedMap, painted

MATRIX_PARTNERS = 6
OF_A_TEXT = "convention-"
CHANGED_SHOWN = 40
LOST_CHOICES = 60
SHADES = {OfferClass.COMMON: 2, OfferClass.COMPLEMENTARY: 0, OfferClass.WHITE: 3}
WHITE_BOUNDS = ((0.0, 0), (0.1, 1), (0.25, 2), (0.5, 3), (1.0, 4))
"""Shares of people in a white zone, each the highest of its shade."""
FIELDS = ("territory", "theme", "group", "km", "agreement", "first", "second", "on", "place", "municipality", "lost")


@dataclass(frozen=True)
class OfferFigure:
    """What was asked and what is found, as things are and after the change (``None`` without any)."""

    before: Complementarity
    after: Complementarity | None
    place: str

    @property
    def both(self) -> tuple[Complementarity, ...]:
        return (self.before,) if self.after is None else (self.before, self.after)


@dataclass(frozen=True)
class OfferPanel:
    """A map with its title."""

    title: str
    drawing: ShadedMap
    label: str


@dataclass(frozen=True)
class OfferLine:
    """A line of the table: words, in the order of the columns, the first being the name; ``shade`` colours its mark."""

    name: str
    numbers: tuple[str, ...]
    partners: str
    classes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Matrix:
    """Who offers what: partners across, needs down, and what each has for each."""

    partners: tuple[str, ...]
    lines: tuple[tuple[str, tuple[tuple[int, str, str], ...], str], ...]
    others: int


@dataclass(frozen=True)
class OfferPage:
    """All that the page shows."""

    headline: str
    lead: str
    change: str
    panels: tuple[OfferPanel, ...]
    legend: tuple[tuple[int, str], ...]
    is_wide: bool
    matrix: Matrix
    columns: tuple[str, ...]
    lines: tuple[OfferLine, ...]
    is_long: bool
    changed: tuple[tuple[str, str, str, str], ...]
    changed_count: int
    lost_choices: tuple[tuple[str, str], ...]
    source: str
    vintage: str
    day: str
    left_out: int
    is_demonstration: bool
    csv_address: str
    geojson_address: str


def offer_figure_of(form: OfferForm, *, is_named: bool) -> OfferFigure:
    """Answer a valid question; the partners of each municipality are named only where they are to be read.

    Raises:
        ComplementarityImpossible: the partners or the change cannot be.
    """
    before = complementarity_of(form.question, is_named=is_named)
    change = form.change
    after = None if change.is_nothing else complementarity_of(form.question, change, is_named=is_named)
    return OfferFigure(before, after, form.home.name if form.home else "")


def offer_page_of(form: OfferForm) -> OfferPage:
    """Put a map of the offer in words, maps and tables.

    Raises:
        ComplementarityImpossible: the partners or the change cannot be.
    """
    is_wide, known, query = form.question.territory.kind in WIDE, geography(), query_of(form)
    figure = offer_figure_of(form, is_named=not is_wide)
    before, after = figure.before, figure.after
    moved = sorted(differing(before, after), key=lambda pair: -pair[0].people) if after else []
    lines = division_lines(figure) if is_wide else municipality_lines(figure)
    return OfferPage(
        headline=unbroken(words.offer_headline(before, known)),
        lead=words.offer_lead(before) if before.people else "",
        change=unbroken(words.change_said(before, after, figure.place)) if after else "",
        panels=panels_of(figure, is_wide=is_wide),
        legend=legend_of(is_wide=is_wide),
        is_wide=is_wide,
        matrix=matrix_of(after or before),
        columns=("",) if after is None else (_("aujourd’hui"), _("après")),
        lines=lines,
        is_long=len(lines) > LINES_UNFOLDED,
        changed=tuple(changed_line(*pair) for pair in moved[:CHANGED_SHOWN]),
        changed_count=len(moved),
        lost_choices=lost_choices_of(before, form.change.lost),
        source=source_of(before),
        vintage=before.vintage,
        day=day_in_words(before.question.on, current_language()),
        left_out=before.left_out,
        is_demonstration=not holds_other_files(),
        csv_address=f"{reverse('figures:offer-table', args=['csv'])}?{query}",
        geojson_address=f"{reverse('figures:offer-table', args=['geojson'])}?{query}",
    )


def lost_choices_of(found: Complementarity, chosen: str) -> tuple[tuple[str, str], ...]:
    """List the partners that could leave, by name: those of the need that reach the most people, and the one chosen."""
    reached, names = dict(found.themes[0].reached), dict(found.partner_names)
    first = sorted(reached, key=lambda key: (-reached[key], key))[:LOST_CHOICES]
    kept = {*first, *({chosen} & names.keys())}
    return tuple(sorted(((key, names[key]) for key in kept), key=lambda pair: pair[1].casefold()))


def query_of(form: OfferForm) -> str:
    """Write the question as the end of an address; what is not said is left out."""
    asked = form.cleaned_data
    return urlencode({name: asked[name] for name in FIELDS if asked.get(name)})


def panels_of(figure: OfferFigure, *, is_wide: bool) -> tuple[OfferPanel, ...]:
    """Draw the maps, one for each situation."""
    panels = []
    for title, found in zip((_("Aujourd’hui"), _("Après")), figure.both, strict=False):
        shades = division_shades(found) if is_wide else municipality_shades(found)
        drawing = painted(found.question.territory, shades, found.change.points)
        if drawing is not None:
            label = _("Carte de l’offre : %(theme)s. Les tableaux disent la même chose.") % {
                "theme": label_of(found.question.theme)
            }
            panels.append(OfferPanel(title if figure.after else "", drawing, label))
    return tuple(panels)


def municipality_shades(found: Complementarity) -> dict[str, int]:
    """Give the shade of each municipality, by notation."""
    return {
        str(TerritoryRef(TerritoryKind.MUNICIPALITY, row.municipality.code)): SHADES[row.offer_class]
        for row in found.rows
    }


def divisions_of(found: Complementarity) -> dict[str, list[MunicipalityOffer]]:
    """Gather the rows by department, the code of it the key."""
    gathered: defaultdict[str, list[MunicipalityOffer]] = defaultdict(list)
    for row in found.rows:
        gathered[row.municipality.department].append(row)
    return dict(sorted(gathered.items()))


def division_shades(found: Complementarity) -> dict[str, int]:
    """Give the shade of each department by the share of its people in a white zone."""
    shades = {}
    for code, rows in divisions_of(found).items():
        share = shares_of(rows)[-1]
        if share is not None:
            shades[f"{TerritoryKind.DEPARTMENT.value}:{code}"] = next(
                one for most, one in WHITE_BOUNDS if share <= most
            )
    return shades


def legend_of(*, is_wide: bool) -> tuple[tuple[int, str], ...]:
    """Say what each shade is."""
    if not is_wide:
        return tuple((SHADES[one], words.legend_said(one)) for one in OfferClass)
    return tuple(
        (shade, said)
        for (_most, shade), said in zip(
            WHITE_BOUNDS,
            (
                _("personne en zone blanche"),
                _("10 % des habitants ou moins"),
                _("25 % ou moins"),
                _("la moitié ou moins"),
                _("plus de la moitié"),
            ),
            strict=True,
        )
    )


def municipality_lines(figure: OfferFigure) -> tuple[OfferLine, ...]:
    """Make the line of each municipality, by name."""
    after = figure.after.rows if figure.after else figure.before.rows
    names = dict((figure.after or figure.before).partner_names)
    pairs = sorted(zip(figure.before.rows, after, strict=True), key=lambda pair: pair[0].municipality.name)
    return tuple(
        OfferLine(
            one.municipality.name,
            (number_said(one.people), number_said(other.service_count), number_said(other.remote_count)),
            words.partners_said(other.partners, names),
            tuple(class_mark(row) for row in ((one, other) if figure.after else (one,))),
        )
        for one, other in pairs
    )


def class_mark(row: MunicipalityOffer) -> tuple[int, str]:
    """Give the shade and the word of a municipality."""
    return SHADES[row.offer_class], words.class_said(row.offer_class)


def division_lines(figure: OfferFigure) -> tuple[OfferLine, ...]:
    """Make the line of each department: its people, and their shares by class."""
    known, lines = geography(), []
    after = divisions_of(figure.after) if figure.after else {}
    for code, rows in divisions_of(figure.before).items():
        shares = [shares_of(rows)] + ([shares_of(after[code])] if after else [])
        said = tuple(share_said(share) for pair in zip(*shares, strict=True) for share in pair)
        name = known.name_of(TerritoryRef(TerritoryKind.DEPARTMENT, code)) if code else _("hors de tout département")
        lines.append(OfferLine(name, (number_said(sum(row.people for row in rows)), *said), "", ()))
    return tuple(sorted(lines, key=lambda line: line.name))


def shares_of(rows: Sequence[MunicipalityOffer]) -> tuple[float | None, ...]:
    """Give the shares of the people of some municipalities by class."""
    people = sum(row.people for row in rows)
    if not people:
        return (None,) * len(OfferClass)
    return tuple(sum(row.people for row in rows if row.offer_class is one) / people for one in OfferClass)


def changed_line(before: MunicipalityOffer, after: MunicipalityOffer) -> tuple[str, str, str, str]:
    """Say a municipality whose class the change moves."""
    return (
        before.municipality.name,
        number_said(before.people),
        words.class_said(before.offer_class),
        words.class_said(after.offer_class),
    )


def matrix_of(found: Complementarity) -> Matrix:
    """Cross the needs with the partners that reach the most people, over all needs."""
    by_theme = {line.theme: line for line in found.themes}
    families = [by_theme[family] for family in FAMILIES if family in by_theme]
    reached: defaultdict[str, int] = defaultdict(int)
    for line in families:
        for key, people in line.reached:
            reached[key] += people
    ranked = sorted(reached, key=lambda key: (-reached[key], key))
    shown, names = ranked[:MATRIX_PARTNERS], dict(found.partner_names)
    lines = []
    for line in families:
        near = dict(line.reached)
        cells = tuple(
            (SHADES[line.offer_class], words.class_said(line.offer_class), share_said(near[key] / found.people))
            if key in near and found.people
            else (-1, "–", "")
            for key in shown
        )
        white = share_said(line.white_people / found.people if found.people else None)
        lines.append((label_of(line.theme), cells, white))
    return Matrix(tuple(words.partner_said(key, names) for key in shown), tuple(lines), len(ranked) - len(shown))


def source_of(found: Complementarity) -> str:
    """Say where services and people come from, and how old they are; what only a text tells is of the texts."""
    texts, said = agreements_in().agreements.agreements, []
    for source, day in known_on(found.question.on).sources:
        if source not in texts and not source.startswith(OF_A_TEXT):
            name = SOURCES.get(source, source)
            said.append(f"{name} ({day_in_words(day, current_language())})" if day else name)
    return ", ".join([*said, _("textes des accords"), _("populations municipales, INSEE")])
