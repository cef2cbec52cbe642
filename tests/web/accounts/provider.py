"""A small OpenID provider on this machine, in ProConnect's form, that can be told to lie in one way at a time."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "maillage", "a secret of the client"
OURS, OTHERS = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


@dataclass
class Provider:
    """What the provider says, and how it lies: ``lies`` names one fault, see ``_id_token`` and ``_userinfo``."""

    issuer: str = ""
    lies: str = ""
    claims: dict = field(
        default_factory=lambda: {
            "sub": "sub-zoe",
            "email": "zoe@exemple.invalid",
            "email_verified": True,
            "given_name": "Zoé",
            "usual_name": "Exemple",
            "siret": "13000548100010",
        }
    )
    acr: str = "eidas2"
    amr: list = field(default_factory=lambda: ["pwd", "mfa"])
    asked: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)

    def answer(self, method: str, path: str, query: dict, form: dict, headers) -> tuple[int, str, bytes]:
        pages = {
            "/.well-known/openid-configuration": self._discovery,
            "/jwks": self._keys,
            "/authorize": lambda: self._authorize(query),
            "/token": lambda: self._token(form),
            "/userinfo": lambda: self._userinfo(headers.get("Authorization", "")),
        }
        return pages[path]() if path in pages else (404, "text/plain", b"")

    def _discovery(self):
        endpoints = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
        }
        return 200, "application/json", json.dumps(endpoints).encode()

    def _keys(self):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OURS.public_key()))
        return 200, "application/json", json.dumps({"keys": [{**key, "kid": "1", "alg": "RS256"}]}).encode()

    def _authorize(self, query):
        self.asked = query
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        return 302, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}", b""

    def _token(self, form):
        question = self.codes.pop(form.get("code"), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_right = (
            question is not None
            and form["client_id"] == CLIENT
            and form["client_secret"] == SECRET
            and form["redirect_uri"] == question["redirect_uri"]
            and question["code_challenge_method"] == "S256"
            and base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == question["code_challenge"]
        )
        if not is_right:
            return 400, "application/json", b'{"error": "invalid_grant"}'
        tokens = {"access_token": "access", "token_type": "Bearer", "id_token": self._id_token(question)}
        return 200, "application/json", json.dumps(tokens).encode()

    def _id_token(self, question):
        now = int(time.time())
        claims = {
            "iss": "https://autre.invalid" if self.lies == "issuer" else self.issuer,
            "aud": "somebody-else" if self.lies == "audience" else CLIENT,
            "sub": self.claims["sub"],
            "nonce": "another nonce" if self.lies == "nonce" else question["nonce"],
            "iat": now,
            "exp": now - 3600 if self.lies == "expired" else now + 60,
            "acr": self.acr,
            "amr": self.amr,
        }
        if self.lies == "no end":
            del claims["exp"]
        if self.lies == "no nonce":
            del claims["nonce"]
        return self._signed(claims, "signature")

    def _signed(self, claims, fault):
        if self.lies == f"{fault} none":
            return jwt.encode(claims, "", algorithm="none", headers={"kid": "1"})
        if self.lies == f"{fault} symmetric":
            return jwt.encode(claims, SECRET * 3, algorithm="HS256", headers={"kid": "1"})
        return jwt.encode(claims, OTHERS if self.lies == fault else OURS, algorithm="RS256", headers={"kid": "1"})

    def _userinfo(self, authorization):
        if authorization != "Bearer access":
            return 401, "text/plain", b""
        claims = {**self.claims, "iss": self.issuer, "aud": CLIENT}
        if self.lies == "other person":
            claims["sub"] = "sub-somebody-else"
        if self.lies == "userinfo issuer":
            claims["iss"] = "https://autre.invalid"
        if self.lies == "userinfo audience":
            claims["aud"] = "somebody-else"
        if self.lies == "unsigned userinfo":
            return 200, "application/json", json.dumps(claims).encode()
        return 200, "application/jwt", self._signed(claims, "userinfo signature").encode()


def serve(provider: Provider) -> ThreadingHTTPServer:
    """Start the provider on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, kind, body = provider.answer(self.command, parts.path, query, form, self.headers)
            self.send_response(status)
            self.send_header("Location" if status == 302 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _do  # noqa: N815 (names of the standard library)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
