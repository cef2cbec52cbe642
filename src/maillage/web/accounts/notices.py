"""What waits for a member, and where an organisation's own systems are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.apps.exchange.answers import answers_file
from maillage.apps.notifications.outside import ADDRESS_MOST, AddressRefused
from maillage.apps.notifications.queries import NoticeSeen, notices_of, webhooks_of
from maillage.apps.notifications.use_cases import WebhookNotFound, end_webhook, open_webhook, read_notices
from maillage.domain.accounts import Actor, Role
from maillage.domain.permissions import NotPermitted
from maillage.domain.visibility import FOLLOWING_ROLES
from maillage.web.accounts.entering import asked
from maillage.web.accounts.forms import PlainForm
from maillage.web.accounts.wording import said
from maillage.web.components.acting import people_page, sentence_of
from maillage.web.components.identity import for_roles

KINDS: dict[str, Any] = {
    "uptake.send": _("Une nouvelle demande est arrivée."),
    "uptake.wake": _("Une demande vous est envoyée de nouveau."),
    "uptake.withdraw": _("Une demande est retirée."),
    "uptake.remind": _("Une demande attend votre réponse."),
    "uptake.expire": _("Une demande est restée sans réponse."),
    "uptake.refuse": _("Une demande est refusée."),
    "uptake.add_outcome": _("On sait ce qu’une demande a donné."),
    "uptake.complete": _("On sait ce qu’une demande a donné."),
    "walk_in.told": _("Quelqu’un est venu chez un partenaire sans être adressé."),
    "account_frozen": _("Un compte a été gelé : il lisait trop de dossiers."),
    "webhook.given_up": _("Un de vos logiciels ne répond plus : il n’est plus prévenu."),
}
OTHERS = _("Une réponse est arrivée.")


@dataclass(frozen=True)
class NoticeLine:
    """One notice in the list: no name of a person is in it."""

    sentence: str
    address: str
    at: datetime
    is_read: bool


class WebhookForm(PlainForm):
    """Where to tell."""

    address = forms.CharField(
        label=_("Adresse à prévenir"),
        max_length=ADDRESS_MOST,
        help_text=_("Une adresse https:// publique."),
        widget=forms.TextInput(attrs={"class": "field__input", "autocomplete": "off", "inputmode": "url"}),
    )


@for_roles()
@require_safe
def notice_list(request: Any) -> HttpResponse:
    """List what waits and what was read."""
    lines = [_line(one, request.actor) for one in notices_of(request.actor)]
    context = {
        "waiting": [line for line in lines if not line.is_read],
        "read": [line for line in lines if line.is_read],
        "follows": request.actor.role in FOLLOWING_ROLES,
        "done": request.session.pop("done", ""),
    }
    return asked(request, "notices", context)


def _line(notice: NoticeSeen, actor: Actor) -> NoticeLine:
    return NoticeLine(str(KINDS.get(notice.kind, OTHERS)), _address(notice, actor), notice.at, notice.is_read)


def _address(notice: NoticeSeen, actor: Actor) -> str:
    """Lead to the page of who follows the person, or of who receives them."""
    uptake = notice.data.get("uptake")
    if uptake is None:
        return ""
    is_ours = notice.kind not in {"uptake.send", "uptake.wake", "uptake.withdraw", "uptake.remind", "uptake.redirect"}
    name = "portfolio:uptake" if is_ours and actor.role in FOLLOWING_ROLES else "partners:item"
    try:
        return reverse(name, args=[uptake])
    except NoReverseMatch:
        return ""


@people_page(*sorted(FOLLOWING_ROLES, key=lambda role: role.value))
@require_safe
def answers(request: Any) -> HttpResponse:
    """Give the answers of the week as a table, under the identifiers of the organisation."""
    content = answers_file(request.actor, at=timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="reponses.csv"', "Cache-Control": "no-store"}
    return HttpResponse("\ufeff" + content, content_type="text/csv; charset=utf-8", headers=headers)


@for_roles()
@require_POST
def mark_read(request: Any) -> HttpResponse:
    """Mark all notices as read."""
    read_notices(by=request.actor, at=timezone.now())
    request.session["done"] = gettext("Tout est marqué comme lu.")
    return redirect("accounts:notices")


@for_roles(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_list(request: Any) -> HttpResponse:
    """List where the organisation's systems are told, and add an address; its secret is shown once."""
    actor = request.actor
    form, made = WebhookForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            made = open_webhook(by=actor, address=form.cleaned_data["address"], at=timezone.now())
            form = WebhookForm()
        except AddressRefused as refused:
            form.add_error("address", sentence_of(refused))
        except NotPermitted as refused:
            form.add_error(None, said(refused.refusal))
    context = {
        "form": form,
        "made": made,
        "lines": webhooks_of(actor.organisation),
        "done": request.session.pop("done", ""),
    }
    return asked(request, "webhooks", context, status=422 if form.errors else 200)


@for_roles(Role.ADMINISTRATOR)
@require_POST
def withdraw_webhook(request: Any, webhook: UUID) -> HttpResponse:
    """Tell an address nothing more."""
    try:
        end_webhook(by=request.actor, webhook=webhook, at=timezone.now())
    except WebhookNotFound as failure:
        raise Http404 from failure
    request.session["done"] = gettext("Cette adresse n’est plus prévenue.")
    return redirect("accounts:webhooks")
