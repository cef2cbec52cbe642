"""Making and withdrawing the keys of machines, and answering the same request once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from maillage.apps.accounts.keys import PURPOSE, standing_keys
from maillage.apps.accounts.models import ApiKey, KeptAnswer
from maillage.apps.accounts.permissions import PERMISSIONS
from maillage.apps.accounts.sealing import digest_of, new_link
from maillage.apps.audit.use_cases import record_event
from maillage.domain.accounts import Actor, KeyScope
from maillage.domain.permissions import Relation, Sentence, impossible, require
from maillage.domain.shared import MaillageError

MARK = "maillage_"
SHOWN_LENGTH = len(MARK) + 6
LONGEST = timedelta(days=366)
KEYS_MOST = 20
NAME_MOST = 80
ANSWERS_KEPT = timedelta(hours=24)
_TOO_MANY = Sentence("Vous avez déjà vingt clés.", "You already have twenty keys.")
_WITHDRAW_SOME = Sentence("Retirez celles qui ne servent plus.", "Withdraw those that no longer serve.")


class KeyNotFound(MaillageError):
    """No such key among one's own, or those of one's organisation."""

    def __init__(self) -> None:
        super().__init__("No such key among those you may withdraw.")


class KeyUsedOtherwise(MaillageError):
    """An idempotency key comes back with another request: nothing was done."""

    sentence_fr = "Cette clé d’idempotence a déjà servi pour une autre demande : prenez-en une nouvelle."
    sentence_en = "This idempotency key has already served for another request: take a new one."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


def make_key(*, by: Actor, name: str, scopes: Collection[KeyScope], lasts: timedelta, at: datetime) -> str:
    """Make a key that acts as the actor does today, within scopes; it is given once and kept nowhere.

    ``lasts`` is brought down to 366 days.

    Raises:
        NotPermitted: the actor has twenty keys.
    """
    require(PERMISSIONS, "make_key", by, Relation.OWN)
    secret = f"{MARK}{new_link()}"
    with transaction.atomic():
        if (
            ApiKey.objects.filter(membership=by.membership, revoked_at__isnull=True, expires_at__gt=at).count()
            >= KEYS_MOST
        ):
            raise impossible("make_key", _TOO_MANY, _WITHDRAW_SOME)
        row = ApiKey.objects.create(
            membership_id=by.membership,
            name=name.strip()[:NAME_MOST],
            begins=secret[:SHOWN_LENGTH],
            digest=digest_of(secret, purpose=PURPOSE),
            scopes=sorted(scope.value for scope in set(scopes)),
            made_at=at,
            expires_at=at + min(lasts, LONGEST),
        )
        details = {"scopes": row.scopes, "membership": str(by.membership)}
        record_event(by=by, what="make_key", subject=f"key:{row.id}", at=at, details=details)
    return secret


def revoke_key(*, by: Actor, key: UUID, at: datetime) -> None:
    """Withdraw a key: it opens nothing from the next request on.

    Raises:
        KeyNotFound: it is not one's own, nor of the organisation one administers.
    """
    with transaction.atomic():
        row = standing_keys(by, at=at).filter(pk=key).first()
        if row is None:
            raise KeyNotFound
        relation = Relation.OWN if row.membership_id == by.membership else Relation.SITE
        require(PERMISSIONS, "revoke_key", by, relation)
        ApiKey.objects.filter(pk=row.pk).update(revoked_at=at)
        record_event(by=by, what="revoke_key", subject=f"key:{row.id}", at=at)


def answer_once(
    *, actor: Actor, key: str, digest: str, at: datetime, make: Callable[[], Mapping[str, object]]
) -> Mapping[str, object]:
    """Make something once under an idempotency key of a membership; the same request again gets what was answered.

    What ``make`` does and the answer are kept together or not at all; a refusal keeps nothing, so that it may be asked
    again. Answers are kept for 24 hours.

    Raises:
        KeyUsedOtherwise: the key has served for another request.
    """
    try:
        with transaction.atomic():
            KeptAnswer.objects.filter(membership=actor.membership, at__lt=at - ANSWERS_KEPT).delete()
            kept = _kept(actor, key, digest)
            if kept is not None:
                return kept
            row = KeptAnswer.objects.create(membership_id=actor.membership, key=key, digest=digest, at=at)
            answer = make()
            KeptAnswer.objects.filter(pk=row.pk).update(content=dict(answer))
            return answer
    except IntegrityError:
        # Somebody was first with the same key, and has ended by now: its answer is ours. Anything else is a fault.
        kept = _kept(actor, key, digest)
        if kept is None:
            raise
        return kept


def _kept(actor: Actor, key: str, digest: str) -> Mapping[str, object] | None:
    row = KeptAnswer.objects.filter(membership=actor.membership, key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        raise KeyUsedOtherwise
    content: Mapping[str, object] = row.content
    return content
