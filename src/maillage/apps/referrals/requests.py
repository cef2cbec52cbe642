"""The same request made twice has one effect: what was made under a key is given again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from maillage.apps.referrals.models import RequestKept
from maillage.domain.accounts import Actor
from maillage.domain.shared import MaillageError


class RequestUnderWay(MaillageError):
    """The same request is being made at the same time: it counts once; ask again to read what was made."""

    sentence_fr = "La même demande vient d’être envoyée : elle ne compte qu’une fois. Relisez la page."
    sentence_en = "The same request has just been sent: it counts once. Read the page again."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


def made_under(actor: Actor, key: str) -> Mapping[str, object] | None:
    """Give what a membership made under a key; ``None`` when it is new, or no key was given."""
    if not key:
        return None
    found: Mapping[str, object] | None = (
        RequestKept.objects.filter(membership=actor.membership, key=key).values_list("made", flat=True).first()
    )
    return found


def remember(actor: Actor, key: str, what: str, made: Mapping[str, object], at: datetime) -> None:
    """Keep what was made under a key, in the transaction that made it.

    Raises:
        RequestUnderWay: the same request was made at the same time; the whole of this one is undone.
    """
    if not key:
        return
    try:
        with transaction.atomic():
            RequestKept.objects.create(membership=actor.membership, key=key, what=what, made=dict(made), at=at)
    except IntegrityError as twice:
        raise RequestUnderWay from twice
