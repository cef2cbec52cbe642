"""A referral as HL7 FHIR R4: a ServiceRequest and the Task of its recipient, under a profile that is named.

The two American guides contradict each other on what may follow a refusal or a cancellation: the receiver must know
which one is meant. What a status loses is said in ``businessStatus`` and ``statusReason``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.utils import timezone

from maillage.apps.referrals.absences import history_told, label_told, state_told, tells_absences
from maillage.apps.referrals.naming import names_kept
from maillage.apps.referrals.queries import UptakeSeen, find_uptake, history_of, referral_of
from maillage.apps.referrals.wording import Told
from maillage.domain.accounts import Actor
from maillage.domain.referrals import Move, UptakeState
from maillage.domain.referrals.states import FHIR_STATUS
from maillage.domain.sharing import A_PARTNER


class ExchangeProfile(Enum):
    """Whose rules the receiver follows."""

    GRAVITY = "GRAVITY"
    BSER = "BSER"


PROFILES: Mapping[ExchangeProfile, Mapping[str, str]] = {
    ExchangeProfile.GRAVITY: {
        "Task": "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-TaskForReferralManagement",
        "ServiceRequest": "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-ServiceRequest",
    },
    ExchangeProfile.BSER: {
        "Task": "http://hl7.org/fhir/us/bser/StructureDefinition/BSeR-ReferralTask",
        "ServiceRequest": "http://hl7.org/fhir/us/bser/StructureDefinition/BSeR-ReferralServiceRequest",
    },
}
STATE_SYSTEM = "urn:maillage:uptake-state"
REQUEST_STATUS: Mapping[UptakeState, str] = {
    UptakeState.DRAFT: "draft",
    UptakeState.WAITING_FOR_PLACE: "on-hold",
    UptakeState.COMPLETED: "completed",
    UptakeState.REFUSED: "revoked",
    UptakeState.EXPIRED: "revoked",
    UptakeState.FAILED: "revoked",
    UptakeState.WITHDRAWN: "revoked",
    UptakeState.REDIRECTED: "revoked",
    UptakeState.ENTERED_IN_ERROR: "entered-in-error",
}
"""The status of the request; it is active in every other state."""
_ENDED_WITHOUT = frozenset(
    {UptakeState.REFUSED, UptakeState.EXPIRED, UptakeState.FAILED, UptakeState.WITHDRAWN, UptakeState.REDIRECTED}
)


def fhir_bundle(actor: Actor, uptake: UUID, profile: ExchangeProfile, *, at: datetime) -> dict[str, Any] | None:
    """Write an uptake as a FHIR collection of two resources; ``None`` when the actor may not see it.

    The person is named by id alone: who receives the bundle asks for the rest as the agreement allows.
    """
    on = timezone.localdate(at)
    found, referral = find_uptake(actor, uptake, on=on), referral_of(actor, uptake, on=on)
    if found is None or referral is None:
        return None
    is_told = tells_absences(actor, found, on=on)
    history = history_told(history_of(actor, uptake, on=on), is_told=is_told)
    task = _task(found, history, profile, is_told=is_told)
    entries = [_request(found, referral.made_at, referral.based_on, profile), task]
    for one in entries:
        one["requester"] = _requester(found, actor, on)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": at.isoformat(),
        "entry": [{"fullUrl": _name(one["resourceType"], found.id), "resource": one} for one in entries],
    }


def _request(found: UptakeSeen, made_at: datetime, based_on: UUID | None, profile: ExchangeProfile) -> dict[str, Any]:
    content: dict[str, Any] = {
        "resourceType": "ServiceRequest",
        "id": str(found.id),
        "meta": {"profile": [PROFILES[profile]["ServiceRequest"]]},
        "status": REQUEST_STATUS.get(found.state, "active"),
        "intent": "order",
        "code": {"text": found.service_name},
        "subject": {"reference": f"urn:uuid:{found.person}"},
        "authoredOn": made_at.isoformat(),
        "performer": [{"identifier": {"value": found.recipient_organisation}}],
    }
    if based_on is not None:
        content["basedOn"] = [{"reference": _name("ServiceRequest", based_on)}]
    if found.agreement:
        content["supportingInfo"] = [{"identifier": {"value": f"{found.agreement}#{found.article}"}}]
    return content


def _task(found: UptakeSeen, history: tuple[Told, ...], profile: ExchangeProfile, *, is_told: bool) -> dict[str, Any]:
    made, changed = history[0].recorded_at, history[-1].recorded_at
    content: dict[str, Any] = {
        "resourceType": "Task",
        "id": str(found.id),
        "meta": {"versionId": str(found.sequence), "profile": [PROFILES[profile]["Task"]]},
        "status": FHIR_STATUS[found.state],
        "businessStatus": {
            "coding": [{"system": STATE_SYSTEM, "code": state_told(found, is_told=is_told)}],
            "text": label_told(found, is_told=is_told)[1],
        },
        "intent": "order",
        "focus": {"reference": _name("ServiceRequest", found.id)},
        "for": {"reference": f"urn:uuid:{found.person}"},
        "authoredOn": made.isoformat(),
        "lastModified": changed.isoformat(),
        "owner": {"identifier": {"value": found.recipient_organisation}},
    }
    if found.state in _ENDED_WITHOUT:
        ending = next(one for one in reversed(history) if one.move is not Move.ACKNOWLEDGE)
        content["statusReason"] = {"text": ending.sentence_en}
    if found.due_on is not None:
        content["restriction"] = {"period": {"end": found.due_on.isoformat()}}
    return content


def _requester(found: UptakeSeen, actor: Actor, on: date) -> dict[str, Any]:
    """Say who asks; to who receives, a sender whose name would tell a condition is a partner."""
    if found.sender_organisation in names_kept([found], actor=actor, on=on):
        return {"display": A_PARTNER[1]}
    return {"identifier": {"value": found.sender_organisation}}


def _name(kind: str, uptake: UUID) -> str:
    return f"urn:uuid:{uptake}" if kind == "ServiceRequest" else f"urn:maillage:task:{uptake}"
