"""Machines send, answer and read as the holder of their key may: once, on what was read, and nothing of others."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts.models import ApiKey, KeptAnswer, Membership
from maillage.apps.accounts.use_cases.keys import make_key, revoke_key
from maillage.apps.audit.models import AuditEvent, Reading
from maillage.apps.people import acting
from maillage.apps.people.orientation import FIELDS
from maillage.apps.referrals.models import Referral, Uptake, UptakeEvent
from maillage.domain.accounts import Actor, KeyScope, Role
from maillage.domain.personal_data import NationalNumberRefused
from tests.apps.referrals.conftest import (  # noqa: F401 (fixtures)
    AGENCY,
    MISSION,
    POST,
    amel,
    bruno,
    chloe,
    driss,
    member,
    offer,
    person,
)

pytestmark = pytest.mark.django_db
BOTH = frozenset(KeyScope)


@dataclass
class Machine:
    """A machine that calls with a key."""

    key: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, address: str, **headers):
        return self.client.get(f"/api/v1/{address}", headers={"Authorization": f"Bearer {self.key}", **headers})

    def post(self, address: str, content, *, key: str | None = None, match: object = None, **headers):
        sent = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key or str(uuid4()), **headers}
        if match is not None:
            sent["If-Match"] = f'"{match}"'
        return self.client.post(
            f"/api/v1/{address}", json.dumps(content), content_type="application/json", headers=sent
        )


def machine(actor: Actor, scopes=BOTH) -> Machine:
    return Machine(make_key(by=actor, name="essai", scopes=scopes, lasts=timedelta(days=30), at=timezone.now()))


@pytest.fixture
def agency(amel) -> Machine:  # noqa: F811
    return machine(amel)


@pytest.fixture
def mission(bruno) -> Machine:  # noqa: F811
    return machine(bruno)


def asked(who: UUID, **more) -> dict[str, object]:
    return {"person": str(who), "to": [{"service": "atelier"}], "why": "Trouver un atelier", **more}


@pytest.fixture
def uptake(agency, driss) -> UUID:  # noqa: F811
    made = agency.post("referrals", asked(driss)).json()
    return UUID(made["uptakes"][0]["uptake"])


def moves(caller: Machine, uptake: UUID, kind: str, **more):
    read = caller.get(f"uptakes/{uptake}")
    return caller.post(f"uptakes/{uptake}/moves", {"move": kind, **more}, match=read.json()["sequence"])


def test_from_sending_to_what_came_of_it(agency, mission, driss, uptake):  # noqa: F811
    inbox = mission.get("uptakes/inbox").json()
    assert [one["id"] for one in inbox["to_answer"]] == [str(uptake)]

    starts_at = (timezone.now() + timedelta(days=3)).isoformat()
    assert moves(mission, uptake, "APPOINT", starts_at=starts_at, place="12 rue Neuve").json()["state"] == "APPOINTED"
    calendar = agency.get(f"uptakes/{uptake}/appointment.ics")
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in calendar.content
    assert b"LOCATION:12 rue Neuve\r\n" in calendar.content
    assert moves(mission, uptake, "RECEIVE").json()["state"] == "RECEIVED"
    outcome = {"kind": "TRAINING", "on": timezone.localdate().isoformat(), "source": "PARTNER"}
    assert moves(mission, uptake, "COMPLETE", outcome=outcome).json()["state"] == "COMPLETED"

    read = agency.get(f"uptakes/{uptake}", **{"Accept-Language": "en"})
    assert read.headers["ETag"] == f'"{read.json()["sequence"]}"'
    assert read.json()["outcomes"][0]["kind"] == "TRAINING"
    assert read.json()["events"][-1]["sentence"].startswith("The request is completed")
    assert [one["id"] for one in agency.get(f"uptakes?person={driss}").json()] == [str(uptake)]


@pytest.mark.parametrize(("language", "said"), [("fr", "Lancez « maillage"), ("en", "Run « maillage")])
def test_while_the_walls_are_down_a_machine_reads_what_the_pages_say(agency, uptake, monkeypatch, language, said):
    monkeypatch.setattr(acting, "walls_hold", lambda: False)

    response = agency.get(f"uptakes/{uptake}", **{"Accept-Language": language})

    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert f"{said} database roles »" in response.json()["detail"]


def test_an_absence_that_no_clause_lets_pass_is_under_way_to_the_sender_alone(agency, mission, driss, uptake):  # noqa: F811
    Uptake.objects.filter(pk=uptake).update(state="NO_SHOW", absence_count=1)

    for caller, told in ((agency, ("UNDER_WAY", 0)), (mission, ("NO_SHOW", 1))):
        for read in (caller.get(f"uptakes/{uptake}").json(), caller.get(f"uptakes?person={driss}").json()[0]):
            assert (read["state"], read["absence_count"]) == told


def test_a_draft_is_sent_later_and_called_back(agency, mission, driss):  # noqa: F811
    made = agency.post("referrals", asked(driss, is_draft=True)).json()["uptakes"][0]

    assert made["state"] == "DRAFT"
    assert mission.get(f"uptakes/{made['uptake']}").status_code == 404
    assert moves(agency, made["uptake"], "SEND").json()["state"] == "SENT"
    assert moves(agency, made["uptake"], "WITHDRAW").json()["state"] == "WITHDRAWN"
    assert mission.get(f"uptakes/{made['uptake']}").status_code == 404


def test_a_refused_request_is_sent_elsewhere_in_the_same_chain(agency, mission, uptake):
    assert moves(mission, uptake, "REFUSE", reason="NO_PLACE").json()["state"] == "REFUSED"
    read = agency.get(f"uptakes/{uptake}").json()["sequence"]

    made = agency.post(f"uptakes/{uptake}/redirection", {"to": [{"service": "accueil"}]}, match=read)

    assert made.json()["chain"] == str(Referral.objects.get(uptakes=uptake).chain)


def test_an_item_is_taken_handed_over_and_given_back(mission, uptake):
    colleague = member("Basile", Role.PARTNER_ADVISER, MISSION)

    assert moves(mission, uptake, "TAKE").status_code == 200
    assert moves(mission, uptake, "HAND_OVER", to=str(colleague.membership)).status_code == 200
    assert Uptake.objects.get().holder == colleague.membership
    assert moves(mission, uptake, "HAND_OVER", to=str(uuid4())).status_code == 409
    assert moves(mission, uptake, "HAND_OVER").status_code == 422
    assert moves(mission, uptake, "RETURN").status_code == 200


def test_the_same_request_twice_has_one_effect_and_one_answer(agency, driss):  # noqa: F811
    first, second = (agency.post("referrals", asked(driss), key="only-once") for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert Referral.objects.count() == 1
    other = agency.post("referrals", asked(driss, why="Autre chose"), key="only-once")
    assert other.status_code == 422
    assert "a déjà servi" in other.json()["detail"]
    assert Referral.objects.count() == 1


def test_a_key_serves_again_for_somebody_else_and_after_a_refusal(agency, driss):  # noqa: F811
    assert agency.post("referrals", asked(driss, to=[{"service": "rien"}]), key="k").status_code == 409
    assert agency.post("referrals", asked(driss), key="k").status_code == 200
    assert KeptAnswer.objects.count() == 1
    anna = member("Anna", Role.ADVISER, AGENCY)
    assert machine(anna).post("referrals", asked(person(anna)), key="k").status_code == 200
    assert Referral.objects.count() == 2


def test_an_answer_is_kept_for_a_day(agency, driss):  # noqa: F811
    agency.post("referrals", asked(driss), key="k")
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=25))

    agency.post("referrals", asked(driss), key="k")

    assert Referral.objects.count() == 2


def test_a_move_is_made_on_what_was_read(mission, uptake):
    address, accept = f"uptakes/{uptake}/moves", {"move": "ACCEPT"}

    assert mission.post(address, accept).status_code == 428
    for stale in (1, 99, "x", "W/1"):
        assert mission.post(address, accept, match=stale).status_code == 412
    first = mission.post(address, accept, match=2, key="accept")
    assert first.headers["ETag"] == f'"{first.json()["sequence"]}"'
    assert mission.post(address, accept, match=2).status_code == 412
    assert mission.post(address, accept, match=2, key="accept").json() == first.json()
    assert UptakeEvent.objects.filter(kind="ACCEPT").count() == 1


@pytest.mark.parametrize("kind", ["SEND", "WAKE", "ACCEPT", "TAKE", "HAND_OVER", "APPOINT"])
def test_no_kind_of_move_passes_on_what_is_stale(agency, mission, uptake, kind):
    starts_at = (timezone.now() + timedelta(days=3)).isoformat()
    content = {"move": kind, "to": str(uuid4()), "starts_at": starts_at}

    assert mission.post(f"uptakes/{uptake}/moves", content, match=1).status_code == 412
    assert Uptake.objects.get().sequence == 2


def test_words_that_hold_a_national_number_are_refused(agency, driss):  # noqa: F811
    refused = agency.post("referrals", asked(driss, why="Suivie sous 1 85 05 78 006 084."))

    assert (refused.status_code, refused.json()["detail"]) == (422, NationalNumberRefused.sentence_fr)
    assert not Referral.objects.exists()


def test_a_refusal_says_why_and_what_to_do(agency, mission, uptake, driss):  # noqa: F811
    answer = moves(mission, uptake, "REFUSE")
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "motif" in answer.json()["detail"]
    assert moves(mission, uptake, "WITHDRAW", reason="NEED_GONE").status_code == 403
    assert moves(agency, uptake, "ADD_OUTCOME").status_code == 422
    assert moves(agency, uptake, "EXPIRE").status_code == 422


def test_every_id_of_others_answers_as_an_id_of_nothing(agency, uptake, driss):  # noqa: F811
    stranger = machine(member("Zoé", Role.PARTNER_ADVISER, POST))
    adviser = machine(member("Yann", Role.ADVISER, "agence-ailleurs"))
    for caller in (stranger, adviser):
        for address in ("uptakes/{}", "uptakes/{}/appointment.ics"):
            theirs, nothing = caller.get(address.format(uptake)), caller.get(address.format(uuid4()))
            assert (theirs.status_code, theirs.content) == (404, nothing.content)
        theirs, nothing = caller.get(f"people/{driss}"), caller.get(f"people/{uuid4()}")
        assert (theirs.status_code, theirs.content) == (404, nothing.content)
        assert caller.get(f"uptakes?person={driss}").json() == []
        for address, content in (
            ("uptakes/{}/moves", {"move": "ACCEPT"}),
            ("uptakes/{}/redirection", {"to": [{"service": "accueil"}]}),
        ):
            theirs, nothing = (caller.post(address.format(one), content, match=2) for one in (uptake, uuid4()))
            assert (theirs.status_code, theirs.content) == (404, nothing.content)
        theirs, nothing = (caller.post("referrals", asked(one)) for one in (driss, uuid4()))
        assert (theirs.status_code, theirs.content) == (404, nothing.content)
    assert Uptake.objects.get().sequence == 2
    assert Reading.objects.filter(was_refused=True, person=driss).count() == 4


def test_a_partner_reads_what_the_article_lets_pass_and_it_is_written(agency, mission, uptake, driss):  # noqa: F811
    shown = mission.get(f"people/{driss}").json()

    assert shown["family_name"] == "Benali"
    assert "external_id" not in shown
    assert Reading.objects.filter(person=driss, organisation=MISSION, what="API").exists()


def test_what_is_known_is_read_under_the_names_of_the_orientation(agency, mission, amel):  # noqa: F811
    who = person(amel, barriers=("sante", "mobilite"), boe=True, minimum_income=True, qualification="AFS")

    told = agency.get(f"people/{who}/orientation").json()

    assert tuple(told) == FIELDS
    named = ("date_naissance", "code_commune", "niveau_etude", "brsa", "boe", "contrainte_sante", "contrainte_logement")
    assert [told[name] for name in named] == ["2006-05-31", "36018", "AFS", None, True, "A_PRECISER", "AUCUNE"]
    assert Reading.objects.filter(person=who, what="orientation").count() == 1
    agency.post("referrals", asked(who))
    shared = mission.get(f"people/{who}/orientation").json()
    assert (shared["date_naissance"], shared["boe"]) == ("2006-05-31", None)
    assert {shared[name] for name in FIELDS if name.startswith("contrainte")} == {None}


def test_a_person_is_found_by_the_identifier_of_the_organisation(amel, agency, mission):  # noqa: F811
    who = person(amel, external_id="FT-123")
    reader = machine(amel, {KeyScope.READ})

    assert reader.post("people/find", {"identifier": "ft-123"}).json() == {"person": str(who)}
    assert mission.post("people/find", {"identifier": "FT-123"}).status_code == 404


@pytest.mark.parametrize("written", ["", "Bearer", "Bearer ", "Bearer maillage_x", "Basic a", f"Bearer {'x' * 5000}"])
def test_without_a_standing_key_nothing_answers(written, uptake):
    for address in (f"uptakes/{uptake}", f"people/{uptake}", "uptakes/inbox"):
        answer = Client().get(f"/api/v1/{address}", headers={"Authorization": written} if written else {})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


def test_a_key_stops_with_its_holder_its_time_and_its_withdrawal(amel, agency, uptake):  # noqa: F811
    row = ApiKey.objects.get(membership=amel.membership)
    assert agency.key not in str(vars(row))
    assert row.last_used_on == timezone.localdate()

    assert agency.get("uptakes/inbox").status_code == 200
    Membership.objects.filter(pk=amel.membership).update(ended_at=timezone.now())
    assert agency.get("uptakes/inbox").status_code == 401
    Membership.objects.filter(pk=amel.membership).update(ended_at=None)
    ApiKey.objects.update(expires_at=timezone.now())
    assert agency.get("uptakes/inbox").status_code == 401
    again = machine(amel)
    assert again.get("uptakes/inbox").status_code == 200
    revoke_key(by=amel, key=ApiKey.objects.get(revoked_at=None, expires_at__gt=timezone.now()).pk, at=timezone.now())
    assert again.get("uptakes/inbox").status_code == 401
    assert AuditEvent.objects.filter(what__in=["make_key", "revoke_key"]).count() == 3


def test_a_key_that_may_only_read_writes_nothing(amel, agency, uptake, driss):  # noqa: F811
    reader = machine(amel, {KeyScope.READ})

    assert reader.get(f"uptakes/{uptake}").status_code == 200
    assert reader.post("referrals", asked(driss)).status_code == 403
    assert Referral.objects.count() == 1


def test_a_page_of_another_site_may_not_use_a_key(settings, agency):
    settings.MAILLAGE_API_ORIGINS = ["https://elsewhere.example"]
    asking = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}

    allowed = Client().options("/api/v1/uptakes/inbox", headers=asking).headers["Access-Control-Allow-Headers"]

    assert "Authorization" not in allowed


def test_a_referral_and_the_answers_of_the_week_leave_for_other_systems(agency, mission, uptake):
    moves(mission, uptake, "ACCEPT")

    bundle = agency.get(f"uptakes/{uptake}/fhir?profile=GRAVITY").json()
    assert [one["resource"]["resourceType"] for one in bundle["entry"]] == ["ServiceRequest", "Task"]
    assert agency.get(f"uptakes/{uptake}/fhir").status_code == 422
    assert agency.get(f"uptakes/{uuid4()}/fhir?profile=BSER").status_code == 404
    answers = agency.get("uptakes/answers.csv")
    assert answers.headers["Content-Type"].startswith("text/csv")
    assert str(uptake) in answers.content.decode()


def test_what_was_noted_on_ones_behalf_is_corrected(agency, mission, uptake):
    assert moves(agency, uptake, "REFUSE", reason="NO_PLACE", reported_with="Mme Petit").json()["state"] == "REFUSED"

    assert moves(mission, uptake, "CORRECT_REPORT").json()["state"] == "SENT"
    assert moves(mission, uptake, "CORRECT_REPORT").status_code == 409
