"""The moves of an uptake: where each leads, from where it can be made, and what is said when it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from maillage.domain.referrals.states import TRANSITIONS, UptakeState
from maillage.domain.shared import MaillageError

_S = UptakeState


class Move(Enum):
    """What somebody does to an uptake; each is recorded as an event of that kind."""

    PREPARE = "PREPARE"
    SEND = "SEND"
    OPEN = "OPEN"
    ACCEPT = "ACCEPT"
    WAIT_FOR_PLACE = "WAIT_FOR_PLACE"
    APPOINT = "APPOINT"
    MISS = "MISS"
    RECEIVE = "RECEIVE"
    COMPLETE = "COMPLETE"
    FAIL = "FAIL"
    REFUSE = "REFUSE"
    EXPIRE = "EXPIRE"
    WAKE = "WAKE"
    WITHDRAW = "WITHDRAW"
    REDIRECT = "REDIRECT"
    DECLARE_ERROR = "DECLARE_ERROR"
    SET_DECISION_DATE = "SET_DECISION_DATE"
    UPDATE_PLACE = "UPDATE_PLACE"
    REMIND = "REMIND"
    NOTE_CALL = "NOTE_CALL"
    """The person was called and could not be reached."""
    ADD_OUTCOME = "ADD_OUTCOME"
    CORRECT_REPORT = "CORRECT_REPORT"
    TAKE = "TAKE"
    HAND_OVER = "HAND_OVER"
    RETURN = "RETURN"
    ACKNOWLEDGE = "ACKNOWLEDGE"


LEADS_TO: Mapping[Move, UptakeState] = MappingProxyType(
    {
        Move.SEND: _S.SENT,
        Move.OPEN: _S.UNDER_STUDY,
        Move.ACCEPT: _S.ACCEPTED,
        Move.WAIT_FOR_PLACE: _S.WAITING_FOR_PLACE,
        Move.APPOINT: _S.APPOINTED,
        Move.MISS: _S.NO_SHOW,
        Move.RECEIVE: _S.RECEIVED,
        Move.COMPLETE: _S.COMPLETED,
        Move.FAIL: _S.FAILED,
        Move.REFUSE: _S.REFUSED,
        Move.EXPIRE: _S.EXPIRED,
        Move.WAKE: _S.SENT,
        Move.WITHDRAW: _S.WITHDRAWN,
        Move.REDIRECT: _S.REDIRECTED,
        Move.DECLARE_ERROR: _S.ENTERED_IN_ERROR,
    }
)
"""The state each move leads to; the moves that are absent leave the state as it is, or go back (a correction)."""

_HELD = frozenset({_S.SENT, _S.UNDER_STUDY, _S.ACCEPTED, _S.WAITING_FOR_PLACE, _S.APPOINTED, _S.NO_SHOW, _S.RECEIVED})
_NOTED: Mapping[Move, frozenset[UptakeState]] = {
    Move.PREPARE: frozenset(),  # it makes the uptake: none exists before
    Move.SET_DECISION_DATE: frozenset({_S.UNDER_STUDY}),
    Move.UPDATE_PLACE: frozenset({_S.WAITING_FOR_PLACE}),
    Move.REMIND: _HELD,
    Move.NOTE_CALL: _HELD,
    Move.ADD_OUTCOME: frozenset({_S.RECEIVED, _S.COMPLETED}),
    Move.CORRECT_REPORT: frozenset(UptakeState) - {_S.DRAFT, _S.WITHDRAWN, _S.REDIRECTED, _S.ENTERED_IN_ERROR},
    Move.TAKE: _HELD,
    Move.HAND_OVER: _HELD,
    Move.RETURN: _HELD,
    Move.ACKNOWLEDGE: frozenset({_S.REFUSED, _S.FAILED, _S.EXPIRED}),
}


def _origins_of(move: Move) -> frozenset[UptakeState]:
    if move in _NOTED:
        return _NOTED[move]
    before = frozenset(state for state, following in TRANSITIONS.items() if LEADS_TO[move] in following)
    if move is Move.WAKE:  # what wakes is asleep; what is sent is a draft
        return before - {_S.DRAFT}
    return before - {_S.EXPIRED} if move is Move.SEND else before


ORIGINS: Mapping[Move, frozenset[UptakeState]] = MappingProxyType({move: _origins_of(move) for move in Move})
"""From which states each move can be made."""

IMPLIES_ACCEPTANCE = frozenset({Move.APPOINT, Move.RECEIVE})
"""The moves that say yes without having said it: the yes is then recorded as an event of its own."""


def can(state: UptakeState, move: Move) -> bool:
    """Tell whether a move can be made from a state."""
    return state in ORIGINS[move]


def moves_from(state: UptakeState) -> tuple[Move, ...]:
    """Give the moves that can be made from a state, in the order of the life of an uptake."""
    return tuple(move for move in Move if can(state, move))


def steps_of(state: UptakeState, move: Move) -> tuple[Move, ...]:
    """Give the events that a move is recorded as: an acceptance first when it is implied."""
    if move in IMPLIES_ACCEPTANCE and state in {_S.SENT, _S.UNDER_STUDY}:
        return (Move.ACCEPT, move)
    return (move,)


STATE_LABELS: Mapping[UptakeState, tuple[str, str]] = {
    _S.DRAFT: ("en préparation", "being prepared"),
    _S.SENT: ("envoyée, pas encore ouverte", "sent, not opened yet"),
    _S.UNDER_STUDY: ("en cours d’étude", "under study"),
    _S.ACCEPTED: ("acceptée", "accepted"),
    _S.WAITING_FOR_PLACE: ("en attente d’une place", "waiting for a place"),
    _S.APPOINTED: ("avec un rendez-vous fixé", "given an appointment"),
    _S.NO_SHOW: ("sans venue au rendez-vous", "without a visit on the day appointed"),
    _S.RECEIVED: ("honorée : la personne est venue", "received: the person came"),
    _S.COMPLETED: ("terminée, avec ce qu’elle a donné", "completed, with what came of it"),
    _S.FAILED: ("arrêtée en chemin", "ended on the way"),
    _S.REFUSED: ("refusée", "refused"),
    _S.EXPIRED: ("restée sans réponse", "left without an answer"),
    _S.WITHDRAWN: ("retirée", "withdrawn"),
    _S.REDIRECTED: ("adressée ailleurs", "sent elsewhere"),
    _S.ENTERED_IN_ERROR: ("annulée, car saisie par erreur", "cancelled, as entered in error"),
}
"""« La demande est ... », the request is ..."""

MOVE_LABELS: Mapping[Move, tuple[str, str]] = {
    Move.PREPARE: ("la préparer", "prepare it"),
    Move.SEND: ("l’envoyer", "send it"),
    Move.OPEN: ("l’ouvrir pour l’étudier", "open it to study it"),
    Move.ACCEPT: ("l’accepter", "accept it"),
    Move.WAIT_FOR_PLACE: ("la mettre en liste d’attente", "put it on the waiting list"),
    Move.APPOINT: ("fixer un rendez-vous", "give an appointment"),
    Move.MISS: ("noter que la personne n’est pas venue", "note that the person did not come"),
    Move.RECEIVE: ("noter que la personne est venue", "note that the person came"),
    Move.COMPLETE: ("la terminer en disant ce qu’elle a donné", "complete it, saying what came of it"),
    Move.FAIL: ("l’arrêter en disant pourquoi", "end it, saying why"),
    Move.REFUSE: ("la refuser en disant pourquoi", "refuse it, saying why"),
    Move.EXPIRE: ("la clore faute de réponse", "close it for want of an answer"),
    Move.WAKE: ("la relancer avec un nouveau délai", "send it again with a new delay"),
    Move.WITHDRAW: ("la retirer", "withdraw it"),
    Move.REDIRECT: ("l’adresser à un autre partenaire", "send it to another partner"),
    Move.DECLARE_ERROR: ("dire qu’elle a été saisie par erreur", "say that it was entered in error"),
    Move.SET_DECISION_DATE: ("donner la date de la décision", "give the date of the decision"),
    Move.UPDATE_PLACE: ("mettre à jour la place dans la liste d’attente", "update the place on the waiting list"),
    Move.REMIND: ("rappeler que l’on attend", "remind that it is awaited"),
    Move.NOTE_CALL: ("noter que la personne n’a pas pu être jointe", "note that the person could not be reached"),
    Move.ADD_OUTCOME: ("ajouter ce qu’elle a donné", "add what came of it"),
    Move.CORRECT_REPORT: ("corriger ce qui a été noté en votre nom", "correct what was noted on your behalf"),
    Move.TAKE: ("s’en charger", "take it"),
    Move.HAND_OVER: ("la confier à quelqu’un d’autre", "pass it on to somebody else"),
    Move.RETURN: ("la rendre à l’équipe", "return it to the team"),
    Move.ACKNOWLEDGE: ("dire que l’on a vu la réponse", "say that the answer was seen"),
}
"""What a move is called in a sentence."""

SENDER_MOVES = (Move.SEND, Move.WITHDRAW, Move.WAKE, Move.REDIRECT, Move.ACKNOWLEDGE)
"""The moves of who sent the person, or follows them today; the others are the recipient's."""
EITHER_SIDE = frozenset({Move.ADD_OUTCOME})
"""What both sides may record in their own name: each may learn what became of the person."""

_BESIDE_THE_POINT = frozenset(
    {
        Move.EXPIRE,
        Move.REMIND,
        Move.NOTE_CALL,
        Move.TAKE,
        Move.HAND_OVER,
        Move.RETURN,
        Move.CORRECT_REPORT,
        Move.DECLARE_ERROR,
    }
)
"""What is no way out of where an uptake stands: a sentence that names what can be done instead leaves it out."""


class MoveRefused(MaillageError):
    """A move cannot be made from where the uptake stands; both sentences say what can be done instead."""

    def __init__(self, state: UptakeState, move: Move, sentence_fr: str, sentence_en: str) -> None:
        """Keep what was asked and the two sentences."""
        self.state, self.move = state, move
        self.sentence_fr, self.sentence_en = sentence_fr, sentence_en
        super().__init__(sentence_fr)


def refusal_of_move(state: UptakeState, move: Move) -> MoveRefused | None:
    """Say why a move cannot be made from a state; ``None`` when it can be made.

    What can be done instead is said to the side whose move it is, of its own moves alone.
    """
    if can(state, move):
        return None
    ends_fr, ends_en = _what_instead(state, move)
    return MoveRefused(
        state,
        move,
        f"La demande est {STATE_LABELS[state][0]} : on ne peut pas {MOVE_LABELS[move][0]}. {ends_fr}",
        f"The request is {STATE_LABELS[state][1]}: nobody can {MOVE_LABELS[move][1]}. {ends_en}",
    )


def _what_instead(state: UptakeState, move: Move) -> tuple[str, str]:
    possible = [one for one in moves_from(state) if one not in _BESIDE_THE_POINT]
    own = [one for one in possible if one in EITHER_SIDE or (one in SENDER_MOVES) == (move in SENDER_MOVES)]
    if own:
        told_fr, told_en = (", ".join(MOVE_LABELS[one][language] for one in own) for language in (0, 1))
        return f"Vous pouvez : {told_fr}.", f"You can: {told_en}."
    if possible:
        return "C’est à l’autre organisme d’agir.", "It is for the other organisation to act."
    return (
        "Elle est close : préparez une nouvelle demande s’il le faut.",
        "It is closed: prepare a new request if need be.",
    )
