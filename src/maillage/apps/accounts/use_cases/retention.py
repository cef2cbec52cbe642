"""What accounts leave behind: attempts to sign in, invitations that were used or expired, sessions that are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from maillage.apps.accounts import models

ATTEMPTS_KEPT = timedelta(days=183)
"""How long an attempt to sign in is kept: six months, as a log."""
INVITATIONS_KEPT = timedelta(days=30)
"""How long an invitation is still listed after it expired."""


def let_traces_leave(*, at: datetime) -> int:
    """Remove what is over; gives how many rows went."""
    with transaction.atomic():
        gone = (
            models.SignInAttempt.objects.filter(at__lt=at - ATTEMPTS_KEPT),
            models.Invitation.objects.filter(expires_at__lt=at - INVITATIONS_KEPT),
            Session.objects.filter(expire_date__lt=at),
        )
        return sum(rows.delete()[0] for rows in gone)
