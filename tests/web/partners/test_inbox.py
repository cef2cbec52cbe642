"""The partner's day: a request comes in, is opened, answered, and ends with what it gave."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.apps.audit.models import Reading
from maillage.apps.people import acting
from maillage.apps.referrals.codes import digest_of
from maillage.apps.referrals.models import Outcome, Uptake, UptakeEvent
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.apps.sharing.use_cases import mark_discreet
from maillage.domain.accounts import Role
from maillage.domain.referrals import Move
from maillage.domain.referrals.reasons import OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import AGENCY, MISSION, POST, member, person, sent
from tests.web.partners.conftest import browser_of

TOMORROW = timezone.localdate() + timedelta(days=1)


def same(response) -> str:
    """Give a page without what no two pages share: the address asked for and the token of its forms."""
    return re.sub(r'[0-9a-f-]{36}|value="\w{64}"', "", response.content.decode())


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def tap(client, uptake, action: str, status: int = 302, **typed):
    data = {f"{action}-{name}": value for name, value in typed.items()}
    response = client.post(f"/boite/{uptake}/{action}/", data)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def state_of(uptake) -> str:
    return Uptake.objects.get(pk=uptake).state


def test_an_empty_inbox_says_what_will_be_here(partner):
    shown = page(partner, "/boite/")

    assert "Rien n’attend votre réponse aujourd’hui." in shown
    assert "Les demandes que l’on vous adresse arrivent ici" in shown


def test_a_new_request_does_not_say_the_name_until_it_is_opened(partner, bruno, uptake):
    shown = page(partner, "/boite/")

    assert "Nouvelle demande" in shown
    assert "Driss" not in shown
    assert "Driss" not in page(partner, f"/boite/{uptake}/")
    assert not Reading.objects.filter(account=bruno.account).exists()


def test_once_opened_the_request_says_whom_to_call_and_why(partner, bruno, uptake):
    tap(partner, uptake, "open")

    shown = page(partner, f"/boite/{uptake}/")
    assert state_of(uptake) == "UNDER_STUDY"
    for words in ("Driss Benali", "Inscrit depuis 14 mois.", "Un atelier.", "essai", "article P1"):
        assert words in shown
    assert Reading.objects.filter(account=bruno.account).count() == 1
    assert "Driss Benali" in page(partner, "/boite/")


def test_an_appointment_is_one_small_form_and_goes_to_the_calendar(partner, uptake):
    tap(partner, uptake, "open")
    tap(
        partner,
        uptake,
        "appoint",
        day=TOMORROW.isoformat(),
        hour="10:30",
        place="12 rue de l’Exemple",
        manner="ON_SITE",
    )

    response = partner.get(f"/boite/{uptake}/rendez-vous.ics")
    assert state_of(uptake) == "APPOINTED"
    assert b"BEGIN:VEVENT" in response.content
    assert "LOCATION:12 rue de l’Exemple\r\n" in response.content.decode()
    assert b"Driss" not in response.content


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": "demain", "hour": "10:30", "manner": "ON_SITE"}, "Écrivez un jour, comme 03/11/2026."),
        ({"day": TOMORROW.isoformat(), "hour": "", "manner": "ON_SITE"}, "Remplissez ce champ."),
        ({"day": TOMORROW.isoformat(), "hour": "10:30", "manner": "TELEPATHY"}, "Choisissez une réponse de la liste."),
        ({"day": "2020-01-06", "hour": "10:30", "manner": "ON_SITE"}, "Rien n’a été changé"),
    ],
)
def test_what_does_not_go_through_is_shown_as_it_was_typed(partner, uptake, typed, sentence):
    tap(partner, uptake, "open")

    shown = tap(partner, uptake, "appoint", status=422, place="Salle B", **typed)

    assert sentence in shown
    assert "Salle B" in shown
    assert state_of(uptake) == "UNDER_STUDY"


@pytest.mark.parametrize(("typed", "source"), [({}, "PARTNER"), ({"source": "PERSON"}, "PERSON")])
def test_what_it_gave_is_said_by_the_partner_unless_somebody_else_says_so(partner, uptake, typed, source):
    tap(partner, uptake, "receive")
    tap(partner, uptake, "complete", kind="TRAINING", on=timezone.localdate().isoformat(), **typed)

    assert Outcome.objects.get().source == source


def test_from_the_call_to_what_it_gave(partner, uptake):
    tap(partner, uptake, "open")
    tap(partner, uptake, "note_call")
    tap(partner, uptake, "receive")
    tap(partner, uptake, "complete", kind="TRAINING", on=timezone.localdate().isoformat())

    shown = page(partner, f"/boite/{uptake}/")
    assert state_of(uptake) == "COMPLETED"
    for words in ("La personne n’a pas pu être jointe.", "La personne est venue.", "Entrée en formation"):
        assert words in shown


@pytest.mark.parametrize("action", ["send", "expire", "nothing", "withdraw"])
def test_what_is_not_for_who_receives_has_no_address(partner, uptake, action):
    tap(partner, uptake, action, status=404)


def test_a_refusal_needs_its_reason(partner, uptake):
    tap(partner, uptake, "open")
    assert "Choisissez une réponse." in tap(partner, uptake, "refuse", status=422)

    tap(partner, uptake, "refuse", reason="NO_PLACE")
    assert state_of(uptake) == "REFUSED"


def test_two_who_act_on_the_same_page_are_told(partner, bruno, uptake):
    tap(partner, uptake, "open")
    seen = Uptake.objects.get(pk=uptake).sequence
    tap(browser_of(bruno), uptake, "take")

    response = partner.post(f"/boite/{uptake}/refuse/", {"refuse-reason": "NO_PLACE", "sequence": seen})

    assert response.status_code == 422
    assert "Quelqu’un vient d’agir sur cette demande" in response.content.decode()
    assert state_of(uptake) == "UNDER_STUDY"


@pytest.mark.parametrize(("role", "organisation"), [(Role.PARTNER_ADVISER, POST), (Role.ACCESS_POINT_STAFF, POST)])
def test_another_organisation_finds_what_does_not_exist(uptake, offer, role, organisation):
    stranger = browser_of(member("Zoé", role, organisation))

    absent = stranger.get("/boite/00000000-0000-4000-8000-000000000000/")
    theirs = stranger.get(f"/boite/{uptake}/")
    assert (absent.status_code, theirs.status_code) == (404, 404)
    assert same(absent) == same(theirs)
    tap(stranger, uptake, "open", status=404)


def test_an_officer_has_no_inbox(offer):
    assert browser_of(member("Ida", Role.OFFICER, MISSION)).get("/boite/").status_code == 403


def test_a_request_is_taken_and_passed_on(partner, bruno, uptake):
    colleague = member("Nour", Role.PARTNER_ADVISER, MISSION)
    tap(partner, uptake, "open")
    tap(partner, uptake, "take")
    tap(partner, uptake, "hand_over", to=str(colleague.membership))

    assert Uptake.objects.get(pk=uptake).holder == colleague.membership
    assert "Nour" in page(partner, "/boite/") or page(partner, f"/boite/{uptake}/", 404)


def test_a_site_says_that_it_is_closed(partner, bruno):
    today = timezone.localdate()
    typed = {"channel": "TELEPHONE", "closed_from": today.isoformat(), "closed_why": "Travaux", "commission_days": ""}
    assert partner.post("/boite/accueil/", typed).status_code == 302

    assert "Vous êtes fermé aux nouvelles demandes." in page(partner, "/boite/")
    wrong = partner.post("/boite/accueil/", {**typed, "closed_until": "2020-01-01", "commission_days": "bientôt"})
    assert wrong.status_code == 422
    assert "Écrivez un jour par ligne" in wrong.content.decode()
    assert "bientôt" in wrong.content.decode()


def test_somebody_who_came_by_themselves_is_told_to_who_follows_them(partner, amel):
    shown = page(partner, "/boite/venue/")
    assert "Accueil" in shown

    typed = {
        "given_name": "Driss", "family_name": "Benali", "birth_date": "", "service": "accueil",
        "asked": amel.organisation, "came_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    assert partner.post("/boite/venue/", typed).status_code == 302
    assert "Remplissez ce champ." in partner.post("/boite/venue/", {**typed, "family_name": ""}).content.decode()


def test_the_slip_answers_without_an_account(client, uptake, monkeypatch):
    Uptake.objects.filter(pk=uptake).update(code_digest=digest_of("K7P4QX9M"))
    typed = {"code": "K7P-4QX-9M", "answer": "REFUSE", "reason": "NO_PLACE", "name": "Bureau du Blanc"}

    assert "Dites pourquoi" in client.post("/reponse/", {**typed, "reason": ""}).content.decode()
    assert "Ce code n’ouvre aucune demande" in client.post("/reponse/", {**typed, "code": "AAA"}).content.decode()
    assert client.post("/reponse/", typed).status_code == 302
    assert "Votre réponse est arrivée" in page(client, "/reponse/")
    assert state_of(uptake) == "REFUSED"


@pytest.mark.parametrize("accepted_before", [False, True])
def test_the_slip_says_yes_then_that_nobody_could_be_reached(client, uptake, accepted_before):
    Uptake.objects.filter(pk=uptake).update(code_digest=digest_of("K7P4QX9M"))
    typed = {"code": "K7P-4QX-9M", "name": "Bureau du Blanc"}
    if accepted_before:
        assert client.post("/reponse/", {**typed, "answer": "ACCEPT"}).status_code == 302
        assert state_of(uptake) == "ACCEPTED"

    without = client.post("/reponse/", {**typed, "answer": "FAIL"})
    assert (without.status_code, state_of(uptake) == "FAILED") == (422, False)
    assert "Dites pourquoi" in without.content.decode()
    assert client.post("/reponse/", {**typed, "answer": "FAIL", "ended": "UNREACHABLE"}).status_code == 302
    events = UptakeEvent.objects.filter(uptake=uptake).order_by("sequence")
    assert list(events.values_list("kind", "reason"))[2:] == [("ACCEPT", ""), ("FAIL", "UNREACHABLE")]


@pytest.fixture
def waiting(amel):
    """A delegation that no place is left for: two others have taken the volume."""
    for name in ("Élise", "Farid"):
        sent(amel, person(amel, name), "accompagnement", at=timezone.now(), agreed_on=timezone.localdate())
    last = sent(amel, person(amel), "accompagnement", at=timezone.now(), agreed_on=timezone.localdate())
    return last.uptakes[0].uptake


WHEN = {"day": TOMORROW.isoformat(), "hour": "10:30", "place": "Salle B"}
SPENT = "Le volume prévu par la convention est atteint : 0 personne(s) attendent avant."


@pytest.mark.parametrize(("action", "typed"), [("appoint", {**WHEN, "manner": "ON_SITE"}), ("receive", {})])
def test_nobody_of_the_waiting_list_is_received_before_their_place(partner, waiting, action, typed):
    shown = tap(partner, waiting, action, status=422, **typed)

    assert SPENT in shown
    assert typed.get("place", "") in shown
    assert state_of(waiting) == "WAITING_FOR_PLACE"


@pytest.mark.parametrize(
    "typed", [{"answer": "APPOINT", **WHEN}, {"answer": "RECEIVE", "day": str(timezone.localdate())}]
)
def test_nor_with_the_slip(client, waiting, typed):
    Uptake.objects.filter(pk=waiting).update(code_digest=digest_of("K7P4QX9M"))

    response = client.post("/reponse/", {"code": "K7P-4QX-9M", "name": "Bureau du Blanc", **typed})

    assert response.status_code == 422
    assert SPENT in response.content.decode()
    assert state_of(waiting) == "WAITING_FOR_PLACE"


@pytest.mark.parametrize("came_before", [False, True])
def test_the_slip_closes_the_loop_with_what_it_gave(client, partner, uptake, came_before):
    from maillage.apps.referrals.codes import digest_of  # noqa: PLC0415 (beside its only use)

    Uptake.objects.filter(pk=uptake).update(code_digest=digest_of("K7P4QX9M"))
    typed = {"code": "K7P4QX9M", "answer": "COMPLETE", "name": "Bureau du Blanc"}
    if came_before:
        assert client.post("/reponse/", {**typed, "answer": "RECEIVE"}).status_code == 302

    assert "Dites ce que cela a donné" in client.post("/reponse/", typed).content.decode()
    assert client.post("/reponse/", {**typed, "kind": "TRAINING"}).status_code == 302

    ended = Uptake.objects.get(pk=uptake)
    assert (ended.state, ended.outcome_known, ended.received_on) == ("COMPLETED", True, timezone.localdate())
    assert "Entrée en formation" in page(partner, f"/boite/{uptake}/")


def test_while_the_walls_are_down_the_inbox_is_closed_and_says_what_to_run(partner, monkeypatch):
    monkeypatch.setattr(acting, "walls_hold", lambda: False)

    shown = page(partner, "/boite/", 503)

    assert "maillage database roles" in shown


@pytest.mark.parametrize(
    ("answer", "said", "back"),
    [
        ("REFUSE", {"reason": "NO_PLACE"}, "UNDER_STUDY"),
        ("RECEIVE", {}, "UNDER_STUDY"),
        ("SET_DECISION_DATE", {"day": TOMORROW}, "UNDER_STUDY"),
    ],
)
def test_what_was_noted_in_our_name_is_corrected_from_the_page(partner, amel, uptake, answer, said, back):
    tap(partner, uptake, "open")
    correction = "Ce n’est pas ce que nous avons dit"
    assert correction not in page(partner, f"/boite/{uptake}/")
    noted = Said(reported_with="Bruno", **said)
    move_uptake(actor=amel, uptake=uptake, move=Move[answer], said=noted, at=timezone.now())
    assert correction in page(partner, f"/boite/{uptake}/")

    tap(partner, uptake, "correct_report")

    assert state_of(uptake) == back
    shown = page(partner, f"/boite/{uptake}/")
    assert "Dites maintenant ce qui est vrai." in shown
    assert correction not in shown
    assert "en votre nom" in tap(partner, uptake, "correct_report", status=422)


def test_a_corrected_end_takes_back_what_it_gave(partner, amel, uptake):
    tap(partner, uptake, "open")
    tap(partner, uptake, "receive")
    found_work = OutcomeSaid(OutcomeKind.JOB_LASTING, timezone.localdate(), OutcomeSource.PARTNER)
    noted = Said(outcome=found_work, reported_with="Bruno")
    move_uptake(actor=amel, uptake=uptake, move=Move.COMPLETE, said=noted, at=timezone.now())
    assert Uptake.objects.get(pk=uptake).outcome_positive

    tap(partner, uptake, "correct_report")

    left = Uptake.objects.get(pk=uptake)
    assert (left.state, left.outcome_known, left.outcome_positive) == ("RECEIVED", False, False)
    assert "<dt>Ce que cela a donné</dt>" not in page(partner, f"/boite/{uptake}/")


def test_a_sender_whose_name_would_tell_a_condition_is_a_partner(partner, uptake):
    def shown():
        return page(partner, "/boite/") + page(partner, f"/boite/{uptake}/")

    assert "Agence du Blanc" in shown()
    mark_discreet(by=member("Ada", Role.ADMINISTRATOR, AGENCY), at=timezone.now())

    assert "Agence du Blanc" not in shown()
    assert shown().count("un partenaire") >= 2
