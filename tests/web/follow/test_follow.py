"""The person's page: where it stands in plain words, what was passed on, and how to say no; no account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.apps.people.models import Link
from maillage.apps.referrals.models import Uptake
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.apps.sharing.models import FollowLink, Objection
from maillage.domain.referrals import Move
from maillage.web.components.hours import clock
from tests.apps.referrals.conftest import AT, person
from tests.apps.referrals.conftest import sent as send

NEVER = ("usager", "bénéficiaire", "prescri", "orientation", "uptake", "référent", "dispositif", "public cible")
"""Words that are not said to the person."""


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_it_says_where_it_stands_and_what_was_passed_on(client, link):
    shown = page(client, link)

    for words in (
        "Votre demande est arrivée chez Mission locale.",
        "Vous n’avez rien à faire.",
        "Votre prénom",
        "Accueillir",
    ):
        assert words in shown
    main = shown[shown.index("<main") : shown.index("</main>")].lower()
    assert [word for word in NEVER if word in main] == []
    assert "driss" not in main


def test_it_is_kept_by_nobody_and_told_to_no_other_site(client, link):
    response = client.get(link)

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ([(Move.OPEN, Said())], "lit votre demande"),
        ([(Move.ACCEPT, Said())], "a dit oui"),
        ([(Move.WAIT_FOR_PLACE, Said())], "vous gardera une place"),
        ([(Move.REFUSE, Said(reason="NO_PLACE"))], "ne peut pas vous recevoir"),
        ([(Move.RECEIVE, Said())], "Vous avez rencontré"),
        ([(Move.RECEIVE, Said()), (Move.FAIL, Said(reason="ENDED_BY_PARTNER"))], "Cela s’est arrêté"),
    ],
)
def test_each_state_is_said_in_plain_words(client, link, bruno, uptake, moves, words):
    for move, said in moves:
        move_uptake(actor=bruno, uptake=uptake, move=move, said=said, at=timezone.now())

    assert words in page(client, link)


def test_an_appointment_is_said_with_its_hour_and_its_place(client, link, bruno, uptake):
    starts_at = timezone.now() + timedelta(days=2)
    details = {"starts_at": starts_at.isoformat(), "place": "12 rue Neuve", "manner": "ON_SITE"}
    said = Said(day=timezone.localdate(starts_at), details=details)
    move_uptake(actor=bruno, uptake=uptake, move=Move.APPOINT, said=said, at=timezone.now())

    shown = page(client, link)
    assert "Vous avez rendez-vous avec" in shown
    assert f"{clock(timezone.localtime(starts_at).time())}, sur place, 12 rue Neuve." in shown


def test_a_late_answer_is_said(client, link, uptake):
    Uptake.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    assert "La réponse tarde" in page(client, link)


def test_saying_no_hides_the_person_at_once_and_takes_the_request_back(client, link, uptake):
    shown = client.post(f"{link}{uptake}/refus/").content.decode()

    assert "ce partenaire ne voit plus rien de vous" in shown
    assert "Vous avez dit non à ce partenaire." in shown
    assert Link.objects.get().objected_at is not None
    assert (Uptake.objects.get().state, Objection.objects.count()) == ("WITHDRAWN", 1)


def test_the_request_can_be_taken_back(client, link, uptake):
    assert "votre demande est retirée" in client.post(f"{link}{uptake}/retrait/").content.decode()

    assert Uptake.objects.get().state == "WITHDRAWN"
    assert "ne voit rien de vous" in page(client, link)


def test_what_has_begun_is_stopped_with_the_adviser(client, link, bruno, uptake):
    move_uptake(actor=bruno, uptake=uptake, move=Move.RECEIVE, at=timezone.now())

    assert "C’est déjà commencé" in client.post(f"{link}{uptake}/retrait/").content.decode()
    assert client.post(f"{link}{uptake}/autre/").status_code == 404


def test_the_link_ends_at_the_wish_of_the_person(client, link):
    assert "Le lien est arrêté" in client.post(f"{link}fin/").content.decode()

    assert FollowLink.objects.get().revoked_at is not None
    assert "Ce lien ne marche plus" in page(client, link, 404)
    assert client.post(f"{link}fin/").status_code == 404


def test_links_that_lead_nowhere_are_told_alike(client, link, uptake):
    absent = page(client, "/suivi/jamais-fait/", 404)
    FollowLink.objects.update(until=timezone.now() - timedelta(days=1))

    assert page(client, link, 404) == absent.replace("jamais-fait", link.split("/")[2])
    assert client.post(f"{link}{uptake}/refus/").status_code == 404


def test_a_link_acts_on_its_own_request_only(client, link, amel):
    other = send(amel, person(amel, "Ada"), at=AT).uptakes[0].uptake

    assert client.post(f"{link}{other}/refus/").status_code == 404
    assert Uptake.objects.get(pk=other).state == "SENT"
