from __future__ import annotations

from datetime import date, timedelta

import pytest

from maillage.apps.audit.models import AuditEvent, Reading
from maillage.apps.people import models
from maillage.apps.people.acting import as_actor
from maillage.apps.people.drafts import PersonRefused
from maillage.apps.people.duplicates import likely_duplicates
from maillage.apps.people.queries import (
    PersonNotFound,
    facts_of,
    found_by_identifier,
    may_see,
    people_listed_for,
    people_visible_to,
    person_for,
)
from maillage.apps.people.use_cases import (
    close_link,
    create_person,
    edit_person,
    hide_from,
    merge_people,
    move_link,
    narrow_link,
    note_contact,
    show_again,
)
from maillage.apps.people.use_cases.records import EditConflict, NotTheSamePerson
from maillage.domain.accounts import Role
from maillage.domain.permissions import NotPermitted
from tests.apps.people.conftest import AGENCY, AT, MISSION, NAMES, ON, actor, draft, referred

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=1)


def seen(by, person, *, on_page="page", at=AT):
    return person_for(by, person, at=at, why=on_page)


def test_a_person_is_kept_and_shown_to_who_follows_them(driss, amel):
    record = seen(amel, driss)

    assert (record.name, record.telephone, record.external_id) == ("Driss Benali", "0601020304", "1234567A")
    assert record.target_groups == ("jeunes", "RQTH")
    assert record.barriers == ("mobilite", "sante")
    assert record.boe is True


def test_health_is_kept_in_a_table_of_its_own(driss):
    row = models.Person.objects.get()

    assert (row.target_groups, row.barriers) == (["jeunes"], ["mobilite"])
    assert (row.health.target_groups, row.health.barriers, row.health.boe) == (["RQTH"], ["sante"], True)


def test_the_identifier_is_unreadable_in_the_database_and_found_again(driss, amel, anna):
    row = models.Person.objects.get()

    assert "1234567A" not in row.external_id_sealed
    assert found_by_identifier(amel, " 1234567a", on=ON) == driss
    assert found_by_identifier(anna, "1234567A", on=ON) is None


def test_a_colleague_who_follows_somebody_else_finds_nobody(driss, anna):
    with pytest.raises(PersonNotFound):
        seen(anna, driss)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR, Role.COMMITTEE_MEMBER, Role.EMPLOYER])
def test_roles_that_receive_nobody_see_nobody(places, role, amel):
    person = create_person(by=amel, draft=draft(), at=AT, site=amel.site)

    assert may_see(amel, person, on=ON)
    assert not may_see(actor("Chloé", role, AGENCY, site=amel.site), person, on=ON)


def test_a_stand_in_sees_the_portfolio_of_who_is_away(driss, amel):
    stand_in = actor("Anna", Role.ADVISER, AGENCY, stands_in_for=frozenset({amel.membership}))

    assert seen(stand_in, driss).name == "Driss Benali"


def test_a_partner_sees_the_fields_of_its_link_and_no_other(driss, amel, bruno):
    referred(amel, driss, bruno)

    record = seen(bruno, driss)

    assert record.shown == NAMES
    assert (record.name, record.telephone) == ("Driss Benali", "0601020304")
    assert (record.birth_date, record.municipality, record.external_id) == (None, "", "")
    assert (record.target_groups, record.barriers, record.boe) == (None, None, None)


def test_health_passes_only_when_the_link_names_it(driss, amel, bruno):
    referred(amel, driss, bruno, fields={"family_name", "boe"})

    record = seen(bruno, driss)

    assert (record.boe, record.target_groups, record.family_name) == (True, None, "Benali")


def test_a_link_that_closes_moves_or_is_objected_to_changes_the_next_look(driss, amel, bruno):
    subject = referred(amel, driss, bruno)
    colleague = actor("Basile", Role.PARTNER_ADVISER, MISSION, site=bruno.site)
    elsewhere = actor("Blaise", Role.PARTNER_ADVISER, MISSION)

    assert [may_see(one, driss, on=ON) for one in (bruno, colleague, elsewhere)] == [True, True, False]
    move_link(subject=subject, site=None, team=None, holder=None)
    assert may_see(elsewhere, driss, on=ON)
    assert hide_from(by=amel, person=driss, organisation=MISSION, at=AT) == (subject,)
    assert not may_see(bruno, driss, on=ON)
    assert show_again(by=amel, person=driss, organisation=MISSION, at=AT) == 1
    assert may_see(bruno, driss, on=ON)
    assert close_link(by=bruno, subject=subject, at=AT) is True
    assert close_link(by=bruno, subject=subject, at=AT) is False
    assert not may_see(bruno, driss, on=ON)


def test_a_link_that_falls_with_its_agreement_shows_until_that_day(driss, amel, bruno):
    referred(amel, driss, bruno, until=ON + timedelta(days=1))

    assert may_see(bruno, driss, on=ON)
    assert not may_see(bruno, driss, on=ON + timedelta(days=1))


def test_a_narrowed_link_shows_less_at_once(driss, amel, bruno):
    referred(amel, driss, bruno, fields={"family_name", "boe"})
    (link,) = seen(amel, driss).links

    narrow_link(by="review of links", link=link.id, fields={"family_name"}, at=AT)

    record = seen(bruno, driss)
    assert (record.family_name, record.boe, record.shown) == ("Benali", None, {"family_name"})


def test_only_who_sees_a_person_lets_a_partner_see_them(driss, anna, bruno):
    with pytest.raises(PersonNotFound):
        referred(anna, driss, bruno)


def test_every_look_is_written_also_in_vain_with_what_allowed_it(driss, amel, anna, bruno):
    subject = referred(amel, driss, bruno)
    seen(amel, driss)
    seen(bruno, driss, on_page="inbox")
    with pytest.raises(PersonNotFound):
        seen(anna, driss)

    rows = [(row.account, row.what, row.basis, row.was_refused, row.is_own) for row in Reading.objects.order_by("pk")]

    assert rows == [
        (amel.account, "page", "follows the person", False, True),
        (bruno.account, "inbox", f"REFERRAL {subject} 2024-x", False, False),
        (anna.account, "page", "", True, False),
    ]


def test_a_list_writes_a_look_for_each_line(driss, amel, bruno):
    referral = referred(amel, driss, bruno)

    (mine,) = people_listed_for(amel, people_visible_to(amel, on=ON), at=AT, why="portfolio")
    (theirs,) = people_listed_for(bruno, people_visible_to(bruno, on=ON), at=AT, why="inbox")

    assert (mine.municipality, theirs.municipality, theirs.name) == ("36018", "", "Driss Benali")
    looks = Reading.objects.order_by("pk").values_list("basis", "is_own")
    assert list(looks) == [("list", True), (f"REFERRAL {referral} 2024-x", False)]


def test_facts_are_those_of_the_day(driss, amel, bruno):
    referred(amel, driss, bruno)

    facts = facts_of(driss, actor=amel, on=date(2026, 5, 31))

    assert (facts.age, facts.registered_for_months) == (20, 16)
    assert (facts.target_groups, facts.boe) == ({"jeunes", "RQTH"}, True)
    with pytest.raises(PersonNotFound):
        facts_of(driss, actor=bruno, on=ON)


def test_an_edit_says_which_fields_changed_and_never_what_they_held(driss, amel):
    version = edit_person(by=amel, person=driss, draft=draft(telephone="", boe=None), version=1, at=AT)

    assert version == 2
    assert AuditEvent.objects.get(what="edit_person").details["fields"] == ["telephone", "health boe"]
    assert seen(amel, driss).boe is None


def test_of_two_edits_at_once_the_second_is_told(driss, amel):
    edit_person(by=amel, person=driss, draft=draft(telephone=""), version=1, at=AT)

    with pytest.raises(EditConflict):
        edit_person(by=amel, person=driss, draft=draft(email="driss@example.org"), version=1, at=AT)
    assert seen(amel, driss).email == ""


def test_a_partner_changes_nothing(driss, amel, bruno):
    referred(amel, driss, bruno)

    with pytest.raises(NotPermitted, match="Seul le conseiller ou l’équipe"):
        edit_person(by=bruno, person=driss, draft=draft(), version=1, at=AT)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"given_name": " "}, "given_name"),
        ({"family_name": "x" * 101}, "family_name"),
        ({"municipality": "99999"}, "municipality"),
        ({"birth_date": date(2026, 3, 3)}, "birth_date"),
        ({"birth_date": date(1850, 3, 3)}, "birth_date"),
        ({"registered_since": date(2026, 3, 3)}, "registered_since"),
        ({"telephone": "call me"}, "telephone"),
        ({"email": "driss at example"}, "email"),
        ({"target_groups": ("elves",)}, "target_groups"),
        ({"barriers": ("weather",)}, "barriers"),
        ({"external_id": "1 85 05 78 006 084 91"}, "external_id"),
        ({"external_id": "x" * 61}, "external_id"),
    ],
)
def test_what_cannot_be_kept_is_told_under_its_field(places, amel, facts, field):
    with pytest.raises(PersonRefused) as refusal:
        create_person(by=amel, draft=draft(**facts), at=AT)

    assert list(refusal.value.reasons) == [field]
    assert not models.Person.objects.exists()


def test_no_email_and_no_mobile_are_ordinary(places, amel):
    person = create_person(by=amel, draft=draft(telephone="", email="", external_id=""), at=AT)

    assert (seen(amel, person).telephone, seen(amel, person).external_id) == ("", "")


def test_an_officer_opens_no_file(places):
    with pytest.raises(NotPermitted, match="Seul un conseiller"):
        create_person(by=actor("Chloé", Role.OFFICER, AGENCY), draft=draft(), at=AT)


def test_a_contact_puts_off_the_day_the_data_leave(driss):
    note_contact(person=driss, on=date(2026, 4, 1))
    note_contact(person=driss, on=date(2026, 3, 15))

    assert models.Person.objects.get().last_contact_on == date(2026, 4, 1)


def test_files_that_may_be_of_one_person_are_suggested_with_the_reason(driss, amel):
    twin = create_person(
        by=amel, draft=draft(given_name="BENALI", family_name="Dris", telephone="", external_id=""), at=LATER
    )
    sister = create_person(
        by=amel, draft=draft(given_name="Nora", birth_date=date(2001, 1, 1), external_id=""), at=LATER
    )
    create_person(by=amel, draft=draft(given_name="Zoé", family_name="Martin", telephone="", external_id=""), at=AT)

    found = {(one.first, one.second): one.reasons for one in likely_duplicates(amel, on=ON)}

    assert found == {(driss, twin): ("SAME_BIRTH_DATE_CLOSE_NAME",), (driss, sister): ("SAME_TELEPHONE",)}


def test_two_files_brought_together_keep_both_histories(driss, amel, bruno):
    twin = create_person(by=amel, draft=draft(external_id=""), at=AT)
    referred(amel, twin, bruno)

    merge_people(by=amel, kept=driss, merged=twin, at=AT)

    assert [one.organisation for one in seen(amel, driss).links] == [MISSION]
    assert list(people_visible_to(amel, on=ON).values_list("pk", flat=True)) == [driss]
    assert models.Person.objects.get(pk=twin).merged_into == driss
    assert set(AuditEvent.objects.filter(subject=f"person:{twin}").values_list("what", flat=True)) == {
        "create_person",
        "open_link",
        "merged_into",
    }
    with pytest.raises(PersonNotFound):
        merge_people(by=amel, kept=driss, merged=twin, at=AT)
    with pytest.raises(NotTheSamePerson):
        merge_people(by=amel, kept=driss, merged=driss, at=AT)


def test_the_life_of_a_link_goes_the_same_behind_the_wall(places, amel, bruno):
    """On PostgreSQL in the application's role, which sees nothing but what the policies show."""
    with as_actor(amel, on=ON):
        person = create_person(by=amel, draft=draft(), at=AT)
        subject = referred(amel, person, bruno, fields={"family_name", "boe"})
        assert seen(amel, person).boe is True
        assert edit_person(by=amel, person=person, draft=draft(telephone=""), version=1, at=AT) == 2
    with as_actor(bruno, on=ON):
        assert (seen(bruno, person).family_name, seen(bruno, person).boe) == ("Benali", True)
        move_link(subject=subject, site=bruno.site, team=None, holder=bruno.membership)
        assert close_link(by=bruno, subject=subject, at=AT) is True
        with pytest.raises(PersonNotFound):
            seen(bruno, person)
    with as_actor(amel, on=ON):
        assert [one.closed_at for one in seen(amel, person).links] == [AT]
