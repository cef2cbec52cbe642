"""Referrals for machines: send people, answer, say what came of it, each write once and on what was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Header, Query, Router, Schema

from maillage.api.v1.keyed import made_once, sequence_read
from maillage.api.v1.problems import Refused
from maillage.api.v1.referral_shapes import (
    IDEMPOTENCY,
    Asked,
    Identifier,
    Inbox,
    MoveMade,
    NewMove,
    NewReferral,
    OrientationFields,
    PersonNamed,
    PersonRead,
    ReferralMade,
    Uptake,
    UptakeFile,
    uptake_content,
)
from maillage.api.v1.shapes import KEYED_ERRORS, WRITING_ERRORS
from maillage.api.v1.wording import language_of
from maillage.apps.exchange.answers import answers_file
from maillage.apps.exchange.fhir import ExchangeProfile, fhir_bundle
from maillage.apps.exchange.orientations import orientation_for
from maillage.apps.people.queries import found_by_identifier, person_for
from maillage.apps.referrals.absences import history_told, tells_absences
from maillage.apps.referrals.naming import names_kept
from maillage.apps.referrals.queries import (
    LISTED_MOST,
    find_uptake,
    history_of,
    inbox,
    outcomes_of,
    uptakes_of,
)
from maillage.apps.referrals.use_cases.answering import appoint, calendar_of, correct_report, hand_over
from maillage.apps.referrals.use_cases.moving import Moved, Said, UptakeChanged, move_uptake
from maillage.apps.referrals.use_cases.sending import (
    Address,
    Request,
    Sent,
    call_back,
    prepare_referral,
    redirect,
    send_draft,
    send_referral,
    wake,
)
from maillage.apps.sharing.queries import is_name_kept
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.reasons import OutcomeSaid

router = Router(tags=["referrals"])
WHY = "API"


class OfPerson(Schema):
    """Whose uptakes are wanted."""

    person: UUID


class Profiled(Schema):
    """Whose rules the receiver follows."""

    profile: Literal["GRAVITY", "BSER"]


@router.get("/uptakes/inbox", response={200: Inbox, **KEYED_ERRORS}, operation_id="readInbox")
def read_inbox(request: Any) -> dict[str, Any]:
    """Give what the organisation has to do as a recipient."""
    actor, on = request.caller.actor, timezone.localdate()
    found = inbox(actor, on=on, limit=LISTED_MOST)
    lists = ("to_answer", "expected", "late", "going_on")
    kept = names_kept([one for name in lists for one in getattr(found, name)], actor=actor, on=on)
    content = {name: [uptake_content(one, kept) for one in getattr(found, name)] for name in lists}
    return {**content, **{f"{name}_count": getattr(found, f"{name}_count") for name in lists}}


@router.get("/uptakes", response={200: list[Uptake], **KEYED_ERRORS}, operation_id="listUptakes")
def list_uptakes(request: Any, asked: Query[OfPerson]) -> list[dict[str, Any]]:
    """List the uptakes of a person, the latest first; none for a person that the holder does not see."""
    actor, on = request.caller.actor, timezone.localdate()
    found = uptakes_of(actor, asked.person, on=on)
    kept = names_kept(found, actor=actor, on=on)
    return [uptake_content(one, kept, is_told=tells_absences(actor, one, on=on)) for one in found]


@router.get("/uptakes/{uuid:uptake}", response={200: UptakeFile, **KEYED_ERRORS}, operation_id="findUptake")
def find_one_uptake(request: Any, response: HttpResponse, uptake: UUID) -> dict[str, Any]:
    """Give an uptake, what happened to it, what came of it; the ETag goes in the next If-Match."""
    actor, on = request.caller.actor, timezone.localdate()
    found = find_uptake(actor, uptake, on=on)
    if found is None:
        raise Http404
    is_english, is_told = language_of(request) == "en", tells_absences(actor, found, on=on)
    history = history_told(history_of(actor, uptake, on=on), is_told=is_told)
    kept = names_kept([found], history, actor=actor, on=on)
    events = [
        {
            "sequence": told.sequence,
            "kind": told.move.value,
            "recorded_at": told.recorded_at,
            "effective_on": told.effective_on,
            "organisation": None if told.organisation in kept else told.organisation,
            "is_reported": told.is_reported,
            "sentence": told.sentence_en if is_english else told.sentence_fr,
        }
        for told in history
    ]
    outcomes = [
        {"kind": one.kind.value, "on": one.on, "source": one.source.value, "proof": one.proof}
        for one in outcomes_of(actor, uptake, on=on)
    ]
    response["ETag"] = f'"{found.sequence}"'
    return {**uptake_content(found, kept, is_told=is_told), "events": events, "outcomes": outcomes}


@router.get(
    "/uptakes/{uuid:uptake}/appointment.ics",
    response={**KEYED_ERRORS, 409: WRITING_ERRORS[409]},
    operation_id="readAppointment",
    openapi_extra={"responses": {200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}}},
)
def read_appointment(request: Any, uptake: UUID) -> HttpResponse:
    """Give the appointment as an iCalendar file; it names nobody."""
    now = timezone.now()
    found = find_uptake(request.caller.actor, uptake, on=timezone.localdate(now))
    if found is None:
        raise Http404
    content = calendar_of(found, made_at=now, title=found.service_name)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


@router.get(
    "/people/{uuid:person}", response={200: PersonRead, **KEYED_ERRORS}, operation_id="readPerson", exclude_unset=True
)
def read_person(request: Any, person: UUID) -> dict[str, Any]:
    """Give what the holder may see of a person; the look is written in the journal."""
    actor, now = request.caller.actor, timezone.now()
    record = person_for(actor, person, at=now, why=WHY)
    is_lead_kept = is_name_kept(record.lead_organisation, to=actor.organisation, on=timezone.localdate(now))
    names = set(PersonRead.model_fields) & record.shown
    return {
        "id": record.id,
        "lead_organisation": None if is_lead_kept else record.lead_organisation,
        **{name: getattr(record, name) for name in sorted(names)},
    }


@router.get(
    "/people/{uuid:person}/orientation",
    response={200: OrientationFields, **KEYED_ERRORS},
    operation_id="readOrientation",
)
def read_orientation(request: Any, person: UUID) -> dict[str, Any]:
    """Give what the holder may see of a person under the names of the orientation; the look is in the journal."""
    return orientation_for(request.caller.actor, person, at=timezone.now())


@router.get(
    "/uptakes/answers.csv",
    response=KEYED_ERRORS,
    operation_id="exportAnswers",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
def export_answers(request: Any) -> HttpResponse:
    """Give the answers of the week under the identifiers that the organisation holds."""
    content = answers_file(request.caller.actor, at=timezone.now())
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@router.get("/uptakes/{uuid:uptake}/fhir", response={200: dict[str, Any], **KEYED_ERRORS}, operation_id="readFhir")
def read_fhir(request: Any, uptake: UUID, asked: Query[Profiled]) -> dict[str, Any]:
    """Give a referral as HL7 FHIR R4, under a profile that is named."""
    found = fhir_bundle(request.caller.actor, uptake, ExchangeProfile[asked.profile], at=timezone.now())
    if found is None:
        raise Http404
    return found


@router.post("/people/find", response={200: PersonNamed, **KEYED_ERRORS}, operation_id="findPerson")
def find_person(request: Any, asked: Identifier) -> dict[str, Any]:
    """Find a person by the identifier that the organisation holds."""
    found = found_by_identifier(request.caller.actor, asked.identifier, on=timezone.localdate())
    if found is None:
        raise Http404
    return {"person": found}


@router.post("/referrals", response={200: ReferralMade, **WRITING_ERRORS}, operation_id="sendReferral")
def send(request: Any, asked: NewReferral, idempotency_key: str = Header(..., **IDEMPOTENCY)) -> Mapping[str, Any]:
    """Send a person to one service or several, or prepare it."""
    actor, now = request.caller.actor, timezone.now()
    person_for(actor, asked.person, at=now, why=WHY)  # before the write, so that the journal keeps a look in vain

    def make() -> Mapping[str, object]:
        use_case = prepare_referral if asked.is_draft else send_referral
        return _sent(use_case(actor=actor, person=asked.person, request=_request(asked), at=now))

    return made_once(request, idempotency_key, asked.model_dump_json(), make)


@router.post(
    "/uptakes/{uuid:uptake}/redirection", response={200: ReferralMade, **WRITING_ERRORS}, operation_id="redirectUptake"
)
def send_elsewhere(
    request: Any,
    uptake: UUID,
    asked: Asked,
    idempotency_key: str = Header(..., **IDEMPOTENCY),
    if_match: str | None = Header(None, alias="If-Match", max_length=40),
) -> Mapping[str, Any]:
    """Send the person elsewhere, in the same chain."""
    actor, read = request.caller.actor, sequence_read(request, if_match)

    def make() -> Mapping[str, object]:
        return _sent(redirect(actor=actor, uptake=uptake, request=_request(asked), at=timezone.now(), sequence=read))

    return made_once(request, idempotency_key, asked.model_dump_json(), make)


@router.post("/uptakes/{uuid:uptake}/moves", response={200: MoveMade, **WRITING_ERRORS}, operation_id="moveUptake")
def move(  # noqa: PLR0913, PLR0917 (what is asked, and the two headers that make it safe)
    request: Any,
    response: HttpResponse,
    uptake: UUID,
    asked: NewMove,
    idempotency_key: str = Header(..., **IDEMPOTENCY),
    if_match: str | None = Header(None, alias="If-Match", max_length=40),
) -> Mapping[str, Any]:
    """Record what happens to an uptake, if nobody acted since it was read."""
    read = sequence_read(request, if_match)
    made = made_once(
        request, idempotency_key, asked.model_dump_json(), lambda: _moved(_made(request, uptake, asked, read))
    )
    response["ETag"] = f'"{made["sequence"]}"'
    return made


def _made(request: Any, uptake: UUID, asked: NewMove, read: int) -> Moved:  # noqa: PLR0911 (one case for each move)
    """Call the use case of a move: those with guards of their own never pass as a plain move."""
    actor, now, kind = request.caller.actor, timezone.now(), asked.kind
    who: dict[str, Any] = {"actor": actor, "uptake": uptake, "at": now}
    if kind is Move.APPOINT:
        if asked.starts_at is None:
            raise Refused("starts_at", "missing")
        told: dict[str, Any] = {"place": asked.place, "manner": asked.manner, "reported_with": asked.reported_with}
        return appoint(**who, starts_at=asked.starts_at, **told, sequence=read)
    found = find_uptake(actor, uptake, on=timezone.localdate(now))
    if found is not None and found.sequence != read:
        raise UptakeChanged
    if kind is Move.CORRECT_REPORT:
        return correct_report(**who, sequence=read)
    if kind is Move.SEND:
        return send_draft(**who, confirmed=frozenset(asked.confirmed), agreed_on=asked.agreed_on)
    if kind is Move.WAKE:
        return wake(**who, confirmed=frozenset(asked.confirmed))
    if kind is Move.HAND_OVER:
        if asked.to is None:
            raise Refused("to", "missing")
        return hand_over(**who, to=asked.to)
    is_unread = found is not None and found.state in {UptakeState.DRAFT, UptakeState.SENT}
    if kind is Move.WITHDRAW and not asked.reason and is_unread:
        return call_back(**who, sequence=read)
    details = {"to": str(actor.membership)} if kind is Move.TAKE else {}
    return move_uptake(**who, move=kind, said=_said(asked, details), sequence=read)


def _said(asked: NewMove, details: Mapping[str, object]) -> Said:
    given = asked.outcome
    if asked.kind is Move.ADD_OUTCOME and given is None:
        raise Refused("outcome", "missing")
    return Said(
        effective_on=asked.on,
        reason=asked.reason,
        day=asked.day,
        rank=asked.rank,
        outcome=OutcomeSaid(given.kind, given.on, given.source, given.proof) if given else None,
        reported_with=asked.reported_with,
        details=details,
    )


def _request(asked: Asked) -> Request:
    return Request(
        to=tuple(Address(one.service, one.site, one.team) for one in asked.to),
        why=asked.why,
        wish=asked.wish,
        confirmed=frozenset(asked.confirmed),
        agreed_on=asked.agreed_on,
    )


def _moved(moved: Moved) -> dict[str, object]:
    return {"uptake": str(moved.uptake), "state": moved.state.value, "sequence": moved.sequence}


def _sent(sent: Sent) -> dict[str, object]:
    uptakes = [_moved(one) for one in sent.uptakes]
    return {"referral": str(sent.referral), "chain": str(sent.chain), "uptakes": uptakes}
