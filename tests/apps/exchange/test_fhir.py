"""What is exported as FHIR, read by a program that knows the standard: every field exists, with the type it must have."""

from __future__ import annotations

import json

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from pydantic import ValidationError

from maillage.apps.exchange.fhir import ExchangeProfile, fhir_bundle
from maillage.domain.referrals import Move
from tests.apps.exchange.test_exchange import TRAINING
from tests.apps.referrals.conftest import (  # noqa: F401 (fixtures)
    AT,
    ON,
    amel,
    bruno,
    driss,
    moved,
    offer,
    sent,
    uptake,
)

pytestmark = pytest.mark.django_db
LIVES = {
    "sent": (),
    "refused": ((Move.REFUSE, {"reason": "NO_PLACE"}),),
    "waiting": ((Move.WAIT_FOR_PLACE, {"day": ON, "rank": 2}),),
    "received": ((Move.ACCEPT, {}), (Move.RECEIVE, {})),
    "completed": ((Move.RECEIVE, {}), (Move.COMPLETE, {"outcome": TRAINING})),
    "failed": ((Move.RECEIVE, {}), (Move.FAIL, {"reason": "SITUATION_CHANGED"})),
}


@pytest.fixture(params=LIVES)
def exported(request, amel, bruno, uptake) -> str:  # noqa: F811
    """Write a referral that has gone some way, as it leaves: in JSON."""
    for day, (move, said) in enumerate(LIVES[request.param], start=1):
        moved(bruno, uptake, move, days=day, **said)
    return json.dumps(fhir_bundle(amel, uptake, ExchangeProfile.GRAVITY, at=AT))


def test_a_bundle_is_read_by_who_knows_the_standard(exported):
    bundle = Bundle.model_validate_json(exported)

    request, task = (entry.resource for entry in bundle.entry)
    assert (bundle.type, type(request), type(task)) == ("collection", ServiceRequest, Task)
    assert task.focus.reference == bundle.entry[0].fullUrl
    # Nothing was left aside on the way: what is written again is what was exported.
    assert Bundle.model_validate_json(bundle.model_dump_json()) == bundle
    written = json.loads(bundle.model_dump_json())
    assert [sorted(one["resource"]) for one in written["entry"]] == [
        sorted(one["resource"]) for one in json.loads(exported)["entry"]
    ]


@pytest.mark.parametrize(
    ("entry", "field", "value"),
    [
        (0, "subject", None),
        (0, "intent", None),
        (1, "status", None),
        (1, "authoredOn", "yesterday"),
        (1, "due", "soon"),
    ],
)
def test_what_is_not_fhir_is_told_from_what_is(amel, uptake, entry, field, value):  # noqa: F811
    bundle = fhir_bundle(amel, uptake, ExchangeProfile.BSER, at=AT)
    resource = bundle["entry"][entry]["resource"]
    if value is None:
        del resource[field]
    else:
        resource[field] = value

    with pytest.raises(ValidationError, match=field):
        Bundle.model_validate_json(json.dumps(bundle))
