"""An officer finds a request without seeing the person, and says that it was entered in error."""

from __future__ import annotations

import pytest
from django.utils import timezone

from maillage.apps.audit.models import Reading
from maillage.apps.referrals.models import Uptake, UptakeEvent
from maillage.apps.referrals.use_cases.moving import move_uptake
from maillage.domain.accounts import Role
from maillage.domain.referrals import Move
from tests.apps.referrals.conftest import AGENCY, MISSION, POST, amel, bruno, driss, member, offer
from tests.apps.referrals.conftest import chloe as officer
from tests.web.partners.conftest import browser_of, uptake
from tests.web.partners.test_inbox import page

__all__ = ["amel", "bruno", "driss", "offer", "officer", "uptake"]
LIST = "/organisme/demandes/"


@pytest.mark.parametrize("organisation", [AGENCY, MISSION])
def test_the_officer_of_either_side_finds_it_and_sees_nobody(uptake, organisation):
    browser, looks = browser_of(member("Zoé", Role.OFFICER, organisation)), Reading.objects.count()

    shown = page(browser, LIST)
    assert f'href="{LIST}{uptake}/"' in shown
    assert "de Agence du Blanc à Mission locale" in shown
    found = browser.get(LIST, {"q": str(uptake)})
    assert (found.status_code, found.headers["Location"]) == (302, f"{LIST}{uptake}/")
    shown += page(browser, f"{LIST}{uptake}/")
    for words in ("Driss", "Benali", "14 mois", "Un atelier."):
        assert words not in shown
    assert Reading.objects.count() == looks


def test_it_is_cancelled_with_a_reason_and_the_partner_sees_nothing_more(officer, bruno, uptake):
    browser, address = browser_of(officer), f"{LIST}{uptake}/"
    sequence = str(Uptake.objects.get().sequence)
    wrong = browser.post(address, {"sequence": sequence})
    assert (wrong.status_code, "Choisissez une réponse." in wrong.content.decode()) == (422, True)

    done = browser.post(address, {"reason": "WRONG_PERSON", "sequence": sequence}, follow=True)

    assert "La demande est annulée, car saisie par erreur." in done.content.decode()
    assert Uptake.objects.get().state == "ENTERED_IN_ERROR"
    last = UptakeEvent.objects.order_by("sequence").last()
    assert (last.reason, last.by_name) == ("WRONG_PERSON", "Chloé")
    page(browser_of(bruno), f"/boite/{uptake}/", 404)
    shown = page(browser, address)
    assert "on ne peut pas dire qu’elle a été saisie par erreur" in shown
    assert "<form class" not in shown[shown.index('id="error"') :]
    again = browser.post(address, {"reason": "WRONG_PERSON"})
    assert (again.status_code, UptakeEvent.objects.filter(kind="DECLARE_ERROR").count()) == (422, 1)


def test_what_changed_meanwhile_is_read_again_first(officer, bruno, uptake):
    sequence = str(Uptake.objects.get().sequence)
    move_uptake(actor=bruno, uptake=uptake, move=Move.OPEN, at=timezone.now())

    shown = browser_of(officer).post(f"{LIST}{uptake}/", {"reason": "DUPLICATE", "sequence": sequence})

    assert (shown.status_code, Uptake.objects.get().state) == (422, "UNDER_STUDY")
    assert "Quelqu’un vient d’agir" in shown.content.decode()


def test_the_officer_of_another_organisation_finds_nothing(uptake):
    browser = browser_of(member("Zoé", Role.OFFICER, POST))

    assert "seront ici" in page(browser, LIST)
    assert "Aucune demande de cette référence" in page(browser, f"{LIST}?q={uptake}")
    assert "Aucune demande de cette référence" in page(browser, f"{LIST}?q=erreur")
    page(browser, f"{LIST}{uptake}/", 404)


def test_others_are_told_whose_page_it_is(bruno, uptake):
    page(browser_of(bruno), LIST, 403)
    page(browser_of(bruno), f"{LIST}{uptake}/", 403)
