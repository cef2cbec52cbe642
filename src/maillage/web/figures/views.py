"""Figures: a question in the address, a page, and the same as charts and tables to take away."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from maillage.apps.observatory.queries import unemployment_of
from maillage.apps.territories.queries import geography
from maillage.domain.coverage import Coverage, Covered
from maillage.domain.territories import TerritoryKind
from maillage.engine.opening_files import harmless
from maillage.web.figures.charts import palette_asked, svg_of
from maillage.web.figures.forms import FigureForm, first_question
from maillage.web.figures.presenters import FIELDS, chart_of, figure_of, page_of, unemployment_chart_of

SVG = "image/svg+xml"


@require_safe
def coverage_page(request: HttpRequest) -> HttpResponse:
    """Show a figure; an address that says nothing shows the first one, what cannot be read is asked again."""
    if not geography().municipalities:
        return render(request, "figures/empty.html")
    form = form_of(request)
    page = page_of(form) if form.is_valid() else None
    return render(request, "figures/coverage.html", {"form": form, "page": page})


@require_safe
@cache_control(private=True, max_age=600)
def coverage_chart(request: HttpRequest) -> HttpResponse:
    """Draw people by distance."""
    return HttpResponse(svg_of(chart_of(figure_of(valid_form(request))), palette_asked(request.GET)), content_type=SVG)


@require_safe
@cache_control(private=True, max_age=600)
def unemployment_chart(request: HttpRequest, department: str) -> HttpResponse:
    """Draw the recent rates of a department."""
    found = unemployment_of(department[:3])
    if found is None or len(department) > 3:
        raise Http404(_("Aucun taux de chômage n’est chargé pour ce département."))
    return HttpResponse(svg_of(unemployment_chart_of(found), palette_asked(request.GET)), content_type=SVG)


@require_safe
def coverage_table(request: HttpRequest, ending: str) -> HttpResponse:
    """Give the figures of every municipality, as CSV or JSON."""
    if ending not in {"csv", "json"}:
        raise Http404(_("Ces chiffres se téléchargent en CSV ou en JSON."))
    figure = figure_of(valid_form(request), TerritoryKind.MUNICIPALITY)
    situations = [("before", figure.before)] + ([("after", figure.after)] if figure.after else [])
    if ending == "json":
        content: dict[str, Any] = {name: content_of(found) for name, found in situations}
        return JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    table = pl.DataFrame(
        [{"situation": name, **row_content(row)} for name, found in situations for row in found.rows],
        infer_schema_length=None,
    )
    response = HttpResponse(harmless(table).write_csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="couverture.csv"'
    return response


def form_of(request: HttpRequest) -> FigureForm:
    """Read the question of an address; what is absent is that of the first figure."""
    first = first_question(today=timezone.localdate())
    asked = request.GET.copy()
    is_said = any(name in asked for name in FIELDS)
    for name, value in first.items():
        if name in asked or (is_said and name == "plus"):
            continue
        asked.setlist(name, value if isinstance(value, list) else [str(value)])
    return FigureForm(asked)


def valid_form(request: HttpRequest) -> FigureForm:
    """Read a question that a page has checked.

    Raises:
        Http404: it is not one.
    """
    form = form_of(request)
    if not geography().municipalities or not form.is_valid():
        raise Http404(_("Cette question n’est pas complète : revenez à la page des chiffres."))
    return form


def content_of(found: Coverage) -> dict[str, Any]:
    """Write figures for machines."""
    return {
        **row_content(found.whole),
        "points": [str(choice) for choice in found.choices],
        "km": found.km,
        "on": found.on.isoformat(),
        "vintage": found.vintage,
        "place_count": found.place_count,
        "rows": [row_content(row) for row in found.rows],
    }


def row_content(row: Covered) -> dict[str, Any]:
    """Write the figures of a territory for machines."""
    return {
        "territory": str(row.territory),
        "name": row.name,
        "people": row.people,
        "excluded": row.excluded,
        "share_beyond": row.share_beyond,
        "mean_km": None if row.mean_km is None else round(row.mean_km, 3),
    }
