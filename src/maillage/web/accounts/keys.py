"""Passkeys: what the browser is asked, and what it answers. Everything else works without JavaScript."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from maillage.apps.accounts import queries
from maillage.apps.accounts.use_cases import second_factors, signing_in
from maillage.apps.accounts.use_cases.second_factors import ProofRefused
from maillage.apps.accounts.use_cases.signing_in import SignInRefused, TooManyAttempts
from maillage.web.accounts import sessions, wording
from maillage.web.accounts.entering import sign_in_page, wait_until
from maillage.web.accounts.forms import SignInForm

LONGEST_ANSWER = 20_000


@require_POST
@never_cache
def ask_key(request: HttpRequest) -> HttpResponse:
    """Give the browser what to ask of a key, to sign in with it."""
    options, question = second_factors.ask_passkey(site=sessions.site_of_keys(request))
    sessions.remember_question(request, question)
    return JsonResponse(json.loads(options))


@require_POST
@never_cache
def give_key(request: HttpRequest) -> HttpResponse:
    """Take the answer of a key: it is both proofs at once."""
    question, now = sessions.take_question(request), timezone.now()
    where = sessions.network_address(request)
    try:
        signing_in.check_network_address(where, at=now)
        account = second_factors.give_passkey(
            answer=_read_answer(request), asked=question, network_address=where, at=now
        )
        return sessions.open_session(request, account, means=signing_in.PASSKEY, at=now)
    except TooManyAttempts as refused:
        return sign_in_page(request, SignInForm(), refused=wait_until(refused), status=429)
    except SignInRefused:
        return sign_in_page(request, SignInForm(), refused=wording.key_refused(), status=422)


@require_POST
@never_cache
def ask_new_key(request: HttpRequest) -> HttpResponse:
    """Give the browser what to ask to make a key."""
    account = _who_may_add(request)
    if account is None:
        return JsonResponse({}, status=403)
    options, question = second_factors.ask_new_passkey(account=account, site=sessions.site_of_keys(request))
    sessions.remember_question(request, question)
    return JsonResponse(json.loads(options))


@require_POST
@never_cache
def give_new_key(request: HttpRequest) -> HttpResponse:
    """Keep a new key; it completes a first sign-in."""
    question, now = sessions.take_question(request), timezone.now()
    account = _who_may_add(request)
    if account is None:
        return redirect("accounts:sign-in")
    try:
        codes = second_factors.enrol_passkey(
            account=account, answer=_read_answer(request), asked=question, name=_name_of_key(request), at=now
        )
        if codes:
            request.session[sessions.NEW_CODES] = codes
        if getattr(request, "account_id", None) is None:
            return sessions.open_session(request, account, means=signing_in.PASSKEY, at=now)
    except SignInRefused:
        return sign_in_page(request, SignInForm(), refused=wording.key_refused(), status=422)
    return redirect("accounts:recovery-codes" if codes else "accounts:account")


def _name_of_key(request: HttpRequest) -> str:
    return request.POST.get("name", "").strip() or _("Clé du %(day)s") % {
        "day": timezone.localdate().strftime("%d/%m/%Y")
    }


def _who_may_add(request: HttpRequest) -> UUID | None:
    """Give who may add a key: somebody signed in, or somebody who has no second proof yet after their first."""
    signed_in: UUID | None = getattr(request, "account_id", None)
    if signed_in is not None:
        return signed_in
    waiting = sessions.pending_account(request)
    card = queries.find_account(waiting) if waiting else None
    return waiting if card is not None and not card.has_second_factor else None


def _read_answer(request: HttpRequest) -> dict[str, object]:
    """Read what a browser says that a key answered.

    Raises:
        ProofRefused: it is no object of JSON, or too long to be one.
    """
    written = request.POST.get("answer", "")
    try:
        answer = json.loads(written) if len(written) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError) as failure:
        raise ProofRefused from failure
    if not isinstance(answer, dict):
        raise ProofRefused
    return answer
