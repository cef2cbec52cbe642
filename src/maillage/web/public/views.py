"""The public pages: read, answered, forgotten. What is asked is in the address."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.web.components import places
from maillage.web.public import finding, lists, municipality, organisation, personal_data, place, service

FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_safe
def places_page(request: HttpRequest) -> HttpResponse:
    """Find a place: the form alone, what to correct in it, or the list."""
    typed = request.GET
    if (not typed.get("place") and not typed.get("municipality")) or "change" in typed:
        found = places.find(typed.get("municipality", "")[:5])
        initial = {"place": places.label_of(found) if found else "", "kind": typed.get("kind", "")}
        is_asked = "place" in typed and "change" not in typed
        form = finding.PlacesForm(typed) if is_asked else finding.PlacesForm(initial=initial)
        return render(request, "public/places.html", {"form": form, "is_open": "open" in typed})
    form = finding.PlacesForm(typed)
    if not form.is_valid():
        return render(request, "public/places.html", {"form": form, "is_open": "open" in typed})
    if "place" in typed:
        return redirect(f"{reverse('public:places')}?{finding.short_query(form).urlencode()}")
    shown = typed.get("shown", "")
    is_number = shown.isascii() and shown.isdecimal() and len(shown) < 4
    wanted = min(max(int(shown), finding.SHOWN), finding.SHOWN_AT_MOST) if is_number else finding.SHOWN
    page = finding.page_of(form, wanted, timezone.localtime())
    return render(request, "public/places_found.html", {"page": page})


@require_safe
def place_page(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show a place, ready to be printed."""
    page = place.find_place(place_id, timezone.localtime()) if lists.is_id(place_id) else None
    if page is None:
        raise Http404(_("Ce lieu n’existe pas, ou n’est plus connu."))
    return render(request, "public/place.html", {"page": page})


@require_safe
def municipalities_page(request: HttpRequest) -> HttpResponse:
    """Search municipalities, or list those of a territory."""
    page = lists.municipalities_list(request.GET)
    groups = () if page else lists.territories_listed()
    return render(request, "public/municipalities.html", {"page": page, "groups": groups})


@require_safe
def municipality_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show a municipality on a day; an old code leads to the current one."""
    found = places.find(code) if len(code) == 5 else None
    if found is None:
        raise Http404(_("Cette commune n’est pas chargée."))
    if found.code != code:
        return redirect("public:municipality", found.code, permanent=True)
    today = timezone.localdate()
    on, mistake = read_day(request.GET.get("on", ""), today)
    page = municipality.page_of(found, on)
    return render(request, "public/municipality.html", {"page": page, "mistake": mistake, "is_today": on == today})


def read_day(text: str, today: date) -> tuple[date, str]:
    """Read a day; what cannot be read is said, and today answered."""
    if not text:
        return today, ""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return today, _("Ce jour n’existe pas. Écrivez par exemple 2024-10-15.")
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        return today, _("Choisissez un jour entre 2000 et 2100.")
    return on, ""


@require_safe
def services_page(request: HttpRequest) -> HttpResponse:
    """List services."""
    return render(request, "public/services.html", {"page": lists.services_list(request.GET, timezone.localdate())})


@require_safe
def service_page(request: HttpRequest, service_id: str) -> HttpResponse:
    """Show a service."""
    page = service.find_service(service_id, timezone.localdate()) if lists.is_id(service_id) else None
    if page is None:
        raise Http404(_("Ce service n’existe pas, ou n’est plus connu."))
    return render(request, "public/service.html", {"page": page})


@require_safe
def organisations_page(request: HttpRequest) -> HttpResponse:
    """List organisations."""
    page = lists.organisations_list(request.GET, timezone.localdate())
    return render(request, "public/organisations.html", {"page": page})


@require_safe
def organisation_page(request: HttpRequest, organisation_id: str) -> HttpResponse:
    """Show an organisation."""
    today = timezone.localdate()
    found = lists.known_organisation(organisation_id, today)
    if found is None:
        raise Http404(_("Cet organisme n’existe pas, ou n’est plus connu."))
    return render(request, "public/organisation.html", {"page": organisation.page_of(found, today)})


@require_safe
def personal_data_page(request: HttpRequest) -> HttpResponse:
    """Tell what may be stored about people, why, for whom and how long."""
    return render(request, "public/personal_data.html", {"tables": personal_data.kept_tables()})
