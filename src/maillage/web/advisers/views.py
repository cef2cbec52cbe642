"""The adviser's pages. The question is in the address, the answer in the page, and nothing is kept of either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maillage.apps.eligibility.use_cases import give_answer
from maillage.apps.territories import queries as territories
from maillage.domain.eligibility import Question
from maillage.web.advisers.addresses import address, is_long, short_query
from maillage.web.advisers.forms import QuestionForm
from maillage.web.advisers.presenters import SHOWN, SHOWN_AT_MOST, page_of
from maillage.web.advisers.sheets import find_sheet
from maillage.web.components import needs, places
from maillage.web.components.languages import current_language

View = Callable[[HttpRequest], HttpResponse]
ASKED_BY = "adviser's page"


def told_to_nobody(view: View) -> View:
    """Keep a page out of caches and its address out of what the browser tells other pages."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return require_safe(answer)


@told_to_nobody
def question_page(request: HttpRequest) -> HttpResponse:
    """Ask: an address that holds a question shows it filled in."""
    typed = request.GET
    found = places.find(typed.get("municipality", ""))
    initial = {name: typed.getlist(name) if name in {"group", "barrier", "theme"} else typed[name] for name in typed}
    if found is not None and not typed.get("place"):
        initial["place"] = places.label_of(found)
    initial.setdefault("on", timezone.localdate().isoformat())
    form = QuestionForm(initial=initial, offered=typed)
    return asked_again(request, form)


def asked_again(request: HttpRequest, form: QuestionForm) -> HttpResponse:
    """Show the question, with what was typed and what to correct."""
    context = {
        "form": form,
        "is_empty": not territories.geography().municipalities,
        "point": form["point"].value() or "",
        "themes_chosen": ",".join(form["theme"].value() or []),
        "today": timezone.localdate(),
    }
    return render(request, "advisers/question.html", context)


@told_to_nobody
def answer_page(request: HttpRequest) -> HttpResponse:
    """Answer, or ask again what cannot be read; a long address is first made short."""
    if not request.GET:
        return redirect(address("question"))
    form = QuestionForm(request.GET)
    if not form.is_valid():
        return asked_again(request, form)
    now = timezone.localtime()
    query = short_query(form, request.GET, today=now.date())
    if is_long(request.GET):
        return redirect(address("answer", query))
    question = narrowed(form.question(today=now.date()), query.get("show", ""))
    shown = request.GET.get("shown", "")
    answer = give_answer(
        by=ASKED_BY,
        question=question,
        at=now,
        language=current_language(),
        shown=min(max(int(shown), SHOWN), SHOWN_AT_MOST) if shown.isdecimal() and len(shown) < 5 else SHOWN,
    )
    return render(request, "advisers/answer.html", {"page": page_of(answer, form, query, now)})


def narrowed(question: Question, theme: str) -> Question:
    """Keep one need of a question, when a link of the page asks for it."""
    return replace(question, themes=(theme,)) if needs.is_theme(theme) else question


@told_to_nobody
def sheet_page(request: HttpRequest) -> HttpResponse:
    """Show the sheet of one door, ready to be printed; its address says nothing of the person."""
    today = timezone.localdate()
    try:
        on = date.fromisoformat(request.GET.get("on", "")) if "on" in request.GET else today
    except ValueError:
        on = today
    door, municipality = request.GET.get("door", ""), request.GET.get("municipality", "")
    sheet = find_sheet(door, on=on, municipality=municipality, today=today)
    if sheet is None:
        raise Http404(_("Cette fiche n’existe pas, ou plus, ce jour-là."))
    return render(request, "advisers/sheet.html", {"sheet": sheet})
