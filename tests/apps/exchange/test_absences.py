"""An absence leaves for another system only where a clause names attendance; else the request is under way."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest

from maillage.apps.accounts.sealing import seal
from maillage.apps.exchange.answers import answers_file
from maillage.apps.exchange.fhir import ExchangeProfile, fhir_bundle
from maillage.apps.notifications.models import Notice, WebhookDelivery, WebhookSubscription
from maillage.apps.notifications.signing import new_secret
from maillage.apps.notifications.spreading import run_outbox
from maillage.apps.referrals.copying import text_for_file
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.answering import appoint
from maillage.domain.referrals import Move
from tests.apps.referrals.conftest import (  # noqa: F401 (fixtures)
    AGENCY,
    AGREEMENT,
    AT,
    amel,
    bruno,
    driss,
    moved,
    offer,
    uptake,
)

pytestmark = pytest.mark.django_db
NAMES_IT = "      - {id: presence, shares: {from: ml, to: agence, fields: [présence], purpose: Suivre le parcours}}\n"
LATER = AT + timedelta(days=4)


@pytest.fixture(params=[False, True], ids=["no clause", "a clause names it"])
def passes(request, settings, offer):  # noqa: F811
    """Whether a clause of the agreement names attendance, from the partner to the agency."""
    if request.param:
        text = AGREEMENT.replace("    clauses: [{id: partage, ", "    clauses:\n      - {id: partage, ")
        text = text.replace("purpose: Accueillir}}]\n", "purpose: Accueillir}}\n") + NAMES_IT
        (settings.MAILLAGE_AGREEMENTS / "essai" / "agreement.yaml").write_text(text)
    return request.param


@pytest.fixture
def missed(passes, bruno, uptake):  # noqa: F811
    appoint(actor=bruno, uptake=uptake, starts_at=AT + timedelta(days=2), at=AT + timedelta(days=1))
    moved(bruno, uptake, Move.MISS, days=3, reason="UNKNOWN")
    return uptake


def test_the_weekly_file(amel, missed, passes):  # noqa: F811
    rows = list(csv.DictReader(io.StringIO(answers_file(amel, at=LATER)), delimiter=";"))

    assert ("MISS" in {row["evenement"] for row in rows}) is passes
    assert {row["etat"] for row in rows} == {"NO_SHOW" if passes else "UNDER_WAY"}


def test_the_text_for_the_file(amel, missed, passes):  # noqa: F811
    text = text_for_file(amel, missed, at=LATER)

    assert ("pas pu venir" in text) is passes
    assert ("demande sans venue au rendez-vous" in text) is passes
    assert ("demande en cours" in text) is not passes


def test_the_text_for_the_file_of_who_was_to_receive_the_person(bruno, missed):  # noqa: F811
    assert "pas pu venir" in text_for_file(bruno, missed, at=LATER)


def test_the_resources_of_fhir(amel, missed, passes):  # noqa: F811
    task = fhir_bundle(amel, missed, ExchangeProfile.GRAVITY, at=LATER)["entry"][1]["resource"]

    assert task["businessStatus"]["coding"][0]["code"] == ("NO_SHOW" if passes else "UNDER_WAY")


def test_why_it_stopped(amel, bruno, missed, passes):  # noqa: F811
    for days in (5, 8):
        appoint(actor=bruno, uptake=missed, starts_at=AT + timedelta(days=days, hours=1), at=AT + timedelta(days=days))
        moved(bruno, missed, Move.MISS, days=days + 1, reason="UNKNOWN")
    moved(bruno, missed, Move.FAIL, days=10, reason="REPEATED_ABSENCE")
    at = AT + timedelta(days=10)

    task = fhir_bundle(amel, missed, ExchangeProfile.GRAVITY, at=at)["entry"][1]["resource"]

    assert ("appointments were missed" in task["statusReason"]["text"]) is passes
    assert ("rendez-vous n’ont pas eu lieu" in text_for_file(amel, missed, at=at)) is passes
    assert Uptake.objects.get(pk=missed).state == "FAILED"


def test_members_are_told_and_other_systems_only_where_it_passes(missed, passes):
    WebhookSubscription.objects.create(
        organisation=AGENCY,
        address="https://exemple.test/",
        sealed_secret=seal(new_secret()),
        made_by=uuid4(),
        made_at=AT,
    )

    run_outbox(at=LATER, post=lambda *_: 200)

    told = WebhookDelivery.objects.values_list("message__kind", flat=True)
    assert ("uptake.miss" in told) is passes
    assert Notice.objects.filter(message__kind="uptake.miss").exists()
