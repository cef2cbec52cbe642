"""Answering without an account, with the short code of the tear-off reply: one request, an answer, nothing to read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from maillage.apps.delegation.writing import writing_as_system
from maillage.apps.referrals.codes import digest_of
from maillage.apps.referrals.models import CodeAttempt, Uptake
from maillage.apps.referrals.use_cases.moving import Moved, Said, record_move
from maillage.domain.accounts import Author
from maillage.domain.referrals import Move, UptakeState, refusal_of_move
from maillage.domain.referrals.moves import can
from maillage.domain.shared import MaillageError

ATTEMPTS_MOST = 10
ATTEMPTS_WINDOW = timedelta(minutes=15)
ANSWERS = frozenset({Move.ACCEPT, Move.APPOINT, Move.RECEIVE, Move.MISS, Move.REFUSE, Move.COMPLETE, Move.FAIL})
"""What the tear-off reply has a box for."""


class CodeRefused(MaillageError):
    """A code opens nothing: mistyped, of a request that is closed, or never given. The three are told alike."""

    sentence_fr = (
        "Ce code n’ouvre aucune demande en cours : vérifiez-le sur le talon, ou appelez la personne qui vous a écrit."
    )
    sentence_en = "This code opens no request under way: check it on the slip, or call who wrote to you."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


class TooManyCodes(MaillageError):
    """Too many wrong codes came from one address; it waits."""

    sentence_fr = "Trop de codes erronés : attendez un quart d’heure, ou répondez par téléphone."
    sentence_en = "Too many wrong codes: wait a quarter of an hour, or answer by telephone."

    def __init__(self) -> None:
        super().__init__(self.sentence_fr)


def answer_with_code(  # noqa: PLR0913 (keyword-only: which code, what is said, from where, when)
    *, code: str, move: Move, network_address: str, at: datetime, said: Said | None = None, name: str = ""
) -> Moved:
    """Record the answer of whoever holds the tear-off code; nothing of the person or the request is shown for it.

    Who says at once what it gave says that the person came, and who could not reach them had accepted: that is recorded
    first. ``name`` is who says it, as they wrote it. Wrong codes are counted by address, ten in a quarter of an hour.

    Raises:
        TooManyCodes: too many wrong codes came from this address.
        CodeRefused: the code opens nothing under way, or the reply has no box for that.
        MoveRefused: the request is not at that point, or something is missing.
        UptakeChanged: somebody else answered in the meantime.
    """
    row = _opened_by(code, network_address, at)
    if row is None or move not in ANSWERS:
        raise CodeRefused
    said = said or Said()
    implied = _comes_first(UptakeState(row.state), move)
    refused = None if implied else refusal_of_move(UptakeState(row.state), move)
    if refused is not None:
        raise refused
    author = Author(
        name.strip()[:150] or "talon-réponse", organisation=row.recipient_organisation, through="tear-off code"
    )
    with writing_as_system("referrals.tear_off"):
        if implied is not None:
            on = said.outcome.on if said.outcome else said.effective_on
            record_move(row, implied, Said(effective_on=on), author, at=at)
        return record_move(row, move, said, author, at=at)


_IMPLIED = {Move.COMPLETE: Move.RECEIVE, Move.FAIL: Move.ACCEPT}


def _comes_first(state: UptakeState, move: Move) -> Move | None:
    """Give what an answer implies and nobody had said yet: the visit before what it gave, the yes before the failure."""
    implied = _IMPLIED.get(move)
    if implied is None or not can(state, implied) or (move is Move.FAIL and can(state, move)):
        return None
    return implied


def _opened_by(code: str, network_address: str, at: datetime) -> Uptake | None:
    """Find the request under way of a code; the attempt is kept in its own transaction, whatever comes of it."""
    with writing_as_system("referrals.tear_off"):
        recent = CodeAttempt.objects.filter(
            network_address=network_address, at__gt=at - ATTEMPTS_WINDOW, succeeded=False
        )
        if recent.count() >= ATTEMPTS_MOST:
            raise TooManyCodes
        still_received = Q(until=None) | Q(until__gt=timezone.localdate(at))
        rows = Uptake.objects.filter(still_received, is_open=True, hidden_at=None, objected_at=None)
        row = rows.filter(code_digest=digest_of(code)).first()
        CodeAttempt.objects.create(network_address=network_address, at=at, succeeded=row is not None)
        CodeAttempt.objects.filter(at__lt=timezone.localtime(at) - 4 * ATTEMPTS_WINDOW).delete()
        return row
