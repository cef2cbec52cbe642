"""Who may do what to an uptake: the moves of the sender, of the recipient, and of the officer."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.domain.accounts import Role
from maillage.domain.permissions import Relation, Rule, Sentence
from maillage.domain.referrals import ORIGINS, Move
from maillage.domain.referrals.moves import EITHER_SIDE, SENDER_MOVES
from maillage.domain.visibility import FOLLOWING_ROLES, OVERSEEING_ROLES, RECEIVING_ROLES

_BY_SENDER = Sentence(
    "C’est à qui a adressé la personne, ou la suit aujourd’hui, de le faire.",
    "This is for who sent the person, or follows them today.",
)
_BY_RECIPIENT = Sentence(
    "C’est à l’organisme qui reçoit la demande de le faire.", "This is for the organisation that receives the request."
)
_BY_WRITER = Sentence(
    "C’est à qui l’a saisie, ou au responsable de la convention, de dire qu’il y a erreur.",
    "Who entered it, or the officer, says that it is an error.",
)
_ASK_SENDER = Sentence("Demandez-le à qui vous a adressé la personne.", "Ask who sent you the person.")
_REPORT = Sentence(
    "Si le partenaire vous a répondu par téléphone, notez sa réponse en son nom.",
    "If the partner answered you by telephone, note the answer on its behalf.",
)
_NOT_NOW = Sentence("La demande n’en est pas là.", "The request is not at that point.")

RECIPIENT_MOVES = (
    Move.OPEN,
    Move.ACCEPT,
    Move.WAIT_FOR_PLACE,
    Move.APPOINT,
    Move.MISS,
    Move.RECEIVE,
    Move.COMPLETE,
    Move.FAIL,
    Move.REFUSE,
    Move.SET_DECISION_DATE,
    Move.UPDATE_PLACE,
    Move.NOTE_CALL,
    Move.ADD_OUTCOME,
    Move.CORRECT_REPORT,
    Move.TAKE,
    Move.HAND_OVER,
    Move.RETURN,
)
REPORTABLE = frozenset(
    {
        Move.ACCEPT,
        Move.WAIT_FOR_PLACE,
        Move.APPOINT,
        Move.MISS,
        Move.RECEIVE,
        Move.COMPLETE,
        Move.FAIL,
        Move.REFUSE,
        Move.SET_DECISION_DATE,
        Move.OPEN,
    }
)
"""What the sender may note on the recipient's behalf, after a call."""

_SENDER = frozenset({Relation.SENDER})
_RECIPIENT = frozenset({Relation.RECIPIENT})


def _rule_of(move: Move) -> Rule:
    if move in SENDER_MOVES:
        return Rule(FOLLOWING_ROLES, _SENDER, _BY_SENDER, ORIGINS[move], _NOT_NOW, _ASK_SENDER)
    sides = _SENDER | _RECIPIENT if move in EITHER_SIDE else _RECIPIENT
    remedy = _REPORT if move in REPORTABLE else Sentence("", "")
    return Rule(RECEIVING_ROLES, sides, _BY_RECIPIENT, ORIGINS[move], _NOT_NOW, remedy)


TABLE: Mapping[str, Rule] = {
    **{move.value: _rule_of(move) for move in (*SENDER_MOVES, *RECIPIENT_MOVES)},
    **{
        f"REPORT_{move.value}": Rule(FOLLOWING_ROLES, _SENDER, _BY_SENDER, ORIGINS[move], _NOT_NOW)
        for move in Move
        if move in REPORTABLE
    },
    **{
        move.value: Rule(
            frozenset(),
            frozenset(),
            Sentence(
                "Seule l’horloge le fait, quand le délai est passé.", "Only the clock does it, once the delay is past."
            ),
        )
        for move in (Move.EXPIRE, Move.REMIND)
    },
    Move.DECLARE_ERROR.value: Rule(
        RECEIVING_ROLES | OVERSEEING_ROLES,
        frozenset({Relation.OWN, Relation.PARTY}),
        _BY_WRITER,
        ORIGINS[Move.DECLARE_ERROR],
        _NOT_NOW,
        Sentence("Donnez-leur la référence de la demande.", "Give them the reference of the request."),
    ),
    "PREPARE": Rule(
        FOLLOWING_ROLES,
        _SENDER,
        Sentence(
            "On adresse les personnes que l’on suit, ou que suit son équipe.",
            "People are sent by who follows them, or by their team.",
        ),
        remedy=Sentence(
            "Demandez à la personne qui la suit, ou demandez le transfert du dossier.",
            "Ask who follows the person, or ask that the file be transferred.",
        ),
    ),
    "TELL_WALK_IN": Rule(
        RECEIVING_ROLES,
        frozenset({Relation.RECIPIENT}),
        Sentence("C’est à qui a reçu la personne de le dire.", "This is for who received the person."),
    ),
    "CONFIRM_WALK_IN": Rule(FOLLOWING_ROLES, _SENDER, _BY_SENDER),
    "SET_RECEPTION": Rule(
        frozenset({Role.ADVISER, Role.PARTNER_ADVISER, Role.ADMINISTRATOR, Role.OFFICER}),
        frozenset({Relation.ORGANISATION}),
        Sentence(
            "Chaque organisme dit lui-même comment il reçoit.", "Each organisation says itself how it takes people."
        ),
    ),
    "SET_OWN_FORM": Rule(
        frozenset({Role.PARTNER_ADVISER, Role.ADMINISTRATOR}),
        frozenset({Relation.ORGANISATION}),
        Sentence(
            "Le formulaire d’un organisme est déposé par ses propres membres.",
            "The form of an organisation is put in by its own members.",
        ),
    ),
    "COUNT_VISITS": Rule(
        frozenset({Role.ACCESS_POINT_STAFF, Role.ADVISER, Role.PARTNER_ADVISER}),
        frozenset({Relation.ORGANISATION}),
        Sentence("Les visites sont comptées par qui accueille.", "Visits are counted by who receives people."),
    ),
    "READ_RATES": Rule(
        frozenset({Role.OFFICER, Role.COMMITTEE_MEMBER, Role.ADMINISTRATOR}),
        frozenset({Relation.ORGANISATION, Relation.PARTY}),
        Sentence(
            "Les taux sont réservés aux responsables des conventions et aux membres des comités.",
            "Rates are for the officers of agreements and the members of committees.",
        ),
    ),
}
"""Action -> rule. The moves are named by their codes; ``REPORT_`` before one is to note it on the recipient's behalf."""
