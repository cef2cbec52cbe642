"""Handing a portfolio over, in one screen: from whom, to whom, everybody or those chosen on the page before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from maillage.apps.accounts import queries
from maillage.apps.people.use_cases.portfolios import AdviserUnknown, transfer_portfolio
from maillage.domain.accounts import Actor, Member, Role
from maillage.domain.permissions import NotPermitted
from maillage.web.accounts.entering import asked
from maillage.web.accounts.forms import PlainForm, named
from maillage.web.accounts.wording import said
from maillage.web.components.identity import for_roles

FOLLOWERS = frozenset({Role.ADVISER, Role.PARTNER_ADVISER})
FOR_OTHERS = frozenset({Role.OFFICER, Role.ADMINISTRATOR})
MOST_CHOSEN = 500


class TransferForm(PlainForm):
    """From whom, to whom, in which team; ``person`` are those chosen before, nobody means everybody."""

    giver = forms.ChoiceField(label=gettext_lazy("De qui ?"))
    receiver = forms.ChoiceField(label=gettext_lazy("À qui ?"))

    def __init__(self, *args: Any, givers: tuple[Member, ...], receivers: tuple[Member, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["giver"].choices = [(str(one.membership), _line(one)) for one in givers]  # type: ignore[attr-defined]
        self.fields["receiver"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("Choisissez")),
            *((str(one.membership), _line(one)) for one in receivers),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("giver") and cleaned.get("giver") == cleaned.get("receiver"):
            self.add_error("receiver", _("Choisissez quelqu’un d’autre que la personne qui transmet."))
        return cleaned


def _line(member: Member) -> str:
    return " · ".join(part for part in (named(member), member.site_name) if part)


def _givers(actor: Actor) -> tuple[Member, ...]:
    """List whose portfolio may be handed over: one's own, or anybody's for who is in charge, those gone included."""
    everybody = queries.members_of(organisation=actor.organisation)
    if actor.role in FOR_OTHERS:
        return tuple(one for one in everybody if one.role in FOLLOWERS)
    return tuple(one for one in everybody if one.membership == actor.membership)


def _chosen(request: Any) -> tuple[UUID, ...]:
    """Read the people chosen on the page before; what is no id is left out."""
    typed = (request.POST if request.method == "POST" else request.GET).getlist("person")[:MOST_CHOSEN]
    found: list[UUID] = []
    for text in typed:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(found)


@for_roles(*sorted(FOLLOWERS | FOR_OTHERS, key=lambda role: role.value))
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: Any) -> HttpResponse:
    """Hand a portfolio over."""
    actor, today = request.actor, timezone.localdate()
    current = queries.members_of(organisation=actor.organisation, on=today)
    form = TransferForm(
        request.POST or None,
        givers=_givers(actor),
        receivers=tuple(one for one in current if one.role in FOLLOWERS),
        initial={"giver": request.GET.get("from", "")},
    )
    chosen = _chosen(request)
    if request.method == "POST" and form.is_valid():
        try:
            count = transfer_portfolio(
                by=actor,
                giver=UUID(form.cleaned_data["giver"]),
                receiver=UUID(form.cleaned_data["receiver"]),
                people=chosen or None,
                at=timezone.now(),
            )
        except NotPermitted as refused:
            form.add_error(None, said(refused.refusal))
        except AdviserUnknown:
            form.add_error("receiver", _("Cette personne n’est plus membre de l’organisme."))
        else:
            request.session["done"] = ngettext(
                "%(count)s personne est transmise.", "%(count)s personnes sont transmises.", count
            ) % {"count": count}
            return redirect("accounts:transfer")
    context = {"form": form, "chosen": chosen, "done": request.session.pop("done", "")}
    return asked(request, "transfer", context, status=422 if form.errors else 200)
