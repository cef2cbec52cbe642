"""Sites and teams of an organisation, for its administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.apps.accounts import queries
from maillage.apps.accounts.use_cases import sites
from maillage.apps.accounts.use_cases.sites import SiteDescription
from maillage.apps.sharing.queries import is_marked
from maillage.apps.sharing.use_cases import mark_discreet
from maillage.domain.accounts import Role, Site
from maillage.domain.permissions import NotPermitted
from maillage.web.accounts.entering import asked
from maillage.web.accounts.forms import SiteForm, TeamForm
from maillage.web.accounts.own import organisation_name
from maillage.web.accounts.wording import DAYS, LEVELS, said
from maillage.web.components.identity import for_roles


@for_roles(Role.ADMINISTRATOR)
@require_safe
def site_list(request: Any) -> HttpResponse:
    """List the sites with what each is."""
    organisation = request.actor.organisation
    found = queries.sites_of(organisation)
    names = {site.id: site.name for site in found}
    lines = [
        {
            "site": site,
            "level": LEVELS[site.level],
            "under": names.get(site.parent, "") if site.parent else "",
            "days": ", ".join(str(DAYS[day]) for day in site.outreach_days),
        }
        for site in found
    ]
    context = {
        "lines": lines,
        "organisation": organisation_name(organisation, on=timezone.localdate()),
        "is_name_kept": is_marked(organisation),
        "done": request.session.pop("done", ""),
    }
    return asked(request, "sites", context)


@for_roles(Role.ADMINISTRATOR)
@require_POST
def keep_name(request: Any) -> HttpResponse:
    """Keep the name of one's organisation from the others beside a person, or let it be told again."""
    is_kept = request.POST.get("keep") == "1"
    mark_discreet(by=request.actor, at=timezone.now(), is_discreet=is_kept)
    request.session["done"] = (
        _("C’est noté : à côté d’une personne, les autres lisent « un partenaire ».")
        if is_kept
        else _("C’est noté : les autres lisent de nouveau votre nom.")
    )
    return redirect("accounts:sites")


def _description(form: SiteForm, before: Site | None) -> SiteDescription:
    typed = form.cleaned_data
    return SiteDescription(
        name=typed["name"],
        level=form.chosen_level(),
        parent=form.chosen_parent(),
        safir=typed["safir"],
        siret=typed["siret"],
        municipality=typed["municipality"],
        access_point=before.access_point if before else "",
        outreach_days=tuple(typed["outreach_days"]),
        telephone=typed["telephone"],
    )


@for_roles(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_site(request: Any) -> HttpResponse:
    """Open a site."""
    form = SiteForm(request.POST or None, sites=queries.sites_of(request.actor.organisation))
    if request.method == "POST" and form.is_valid():
        try:
            sites.open_site(by=request.actor, description=_description(form, None), at=timezone.now())
        except NotPermitted as refused:
            form.add_error(None, said(refused.refusal))
        else:
            request.session["done"] = _("Le site est ouvert.")
            return redirect("accounts:sites")
    return asked(request, "site", {"form": form, "site": None}, status=422 if form.errors else 200)


def _found(request: Any, site: UUID) -> Site:
    found = queries.find_site(site, organisation=request.actor.organisation)
    if found is None:
        raise Http404
    return found


def _initial(site: Site) -> dict[str, object]:
    return {
        "name": site.name,
        "level": site.level.value,
        "parent": str(site.parent or ""),
        "safir": site.safir,
        "siret": site.siret,
        "municipality": site.municipality,
        "outreach_days": list(site.outreach_days),
        "telephone": site.telephone,
    }


@for_roles(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def one_site(request: Any, site: UUID) -> HttpResponse:
    """Correct a site, and see its teams."""
    found = _found(request, site)
    others = tuple(one for one in queries.sites_of(request.actor.organisation) if one.id != site)
    form = SiteForm(request.POST or None, initial=_initial(found), sites=others)
    if request.method == "POST" and form.is_valid():
        try:
            sites.change_site(by=request.actor, site=site, description=_description(form, found), at=timezone.now())
        except NotPermitted as refused:
            form.add_error(None, said(refused.refusal))
        else:
            request.session["done"] = _("Le site est modifié.")
            return redirect("accounts:sites")
    return _site_page(request, found, form, TeamForm(prefix="team"))


def _site_page(request: Any, site: Site, form: SiteForm, team_form: TeamForm, *, refused: str = "") -> HttpResponse:
    context = {"form": form, "site": site, "team_form": team_form, "refused": refused}
    return asked(request, "site", context, status=422 if refused or form.errors or team_form.errors else 200)


@for_roles(Role.ADMINISTRATOR)
@require_POST
def close_site(request: Any, site: UUID) -> HttpResponse:
    """Close a site where nobody works any more."""
    found = _found(request, site)
    try:
        sites.close_site(by=request.actor, site=site, at=timezone.now())
    except NotPermitted as refused:
        form = SiteForm(initial=_initial(found), sites=queries.sites_of(request.actor.organisation))
        return _site_page(request, found, form, TeamForm(prefix="team"), refused=said(refused.refusal))
    request.session["done"] = _("Le site est fermé.")
    return redirect("accounts:sites")


@for_roles(Role.ADMINISTRATOR)
@require_POST
def new_team(request: Any, site: UUID) -> HttpResponse:
    """Open a team at a site."""
    found = _found(request, site)
    form = TeamForm(request.POST, prefix="team")
    if form.is_valid():
        try:
            sites.open_team(by=request.actor, site=site, name=form.cleaned_data["name"], at=timezone.now())
        except NotPermitted as refused:
            form.add_error("name", said(refused.refusal))
        else:
            return redirect("accounts:site", site)
    whole = SiteForm(initial=_initial(found), sites=queries.sites_of(request.actor.organisation))
    return _site_page(request, found, whole, form)


@for_roles(Role.ADMINISTRATOR)
@require_POST
def close_team(request: Any, team: UUID) -> HttpResponse:
    """Close a team: its members stay at the site."""
    if not sites.close_team(by=request.actor, team=team, at=timezone.now()):
        raise Http404
    request.session["done"] = _("L’équipe est fermée.")
    return redirect("accounts:sites")
