"""What machines say and read of referrals: ids, codes and days; free text only where a person wrote it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from maillage.api.v1.asking import PLAIN_TEXT, Day, Id
from maillage.apps.referrals.absences import state_told
from maillage.apps.referrals.queries import UptakeSeen
from maillage.apps.referrals.use_cases.sending import RECIPIENTS_MOST, WORDS_MOST
from maillage.domain.people import FACTS
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import Manner, OutcomeKind, OutcomeSource

IDEMPOTENCY: dict[str, Any] = {
    "alias": "Idempotency-Key",
    "min_length": 1,
    "max_length": 100,
    "pattern": r"^[A-Za-z0-9_.:\-]*$",
}
MoveCode = Literal[
    "SEND", "OPEN", "ACCEPT", "WAIT_FOR_PLACE", "APPOINT", "MISS", "RECEIVE", "COMPLETE", "FAIL", "REFUSE", "WAKE",
    "WITHDRAW", "DECLARE_ERROR", "SET_DECISION_DATE", "UPDATE_PLACE", "NOTE_CALL", "ADD_OUTCOME", "TAKE", "HAND_OVER",
    "RETURN", "ACKNOWLEDGE", "CORRECT_REPORT",
]  # fmt: skip
Words = Annotated[str, Field(max_length=WORDS_MOST, pattern=PLAIN_TEXT)]
Short = Annotated[str, Field(max_length=150, pattern=PLAIN_TEXT)]
FactName = Annotated[str, Field(max_length=40, json_schema_extra={"enum": sorted(FACTS)})]
STRICT = ConfigDict(extra="forbid")


class To(Schema):
    """Where a person is sent: a service of the catalogue, and the site or team whose inbox takes it."""

    model_config = STRICT

    service: Id
    site: UUID | None = None
    team: UUID | None = None


class Asked(Schema):
    """What is asked for a person, of one service or several; ``confirmed`` are facts confirmed with the person."""

    model_config = STRICT

    to: Annotated[list[To], Field(min_length=1, max_length=RECIPIENTS_MOST)]
    why: Words = ""
    wish: Words = ""
    confirmed: Annotated[list[FactName], Field(max_length=len(FACTS))] = []
    agreed_on: Day | None = None


class NewReferral(Asked):
    """A request about one person; ``is_draft`` prepares it without sending it."""

    person: UUID
    is_draft: bool = False


class OutcomeGiven(Schema):
    """What came of it for the person."""

    model_config = STRICT

    kind: OutcomeKind
    on: Day
    source: OutcomeSource
    proof: Short = ""


class NewMove(Schema):
    """What happens to an uptake, with what the move carries; ``reported_with`` when it was said on the telephone."""

    model_config = STRICT

    move: MoveCode
    on: Day | None = None
    reason: Annotated[str, Field(max_length=40, pattern=r"^[A-Z_]*$")] = ""
    day: Day | None = None
    rank: Annotated[int, Field(ge=1, le=100_000)] | None = None
    starts_at: AwareDatetime | None = None
    place: Short = ""
    manner: Manner = Manner.ON_SITE
    outcome: OutcomeGiven | None = None
    to: UUID | None = None
    reported_with: Short = ""
    confirmed: Annotated[list[FactName], Field(max_length=len(FACTS))] = []
    agreed_on: Day | None = None

    @property
    def kind(self) -> Move:
        """The move."""
        return Move[self.move]


class Identifier(Schema):
    """The identifier that the organisation already holds for a person, in the body so that no journal keeps it."""

    model_config = STRICT

    identifier: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN_TEXT)]


class PersonNamed(Schema):
    """A person, by id alone."""

    person: UUID


class MoveMade(Schema):
    """Where an uptake stands after a move; ``sequence`` goes in the next If-Match."""

    uptake: UUID
    state: str
    sequence: int


class ReferralMade(Schema):
    """What was made of a request: its uptakes in the order asked."""

    referral: UUID
    chain: UUID
    uptakes: list[MoveMade]


class Uptake(Schema):
    """One recipient's part of a referral, as its two sides see it.

    Null where an organisation is named: its name would tell a condition of the person, and is kept from this reader.
    """

    id: UUID
    referral: UUID
    person: UUID
    service: str
    service_name: str
    sender_organisation: str | None
    recipient_organisation: str
    recipient_site: UUID | None
    recipient_team: UUID | None
    holder: UUID | None
    channel: str
    basis: str
    agreement: str
    article: str
    version: str
    state: str
    turn: str
    sequence: int
    is_open: bool
    is_late: bool
    is_reported: bool
    is_walk_in: bool
    since: date
    due_on: date | None
    sent_on: date | None
    answered_on: date | None
    received_on: date | None
    appointment_at: datetime | None
    expected_on: date | None
    decision_on: date | None
    rank: int | None
    absence_count: int
    outcome_known: bool
    moves: list[str]


class Event(Schema):
    """One thing that happened, in plain words, in the language asked for."""

    sequence: int
    kind: str
    recorded_at: datetime
    effective_on: date
    organisation: str | None
    is_reported: bool
    sentence: str


class OutcomeRead(Schema):
    """What came of it."""

    kind: str
    on: date
    source: str
    proof: str


class UptakeFile(Uptake):
    """An uptake with what happened to it and what came of it."""

    events: list[Event]
    outcomes: list[OutcomeRead]


class Inbox(Schema):
    """What a recipient has to do, each list oldest first, at most 200 of each."""

    to_answer: list[Uptake]
    expected: list[Uptake]
    late: list[Uptake]
    going_on: list[Uptake]
    to_answer_count: int
    expected_count: int
    late_count: int
    going_on_count: int


class PersonRead(Schema):
    """A person as the key's holder may see them: what is withheld is absent; every reading is in the journal.

    ``lead_organisation`` is null where its name would tell a condition and is kept from this reader.
    """

    id: UUID
    lead_organisation: str | None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    municipality: str | None = None
    telephone: str | None = None
    email: str | None = None
    prefers_to_be_called: bool | None = None
    no_voicemail: bool | None = None
    language: str | None = None
    needs_interpreter: bool | None = None
    external_id: str | None = None


class OrientationFields(Schema):
    """What is known of a person under the names of France Travail's orientation; null: unknown, or withheld."""

    date_naissance: date | None
    code_commune: str | None
    niveau_etude: str | None
    brsa: bool | None
    boe: bool | None
    contrainte_sante: str | None
    contrainte_logement: str | None
    contrainte_mobilite: str | None
    contrainte_familiale: str | None
    contrainte_financiere: str | None
    contrainte_numerique: str | None
    contrainte_administrative_juridique: str | None
    contrainte_francais_calcul: str | None


def uptake_content(found: UptakeSeen, kept: frozenset[str], *, is_told: bool = True) -> dict[str, object]:
    """Write an uptake; an absence that no clause lets pass (``is_told`` false) is under way.

    A sender among the organisations ``kept`` from the reader is not named.
    """
    names = set(Uptake.model_fields) - {"sender_organisation", "absence_count", "channel", "state", "turn", "moves"}
    return {
        **{name: getattr(found, name) for name in names},
        "sender_organisation": None if found.sender_organisation in kept else found.sender_organisation,
        "channel": found.channel.value,
        "state": state_told(found, is_told=is_told),
        "absence_count": found.absence_count if is_told else 0,
        "turn": found.turn.value,
        "moves": [move.value for move in found.moves],
    }
