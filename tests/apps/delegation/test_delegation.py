"""Delegating the support of people within the volume of an article, and taking them back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from maillage.apps.accounts.models import Membership, Site, Team
from maillage.apps.agreements.queries import agreements_in
from maillage.apps.audit.models import AuditEvent
from maillage.apps.delegation.models import Delegation, DelegationEvent, DelegationLogIsAppendOnly, VolumeUse
from maillage.apps.delegation.queries import (
    DelegationNotFound,
    delegations_of,
    find_delegating_clause,
    history_of,
    lead_decisions_on,
    places_of,
    ranks_of,
    reviews_due,
    to_hand_back,
)
from maillage.apps.delegation.use_cases import (
    give_places_to_waiting,
    hand_back,
    record_agreement_of_person,
    record_lead_decision,
)
from maillage.apps.people.models import Link, Person
from maillage.apps.people.queries import PersonNotFound, may_see
from maillage.apps.referrals.models import Uptake, UptakeEvent
from maillage.apps.referrals.queries import stored_states_that_differ
from maillage.apps.referrals.use_cases.answering import appoint, correct_report
from maillage.apps.referrals.use_cases.clock import run_clock, tell_place_kept
from maillage.apps.referrals.use_cases.moving import Said, move_uptake
from maillage.domain.accounts import Author, Role, SiteLevel
from maillage.domain.delegation import DelegationRefused, DelegationState, EndReason
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals import Move
from tests.apps.referrals.conftest import AGENCY, AT, MISSION, ON, member, moved, person, sent

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=10)


def delegated(by, who, **more):
    """Propose a delegation; give its uptake and its state."""
    made = sent(by, who, "accompagnement", **{"agreed_on": ON, **more}).uptakes[0]
    return made.uptake, Delegation.objects.get(uptake=made.uptake)


def places():
    return places_of(find_delegating_clause(agreements_in(), "essai", "delegation", on=ON), on=ON)


def handed_back(by, row, to, *, reason=EndReason.PERSON_ASKED, on=ON):
    return hand_back(actor=by, delegation=row.id, reason=reason, ended_on=on, to=to, loaded=agreements_in(), at=LATER)


@pytest.fixture
def running(amel, bruno, driss):
    uptake, row = delegated(amel, driss)
    moved(bruno, uptake, Move.RECEIVE)
    row.refresh_from_db()
    return row


def test_it_begins_with_the_agreement_of_the_person_and_a_first_meeting(amel, bruno, driss):
    uptake, proposed = delegated(amel, driss, agreed_on=None)
    moved(bruno, uptake, Move.RECEIVE)
    proposed.refresh_from_db()
    other, agreed = delegated(amel, person(amel, "Élise"))
    moved(bruno, other, Move.RECEIVE, days=1)
    agreed.refresh_from_db()

    assert (proposed.state, agreed.state) == ("PROPOSED", "RUNNING")
    assert (agreed.started_on, agreed.review_due_on) == (ON + timedelta(days=1), date(2032, 5, 31))
    record_agreement_of_person(actor=bruno, delegation=proposed.id, agreed_on=ON, at=LATER)
    assert Delegation.objects.get(pk=proposed.id).agreed_on == ON


def test_the_partner_that_leads_sees_the_person_after_the_referral_is_closed(amel, bruno, driss, running):
    moved(bruno, running.uptake, Move.FAIL, reason="SITUATION_CHANGED")
    closed = may_see(bruno, driss, on=ON)
    colleague = member("Anna", Role.ADVISER, AGENCY)
    handed_back(bruno, running, colleague.membership)

    assert closed
    assert may_see(colleague, driss, on=ON)
    assert not may_see(bruno, driss, on=ON)


def test_the_site_of_who_takes_a_person_back_follows_them(amel, bruno, driss, running):
    """Without an adviser named, a whole site follows: it must be where the person is followed now."""
    site = Site.objects.create(organisation=AGENCY, level=SiteLevel.AGENCY.value, name="Châteauroux")
    team, former = (Team.objects.create(name=name, site=site) for name in ("Jeunes", "Entreprises"))
    anna, zoe = (member(name, Role.ADVISER, AGENCY) for name in ("Anna", "Zoé"))
    for one, its_teams in ((anna, [team]), (zoe, [])):
        row = Membership.objects.get(pk=one.membership)
        row.site = site
        row.save()
        row.teams.set(its_teams)
    other, again = delegated(amel, person(amel, "Élise"))
    moved(bruno, other, Move.RECEIVE)
    again.refresh_from_db()
    Person.objects.filter(pk=driss).update(lead_team=team.pk)
    Person.objects.filter(pk=again.person).update(lead_team=former.pk)

    handed_back(bruno, running, anna.membership)
    handed_back(bruno, again, zoe.membership)

    leads = ("lead_adviser", "lead_site", "lead_team")
    for who, expected in (
        (driss, (anna.membership, site.pk, team.pk)),
        (again.person, (zoe.membership, site.pk, None)),
    ):
        assert Person.objects.values_list(*leads).get(pk=who) == expected
        assert set(Link.objects.filter(person=who).values_list(*leads)) == {expected}


def test_a_person_whom_another_organisation_follows_now_is_left_alone(amel, bruno, driss, running):
    Person.objects.filter(pk=driss).update(lead_organisation="ailleurs", lead_adviser=None)

    handed_back(bruno, running, amel.membership)

    assert Person.objects.get(pk=driss).lead_adviser is None


def test_the_journal_names_accounts_or_jobs_and_never_anybody(amel, bruno, running):
    delegated(amel, person(amel, "Élise"))
    delegated(amel, person(amel, "Farid"))
    handed_back(bruno, running, amel.membership)
    run_clock(at=LATER)

    done = dict.fromkeys(AuditEvent.objects.filter(subject__contains=":").values_list("by", "details__membership"))
    assert set(done) == {
        (str(amel.account), str(amel.membership)),
        (str(bruno.account), str(bruno.membership)),
        ("maillage clock", None),
    }


def test_a_spent_volume_puts_on_the_waiting_list_and_says_so(amel):
    for name in ("Driss", "Élise"):
        delegated(amel, person(amel, name))
    uptake, row = delegated(amel, person(amel, "Farid"))

    kinds = list(UptakeEvent.objects.filter(uptake=uptake).order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["PREPARE", "SEND", "WAIT_FOR_PLACE"]
    assert UptakeEvent.objects.get(uptake=uptake, kind="WAIT_FOR_PLACE").data["volume_spent"] is True
    assert (row.state, row.waiting_since, Uptake.objects.get(pk=uptake).rank) == ("WAITING", ON, 1)
    assert (places().limit, places().used, places().left, places().waiting_count) == (2, 2, 0, 1)
    assert places().is_spent


def test_priority_groups_first_then_who_has_waited_longest(amel):
    for name in ("A", "B"):
        delegated(amel, person(amel, name))
    late = delegated(amel, person(amel, "C", target_groups=()))[1]
    later = delegated(amel, person(amel, "D", target_groups=()), at=AT + timedelta(days=1))[1]
    young = delegated(amel, person(amel, "E"), at=AT + timedelta(days=2))[1]

    assert ranks_of("essai", "delegation") == {young.id: 1, late.id: 2, later.id: 3}


def test_a_place_that_comes_free_goes_to_the_first_of_the_list(amel, bruno, running):
    delegated(amel, person(amel, "Élise"))
    uptake, waiting = delegated(amel, person(amel, "Farid"))
    with pytest.raises(DelegationRefused, match="0 personne"):
        appoint(actor=bruno, uptake=uptake, starts_at=LATER, at=AT)

    handed_back(amel, running, amel.membership)
    report = run_clock(at=LATER)

    waiting.refresh_from_db()
    assert (report.placed_count, waiting.state, places().used) == (1, "PROPOSED", 2)
    assert UptakeEvent.objects.filter(uptake=uptake).latest("sequence").data["place_kept"] is True
    appoint(actor=bruno, uptake=uptake, starts_at=LATER, at=LATER)
    assert stored_states_that_differ() == ()


def test_nobody_is_received_before_those_in_front(amel, bruno):
    for name in ("A", "B", "C"):
        delegated(amel, person(amel, name, target_groups=()))
    uptake, _ = delegated(amel, person(amel, "D", target_groups=()), at=AT + timedelta(days=1))

    with pytest.raises(DelegationRefused, match="1 personne"):
        moved(bruno, uptake, Move.RECEIVE, days=1)
    assert Uptake.objects.get(pk=uptake).state == "WAITING_FOR_PLACE"


def test_what_never_began_gives_its_place_back(amel, bruno):
    uptake, row = delegated(amel, person(amel, "Driss"))
    moved(bruno, uptake, Move.REFUSE, reason="PERSON_DECLINES")
    row.refresh_from_db()

    assert (row.state, places().used) == ("CANCELLED", 0)


@pytest.fixture
def noted(amel, driss):
    """A delegation that began with a first meeting which the sender noted in the partner's name, by mistake."""
    uptake, row = delegated(amel, driss)
    moved(amel, uptake, Move.RECEIVE, reported_with="accueil")
    row.refresh_from_db()
    return row


def test_a_first_meeting_that_is_corrected_began_nothing(amel, bruno, driss, noted):
    assert (noted.state, places().used) == ("RUNNING", 1)
    correct_report(actor=bruno, uptake=noted.uptake, at=LATER)
    moved(bruno, noted.uptake, Move.ACCEPT, days=11)
    noted.refresh_from_db()

    assert (noted.state, noted.started_on, places().used) == ("PROPOSED", None, 1)
    event = DelegationEvent.objects.filter(delegation=noted).order_by("sequence").last()
    assert (event.state, event.reason, event.by_name) == ("PROPOSED", "CORRECT_REPORT", "Bruno")
    told = AuditEvent.objects.filter(subject=f"delegation:{noted.id}").order_by("pk")
    assert [one.what for one in told] == ["delegation.proposed", "delegation.running", "delegation.proposed"]
    assert Link.objects.get(subject=noted.id).closed_at == LATER
    assert may_see(bruno, driss, on=ON)  # by the request, which goes on
    assert not stored_states_that_differ()


def test_the_place_comes_back_when_the_truth_is_a_refusal(amel, bruno, driss, noted):
    correct_report(actor=bruno, uptake=noted.uptake, move=Move.REFUSE, said=Said(reason="NO_PLACE"), at=LATER)
    noted.refresh_from_db()

    assert (noted.state, noted.period_start, places().used) == ("CANCELLED", None, 0)
    assert not may_see(bruno, driss, on=ON)
    delegated(amel, driss)  # nothing of the mistake forbids another proposal
    assert places().used == 1


def test_a_meeting_that_took_place_on_another_day_begins_it_on_that_day(amel, bruno, driss, noted):
    came_on = ON + timedelta(days=9)
    correct_report(actor=bruno, uptake=noted.uptake, move=Move.RECEIVE, said=Said(effective_on=came_on), at=LATER)
    noted.refresh_from_db()

    assert (noted.state, noted.started_on, places().used) == ("RUNNING", came_on, 1)
    assert Link.objects.get(subject=noted.id).closed_at is None


def test_a_later_note_that_is_corrected_undoes_no_meeting(amel, bruno, noted):
    said = Said(reason="SITUATION_CHANGED", reported_with="accueil")
    move_uptake(actor=amel, uptake=noted.uptake, move=Move.FAIL, said=said, at=AT + timedelta(days=2))
    correct_report(actor=bruno, uptake=noted.uptake, at=LATER)
    noted.refresh_from_db()

    assert (noted.state, noted.started_on) == ("RUNNING", ON)


def test_after_a_hand_back_places_can_be_given_at_once(amel, bruno, running):
    delegated(amel, person(amel, "Élise"))
    _, waiting = delegated(amel, person(amel, "Farid"))
    handed_back(bruno, running, amel.membership)

    clause = find_delegating_clause(agreements_in(), "essai", "delegation", on=ON)
    served = give_places_to_waiting(clause, by=Author.of(bruno), at=LATER)
    assert [one.id for one in served] == [waiting.id]
    assert tell_place_kept(served[0], at=LATER)


def test_nobody_comes_back_to_nobody(amel, bruno, running):
    gone = member("Ugo", Role.ADVISER, "ailleurs")

    for to in (uuid4(), bruno.membership, gone.membership):
        with pytest.raises(DelegationRefused, match="personne ne reste sans référent"):
            handed_back(bruno, running, to)
    for day in (ON - timedelta(days=1), ON + timedelta(days=30)):
        with pytest.raises(DelegationRefused, match="entre le début"):
            handed_back(bruno, running, amel.membership, on=day)
    done = handed_back(bruno, running, amel.membership)
    assert (done.state, done.handed_to, done.end_reason) == (
        DelegationState.ENDED,
        amel.membership,
        "PERSON_ASKED",
    )
    with pytest.raises(DelegationNotFound):
        handed_back(bruno, running, amel.membership)
    with pytest.raises(NotPermitted):
        handed_back(amel, running, amel.membership)


def test_one_partner_leads_at_a_time(amel, bruno, driss, running):
    with pytest.raises(DelegationRefused, match="demandez d’abord la reprise"):
        delegated(amel, driss)
    elise = person(amel, "Élise")
    delegated(amel, elise)
    with pytest.raises(DelegationRefused, match="déjà proposée"):
        delegated(amel, elise)


def test_the_26th_birthday_opens_a_review_and_ends_nothing(amel, running):
    assert reviews_due(amel, on=date(2032, 5, 30)) == ()
    (due,) = reviews_due(amel, on=date(2032, 5, 31))
    assert due.state is DelegationState.RUNNING


def test_age_is_tested_at_entry(amel):
    elder = person(amel, "Élise", birth_date=date(1980, 1, 1))

    with pytest.raises(Exception, match="n’est pas ouverte"):
        delegated(amel, elder)


def test_the_history_of_a_delegation(amel, running):
    assert [event.state for event in history_of(amel, running.id, on=ON)] == ["PROPOSED", "RUNNING"]
    assert [one.id for one in delegations_of(amel, running.person, on=ON)] == [running.id]
    with pytest.raises(DelegationLogIsAppendOnly):
        DelegationEvent.objects.update(reason="x")
    with pytest.raises(DelegationLogIsAppendOnly):
        DelegationEvent.objects.all().delete()


def amended(settings, old: str, new: str) -> None:
    file = settings.MAILLAGE_AGREEMENTS / "essai" / "agreement.yaml"
    file.write_text(file.read_text().replace(old, new))


def test_after_the_end_of_the_agreement_what_is_under_way_runs_on(amel, running, settings):
    amended(settings, "signed_on: 2024-01-01", "signed_on: 2024-01-01\neffective_until: 2026-12-01")

    assert to_hand_back(amel, agreements_in(), on=date(2027, 1, 1)) == ()
    with pytest.raises(Exception, match="n’est pas ouverte"):
        delegated(amel, person(amel, "Élise"), at=AT + timedelta(days=60))


def test_a_text_that_is_gone_sends_everybody_back_by_name(amel, running, settings):
    amended(settings, "id: essai", "id: autre")

    (found,) = to_hand_back(amel, agreements_in(), on=ON)
    assert (found.delegation.id, found.agreement) == (running.id, "essai")
    assert find_delegating_clause(agreements_in(), "essai", "delegation", on=ON) is None
    assert handed_back(amel, running, amel.membership, reason=EndReason.AGREEMENT_ENDED).end_reason == "AGREEMENT_ENDED"


def test_an_amended_volume_is_the_one_that_counts(amel, settings):
    delegated(amel, person(amel, "A"))
    amended(settings, "count: 2", "count: 1")
    _, row = delegated(amel, person(amel, "B"))

    assert (row.state, VolumeUse.objects.get().limit) == ("WAITING", 1)


def test_entries_of_a_year_stay_counted_and_the_next_year_opens_places(amel, bruno, settings):
    amended(settings, "counts: PEOPLE", "counts: ENTRIES")
    uptake, row = delegated(amel, person(amel, "A"))
    moved(bruno, uptake, Move.RECEIVE)
    handed_back(amel, row, amel.membership)
    delegated(amel, person(amel, "B"))
    late, waiting = delegated(amel, person(amel, "C"))

    assert Uptake.objects.get(pk=late).expected_on == date(2027, 1, 1)
    assert run_clock(at=LATER).placed_count == 0
    assert run_clock(at=AT + timedelta(days=60)).placed_count == 1
    assert Delegation.objects.get(pk=waiting.id).period_start == date(2027, 1, 1)


def test_without_a_volume_everybody_enters(amel, settings):
    amended(settings, "          volume: {count: 2, per: YEAR, counts: PEOPLE}\n", "")
    rows = [delegated(amel, person(amel, name))[1] for name in "ABC"]

    assert {row.state for row in rows} == {"PROPOSED"}
    assert places().left is None


def test_who_follows_a_person_is_decided_elsewhere_and_recorded(amel, bruno, driss):
    known = {
        "person": driss,
        "to_organisation": MISSION,
        "decided_by": "Comité local pour l’emploi",
        "decided_on": ON,
        "reason": "Projet avec la Mission locale",
        "at": AT,
    }
    made = record_lead_decision(actor=amel, **known)

    assert [row.id for row in lead_decisions_on(amel, driss, on=ON)] == [made]
    with pytest.raises(DelegationRefused):
        record_lead_decision(actor=amel, **{**known, "reason": " "})
    with pytest.raises(DelegationRefused, match="suit déjà"):
        record_lead_decision(actor=amel, **{**known, "to_organisation": AGENCY})
    with pytest.raises(PersonNotFound):
        record_lead_decision(actor=bruno, **known)
    sent(amel, driss)
    with pytest.raises(NotPermitted):  # a partner who sees the person records nothing of who follows them
        record_lead_decision(actor=bruno, **known)
