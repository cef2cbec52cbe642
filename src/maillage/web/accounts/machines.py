"""The keys by which machines act for a member: made in one's own name, shown once, withdrawn at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from maillage.apps.accounts.keys import keys_of
from maillage.apps.accounts.use_cases.keys import NAME_MOST, KeyNotFound, make_key, revoke_key
from maillage.domain.accounts import KeyScope
from maillage.domain.permissions import NotPermitted
from maillage.web.accounts.entering import asked
from maillage.web.accounts.forms import PlainForm
from maillage.web.accounts.wording import said
from maillage.web.components.identity import for_roles

LASTING = ((30, _("un mois")), (92, _("trois mois")), (366, _("un an")))
SCOPES = (("READ", _("Lire seulement")), ("WRITE", _("Lire et écrire")))


class KeyForm(PlainForm):
    """What a key is for, what it may do, how long."""

    name = forms.CharField(
        label=_("À quoi sert cette clé ?"),
        max_length=NAME_MOST,
        widget=forms.TextInput(attrs={"class": "field__input", "autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("Que peut-elle faire ?"), choices=SCOPES, widget=forms.Select(attrs={"class": "field__input"})
    )
    days = forms.TypedChoiceField(
        label=_("Pendant combien de temps ?"),
        choices=LASTING,
        coerce=int,
        widget=forms.Select(attrs={"class": "field__input"}),
    )


@for_roles()
@require_http_methods(["GET", "HEAD", "POST"])
def key_list(request: Any) -> HttpResponse:
    """List one's keys (all those of the organisation for its administrator), and make one."""
    actor, now = request.actor, timezone.now()
    form, made = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        scopes = {KeyScope.READ, KeyScope[typed["scope"]]}
        try:
            made = make_key(by=actor, name=typed["name"], scopes=scopes, lasts=timedelta(days=typed["days"]), at=now)
            form = KeyForm()
        except NotPermitted as refused:
            form.add_error(None, said(refused.refusal))
    lines = [(one, one.membership == actor.membership, KeyScope.WRITE in one.scopes) for one in keys_of(actor, at=now)]
    context = {"form": form, "made": made, "lines": lines, "done": request.session.pop("done", "")}
    return asked(request, "keys", context, status=422 if form.errors else 200)


@for_roles()
@require_POST
def withdraw_key(request: Any, key: UUID) -> HttpResponse:
    """Withdraw a key: it opens nothing more."""
    try:
        revoke_key(by=request.actor, key=key, at=timezone.now())
    except KeyNotFound as failure:
        raise Http404 from failure
    request.session["done"] = gettext("La clé est retirée : elle n’ouvre plus rien.")
    return redirect("accounts:api-keys")
