"""One's own account: the membership one acts under, the proofs one signs in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.apps.accounts import queries
from maillage.apps.accounts.passphrases import PassphraseTooEasy
from maillage.apps.accounts.use_cases import second_factors, signing_in
from maillage.apps.accounts.use_cases.signing_in import SignInRefused, TooManyAttempts
from maillage.apps.catalogue.queries import find_organisation
from maillage.apps.sharing.queries import name_shown
from maillage.domain.accounts import Member, Role
from maillage.web.accounts import sessions, wording
from maillage.web.accounts.entering import asked, in_fours, square_of, wait_until
from maillage.web.accounts.forms import ChangePassphraseForm, CodeForm
from maillage.web.components.identity import MEMBERSHIP, SIRET, for_account
from maillage.web.components.languages import current_language


@dataclass(frozen=True)
class MembershipLine:
    """One membership as its owner reads it."""

    id: UUID
    role: str
    organisation: str
    site: str
    is_current: bool


def organisation_name(organisation: str, *, on: date) -> str:
    """Name an organisation as the catalogue does; its id when the catalogue does not know it."""
    found = find_organisation(organisation, on=on)
    return found.name if found else organisation


def name_beside_person(organisation: str, *, to: str, on: date, lead: str = "") -> str:
    """Name an organisation to another one beside a person: « un partenaire » where the name would tell a condition."""
    return name_shown(organisation, to=to, on=on, lead=lead)[current_language() == "en"]


def _lines(request: Any, today: date) -> list[MembershipLine]:
    rows = queries.memberships_of(request.account_id, today, siret=request.session.get(SIRET))
    current = request.actor.membership if request.actor else None
    return [_line(row, current, today) for row in rows]


def _line(row: Member, current: UUID | None, today: date) -> MembershipLine:
    return MembershipLine(
        id=row.membership,
        role=str(wording.ROLES[row.role]),
        organisation=organisation_name(row.organisation, on=today),
        site=row.site_name,
        is_current=row.membership == current,
    )


@for_account
@require_safe
def account_page(request: Any) -> HttpResponse:
    """Show who one is here, and what one signs in with."""
    today = timezone.localdate()
    administrators: tuple[str, ...] = ()
    if request.actor is not None:
        members = queries.members_of(organisation=request.actor.organisation, on=today)
        administrators = tuple(one.name for one in members if one.role is Role.ADMINISTRATOR)
    context = {
        "card": queries.find_account(request.account_id),
        "lines": _lines(request, today),
        "administrators": administrators,
        "done": request.session.pop("done", ""),
    }
    return asked(request, "account", context)


@for_account
@require_http_methods(["GET", "HEAD", "POST"])
def memberships(request: Any) -> HttpResponse:
    """Choose under which membership one acts: one at a time."""
    now = timezone.now()
    lines = _lines(request, timezone.localdate(now))
    if request.method == "POST":
        chosen = next((line for line in lines if str(line.id) == request.POST.get("membership")), None)
        if chosen is None:
            raise Http404(_("Cette appartenance n’est pas la vôtre, ou a pris fin."))
        signing_in.switch_membership(account=request.account_id, membership=chosen.id, at=now)
        request.session.cycle_key()
        request.session[MEMBERSHIP] = str(chosen.id)
        return redirect(sessions.where_to_go(request))
    return asked(request, "memberships", {"lines": lines, "has_provider": request.session.get(SIRET) is not None})


@for_account
@require_http_methods(["GET", "HEAD", "POST"])
def passphrase(request: Any) -> HttpResponse:
    """Change one's passphrase; the session in hand goes on, the others end."""
    form = ChangePassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            signing_in.change_passphrase(
                account=request.account_id,
                former=form.cleaned_data["former"],
                new=form.cleaned_data["passphrase"],
                network_address=sessions.network_address(request),
                at=now,
            )
        except PassphraseTooEasy as refused:
            form.add_error("passphrase", wording.why_too_easy(refused))
        except TooManyAttempts as refused:
            form.add_error("former", wait_until(refused))
        except SignInRefused:
            form.add_error(
                "former", _("Cette phrase secrète n’est pas la vôtre, ou le compte est bloqué pour un moment.")
            )
        else:
            sessions.go_on(request)
            request.session["done"] = _("Votre phrase secrète est changée. Les autres appareils sont déconnectés.")
            return redirect("accounts:account")
    return asked(request, "passphrase", {"form": form}, status=422 if form.errors else 200)


@for_account
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: Any) -> HttpResponse:
    """Set up the application that gives codes, in place of the former one."""
    card = queries.find_account(request.account_id)
    secret = request.session.setdefault(sessions.SECRET, second_factors.new_secret())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factors.enrol_authenticator(
                account=request.account_id, secret=secret, code=form.cleaned_data["code"], at=timezone.now()
            )
        except SignInRefused:
            form.add_error("code", wording.code_refused())
        else:
            del request.session[sessions.SECRET]
            request.session["done"] = _("L’application donne maintenant vos codes.")
            if codes:
                request.session[sessions.NEW_CODES] = codes
            return redirect("accounts:recovery-codes" if codes else "accounts:account")
    context = {
        "form": form,
        "secret": in_fours(secret),
        "square": square_of(secret, card.email if card else ""),
        "is_own": True,
    }
    return asked(request, "set_up", context, status=422 if form.errors else 200)


@for_account
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: Any) -> HttpResponse:
    """Show new recovery codes once; a press of the button draws others."""
    if request.method == "POST":
        codes = second_factors.renew_recovery_codes(account=request.account_id, at=timezone.now())
    else:
        codes = request.session.pop(sessions.NEW_CODES, ())
    following = sessions.where_to_go(request) if codes else ""
    return asked(request, "recovery_codes", {"codes": codes, "following": following})


@for_account
@require_POST
def remove_key(request: Any, passkey: UUID) -> HttpResponse:
    """Forget a key, unless it is the last proof."""
    is_done = second_factors.remove_passkey(account=request.account_id, passkey=passkey, at=timezone.now())
    request.session["done"] = (
        _("La clé est retirée.")
        if is_done
        else _("C’est votre seule seconde preuve : installez d’abord une application ou une autre clé.")
    )
    return redirect("accounts:account")


@for_account
@require_POST
def sign_out_everywhere(request: Any) -> HttpResponse:
    """End every session, this one included."""
    signing_in.sign_out_everywhere(account=request.account_id, at=timezone.now())
    request.session.flush()
    return redirect("accounts:sign-in")
