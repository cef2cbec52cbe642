"""Members of an organisation, for its administrators; stand-ins, for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.apps.accounts import queries
from maillage.apps.accounts.permissions import PERMISSIONS
from maillage.apps.accounts.use_cases import invitations, members
from maillage.apps.accounts.use_cases.invitations import Invitee, relation_to
from maillage.domain.accounts import Member, Role, StandIn
from maillage.domain.permissions import NotPermitted, Relation, refusal_of
from maillage.domain.shared import Period
from maillage.web.accounts.entering import asked
from maillage.web.accounts.forms import InviteForm, PlaceForm, StandInForm
from maillage.web.accounts.own import organisation_name
from maillage.web.accounts.wording import ROLES, said
from maillage.web.components.identity import for_roles


@dataclass(frozen=True)
class MemberLine:
    """One member in the list."""

    id: UUID
    name: str
    email: str
    role: str
    site: str
    since: date
    ended_at: datetime | None
    is_frozen: bool


@dataclass(frozen=True)
class StandInLine:
    """One stand-in in the list; ``why_not`` says why it cannot be withdrawn by who reads."""

    id: UUID
    absent: str
    by: str
    first_day: date | None
    last_day: date | None
    why_not: str


def line_of(member: Member) -> MemberLine:
    return MemberLine(
        id=member.membership,
        name=member.name,
        email=member.email,
        role=str(ROLES[member.role]),
        site=member.site_name,
        since=member.valid_from,
        ended_at=member.ended_at,
        is_frozen=member.is_frozen,
    )


def full_address(request: Any, link: str) -> str:
    """Give the whole address of an invitation, to be handed over."""
    return str(request.build_absolute_uri(reverse("accounts:invitation", args=[link])))


@for_roles(Role.ADMINISTRATOR)
@require_safe
def member_list(request: Any) -> HttpResponse:
    """List the members and the invitations that wait."""
    actor, now = request.actor, timezone.now()
    lines = [line_of(one) for one in queries.members_of(organisation=actor.organisation)]
    waiting = [
        (one, ROLES[one.role] if one.role else _("Nouvel accès"))
        for one in invitations.pending_invitations(by=actor, at=now)
    ]
    context = {
        "organisation": organisation_name(actor.organisation, on=timezone.localdate(now)),
        "lines": [line for line in lines if line.ended_at is None],
        "former": [line for line in lines if line.ended_at is not None],
        "waiting": waiting,
        "done": request.session.pop("done", ""),
    }
    return asked(request, "members", context)


@for_roles(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Any) -> HttpResponse:
    """Invite somebody: the link is shown once, to be handed over."""
    actor, now = request.actor, timezone.now()
    form = InviteForm(request.POST or None, sites=queries.sites_of(actor.organisation))
    link = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        invitee = Invitee(typed["email"], typed["name"], form.chosen_role(), form.chosen_site())
        try:
            link = full_address(request, invitations.invite(by=actor, invitee=invitee, at=now))
        except NotPermitted as refused:
            form.add_error(None, said(refused.refusal))
    context = {
        "form": form,
        "link": link,
        "lasts_days": invitations.LASTS.days,
        "organisation": organisation_name(actor.organisation, on=timezone.localdate(now)),
    }
    return asked(request, "invite", context, status=422 if form.errors else 200)


@for_roles(Role.ADMINISTRATOR)
@require_POST
def withdraw_invitation(request: Any, invitation: UUID) -> HttpResponse:
    """Make a link useless."""
    if not invitations.withdraw_invitation(by=request.actor, invitation=invitation, at=timezone.now()):
        raise Http404
    request.session["done"] = _("L’invitation est retirée : son lien n’ouvre plus rien.")
    return redirect("accounts:members")


def _found(request: Any, membership: UUID) -> Member:
    found = queries.find_member(membership, organisation=request.actor.organisation)
    if found is None or found.ended_at is not None:
        raise Http404
    return found


@for_roles(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: Any, membership: UUID) -> HttpResponse:
    """Show one member, and say where they work."""
    found = _found(request, membership)
    initial = {"site": str(found.site or ""), "teams": [str(team) for team in found.teams]}
    form = PlaceForm(request.POST or None, initial=initial, sites=queries.sites_of(request.actor.organisation))
    if request.method == "POST" and form.is_valid():
        try:
            members.place_member(
                by=request.actor,
                membership=membership,
                site=form.chosen_site(),
                teams=form.chosen_teams(),
                at=timezone.now(),
            )
        except NotPermitted as refused:
            form.add_error(None, said(refused.refusal))
        else:
            request.session["done"] = _("C’est noté.")
            return redirect("accounts:member", membership)
    return _member_page(request, found, form)


def _member_page(request: Any, found: Member, form: PlaceForm, *, refused: str = "", link: str = "") -> HttpResponse:
    context = {
        "line": line_of(found),
        "form": form,
        "refused": refused,
        "link": link,
        "is_oneself": found.account == request.actor.account,
        "lasts_days": invitations.LASTS.days,
        "done": request.session.pop("done", ""),
    }
    return asked(request, "member", context, status=422 if refused or form.errors else 200)


@for_roles(Role.ADMINISTRATOR)
@require_POST
def member_action(request: Any, membership: UUID, action: str) -> HttpResponse:
    """End a membership, freeze or unfreeze an account, renew an access."""
    found = _found(request, membership)
    actor, now = request.actor, timezone.now()
    link = ""
    try:
        if action == "end":
            members.end_membership(by=actor, membership=membership, at=now)
            request.session["done"] = _("L’appartenance de %(name)s a pris fin.") % {"name": found.name}
            return redirect("accounts:members")
        if action == "freeze":
            members.freeze_member(by=actor, membership=membership, why=request.POST.get("why", ""), at=now)
        elif action == "unfreeze":
            members.unfreeze_member(by=actor, membership=membership, at=now)
        else:
            with_second = request.POST.get("second_factor") == "on"
            made = invitations.renew_access(by=actor, membership=membership, with_second_factor=with_second, at=now)
            link = full_address(request, made) if made else ""
    except NotPermitted as refused:
        return _member_page(request, found, _place_form(request, found), refused=said(refused.refusal))
    found = _found(request, membership)
    return _member_page(request, found, _place_form(request, found), link=link)


def _place_form(request: Any, found: Member) -> PlaceForm:
    initial = {"site": str(found.site or ""), "teams": [str(team) for team in found.teams]}
    return PlaceForm(initial=initial, sites=queries.sites_of(request.actor.organisation))


@for_roles()
@require_http_methods(["GET", "HEAD", "POST"])
def stand_ins(request: Any) -> HttpResponse:
    """Say who holds whose work, and name a stand-in."""
    actor, today = request.actor, timezone.localdate()
    everybody = queries.members_of(organisation=actor.organisation, on=today)
    absent = everybody if actor.role is Role.ADMINISTRATOR else _oneself(everybody, actor.membership)
    form = StandInForm(
        request.POST or None, members=everybody, absent=absent, initial={"absent": str(actor.membership)}
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            members.name_stand_in(
                by=actor,
                absent=UUID(typed["absent"]),
                stand_in=UUID(typed["stand_in"]),
                days=Period(typed["first_day"], typed["last_day"] + timedelta(days=1)),
                at=timezone.now(),
            )
        except NotPermitted as refused:
            form.add_error(None, said(refused.refusal))
        else:
            request.session["done"] = _("Le remplacement est noté.")
            return redirect("accounts:stand-ins")
    context = {
        "form": form,
        "lines": [_stand_in_line(one, request) for one in queries.stand_ins_of(actor.organisation, on=today)],
        "done": request.session.pop("done", ""),
    }
    return asked(request, "stand_ins", context, status=422 if form.errors else 200)


def _oneself(everybody: tuple[Member, ...], membership: UUID) -> tuple[Member, ...]:
    return tuple(one for one in everybody if one.membership == membership)


def _stand_in_line(one: StandIn, request: Any) -> StandInLine:
    actor = request.actor
    relation = Relation.OWN if one.absent.membership == actor.membership else Relation.NONE
    if actor.role is Role.ADMINISTRATOR and Relation.ORGANISATION in relation_to(actor, one.absent.organisation):
        relation = Relation.SITE
    refusal = refusal_of(PERMISSIONS, "name_stand_in", actor, relation)
    return StandInLine(
        id=one.id,
        absent=one.absent.name,
        by=one.by.name,
        first_day=one.days.start,
        last_day=one.days.last_day,
        why_not=said(refusal) if refusal else "",
    )


@for_roles()
@require_POST
def withdraw_stand_in(request: Any, stand_in: UUID) -> HttpResponse:
    """End a stand-in now."""
    try:
        is_done = members.withdraw_stand_in(by=request.actor, stand_in=stand_in, at=timezone.now())
    except NotPermitted:
        is_done = False  # the page shows no button: who asks all the same learns nothing
    if not is_done:
        raise Http404
    request.session["done"] = _("Le remplacement a pris fin.")
    return redirect("accounts:stand-ins")
