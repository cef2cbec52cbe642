"""Signing in through an identity provider (OpenID Connect, in the form of ProConnect): what it says is signed, or refused.

The authorisation-code flow with PKCE, a state and a nonce; the identity token and the answer about the person are both
signed, for us, by the provider we asked, and about the same person.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from maillage.apps.accounts import queries
from maillage.apps.accounts.use_cases import signing_in
from maillage.apps.accounts.use_cases.providers import Identity, NobodyInvited, account_of_identity
from maillage.apps.accounts.use_cases.signing_in import SignInRefused
from maillage.domain.shared import MaillageError
from maillage.web.accounts import sessions, wording
from maillage.web.accounts.entering import asked, sign_in_page
from maillage.web.accounts.forms import SignInForm

DISCOVERY = "/.well-known/openid-configuration"
DISCOVERY_SECONDS = 3600
PATIENCE_SECONDS = 10
CLAIMS_REQUIRED = ["iss", "aud", "sub"]
STATES = "oidc_states"


class IdentityRefused(MaillageError):
    """What a provider says cannot be believed: it is not signed by it, for us, now, about one person."""


class Discovery:
    """The addresses of the provider, read from the provider itself and kept for an hour."""

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def addresses(self, issuer: str) -> dict[str, Any]:
        """Give what the issuer publishes of itself.

        Raises:
            IdentityRefused: it does not answer, or answers in the name of another.
        """
        with self._lock:
            read_at, found = self._kept.get(issuer, (0.0, {}))
            if not found or time.monotonic() - read_at > DISCOVERY_SECONDS:
                found = self._read(issuer)
                self._kept[issuer] = (time.monotonic(), found)
        return found

    def _read(self, issuer: str) -> dict[str, Any]:
        try:
            answer = requests.get(issuer.rstrip("/") + DISCOVERY, timeout=PATIENCE_SECONDS, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as failure:
            raise IdentityRefused("The identity provider does not answer.") from failure
        if not isinstance(found, dict) or found.get("issuer") != issuer:
            raise IdentityRefused("The identity provider answers under another name.")
        return found


_discovery = Discovery()


def configured() -> dict[str, Any]:
    """Give how the operator described the provider.

    Raises:
        IdentityRefused: they described none.
    """
    described: dict[str, Any] | None = settings.MAILLAGE_OIDC
    if described is None:
        raise IdentityRefused("No identity provider is described here.")
    return described


def provider_setting(name: str, *default: Any) -> Any:
    """Answer the questions that mozilla-django-oidc asks of the settings."""
    described = configured()
    fixed = {
        "OIDC_RP_CLIENT_ID": described["client_id"],
        "OIDC_RP_CLIENT_SECRET": described["client_secret"],
        "OIDC_RP_SIGN_ALGO": described["algorithm"],
        "OIDC_RP_SCOPES": described["scopes"],
        "OIDC_AUTHENTICATION_CALLBACK_URL": "accounts:from-provider",
        "OIDC_USE_PKCE": True,
        "OIDC_USE_NONCE": True,
        "OIDC_TIMEOUT": PATIENCE_SECONDS,
    }
    published = {
        "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
        "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
        "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
        "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
    }
    if name in fixed:
        return fixed[name]
    if name in published:
        return _discovery.addresses(described["issuer"])[published[name]]
    return getattr(settings, name, *default)


class Provider(OIDCAuthenticationBackend):
    """The provider we ask; its two answers are checked more strictly than the library does."""

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        return provider_setting(attr, *args)

    def _verify_jws(self, payload: str, key: Any) -> dict[str, Any]:
        """Read a signed answer: by the algorithm agreed, from our issuer, for us, not too old."""
        return jwt.decode(
            payload,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            audience=self.OIDC_RP_CLIENT_ID,
            issuer=configured()["issuer"],
            options={"require": CLAIMS_REQUIRED},
            leeway=5,
        )

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        claims: dict[str, Any] = super().verify_token(token, **kwargs)
        if "exp" not in claims or not kwargs.get("nonce"):
            raise IdentityRefused("The identity token has no end, or nobody asked for it.")
        return claims

    def get_userinfo(self, access_token: str, _id_token: str, payload: dict[str, Any]) -> dict[str, Any]:
        answer = requests.get(
            self.OIDC_OP_USER_ENDPOINT,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=PATIENCE_SECONDS,
            allow_redirects=False,
        )
        answer.raise_for_status()
        if not answer.headers.get("content-type", "").lower().startswith("application/jwt"):
            raise IdentityRefused("What the provider says of the person is not signed.")
        claims = self._verify_jws(answer.text, self.retrieve_matching_jwk(answer.text))
        if claims["sub"] != payload["sub"]:
            raise IdentityRefused("The provider speaks of two different people.")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Any:
        """Give the claims of both answers: whose account it is, the use case decides."""
        return payload, self.get_userinfo(access_token, id_token, payload)


@require_safe
@never_cache
def ask_provider(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    if not settings.MAILLAGE_OIDC:
        raise Http404
    try:
        return Departure.as_view()(request)
    except IdentityRefused:
        sentence = _(
            "Le fournisseur d’identité ne répond pas. Recommencez plus tard, ou utilisez votre phrase secrète."
        )
        return sign_in_page(request, SignInForm(), refused=sentence, status=503)


class Departure(OIDCAuthenticationRequestView):
    """The question to the provider: a state, a nonce, PKCE, and how sure it must be of the person."""

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        return provider_setting(attr, *args)

    def get_extra_params(self, _request: HttpRequest) -> dict[str, str]:
        levels = configured()["acr"]
        return {"acr_values": " ".join(levels)} if levels else {}


@require_safe
@never_cache
def from_provider(request: HttpRequest) -> HttpResponse:
    """Take what the provider says, once, and sign in whoever it vouches for."""
    if not settings.MAILLAGE_OIDC:
        raise Http404
    now = timezone.now()
    try:
        payload, claims = _claims(request)
        identity = identity_of(claims)
        account = account_of_identity(identity=identity, at=now)
        return _entered(request, account, payload, identity, now)
    except NobodyInvited:
        return asked(request, "nobody_invited", {"provider": settings.MAILLAGE_OIDC_NAME}, status=403)
    except IdentityRefused:
        sentence = _(
            "La réponse du fournisseur d’identité n’est pas sûre : elle est refusée. Recommencez la connexion."
        )
        return sign_in_page(request, SignInForm(), refused=sentence, status=403)
    except SignInRefused:
        return sign_in_page(request, SignInForm(), refused=wording.sign_in_refused(), status=403)


def _claims(request: HttpRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Exchange the code for what the provider says; a state serves once, in the session that made it.

    Raises:
        IdentityRefused: any step fails; which one is for the log, not for who tries.
    """
    states = request.session.get(STATES, {})
    question = states.pop(request.GET.get("state", ""), None)
    request.session.modified = True
    if question is None or "code" not in request.GET:
        raise IdentityRefused("Nobody asked this of the provider from this browser.")
    try:
        found = Provider().authenticate(request, nonce=question["nonce"], code_verifier=question.get("code_verifier"))
    except (requests.RequestException, jwt.PyJWTError, SuspiciousOperation, KeyError, TypeError, ValueError) as failure:
        raise IdentityRefused(f"The provider's answer is refused: {type(failure).__name__}.") from failure
    if found is None:
        raise IdentityRefused("The provider's answer is refused.")
    payload, claims = found
    return payload, claims


def identity_of(claims: dict[str, Any]) -> Identity:
    """Read who the provider speaks of; the names of the claims are ProConnect's."""
    parts = (claims.get("given_name"), claims.get("usual_name") or claims.get("family_name"))
    return Identity(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=str(claims.get("email", "")),
        email_is_verified=claims.get("email_verified") is True or configured()["vouches_email"],
        name=" ".join(str(part) for part in parts if part),
        siret=str(claims.get("siret", "")),
    )


def is_sure_enough(payload: dict[str, Any]) -> bool | None:
    """Tell whether the provider proved the person as strongly as asked; ``None`` when nothing was asked.

    Raises:
        IdentityRefused: it was asked, and did not.
    """
    levels, means = configured()["acr"], configured()["amr"]
    if levels and payload.get("acr") not in levels:
        raise IdentityRefused("The provider is less sure of the person than it was asked to be.")
    if means and not set(means) & set(payload.get("amr") or []):
        raise IdentityRefused("The provider did not use the means it was asked to use.")
    return True if levels or means else None


def _entered(
    request: HttpRequest, account: Any, payload: dict[str, Any], identity: Identity, now: datetime
) -> HttpResponse:
    """Open the session, or ask for our own second proof when none was asked of the provider."""
    if is_sure_enough(payload):
        request.session["siret"] = identity.siret
        return sessions.open_session(request, account, means=signing_in.PROVIDER, at=now)
    sessions.wait_for_second_proof(request, account, means=signing_in.PROVIDER, at=now, siret=identity.siret)
    card = queries.find_account(account)
    return redirect("accounts:second-proof" if card and card.has_second_factor else "accounts:set-up")
