"""Opening and correcting the file of a person, one at a time or from a table; files that may be of one person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.apps.exchange.orientations import orientations_file
from maillage.apps.people.drafts import PersonRefused
from maillage.apps.people.duplicates import likely_duplicates
from maillage.apps.people.listing import names_followed
from maillage.apps.people.queries import person_for
from maillage.apps.people.use_cases import create_person, edit_person, import_portfolio, merge_people
from maillage.apps.people.use_cases.portfolios import PortfolioReport
from maillage.apps.people.use_cases.records import EditConflict, NotTheSamePerson
from maillage.domain.personal_data import NationalNumberRefused
from maillage.engine.people_files import PortfolioUnreadable
from maillage.web.components.acting import people_page
from maillage.web.portfolio.first import FOLLOWING
from maillage.web.portfolio.forms import ImportForm
from maillage.web.portfolio.person_form import PersonForm, draft_from, initial_from
from maillage.web.portfolio.uploads import on_disk

PAIRS_MOST = 30
BAD_LINES_MOST = 50


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def new_page(request: Any) -> HttpResponse:
    """Open the file of a person."""
    now = timezone.now()
    pasted = request.session.pop("pasted", None) if request.method != "POST" else None
    form = PersonForm(request.POST or None, initial=pasted or {"language": "fr"})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_person(by=request.actor, draft=form.draft(today=timezone.localdate(now)), at=now)
        except PersonRefused as refused:
            form.refuse(refused)
        else:
            request.session["done"] = _("Le dossier est ouvert.")
            return redirect("portfolio:person", made)
    context = {
        "form": form,
        "is_pasted": pasted is not None,
        "unread": request.session.pop("pasted_unread", ()) if pasted else (),
        "withheld": request.session.pop("pasted_withheld", 0) if pasted else 0,
    }
    return render(request, "portfolio/new.html", context, status=422 if form.errors else 200)


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: Any, person: UUID) -> HttpResponse:
    """Correct what is written, if nobody did meanwhile."""
    now = timezone.now()
    today = timezone.localdate(now)
    record = person_for(request.actor, person, at=now, why="edit page")
    if record.lead_organisation != request.actor.organisation:
        raise Http404  # a partner reads what was passed to it and corrects nothing
    former = draft_from(record)
    form = PersonForm(request.POST or None, initial=initial_from(former, today=today))
    version = request.POST.get("version", "")
    if request.method == "POST" and form.is_valid():
        try:
            edit_person(
                by=request.actor,
                person=person,
                draft=form.draft(today=today, former=former),
                version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
                at=now,
            )
        except PersonRefused as refused:
            form.refuse(refused)
        except EditConflict:
            form.add_error(
                None,
                _(
                    "Quelqu’un a changé ce dossier entre-temps. Ce que vous avez écrit est là : relisez, puis enregistrez."
                ),
            )
        else:
            request.session["done"] = _("C’est enregistré.")
            return redirect("portfolio:person", person)
    context = {"form": form, "record": record}
    return render(request, "portfolio/edit.html", context, status=422 if form.errors else 200)


@people_page(*FOLLOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: Any) -> HttpResponse:
    """Bring in a table of people: every line is in, known, or told with why."""
    form = ImportForm(request.POST or None, request.FILES or None)
    report: PortfolioReport | None = None
    if request.method == "POST" and form.is_valid():
        try:
            with on_disk(form.cleaned_data["table"]) as path:
                report = import_portfolio(
                    by=request.actor, path=path, at=timezone.now(), dry_run="check" in request.POST
                )
        except NationalNumberRefused:
            form.add_error(
                "table",
                _("Une colonne annonce des numéros de sécurité sociale : ils ne sont jamais gardés ici. Retirez-la."),
            )
        except PortfolioUnreadable as refused:
            form.add_error("table", _("Ce tableau ne se lit pas : %(why)s") % {"why": refused})
    context = {
        "form": form,
        "report": report,
        "is_trial": "check" in request.POST,
        "bad_lines": report.rejected[:BAD_LINES_MOST] if report else (),
    }
    return render(request, "portfolio/import.html", context, status=422 if form.errors else 200)


@people_page(*FOLLOWING)
@require_safe
def orientations(request: Any) -> HttpResponse:
    """Give the people in one's own hands under the names of France Travail's orientation, as a file."""
    content = orientations_file(request.actor, at=timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="orientation.csv"', "Cache-Control": "no-store"}
    return HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8", headers=headers)


@people_page(*FOLLOWING)
@require_safe
def duplicates_page(request: Any) -> HttpResponse:
    """Show the files that may be of one person; nothing is brought together by itself."""
    actor, now = request.actor, timezone.now()
    pairs = likely_duplicates(actor, on=timezone.localdate(now))[:PAIRS_MOST]
    concerned = {one for pair in pairs for one in (pair.first, pair.second)}
    names = names_followed(actor, concerned, at=now, why="duplicates") if concerned else {}
    why = {
        "SAME_BIRTH_DATE_CLOSE_NAME": _("nées le même jour, noms proches"),
        "SAME_TELEPHONE": _("même téléphone"),
        "SAME_EMAIL": _("même adresse électronique"),
    }
    context = {
        "pairs": [
            {
                "first": (pair.first, names.get(pair.first, "")),
                "second": (pair.second, names.get(pair.second, "")),
                "reasons": [why[reason] for reason in pair.reasons],
            }
            for pair in pairs
        ],
        "done": request.session.pop("done", ""),
        "problem": request.session.pop("problem", ""),
    }
    return render(request, "portfolio/duplicates.html", context)


@people_page(*FOLLOWING)
@require_POST
def merge(request: Any, person: UUID, other: UUID) -> HttpResponse:
    """Keep the first file, with the links and the history of both."""
    try:
        merge_people(by=request.actor, kept=person, merged=other, at=timezone.now())
    except NotTheSamePerson:
        request.session["problem"] = _("Ces deux dossiers ne peuvent pas être réunis : deux organismes les suivent.")
    else:
        request.session["done"] = _("Les deux dossiers sont réunis ; les deux histoires sont gardées.")
    return redirect("portfolio:duplicates")
