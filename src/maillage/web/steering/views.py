"""Rates over what was sent: a page, the same as a chart, the same as a table to take away."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.domain.accounts import Role
from maillage.engine.opening_files import harmless
from maillage.web.components.acting import people_page
from maillage.web.figures.charts import palette_asked, svg_of
from maillage.web.figures.views import SVG
from maillage.web.steering import presenters
from maillage.web.steering.asking import CUTS, NARROWED, AskingForm, asked_in

STEERING = (Role.OFFICER, Role.COMMITTEE_MEMBER, Role.ADMINISTRATOR)


@people_page(*STEERING)
@require_safe
def rates_page(request: Any) -> HttpResponse:
    """Show what became of what one's organisation sent or received, which rates fell and why, and who is late."""
    today, asked = timezone.localdate(), asked_in(request.GET)
    found = presenters.read(request.actor, asked, today=today)
    names = {field: cut for cut, field in NARROWED.items()}
    context = {
        "form": AskingForm({"weeks": str(asked.weeks), "by": asked.cut.name}, auto_id="%s"),
        "asked": asked,
        "headline": presenters.headline_of(found.now[0]),
        "under": presenters.under_headline(found.now[0]),
        "period": presenters.period_of(found.cohort),
        "falls": presenters.falls_of(found),
        "reasons": presenters.reasons_of(found),
        "late": presenters.late_of(found, today=today),
        "rows": presenters.rows_of(found),
        "cut": dict(CUTS)[asked.cut],
        "visits": presenters.visits_of(found),
        "narrowed": [
            (presenters.name_of(names[field], value, on=today), asked.address(**{field: ""}))
            for field, value in asked.narrowed
        ],
        "has_chart": bool(presenters.chart_of(found).bars),
    }
    return render(request, "steering/rates.html", context)


@people_page(*STEERING)
@require_safe
def rates_chart(request: Any) -> HttpResponse:
    """Draw what became of the sent, beside the weeks before."""
    found = presenters.read(request.actor, asked_in(request.GET), today=timezone.localdate())
    return HttpResponse(svg_of(presenters.chart_of(found), palette_asked(request.GET)), content_type=SVG)


@people_page(*STEERING)
@require_safe
def rates_table(request: Any) -> HttpResponse:
    """Give the table as CSV; no cell is a formula, and what is suppressed is empty."""
    found = presenters.read(request.actor, asked_in(request.GET), today=timezone.localdate())
    table = pl.DataFrame(list(presenters.records_of(found)), infer_schema_length=None)
    response = HttpResponse(harmless(table).write_csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="taux.csv"'
    return response
