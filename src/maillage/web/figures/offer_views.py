"""The map of the offer: a question in the address, a page or only its answer, and the same as files to take away."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from maillage.apps.territories.queries import cells, geography
from maillage.domain.complementarity import ComplementarityImpossible, MunicipalityOffer
from maillage.engine.opening_files import harmless
from maillage.web.figures.offer_forms import OfferForm, first_offer_question
from maillage.web.figures.offer_pages import FIELDS, OfferFigure, OfferPage, offer_figure_of, offer_page_of
from maillage.web.figures.shading import MUNICIPALITIES_AT_MOST

CHOSEN_BY_DEFAULT = ("territory", "theme", "km", "on")


@require_safe
@vary_on_headers("HX-Request")
def offer_page(request: HttpRequest) -> HttpResponse:
    """Show a map of the offer; a script that asks for the answer alone gets it, what cannot be read is asked again."""
    if not geography().municipalities:
        return render(request, "figures/empty.html")
    form = offer_form_of(request)
    page = checked_page(form)
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.history_restore_request:
        if page is None:
            return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
        return render(request, "figures/offer_answer.html", {"form": form, "page": page, "is_part": True})
    return render(request, "figures/offer.html", {"form": form, "page": page})


@require_safe
def offer_table(request: HttpRequest, ending: str) -> HttpResponse:
    """Give what each municipality finds, as CSV or GeoJSON, as things are and after the change if one is asked for."""
    if ending not in {"csv", "geojson"}:
        raise Http404(_("Cette carte se télécharge en CSV ou en GeoJSON."))
    form = offer_form_of(request)
    if not geography().municipalities or not form.is_valid():
        raise Http404(_("Cette question n’est pas complète : revenez à la page des chiffres."))
    try:
        figure = offer_figure_of(form, is_named=True)
    except ComplementarityImpossible as failure:
        raise Http404(str(failure)) from failure
    if ending == "geojson":
        answer: HttpResponse = JsonResponse(geojson_of(figure), json_dumps_params={"ensure_ascii": False})
        answer.headers["Content-Type"] = "application/geo+json"
    else:
        table = pl.DataFrame(
            [
                {"situation": situation, **content_of(row)}
                for situation, found in zip(("before", "after"), figure.both, strict=False)
                for row in found.rows
            ],
            infer_schema_length=None,
        )
        answer = HttpResponse(harmless(table).write_csv(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="offre.{ending}"'
    return answer


def offer_form_of(request: HttpRequest) -> OfferForm:
    """Read the question of an address; what is absent is that of the first map."""
    today = timezone.localdate()
    asked, first = request.GET.copy(), first_offer_question(today=today)
    is_said = any(name in asked for name in FIELDS)
    for name, value in first.items():
        if name not in asked and (name in CHOSEN_BY_DEFAULT or not is_said):
            asked[name] = value
    return OfferForm(asked, today=today)


def checked_page(form: OfferForm) -> OfferPage | None:
    """Answer a question; what cannot be is said beside its field, and nothing is answered."""
    if not form.is_valid():
        return None
    try:
        return offer_page_of(form)
    except ComplementarityImpossible:
        if form.change.lost:
            form.add_error("lost", _("Ce partenaire n’offre rien ici : choisissez-en un de la liste."))
        else:
            form.add_error("agreement", _("Cet accord n’a pas deux parties qui offrent des services."))
        return None


def content_of(row: MunicipalityOffer) -> dict[str, Any]:
    """Write a municipality for machines."""
    return {
        "municipality": row.municipality.code,
        "name": row.municipality.name,
        "people": row.people,
        "services": row.service_count,
        "remote_services": row.remote_count,
        "partners": row.partner_count,
        "partner_keys": " | ".join(row.partners),
        "class": row.offer_class.value,
    }


def geojson_of(figure: OfferFigure) -> dict[str, Any]:
    """Write the answer as surfaces, or as points where there are too many municipalities; the longitude comes first."""
    last = figure.both[-1].rows
    shapes = cells([row.municipality.code for row in last]) if len(last) <= MUNICIPALITIES_AT_MOST else {}
    features = []
    for before, after in zip(figure.before.rows, last, strict=True):
        at = after.municipality.point
        point = {"type": "Point", "coordinates": [at.longitude, at.latitude]} if at else None
        told = content_of(after) | ({"class_before": before.offer_class.value} if figure.after else {})
        geometry = shapes.get(after.municipality.code, point)
        features.append({"type": "Feature", "properties": told, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}
