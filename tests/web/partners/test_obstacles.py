"""The page says why a button is off: the state, an absence too few, an appointment to come; and who errs may say so."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.apps.people.models import Person
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.answering import appoint
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.domain.accounts import Role
from maillage.domain.referrals import Move
from tests.apps.referrals.conftest import AGENCY, member
from tests.web.partners.conftest import browser_of
from tests.web.partners.test_inbox import SPENT, page, tap, waiting

__all__ = ["waiting"]

ERROR = "C’était une erreur de saisie"
WHY = "Pourquoi d’autres actions ne sont pas possibles"


def off(shown: str, words: str) -> str:
    """Give why a button is off; empty when it is lit or absent."""
    found = re.search(rf'disabled>{words}</button><p class="quiet">([^<]+)</p>', shown)
    return found[1] if found else ""


def missed(bruno, uptake, times: int) -> None:
    now = timezone.now()
    for _ in range(times):
        appoint(actor=bruno, uptake=uptake, starts_at=now + timedelta(seconds=1), at=now)
        move_uptake(actor=bruno, uptake=uptake, move=Move.MISS, said=Said(reason="UNKNOWN"), at=now)


@pytest.mark.parametrize(("times", "why"), [(1, "Un autre rendez-vous peut être proposé"), (2, "")])
def test_it_is_ended_only_after_enough_absences(partner, bruno, uptake, times, why):
    missed(bruno, uptake, times)

    assert off(page(partner, f"/boite/{uptake}/"), "Arrêter").startswith(why)
    assert bool(off(page(partner, f"/boite/{uptake}/"), "Arrêter")) == bool(why)


def test_an_appointment_to_come_is_not_missed_yet(partner, bruno, uptake):
    now = timezone.now()
    appoint(actor=bruno, uptake=uptake, starts_at=now + timedelta(days=3), at=now)

    assert off(page(partner, f"/boite/{uptake}/"), "Pas venu") == (
        "Le rendez-vous n’a pas encore eu lieu : attendez son jour, ou fixez-en un autre."
    )


@pytest.mark.parametrize("words", ["La personne est là", "Donner un rendez-vous"])
def test_with_people_in_front_nobody_is_received_yet(partner, waiting, words):
    assert off(page(partner, f"/boite/{waiting}/"), words).startswith(SPENT)


def test_what_the_state_forbids_is_folded_with_its_reason(partner, uptake):
    tap(partner, uptake, "open")
    tap(partner, uptake, "receive")

    shown = page(partner, f"/boite/{uptake}/")

    assert WHY in shown
    assert "on ne peut pas la refuser en disant pourquoi" in off(shown, "Refuser")
    assert "Retirer" not in shown


def test_who_sent_it_reads_why_it_is_not_taken_back(partner, amel, uptake):
    tap(partner, uptake, "open")
    tap(partner, uptake, "receive")

    shown = page(browser_of(amel), f"/demandes/{uptake}/")

    assert WHY in shown
    assert "on ne peut pas la retirer" in off(shown, "Retirer la demande")
    assert "on ne peut pas la relancer" in off(shown, "Relancer, avec un nouveau délai")


def test_who_recorded_it_says_that_it_was_an_error(partner, amel, uptake):
    adviser = browser_of(amel)
    shown = page(adviser, f"/demandes/{uptake}/")
    assert (ERROR in shown, off(shown, ERROR)) == (True, "")
    assert "Choisissez une réponse." in adviser.post(f"/demandes/{uptake}/declare-error/").content.decode()

    response = adviser.post(f"/demandes/{uptake}/declare-error/", {"declare-error-reason": "DUPLICATE"}, follow=True)

    assert response.status_code == 200
    assert "La demande est annulée" in response.content.decode()
    assert Uptake.objects.get(pk=uptake).state == "ENTERED_IN_ERROR"
    page(partner, f"/boite/{uptake}/", 404)


@pytest.mark.parametrize("side", ["recipient", "colleague"])
def test_who_did_not_record_it_reads_who_may_say_the_error(partner, uptake, side):
    colleague = browser_of(member("Inès", Role.ADVISER, AGENCY))
    Person.objects.update(lead_adviser=None, lead_team=None, lead_site=None)

    shown = page(partner, f"/boite/{uptake}/") if side == "recipient" else page(colleague, f"/demandes/{uptake}/")

    assert off(shown[shown.index(WHY) :], ERROR) == (
        "C’est à qui l’a saisie, ou au responsable de la convention, de dire qu’il y a erreur. "
        "Donnez-leur la référence de la demande."
    )
    assert str(uptake) in shown[shown.index("Référence Maillage") :]


def test_a_partner_who_did_not_record_it_is_refused_the_error(partner, uptake):
    tap(partner, uptake, "open")

    tap(partner, uptake, "declare_error", status=403, reason="DUPLICATE")
