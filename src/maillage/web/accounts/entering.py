"""Signing in, step by step: the first proof, the second, setting it up, and out again."""

from __future__ import annotations

from uuid import UUID

import segno
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from maillage.apps.accounts import demonstration, queries
from maillage.apps.accounts.passphrases import PassphraseTooEasy
from maillage.apps.accounts.use_cases import invitations, second_factors, signing_in
from maillage.apps.accounts.use_cases.signing_in import SignInRefused, TooManyAttempts
from maillage.web.accounts import sessions, wording
from maillage.web.accounts.forms import CodeForm, NewPassphraseForm, SignInForm
from maillage.web.components.languages import current_language


def asked(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    """Show a page that nobody keeps and whose address is told to no other site.

    It is told to our own pages: a browser that tells nobody sends a form without saying whence, and it is refused.
    """
    response = render(request, f"accounts/{template}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def wait_until(refused: TooManyAttempts) -> str:
    return wording.too_many(timezone.localtime(refused.until).strftime("%H:%M"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address and the passphrase, or for a key."""
    if request.method != "POST":
        sessions.remember_where_to_go(request)
        return sign_in_page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return sign_in_page(request, form, status=422)
    now = timezone.now()
    try:
        found = signing_in.recognise(
            email=form.cleaned_data["email"],
            passphrase=form.cleaned_data["passphrase"],
            network_address=sessions.network_address(request),
            at=now,
        )
    except TooManyAttempts as refused:
        return sign_in_page(request, form, refused=wait_until(refused), status=429)
    except SignInRefused:
        return sign_in_page(request, form, refused=wording.sign_in_refused(), status=422)
    sessions.wait_for_second_proof(request, found.account, means=signing_in.PASSPHRASE, at=now)
    return redirect("accounts:second-proof" if found.has_second_factor else "accounts:set-up")


def sign_in_page(request: HttpRequest, form: SignInForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    """Show the sign-in page, with what was refused."""
    provider = settings.MAILLAGE_OIDC_NAME if settings.MAILLAGE_OIDC else ""
    context = {"form": form, "refused": refused, "provider": provider}
    return asked(request, "sign_in", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def second_proof(request: HttpRequest) -> HttpResponse:
    """Ask for a code after the passphrase."""
    account = sessions.pending_account(request)
    card = queries.find_account(account) if account else None
    if account is None or card is None:
        return redirect("accounts:sign-in")
    if not card.has_second_factor:
        return redirect("accounts:set-up")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            means = second_factors.give_code(
                account=account,
                code=form.cleaned_data["code"],
                network_address=sessions.network_address(request),
                at=now,
            )
            return sessions.open_session(request, account, means=means, at=now)
        except SignInRefused:
            form.add_error("code", wording.code_refused())
    context = {"form": form, "card": card, "demonstration_code": demonstration.code_for(account, at=timezone.now())}
    return asked(request, "second_proof", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """Have a second proof set up before the first sign-in is complete."""
    account = sessions.pending_account(request)
    card = queries.find_account(account) if account else None
    if account is None or card is None or card.has_second_factor:
        return redirect("accounts:sign-in")
    secret = request.session.setdefault(sessions.SECRET, second_factors.new_secret())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            codes = second_factors.enrol_authenticator(
                account=account, secret=secret, code=form.cleaned_data["code"], at=now
            )
            request.session[sessions.NEW_CODES] = codes
            return sessions.open_session(request, account, means=signing_in.CODE, at=now)
        except SignInRefused:
            form.add_error("code", wording.code_refused())
    context = {"form": form, "secret": in_fours(secret), "square": square_of(secret, card.email)}
    return asked(request, "set_up", context, status=422 if form.errors else 200)


def in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def square_of(secret: str, email: str) -> str:
    """Draw the square to scan as an image within the page: nothing is fetched, nothing is kept."""
    drawn = segno.make(second_factors.address_of_secret(secret, email=email), error="m")
    return str(drawn.svg_data_uri(scale=5, border=4, dark="#000000", light="#ffffff"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, link: str) -> HttpResponse:
    """Open an account with a link, join with the account one has, or choose a new passphrase."""
    now = timezone.now()
    found = invitations.find_invited(link, at=now)
    if found is None:
        return asked(request, "invitation_over", {}, status=404)
    signed_in: UUID | None = getattr(request, "account_id", None)
    if found.has_account and not found.is_renewal:
        return _join(request, link, signed_in)
    form = NewPassphraseForm(request.POST or None, initial={"name": found.name})
    if found.is_renewal:
        del form.fields["name"]
    if request.method == "POST" and form.is_valid():
        try:
            account = invitations.accept_invitation(
                link=link,
                name=form.cleaned_data.get("name", ""),
                passphrase=form.cleaned_data["passphrase"],
                language=current_language(),
                at=now,
            )
        except PassphraseTooEasy as refused:
            form.add_error("passphrase", wording.why_too_easy(refused))
        except invitations.InvitationExpired:
            return asked(request, "invitation_over", {}, status=404)
        else:
            logout(request)
            sessions.wait_for_second_proof(request, account, means=signing_in.PASSPHRASE, at=now)
            return redirect("accounts:second-proof")
    context = {"form": form, "invited": found, "role": wording.ROLES.get(found.role) if found.role else ""}
    # 200 even with errors: the log of refused requests would keep an address that still opens something.
    return asked(request, "invitation", context)


def _join(request: HttpRequest, link: str, account: UUID | None) -> HttpResponse:
    """Have the owner of the address sign in, then join by one press of a button."""
    if account is not None and request.method == "POST":
        try:
            invitations.join_with_account(link=link, account=account, at=timezone.now())
        except invitations.InvitationExpired:
            return asked(request, "invitation_over", {}, status=404)
        return redirect("accounts:memberships")
    return asked(request, "invitation_join", {"is_signed_in": account is not None, "address": request.path})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("accounts:sign-in")
