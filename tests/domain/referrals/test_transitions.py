"""Every state with every move: what it leads to, or the sentence that refuses it."""

from __future__ import annotations

import pytest

from maillage.domain.referrals import (
    FHIR_STATUS,
    OPEN_STATES,
    ORIGINS,
    TRANSITIONS,
    Move,
    UptakeState,
    refusal_of_move,
    steps_of,
)
from maillage.domain.referrals.drawing import diagram
from maillage.domain.referrals.moves import LEADS_TO, MOVE_LABELS, SENDER_MOVES, STATE_LABELS

# The table of the design, a line a state: what may follow it.
FOLLOWING = """
DRAFT             SENT WITHDRAWN
SENT              UNDER_STUDY ACCEPTED APPOINTED RECEIVED REFUSED WAITING_FOR_PLACE WITHDRAWN EXPIRED REDIRECTED
UNDER_STUDY       ACCEPTED APPOINTED RECEIVED REFUSED WAITING_FOR_PLACE WITHDRAWN EXPIRED REDIRECTED
ACCEPTED          APPOINTED RECEIVED WAITING_FOR_PLACE FAILED WITHDRAWN COMPLETED
WAITING_FOR_PLACE APPOINTED RECEIVED REFUSED EXPIRED WITHDRAWN FAILED REDIRECTED
APPOINTED         RECEIVED NO_SHOW APPOINTED WITHDRAWN
NO_SHOW           APPOINTED FAILED WITHDRAWN
RECEIVED          COMPLETED FAILED
COMPLETED
FAILED            REDIRECTED
REFUSED           REDIRECTED
EXPIRED           SENT APPOINTED RECEIVED REDIRECTED
WITHDRAWN
REDIRECTED
ENTERED_IN_ERROR
"""
EXPECTED = {
    UptakeState[state]: {UptakeState[one] for one in following}
    | ({UptakeState.ENTERED_IN_ERROR} if state != "ENTERED_IN_ERROR" else set())
    for state, *following in (line.split() for line in FOLLOWING.strip().splitlines())
}

# Each move, where it leads (- : nowhere else), and the states it is made from (* : any but an error of entry).
MOVES = """
PREPARE           -
SEND              SENT              DRAFT
OPEN              UNDER_STUDY       SENT
ACCEPT            ACCEPTED          SENT UNDER_STUDY
WAIT_FOR_PLACE    WAITING_FOR_PLACE SENT UNDER_STUDY ACCEPTED
APPOINT           APPOINTED         SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED NO_SHOW EXPIRED
MISS              NO_SHOW           APPOINTED
RECEIVE           RECEIVED          SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED EXPIRED
COMPLETE          COMPLETED         ACCEPTED RECEIVED
FAIL              FAILED            ACCEPTED WAITING_FOR_PLACE NO_SHOW RECEIVED
REFUSE            REFUSED           SENT UNDER_STUDY WAITING_FOR_PLACE
EXPIRE            EXPIRED           SENT UNDER_STUDY WAITING_FOR_PLACE
WAKE              SENT              EXPIRED
WITHDRAW          WITHDRAWN         DRAFT SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED NO_SHOW
REDIRECT          REDIRECTED        SENT UNDER_STUDY WAITING_FOR_PLACE FAILED REFUSED EXPIRED
DECLARE_ERROR     ENTERED_IN_ERROR  *
SET_DECISION_DATE -                 UNDER_STUDY
UPDATE_PLACE      -                 WAITING_FOR_PLACE
REMIND            -                 SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED NO_SHOW RECEIVED
NOTE_CALL         -                 SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED NO_SHOW RECEIVED
ADD_OUTCOME       -                 RECEIVED COMPLETED
CORRECT_REPORT    -                 SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED NO_SHOW RECEIVED COMPLETED FAILED REFUSED EXPIRED
TAKE              -                 SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED NO_SHOW RECEIVED
HAND_OVER         -                 SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED NO_SHOW RECEIVED
RETURN            -                 SENT UNDER_STUDY ACCEPTED WAITING_FOR_PLACE APPOINTED NO_SHOW RECEIVED
ACKNOWLEDGE       -                 REFUSED FAILED EXPIRED
"""
EVERYWHERE = frozenset(UptakeState) - {UptakeState.ENTERED_IN_ERROR}


def read_moves() -> dict[Move, tuple[UptakeState | None, frozenset[UptakeState]]]:
    table = {}
    for move, target, *origins in (line.split() for line in MOVES.strip().splitlines()):
        states = EVERYWHERE if origins == ["*"] else frozenset(UptakeState[one] for one in origins)
        table[Move[move]] = (None if target == "-" else UptakeState[target], states)
    return table


TABLE = read_moves()
PAIRS = [(state, move) for state in UptakeState for move in Move]


def test_the_states_follow_each_other_as_designed() -> None:
    assert {state: set(following) for state, following in TRANSITIONS.items()} == EXPECTED


def test_every_move_has_its_line() -> None:
    assert set(TABLE) == set(Move)


@pytest.mark.parametrize(("state", "move"), PAIRS, ids=lambda value: value.value)
def test_a_move_is_made_or_refused_with_a_sentence(state: UptakeState, move: Move) -> None:
    target, origins = TABLE[move]
    refused = refusal_of_move(state, move)

    assert (refused is None) == (state in origins)
    assert LEADS_TO.get(move) is target
    if refused is None:
        assert target is None or target in TRANSITIONS[state]
    else:
        assert STATE_LABELS[state][0] in refused.sentence_fr
        assert MOVE_LABELS[move][1] in refused.sentence_en
        assert str(refused) == refused.sentence_fr
        assert len(refused.sentence_fr) < 330


ENDS = [
    ("NO_SHOW", "COMPLETE", "Vous pouvez : fixer un rendez-vous, l’arrêter en disant pourquoi."),
    ("RECEIVED", "WITHDRAW", "Vous pouvez : ajouter ce qu’elle a donné."),
    ("REFUSED", "APPOINT", "C’est à l’autre organisme d’agir."),
    ("REFUSED", "WITHDRAW", "Vous pouvez : l’adresser à un autre partenaire, dire que l’on a vu la réponse."),
    ("WITHDRAWN", "APPOINT", "Elle est close : préparez une nouvelle demande s’il le faut."),
]


@pytest.mark.parametrize(("state", "move", "ends"), ENDS)
def test_each_side_is_told_what_it_can_do_itself(state, move, ends) -> None:
    refused = refusal_of_move(UptakeState[state], Move[move])

    assert refused is not None
    assert refused.sentence_fr.endswith(f". {ends}")


@pytest.mark.parametrize(("state", "move"), PAIRS, ids=lambda value: value.value)
def test_no_sentence_names_a_move_of_the_other_side(state: UptakeState, move: Move) -> None:
    refused = refusal_of_move(state, move)
    ends = refused.sentence_fr.partition("Vous pouvez : ")[2] if refused else ""

    named = {one for one in Move if MOVE_LABELS[one][0] in ends.removesuffix(".").split(", ")}
    assert {one in SENDER_MOVES for one in named - {Move.ADD_OUTCOME}} <= {move in SENDER_MOVES}


def test_no_transition_lacks_a_move() -> None:
    reached = {(state, LEADS_TO[move]) for move in LEADS_TO for state in ORIGINS[move]}

    assert reached == {(state, after) for state in UptakeState for after in TRANSITIONS[state]}


@pytest.mark.parametrize("move", [Move.APPOINT, Move.RECEIVE])
@pytest.mark.parametrize("state", [UptakeState.SENT, UptakeState.UNDER_STUDY])
def test_appointing_or_receiving_at_once_says_yes_first(state, move) -> None:
    assert steps_of(state, move) == (Move.ACCEPT, move)


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (UptakeState.ACCEPTED, Move.APPOINT),
        (UptakeState.EXPIRED, Move.RECEIVE),
        (UptakeState.WAITING_FOR_PLACE, Move.APPOINT),
        (UptakeState.SENT, Move.REFUSE),
    ],
)
def test_no_other_move_says_more_than_itself(state, move) -> None:
    assert steps_of(state, move) == (move,)


def test_each_state_has_its_status_of_exchange() -> None:
    assert {FHIR_STATUS[state] for state in OPEN_STATES} == {"requested", "accepted", "on-hold", "in-progress"}
    assert set(FHIR_STATUS) == set(UptakeState)


def test_the_drawing_is_the_table() -> None:
    lines = diagram().splitlines()

    arrows = {tuple(line.split(" --> ")) for line in (line.strip() for line in lines[1:])}
    drawn = {(start, end) for start, end in arrows if "[*]" not in {start, end}}
    assert drawn == {
        (state.value, after.value)
        for state, following in EXPECTED.items()
        for after in following - {UptakeState.ENTERED_IN_ERROR}
    }
    assert ("[*]", "DRAFT") in arrows
    assert ("COMPLETED", "[*]") in arrows
