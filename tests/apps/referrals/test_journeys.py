"""What advisers and partners do, from an opening to what came of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from maillage.apps.accounts.models import Membership
from maillage.apps.audit.models import AuditEvent
from maillage.apps.notifications.models import OutboxMessage
from maillage.apps.people.queries import may_see, person_for
from maillage.apps.referrals.basis import SendingRefused
from maillage.apps.referrals.codes import code_of
from maillage.apps.referrals.models import Uptake, UptakeEvent, UptakeLogIsAppendOnly, WalkIn
from maillage.apps.referrals.queries import (
    awaited,
    chain_of,
    find_uptake,
    history_of,
    inbox,
    news_for,
    outcomes_of,
    referrals_of,
    stored_states_that_differ,
    uptakes_of,
    walk_ins_to_confirm,
)
from maillage.apps.referrals.use_cases.answering import (
    ColleagueUnknown,
    appoint,
    calendar_of,
    correct_report,
    hand_over,
    return_to_team,
    take,
)
from maillage.apps.referrals.use_cases.clock import run_clock
from maillage.apps.referrals.use_cases.moving import UptakeChanged, UptakeNotFound, move_uptake
from maillage.apps.referrals.use_cases.receptions import set_reception
from maillage.apps.referrals.use_cases.sending import (
    Address,
    Request,
    call_back,
    prepare_referral,
    redirect,
    send_draft,
    send_gathering,
    wake,
)
from maillage.apps.referrals.use_cases.tear_off import CodeRefused, TooManyCodes, answer_with_code
from maillage.apps.referrals.use_cases.walk_ins import Visitor, confirm_walk_in, dismiss_walk_in, tell_walk_in
from maillage.domain.accounts import Role
from maillage.domain.permissions import NotPermitted
from maillage.domain.referrals import Move, MoveRefused, Turn, UptakeState
from maillage.domain.referrals.reasons import Channel, OutcomeKind, OutcomeSaid, OutcomeSource
from tests.apps.referrals.conftest import AGENCY, AT, MISSION, ON, member, moved, person, sent

pytestmark = pytest.mark.django_db
S = UptakeState
FOUND_WORK = OutcomeSaid(OutcomeKind.JOB_LASTING, ON + timedelta(days=20), OutcomeSource.PARTNER, "contrat")


def state_of(uptake) -> UptakeState:
    return UptakeState(Uptake.objects.get(pk=uptake).state)


@pytest.fixture(autouse=True)
def nothing_stored_differs(db):
    """After each journey, what is stored is what the events amount to."""
    yield
    assert stored_states_that_differ() == ()


def test_from_the_opening_to_the_outcome(amel, bruno, driss, uptake):
    moved(bruno, uptake, Move.OPEN, days=1)
    appoint(
        actor=bruno, uptake=uptake, starts_at=AT + timedelta(days=7), place="12 rue Neuve", at=AT + timedelta(days=2)
    )
    moved(bruno, uptake, Move.RECEIVE, days=7)
    moved(bruno, uptake, Move.COMPLETE, days=20, outcome=FOUND_WORK)
    kept = OutcomeSaid(OutcomeKind.JOB_KEPT_3_MONTHS, ON + timedelta(days=110), OutcomeSource.PERSON)
    moved(amel, uptake, Move.ADD_OUTCOME, days=110, outcome=kept)

    kinds = list(UptakeEvent.objects.order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["PREPARE", "SEND", "OPEN", "ACCEPT", "APPOINT", "RECEIVE", "COMPLETE", "ADD_OUTCOME"]
    assert state_of(uptake) is S.COMPLETED
    assert outcomes_of(amel, uptake, on=ON) == (FOUND_WORK, kept)
    sentences = [told.sentence_fr for told in history_of(amel, uptake, on=ON)]
    assert sentences[1] == "La demande est envoyée, article P1 de essai."
    assert sentences[4].startswith("Rendez-vous le 9 novembre 2026 à 10 h, sur place, 12 rue Neuve")
    assert sentences[5] == "La personne est venue."


def test_the_partner_sees_the_person_only_while_it_is_open(amel, bruno, driss, uptake):
    record = person_for(bruno, driss, at=AT, why="page")
    moved(bruno, uptake, Move.REFUSE, reason="NO_PLACE")

    assert (record.given_name, record.registered) == ("Driss", None)
    assert not may_see(bruno, driss, on=ON)
    assert find_uptake(bruno, uptake, on=ON).state is S.REFUSED


def test_what_is_sent_says_by_virtue_of_what_and_runs_on_the_delay_of_its_article(uptake):
    row = Uptake.objects.get()

    assert (row.agreement, row.article, row.clause, row.answer_days) == ("essai", "P1", "ateliers", 15)
    assert row.version.startswith("2024-01-01+")
    assert (row.remind_on, row.due_on, row.expire_on) == (date(2026, 11, 9), date(2026, 11, 24), date(2026, 11, 25))


def test_one_person_is_sent_to_several_services_each_with_its_answer(amel, bruno, driss):
    made = sent(amel, driss, "accueil", "atelier", "ordinateurs")

    moved(bruno, made.uptakes[0].uptake, Move.REFUSE, reason="NO_PLACE")
    (request,) = referrals_of(amel, driss, on=ON)
    assert {one.service: one.state for one in request.uptakes} == {
        "accueil": S.REFUSED,
        "atelier": S.SENT,
        "ordinateurs": S.SENT,
    }
    assert {one.service: one.basis for one in request.uptakes} == {
        "accueil": "LAW",
        "atelier": "AGREEMENT",
        "ordinateurs": "OWN_MISSION",
    }


def test_a_group_goes_to_an_information_meeting_or_nobody_does(amel):
    people = [person(amel, name) for name in ("Driss", "Élise", "Farid")]
    request = Request((Address("atelier"),), why="Réunion d’information")

    made = send_gathering(actor=amel, people=people, request=request, at=AT, key="g1")
    again = send_gathering(actor=amel, people=people, request=request, at=AT, key="g1")
    minor = person(amel, "Gaël", registered=False)
    with pytest.raises(SendingRefused):
        send_gathering(actor=amel, people=[people[0], minor], request=request, at=AT)

    assert made == again
    assert Uptake.objects.count() == 3
    assert set(Uptake.objects.values_list("referral__gathering", flat=True)) != {None}


@pytest.mark.parametrize("words", [{"why": "x" * 281}, {"to": ()}, {"to": (Address("atelier"),) * 11}])
def test_a_request_is_short_and_names_services(amel, driss, words):
    with pytest.raises(SendingRefused):
        prepare_referral(actor=amel, person=driss, request=Request(**{"to": (Address("atelier"),), **words}), at=AT)


def test_nobody_is_sent_through_a_closed_door(amel):
    settled = person(amel, registered=False)

    with pytest.raises(SendingRefused, match="n’est pas ouverte"):
        sent(amel, settled, "atelier")
    with pytest.raises(SendingRefused, match="n’existe plus"):
        sent(amel, settled, "nulle-part")
    assert Uptake.objects.count() == 0


def test_a_missing_fact_is_named_and_the_adviser_confirms_it(amel):
    unsaid = person(amel, registered=None)

    with pytest.raises(SendingRefused, match="registered") as refused:
        sent(amel, unsaid, "atelier")
    made = sent(amel, unsaid, "atelier", confirmed=refused.value.missing)

    assert state_of(made.uptakes[0].uptake) is S.SENT
    assert Uptake.objects.get().clause == "ateliers"
    assert UptakeEvent.objects.get(kind="SEND").data["confirmed"] == ["registered"]


def test_a_recipient_closed_to_new_people_is_not_sent_any(amel, bruno, driss):
    set_reception(
        actor=bruno,
        site=None,
        channel=Channel.TELEPHONE,
        closed_from=ON,
        closed_until=date(2026, 12, 1),
        closed_why="congés",
        at=AT,
    )

    with pytest.raises(SendingRefused, match="01/12/2026"):
        sent(amel, driss)
    later = sent(amel, driss, at=AT + timedelta(days=30))
    assert find_uptake(amel, later.uptakes[0].uptake, on=ON).channel is Channel.TELEPHONE


def test_a_draft_is_seen_by_nobody_else_then_sent(amel, bruno, driss):
    made = prepare_referral(actor=amel, person=driss, request=Request((Address("atelier"),)), at=AT)
    draft = made.uptakes[0].uptake

    assert find_uptake(bruno, draft, on=ON) is None
    assert not may_see(bruno, driss, on=ON)
    send_draft(actor=amel, uptake=draft, at=AT)
    assert find_uptake(bruno, draft, on=ON).state is S.SENT


def test_what_is_called_back_unread_leaves_nothing(amel, bruno, driss, uptake):
    call_back(actor=amel, uptake=uptake, at=AT)

    assert find_uptake(bruno, uptake, on=ON) is None
    assert not may_see(bruno, driss, on=ON)
    assert history_of(amel, uptake, on=ON)[-1].sentence_fr == "La demande a été rappelée avant d’être ouverte."


def test_what_was_opened_is_withdrawn_with_a_reason(amel, bruno, uptake):
    moved(bruno, uptake, Move.OPEN)

    with pytest.raises(MoveRefused, match="ne peut plus être rappelée"):
        call_back(actor=amel, uptake=uptake, at=AT)
    moved(amel, uptake, Move.WITHDRAW, reason="ANOTHER_SOLUTION")
    assert find_uptake(bruno, uptake, on=ON).state is S.WITHDRAWN


def test_a_redirection_keeps_the_chain(amel, bruno, driss, uptake):
    moved(bruno, uptake, Move.REFUSE, reason="ANOTHER_SERVICE_FITS_BETTER")

    later = AT + timedelta(days=1)
    made = redirect(actor=amel, uptake=uptake, request=Request((Address("ordinateurs"),)), at=later)

    assert state_of(uptake) is S.REDIRECTED
    assert [one.service for one in chain_of(amel, made.chain, on=ON)] == ["atelier", "ordinateurs"]
    with pytest.raises(MoveRefused):
        redirect(actor=amel, uptake=uptake, request=Request((Address("accueil"),)), at=AT)


def test_two_absences_then_it_may_end(bruno, uptake):
    for week in (1, 2):
        appoint(
            actor=bruno,
            uptake=uptake,
            starts_at=AT + timedelta(days=7 * week),
            at=AT + timedelta(days=7 * week - 1),
        )
        moved(bruno, uptake, Move.MISS, days=7 * week, reason="EXCUSED")
        if week == 1:
            with pytest.raises(MoveRefused, match="2 rendez-vous manqués"):
                moved(bruno, uptake, Move.FAIL, days=7, reason="REPEATED_ABSENCE")
    moved(bruno, uptake, Move.FAIL, days=15, reason="REPEATED_ABSENCE")

    assert state_of(uptake) is S.FAILED


def test_the_clock_reminds_once_then_ends_what_nobody_answered_and_it_can_be_woken(amel, bruno, driss, uptake):
    early, day = (run_clock(at=AT + timedelta(days=days)) for days in (6, 7))
    again = run_clock(at=AT + timedelta(days=8))
    end = run_clock(at=AT + timedelta(days=23))

    assert (early.reminded_count, day.reminded_count, again.reminded_count, end.expired_count) == (0, 1, 0, 1)
    assert state_of(uptake) is S.EXPIRED
    assert not may_see(bruno, driss, on=ON)
    assert [one.id for one in awaited(amel, on=ON)] == [uptake]
    wake(actor=amel, uptake=uptake, at=AT + timedelta(days=24))
    assert may_see(bruno, driss, on=ON)
    assert Uptake.objects.get().due_on == date(2026, 12, 17)


def test_a_monthly_commission_is_waited_for(bruno, uptake):
    moved(bruno, uptake, Move.OPEN, days=1, day=date(2026, 12, 18))

    assert run_clock(at=AT + timedelta(days=40)).expired_count == 0
    assert Uptake.objects.get().expire_on == date(2026, 12, 29)


def test_an_answer_by_telephone_is_noted_as_reported_and_the_partner_may_correct_it(amel, bruno, driss, uptake):
    moved(amel, uptake, Move.REFUSE, reason="NO_PLACE", reported_with="Mme Petit")
    refused = find_uptake(bruno, uptake, on=ON)
    first = refused.sequence
    correct_report(actor=bruno, uptake=uptake, first=first, move=Move.ACCEPT, at=AT)

    assert refused.is_reported
    assert state_of(uptake) is S.ACCEPTED
    assert may_see(bruno, driss, on=ON)
    assert "après un échange avec Mme Petit" in history_of(bruno, uptake, on=ON)[first - 1].sentence_fr
    with pytest.raises(MoveRefused, match="en votre nom"):
        correct_report(actor=bruno, uptake=uptake, first=first, move=None, at=AT)


def test_a_correction_alone_goes_back(amel, bruno, uptake):
    moved(amel, uptake, Move.RECEIVE, reported_with="accueil")

    assert correct_report(actor=bruno, uptake=uptake, first=3, move=None, at=AT).state is S.SENT
    assert Uptake.objects.get().received_on is None


def test_the_loop_closes_without_an_account_by_the_code_of_the_slip(amel, uptake):
    code = code_of(uptake)

    for _ in range(2):
        with pytest.raises(CodeRefused):
            answer_with_code(code="WRONG", move=Move.ACCEPT, network_address="192.0.2.1", at=AT)
    answer_with_code(code=code.lower(), move=Move.RECEIVE, network_address="192.0.2.1", name="Mme Petit", at=AT)
    with pytest.raises(CodeRefused):
        answer_with_code(code=code, move=Move.WITHDRAW, network_address="192.0.2.1", at=AT)
    with pytest.raises(MoveRefused):
        answer_with_code(code=code, move=Move.ACCEPT, network_address="192.0.2.1", at=AT)

    assert [told.by_name for told in history_of(amel, uptake, on=ON)][-1] == "Mme Petit"


def test_whoever_guesses_codes_is_stopped(uptake):
    for _ in range(10):
        with pytest.raises(CodeRefused):
            answer_with_code(code="GUESS", move=Move.ACCEPT, network_address="192.0.2.9", at=AT)
    with pytest.raises(TooManyCodes):
        answer_with_code(code=code_of(uptake), move=Move.ACCEPT, network_address="192.0.2.9", at=AT)

    later = AT + timedelta(minutes=16)
    answer_with_code(code=code_of(uptake), move=Move.ACCEPT, network_address="192.0.2.9", at=later)
    assert state_of(uptake) is S.ACCEPTED


def test_somebody_came_by_themselves_and_who_follows_them_confirms(amel, bruno, driss):
    visitor = Visitor("Benali", "Driss", date(2006, 5, 31), AGENCY)
    told = tell_walk_in(actor=bruno, visitor=visitor, service="accueil", came_on=ON, at=AT)
    (asked,) = walk_ins_to_confirm(amel, on=ON)

    made = confirm_walk_in(actor=amel, walk_in=told, person=driss, at=AT + timedelta(days=1))

    assert (asked.family_name, walk_ins_to_confirm(amel, on=ON)) == ("Benali", ())
    assert state_of(made.uptake) is S.RECEIVED
    assert Uptake.objects.get().received_on == ON
    assert may_see(bruno, driss, on=ON)
    row = WalkIn.objects.get()
    assert (row.family_name, row.given_name, row.birth_date, row.uptake) == ("", "", None, made.uptake)
    assert history_of(amel, made.uptake, on=ON)[1].sentence_fr == "La personne est venue d’elle-même."


def test_a_partner_learns_nothing_of_who_is_not_known(amel, bruno):
    told = tell_walk_in(actor=bruno, visitor=Visitor("Nemo", "A", None, AGENCY), service="accueil", came_on=ON, at=AT)

    dismiss_walk_in(actor=amel, walk_in=told, at=AT)

    assert WalkIn.objects.get().family_name == ""
    with pytest.raises(UptakeNotFound):
        dismiss_walk_in(actor=amel, walk_in=told, at=AT)
    with pytest.raises(SendingRefused):
        tell_walk_in(actor=bruno, visitor=Visitor("", "A", None, AGENCY), service="accueil", came_on=ON, at=AT)


def test_an_item_is_taken_passed_on_and_returned(bruno, uptake):
    colleague = member("Berthe", Role.PARTNER_ADVISER, MISSION)
    stranger = member("Zoé", Role.PARTNER_ADVISER, "ailleurs")

    take(actor=bruno, uptake=uptake, at=AT)
    assert inbox(colleague, on=ON).to_answer_count == 1
    hand_over(actor=bruno, uptake=uptake, to=colleague.membership, at=AT)
    assert Uptake.objects.get().holder == colleague.membership
    with pytest.raises(ColleagueUnknown):
        hand_over(actor=colleague, uptake=uptake, to=stranger.membership, at=AT)
    return_to_team(actor=colleague, uptake=uptake, at=AT)
    assert Uptake.objects.get().holder is None


def test_what_somebody_who_left_held_returns_to_the_team(bruno, uptake):
    leaver = member("Berthe", Role.PARTNER_ADVISER, MISSION)
    take(actor=leaver, uptake=uptake, at=AT)
    here = run_clock(at=AT).returned_count
    Membership.objects.filter(pk=leaver.membership).update(ended_at=AT)

    assert (here, run_clock(at=AT).returned_count, run_clock(at=AT).returned_count) == (0, 1, 0)
    assert Uptake.objects.get().holder is None


def test_the_three_lists_of_a_partner(amel, bruno, driss):
    late = sent(amel, driss, at=AT - timedelta(days=40)).uptakes[0].uptake
    fresh = sent(amel, driss).uptakes[0].uptake
    today = sent(amel, driss).uptakes[0].uptake
    waits = sent(amel, driss).uptakes[0].uptake
    appoint(actor=bruno, uptake=today, starts_at=AT + timedelta(hours=3), at=AT)
    moved(bruno, waits, Move.ACCEPT)

    lists = inbox(bruno, on=ON)
    found = tuple([one.id for one in part] for part in (lists.to_answer, lists.expected, lists.late, lists.going_on))
    assert found == ([fresh], [today], [late], [waits])
    assert (lists.to_answer_count, lists.expected_count, lists.late_count, lists.going_on_count) == (1, 1, 1, 1)
    assert lists.late[0].is_late
    assert lists.late[0].turn is Turn.RECIPIENT


def test_the_adviser_reads_first_that_she_came(amel, bruno, uptake):
    moved(bruno, uptake, Move.RECEIVE, days=1)

    news = news_for(amel, since=AT, on=ON)
    assert [told.sentence_fr for _, told in news] == ["La personne est venue.", "La demande est acceptée."]


def test_an_appointment_goes_in_a_calendar_and_names_nobody(bruno, uptake):
    seen = find_uptake(bruno, uptake, on=ON)
    with pytest.raises(MoveRefused):
        calendar_of(seen, made_at=AT, title="Rendez-vous")
    appoint(actor=bruno, uptake=uptake, starts_at=AT + timedelta(days=1), place="12 rue Neuve", at=AT)

    text = calendar_of(find_uptake(bruno, uptake, on=ON), made_at=AT, title="Rendez-vous").decode()
    assert "DTSTART:20261103T090000Z" in text
    assert "LOCATION:12 rue Neuve" in text
    assert "Driss" not in text


def test_who_wrote_it_or_the_officer_says_it_was_an_error(amel, bruno, chloe, driss, uptake):
    with pytest.raises(NotPermitted):
        moved(bruno, uptake, Move.DECLARE_ERROR, reason="WRONG_PERSON")
    moved(chloe, uptake, Move.DECLARE_ERROR, reason="WRONG_PERSON")

    assert find_uptake(bruno, uptake, on=ON) is None
    assert state_of(uptake) is S.ENTERED_IN_ERROR
    other = sent(amel, driss).uptakes[0].uptake
    moved(amel, other, Move.DECLARE_ERROR, reason="DUPLICATE")
    assert state_of(other) is S.ENTERED_IN_ERROR


def test_each_side_makes_its_own_moves(amel, bruno, chloe, uptake):
    stranger = member("Zoé", Role.PARTNER_ADVISER, "ailleurs")

    with pytest.raises(NotPermitted, match="notez sa réponse"):
        moved(amel, uptake, Move.ACCEPT)
    with pytest.raises(NotPermitted):
        moved(bruno, uptake, Move.WITHDRAW, reason="NEED_GONE")
    with pytest.raises(NotPermitted):
        moved(chloe, uptake, Move.ACCEPT)
    with pytest.raises(UptakeNotFound):
        moved(stranger, uptake, Move.ACCEPT)
    assert uptakes_of(stranger, Uptake.objects.get().person, on=ON) == ()


def test_a_page_read_before_somebody_else_acted_changes_nothing(bruno, uptake):
    read = find_uptake(bruno, uptake, on=ON).sequence
    moved(bruno, uptake, Move.OPEN)

    with pytest.raises(UptakeChanged):
        move_uptake(actor=bruno, uptake=uptake, move=Move.ACCEPT, at=AT, sequence=read)


def test_the_same_request_twice_counts_once(amel, bruno, driss):
    one, other = (sent(amel, driss, key="k1") for _ in range(2))
    again = [
        move_uptake(actor=bruno, uptake=one.uptakes[0].uptake, move=Move.ACCEPT, at=AT, key="a1") for _ in range(2)
    ]

    assert one == other
    assert again[0] == again[1]
    assert Uptake.objects.count() == 1


def test_every_move_is_audited_and_told_once(bruno, uptake):
    moved(bruno, uptake, Move.RECEIVE)

    what = set(AuditEvent.objects.filter(subject=f"uptake:{uptake}").values_list("what", flat=True))
    assert what == {"uptake.prepare", "uptake.send", "uptake.receive"}
    assert sorted(OutboxMessage.objects.values_list("kind", "organisation")) == [
        ("uptake.receive", AGENCY),
        ("uptake.send", MISSION),
    ]
    assert all("Driss" not in str(message.data) for message in OutboxMessage.objects.all())


def test_events_are_never_changed(uptake):
    with pytest.raises(UptakeLogIsAppendOnly):
        UptakeEvent.objects.update(reason="NO_PLACE")
    with pytest.raises(UptakeLogIsAppendOnly):
        UptakeEvent.objects.all().delete()


def test_a_state_written_by_hand_is_found(uptake):
    Uptake.objects.update(state=S.ACCEPTED.value)
    found = stored_states_that_differ()
    Uptake.objects.update(state=S.SENT.value)

    assert found == (uptake,)
