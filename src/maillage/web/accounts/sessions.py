"""What a session holds, from the first proof to the last page; its key changes at each step that opens something."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from maillage.apps.accounts import queries
from maillage.apps.accounts.use_cases.second_factors import KeyQuestion, SiteOfKeys
from maillage.apps.accounts.use_cases.signing_in import SignInRefused, complete_sign_in
from maillage.domain.accounts import Role
from maillage.web.components.identity import MEANS, MEMBERSHIP, OPENED_AT, SEEN_AT, SIRET

PENDING, PENDING_SINCE, PENDING_MEANS = "pending", "pending_since", "pending_means"
NEXT, SECRET, CHALLENGE, NEW_CODES = "next", "new_secret", "challenge", "new_codes"
WAITS = timedelta(minutes=10)
"""How long the first proof waits for the second."""
BACKEND = "django.contrib.auth.backends.ModelBackend"


def network_address(request: HttpRequest) -> str | None:
    """Give where a request comes from; behind HTTPS the proxy in front of us says it, last in its header."""
    said = str(request.META.get("REMOTE_ADDR", ""))
    if settings.HTTPS:
        said = request.headers.get("X-Forwarded-For", said).rpartition(",")[2].strip()
    try:
        return str(ip_address(said))
    except ValueError:
        return None


HOMES = {
    Role.ADVISER: "portfolio:first",
    Role.PARTNER_ADVISER: "partners:inbox",
    Role.ACCESS_POINT_STAFF: "partners:inbox",
}
"""The name of the first screen of each role; the others begin with their account."""


def remember_where_to_go(request: HttpRequest) -> None:
    """Keep the page that was asked for, when it is one of ours."""
    asked = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        request.session[NEXT] = asked


def wait_for_second_proof(
    request: HttpRequest, account: UUID, *, means: str, at: datetime, siret: str | None = None
) -> None:
    """Remember that the first proof is right; nobody is signed in yet."""
    request.session.cycle_key()
    request.session[PENDING], request.session[PENDING_SINCE] = str(account), at.isoformat()
    request.session[PENDING_MEANS], request.session[SIRET] = means, siret


def pending_account(request: HttpRequest) -> UUID | None:
    """Give the account that waits for its second proof, ``None`` when there is none or it waited too long."""
    written, since = request.session.get(PENDING), request.session.get(PENDING_SINCE)
    if written is None or since is None or timezone.now() - datetime.fromisoformat(since) > WAITS:
        return None
    return UUID(written)


def open_session(request: HttpRequest, account: UUID, *, means: str, at: datetime) -> HttpResponse:
    """Sign somebody in after the last proof, under a new session key, and lead them where they were going.

    Raises:
        SignInRefused: the account was frozen meanwhile.
    """
    complete_sign_in(account=account, means=means, network_address=network_address(request), at=at)
    kept = {name: request.session.get(name) for name in (NEXT, SIRET, NEW_CODES)}
    user = ModelBackend().get_user(account)
    if user is None:
        raise SignInRefused
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session[OPENED_AT] = request.session[SEEN_AT] = at.isoformat()
    request.session[MEANS] = means
    for name, value in kept.items():
        if value is not None:
            request.session[name] = value
    possible = queries.memberships_of(account, timezone.localdate(at), siret=request.session.get(SIRET))
    if len(possible) == 1:
        request.session[MEMBERSHIP] = str(possible[0].membership)
    return redirect(where_to_go(request))


def where_to_go(request: HttpRequest) -> str:
    """Give the page that follows: new recovery codes, the choice of a membership, what was asked for, one's account."""
    if NEW_CODES in request.session:
        return "accounts:recovery-codes"
    if MEMBERSHIP not in request.session:
        return "accounts:memberships"
    asked: str = request.session.pop(NEXT, "")
    return asked or home_of(UUID(request.session[MEMBERSHIP]))


def home_of(membership: UUID) -> str:
    """Give the first screen of a membership: where its work waits, else one's account."""
    member = queries.find_member(membership)
    return HOMES.get(member.role, "accounts:account") if member else "accounts:account"


def site_of_keys(request: HttpRequest) -> SiteOfKeys:
    """Give the site that a passkey is made for: the one that was asked, which ALLOWED_HOSTS checks."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return SiteOfKeys(id=name, origin=f"{request.scheme}://{host}")


def remember_question(request: HttpRequest, asked: KeyQuestion) -> None:
    """Keep the challenge that a browser was given."""
    request.session[CHALLENGE] = asked.challenge


def take_question(request: HttpRequest) -> KeyQuestion:
    """Give the challenge back, once: an answer given twice answers nothing."""
    return KeyQuestion(request.session.pop(CHALLENGE, ""), site_of_keys(request))


def go_on(request: HttpRequest) -> None:
    """Keep this session after what ended all those of the account, under a new key."""
    user = ModelBackend().get_user(getattr(request, "account_id", None))
    if user is not None:
        update_session_auth_hash(request, user)
