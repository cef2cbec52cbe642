"""With a key that stands, whatever is sent keeps the contract: no breakdown, no answer that it does not announce."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode

from maillage.apps.accounts.use_cases.keys import make_key
from maillage.domain.accounts import KeyScope
from tests.api.test_contract import CHECKED, SEED, kept_connection, operations  # noqa: F401 (a fixture)
from tests.apps.referrals.conftest import amel, driss, offer, sent  # noqa: F401 (fixtures)

KEYED = (
    "readInbox",
    "listUptakes",
    "findUptake",
    "readAppointment",
    "readPerson",
    "readOrientation",
    "findPerson",
    "sendReferral",
    "redirectUptake",
    "moveUptake",
)


@pytest.fixture
def key(offer, amel, settings) -> str:  # noqa: F811
    settings.MAILLAGE_API_PER_MINUTE = 0
    return make_key(by=amel, name="essai", scopes=frozenset(KeyScope), lasts=timedelta(days=1), at=timezone.now())


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["well made", "badly made"])
@pytest.mark.parametrize("name", KEYED)
def test_every_keyed_operation_keeps_the_contract(name, mode, kept_connection, key, amel, driss):  # noqa: F811
    if name == "readInbox" and mode is GenerationMode.NEGATIVE:
        pytest.skip("it takes nothing that could be badly made")
    uptake = sent(amel, driss).uptakes[0].uptake
    known = {"uptake": str(uptake), "person": str(driss)}

    @seed(SEED)
    @settings(
        max_examples=12, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(operations()[name].as_strategy(generation_mode=mode))
    def send(case):
        if mode is GenerationMode.POSITIVE:
            case.path_parameters = {
                **(case.path_parameters or {}),
                **{k: v for k, v in known.items() if k in (case.path_parameters or {})},
            }
            if isinstance(case.body, dict) and "person" in case.body:
                case.body["person"] = str(driss)
        case.call_and_validate(checks=CHECKED, headers={"Authorization": f"Bearer {key}"})

    send()
