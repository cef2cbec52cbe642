"""What an attacker sends in forms and names: another site's form, fields nobody offered, words that would run or break out."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from maillage.apps.accounts.models import Membership
from maillage.apps.notifications.models import OutboxMessage
from maillage.apps.people.models import HealthFacts, Person
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.answering import appoint
from tests.apps.referrals.conftest import amel, bruno, chloe, driss, offer, person, sent  # noqa: F401 (fixtures)
from tests.permissions.routes import all_routes
from tests.permissions.world import NOWHERE, PUBLIC
from tests.web.partners.conftest import browser_of, uptake  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
NEW = "/mon-portefeuille/nouvelle-personne/"
TYPED = {"given_name": "Élise", "family_name": "Dupré", "place": "36300"}


def test_no_page_takes_a_form_that_another_site_sent():
    """Generated from the addresses: the operations of the API alone go by a key, never by a cookie."""
    taken = []
    for route in all_routes():
        if not route.name.startswith("api-"):
            address = route.address({name: PUBLIC.get(name) or any_of(name) for name in route.holds})
            if Client(enforce_csrf_checks=True, raise_request_exception=False).post(address).status_code != 403:
                taken.append(route.name)

    assert taken == []
    assert len(all_routes()) > 100


def any_of(name: str) -> object:
    return "rien" if name in {"token", "link", "action", "number", "kind"} else NOWHERE


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}{% load %}"]
)
def test_what_is_typed_is_shown_as_text_wherever_it_goes(words, amel, bruno):  # noqa: F811
    who = person(amel, family_name=words)
    asked = sent(amel, who, at=timezone.now(), why=words, wish=words).uptakes[0].uptake
    adviser, partner = browser_of(amel), browser_of(bruno)
    partner.post(f"/boite/{asked}/OPEN/")
    pages = [
        (adviser, "/mon-portefeuille/"),
        (adviser, f"/personnes/{who}/"),
        (adviser, f"/personnes/{who}/corriger/"),
        (adviser, f"/demandes/{asked}/"),
        (partner, "/boite/"),
        (partner, f"/boite/{asked}/"),
    ]
    for browser, address in pages:
        answer = browser.get(address)
        text = answer.content.decode()
        assert answer.status_code == 200, address
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert escape(words) in adviser.get(f"/personnes/{who}/").content.decode()
    assert adviser.get(f"/demandes/{asked}/fiche-de-liaison.pdf").content.startswith(b"%PDF")


def test_fields_that_no_form_offers_change_nothing(amel, driss):  # noqa: F811
    """Neither whose a file is, nor a role, nor a state is ever read from what is typed."""
    other = uuid4()
    forged = {
        "lead_organisation": "ml-indre", "lead_adviser": str(other), "lead_site": str(other), "id": str(other),
        "version": "99", "merged_into": str(driss), "passes_health": "on", "created_at": "2001-01-01",
        "organisation": "ml-indre", "role": "ADMINISTRATOR", "state": "COMPLETED", "membership": str(other),
    }  # fmt: skip
    assert browser_of(amel).post(NEW, {**TYPED, **forged}).status_code == 302
    made = Person.objects.exclude(pk=driss).get()

    assert (made.lead_organisation, made.lead_adviser) == (amel.organisation, amel.membership)
    assert (made.version, made.merged_into, made.pk == other) == (1, None, False)
    assert made.created_at.year > 2001
    assert Membership.objects.get(pk=amel.membership).role == "ADVISER"


def test_a_move_is_of_what_its_address_names_whatever_the_form_says(bruno, uptake):  # noqa: F811
    forged = {"state": "COMPLETED", "recipient_organisation": "ailleurs", "holder": str(uuid4()), "turn": "NOBODY"}
    assert browser_of(bruno).post(f"/boite/{uptake}/OPEN/", forged).status_code == 302

    row = Uptake.objects.get(pk=uptake)
    assert (row.state, row.recipient_organisation, row.holder) == ("UNDER_STUDY", bruno.organisation, None)


def test_a_line_break_in_a_name_writes_no_line_of_its_own(bruno, uptake):  # noqa: F811
    Uptake.objects.filter(pk=uptake).update(service_name="Atelier\r\nATTENDEE:mailto:x@exemple.invalid\r\nX-A: b")
    when = timezone.now() + timedelta(days=3)
    appoint(actor=bruno, uptake=uptake, starts_at=when, place="Ici\r\nATTACH:y", at=timezone.now())

    answer = browser_of(bruno).get(f"/boite/{uptake}/rendez-vous.ics")

    lines = answer.content.replace(b"\r\n ", b"").split(b"\r\n")
    assert answer.status_code == 200
    assert not [line for line in lines if line.startswith((b"ATTENDEE", b"ATTACH", b"X-A"))]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="rendez-vous.ics"'


def test_health_goes_into_no_log_no_message_and_no_mail(amel, bruno, caplog, mailoutbox, offer):  # noqa: F811
    """The marks are words that nothing else holds: what says them anywhere took them from the health data."""
    caplog.set_level(logging.DEBUG)
    typed = {**TYPED, "barriers": ["sante"], "boe": "yes"}
    adviser = browser_of(amel)
    assert adviser.post(NEW, typed).status_code == 302
    kept = HealthFacts.objects.get()
    asked = sent(amel, kept.person_id, "accueil", at=timezone.now()).uptakes[0].uptake
    adviser.get(f"/personnes/{kept.person_id}/")
    browser_of(bruno).get(f"/boite/{asked}/")
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    left = [*said, *(str(vars(message)) for message in OutboxMessage.objects.all()), *map(str, mailoutbox)]

    assert (kept.barriers, kept.boe) == (["sante"], True)
    assert OutboxMessage.objects.exists()
    assert not [text for text in left if "sante" in text or "'boe'" in text or "Dupré" in text]
