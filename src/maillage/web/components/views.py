"""What every page with a municipality or a map asks for while it is read: the completion and the ground of the map."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from maillage.apps.territories import queries as territories
from maillage.web.components import maps, places

LONGEST_TEXT = 80


@require_safe
@cache_control(private=True, max_age=600)
def municipality_choices(request: HttpRequest) -> HttpResponse:
    """Give the municipalities that a text may mean, for the completion."""
    typed = request.GET.get("q", "")[:LONGEST_TEXT]
    found = territories.search_municipalities(typed, limit=8)
    return JsonResponse(
        {"choices": [{"code": one.code, "label": places.label_of(one, typed)} for one in found]},
    )


@require_safe
@cache_control(private=True, max_age=600)
def map_ground(request: HttpRequest) -> HttpResponse:
    """Give the ground of a map around a municipality, as GeoJSON."""
    home = places.find(request.GET.get("municipality", ""))
    if home is None:
        raise Http404(_("Cette commune n’est pas chargée."))
    asked = request.GET.get("km", "")
    reach = next((one for one in maps.REACHES_KM if str(one) == asked), maps.REACHES_KM[2])
    return JsonResponse(maps.ground_geojson(home, reach), content_type="application/geo+json")
