"""The signature of a webhook, in the form of Standard Webhooks: HMAC-SHA256 of id, timestamp and body."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

SECRET_MARK = "whsec_"  # noqa: S105 (how a secret begins)
SECRET_BYTES = 32


def new_secret() -> str:
    """Draw the secret of a subscription: 256 bits, as receivers' libraries expect them written."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signed_headers(secret: str, name: UUID, body: bytes, *, at: datetime) -> dict[str, str]:
    """Give the headers that let a receiver check who sent a body, when, and that it came once."""
    moment = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    digest = hmac.new(key, f"{name}.{moment}.".encode() + body, sha256).digest()
    return {
        "webhook-id": str(name),
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }
