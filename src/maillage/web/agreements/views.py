"""The pages of the agreements: nothing is asked of who reads, and nothing is kept."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.apps.agreements.queries import agreements_in
from maillage.domain.agreements import Agreement
from maillage.web.agreements import documents, lists, maps
from maillage.web.agreements.changes import Comparison
from maillage.web.agreements.days import AskedDay, read_day
from maillage.web.agreements.forms import SearchForm
from maillage.web.agreements.texts import TextView
from maillage.web.components.languages import current_language


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """List the agreements, hang them under one another, draw their territories."""
    today = timezone.localdate()
    loaded = agreements_in()
    known = lists.all_agreements(loaded, on=today, today=today)
    form = SearchForm(request.GET, known.parties())
    is_valid = form.is_valid()
    search = _search_of(form, today) if is_valid else lists.Search(on=today)
    shown = lists.Agreements(loaded, known.directory, known.geography, search.on)
    found = shown.found(search)
    context = {
        "form": form,
        "headline": lists.headline(len(found), len(loaded.agreements.agreements)),
        "rows": [shown.row(one) for one in found],
        "tree": shown.tree(),
        "map": maps.map_of(found, known.geography),
        "day": AskedDay(search.on),
    }
    return render(request, "agreements/list.html", context)


def _search_of(form: SearchForm, today: date) -> lists.Search:
    typed = form.cleaned_data
    return lists.Search(typed["q"], typed["territoire"], typed["partie"], typed["le"] or today, typed["vigueur"])


@require_safe
def text_page(request: HttpRequest, agreement_id: str) -> HttpResponse:
    """Show an agreement article by article as it stands on a day."""
    today = timezone.localdate()
    asked = read_day(request.GET.get("le", ""), today)
    view = view_of(agreement_id, on=asked.day, today=today)
    return render(request, "agreements/text.html", {"page": view, "asked": asked, "is_today": asked.day == today})


@require_safe
def differences_page(request: HttpRequest, agreement_id: str) -> HttpResponse:
    """Show what changed between two days; days given the other way round are put in order."""
    today = timezone.localdate()
    signed = find(agreement_id).signed_on or today
    first, last = read_day(request.GET.get("du", ""), signed), read_day(request.GET.get("au", ""), today)
    days = sorted((first.day, last.day))
    before, after = (view_of(agreement_id, on=day, today=today) for day in days)
    context = {"page": after, "comparison": Comparison(before, after), "days": (first, last)}
    return render(request, "agreements/differences.html", context)


@require_safe
def file_download(_request: HttpRequest, agreement_id: str) -> HttpResponse:
    """Give the file of an agreement, byte for byte."""
    agreement = find(agreement_id)
    content = agreements_in().file_of(agreement)
    headers = {"Content-Disposition": f'attachment; filename="{agreement.id}.yaml"', "ETag": f'"{agreement.digest}"'}
    return HttpResponse(content, content_type="application/yaml; charset=utf-8", headers=headers)


@require_safe
def pdf_download(request: HttpRequest, agreement_id: str) -> HttpResponse:
    """Give an agreement as it stands on a day as a tagged PDF that holds its file."""
    today = timezone.localdate()
    asked = read_day(request.GET.get("le", ""), today)
    if asked.mistake:
        raise Http404(asked.mistake)
    content = documents.pdf_of(view_of(agreement_id, on=asked.day, today=today), current_language())
    name = f"{agreement_id}-{asked.iso}.pdf"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def find(agreement_id: str) -> Agreement:
    """Find an agreement, or say that there is none of that name."""
    found = agreements_in().agreements.find(agreement_id)
    if found is None:
        raise Http404(_("Aucun accord de ce nom n’est enregistré."))
    return found


def view_of(agreement_id: str, *, on: date, today: date) -> TextView:
    """Put an agreement in words as it stands on a day."""
    return TextView(agreements_in(), find(agreement_id), on, today)
