"""Visits of an access point: one tap each, nobody named, taken back on the day, read by week."""

from __future__ import annotations

from maillage.apps.referrals.models import AccessPointVisit
from tests.web.partners.conftest import browser_of
from tests.web.steering.conftest import cast, told, told_once

__all__ = ["told", "told_once"]
PLACE = "demonstration--ilot-numerique-le-blanc"


def tap(client, status: int = 302, **typed) -> str:
    response = client.post("/boite/visites/", {"place": PLACE, **typed}, follow=status == 302)
    assert response.status_code == (200 if status == 302 else status), response.content.decode()
    return response.content.decode()


def test_a_visit_is_one_tap_and_can_be_taken_back_the_same_day(told):
    farid = browser_of(cast("farid"))
    before = farid.get("/boite/visites/").content.decode()

    once = tap(farid, help="ACCOUNT")
    twice = tap(farid, help="ACCOUNT")
    back = tap(farid, help="ACCOUNT", back="1")

    assert "Le Blanc" in before
    assert "visites en sept jours" in before
    assert "Comptée : Compte ou mot de passe, 1 aujourd’hui." in once
    assert ", 2 aujourd’hui." in twice
    assert "Retirée : Compte ou mot de passe, 1 aujourd’hui." in back
    tap(farid, help="ACCOUNT", back="1")
    assert "rien à retirer" in tap(farid, status=422, help="ACCOUNT", back="1")


def test_nobody_counts_at_the_place_of_another(told):
    bruno = browser_of(cast("bruno"))
    kept = AccessPointVisit.objects.count()

    tap(bruno, status=404, help="ACCOUNT")
    tap(browser_of(cast("farid")), status=404, help="NOTHING")

    assert AccessPointVisit.objects.count() == kept
    assert browser_of(cast("chloe")).get("/boite/visites/").status_code == 403
