"""An organisation whose name tells a condition is named, by name or by id, to nobody who need not know, by no channel."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.apps.exchange.answers import answers_file
from maillage.apps.exchange.orientations import orientations_file
from maillage.apps.notifications.spreading import run_outbox
from maillage.apps.notifications.use_cases import open_webhook
from maillage.apps.sharing.use_cases import mark_discreet
from maillage.domain.accounts import Role
from tests.api.test_referrals import agency, machine, mission, moves, uptake  # noqa: F401 (fixtures)
from tests.apps.referrals.conftest import AGENCY, MISSION, amel, bruno, driss, member, offer  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
ADDRESS = "https://logiciel.example.org/entree"


@pytest.fixture
def posted(offer, uptake):  # noqa: F811
    """What the webhooks of the recipient said, once everything left."""
    bodies: list[str] = []

    def post(_address, body, _headers):
        bodies.append(body.decode())
        return 204

    def leave():
        run_outbox(at=timezone.now(), post=post)
        return bodies

    open_webhook(by=member("Aya", Role.ADMINISTRATOR, MISSION), address=ADDRESS, at=timezone.now())
    mark_discreet(by=member("Ada", Role.ADMINISTRATOR, AGENCY), at=timezone.now())
    return leave


def addresses(who, uptake):  # noqa: F811
    read = [f"people/{who}", f"people/{who}/orientation", f"uptakes?person={who}", "uptakes/inbox"]
    written = [f"uptakes/{uptake}/fhir?profile={profile}" for profile in ("GRAVITY", "BSER")]
    return [*read, *written, f"uptakes/{uptake}", f"uptakes/{uptake}/appointment.ics", "uptakes/answers.csv"]


def test_no_channel_names_it_to_who_receives(agency, mission, amel, bruno, driss, uptake, posted):  # noqa: F811
    starts_at = timezone.now() + timedelta(days=3)
    assert moves(mission, uptake, "APPOINT", starts_at=starts_at.isoformat()).status_code == 200

    told = {address: mission.get(address) for address in addresses(driss, uptake)}
    bodies = posted()

    assert {address: answer.status_code for address, answer in told.items() if answer.status_code != 200} == {}
    assert [address for address, answer in told.items() if AGENCY in answer.content.decode()] == []
    assert (len(bodies), [body for body in bodies if AGENCY in body]) == (1, [])
    for write in (answers_file, orientations_file):
        assert AGENCY not in write(bruno, at=timezone.now())
    read = told[f"uptakes/{uptake}"].json()
    assert read["sender_organisation"] is None
    assert {event["organisation"] for event in read["events"]} == {None, MISSION}
    assert told[f"people/{driss}"].json()["lead_organisation"] is None


def test_who_sent_still_reads_its_own_name(agency, amel, driss, uptake, posted):  # noqa: F811
    read = agency.get(f"uptakes/{uptake}").json()

    assert (read["sender_organisation"], read["recipient_organisation"]) == (AGENCY, MISSION)
    assert {event["organisation"] for event in read["events"]} == {AGENCY}
    assert agency.get(f"people/{driss}").json()["lead_organisation"] == AGENCY
