from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from maillage.apps.audit.models import AuditEvent
from maillage.apps.people import identifiers, models
from maillage.apps.people.identifiers import IdentifierUnreadable, keys, open_identifier
from maillage.apps.people.mapping import completed_years, months_since
from maillage.apps.people.queries import PersonNotFound, found_by_identifier, person_for
from maillage.apps.people.use_cases import create_person, erase_person, let_leave, note_contact, rotate_keys
from maillage.domain.permissions import NotPermitted
from maillage.domain.personal_data import Category, add_months
from maillage.domain.stored_fields import STORED_FIELDS
from tests.apps.people.conftest import AT, ON, draft, referred

pytestmark = pytest.mark.django_db


def months_later(months: int, days: int = 0) -> datetime:
    return datetime.combine(add_months(ON, months), AT.timetz()) + timedelta(days=days)


def kept(person) -> set[str]:
    """Which kinds of fact are still there."""
    row = models.Person.objects.filter(pk=person).first()
    if row is None:
        return set()
    health = (row.health.boe, row.health.target_groups, row.health.barriers)
    return {"file"} | ({"health"} if any(one is not None for one in health) else set())


def test_the_clock_walks_and_each_fact_leaves_on_its_day(driss):
    days = [(11, 0), (12, -1), (12, 0), (18, 0), (24, -1), (24, 0)]

    found = []
    for months, extra in days:
        let_leave(at=months_later(months, extra))
        found.append(kept(driss))

    assert found == [{"file", "health"}, {"file", "health"}, {"file"}, {"file"}, {"file"}, set()]


def test_a_contact_puts_the_day_off(driss, amel):
    note_contact(person=driss, on=add_months(ON, 20))

    assert let_leave(at=months_later(24)).people == ()
    assert let_leave(at=months_later(44)).people == (driss,)


def test_what_leaves_is_written_without_what_it_was(driss):
    leaving = let_leave(at=months_later(24))

    assert leaving.people == (driss,)
    assert set(leaving.emptied) == {
        "people.HealthFacts.boe",
        "people.HealthFacts.target_groups",
        "people.HealthFacts.barriers",
    }
    assert AuditEvent.objects.filter(what="let_person_leave", subject=f"person:{driss}").exists()
    assert not models.Link.objects.exists()


def test_health_is_the_fact_that_leaves_sooner():
    health = {entry.terms.retention.months for entry in STORED_FIELDS.values() if entry.category is Category.HEALTH}
    others = {
        entry.terms.retention.months
        for entry in STORED_FIELDS.values()
        if entry.category is not Category.HEALTH and not entry.name.startswith("audit.")
    }

    assert (health, others) == ({12}, {24})


def test_a_person_who_asks_is_erased_by_who_follows_them(driss, amel, bruno):
    referred(amel, driss, bruno)
    with pytest.raises(NotPermitted):
        erase_person(by=bruno, person=driss, asked_on=AT.date(), at=AT)

    erase_person(by=amel, person=driss, asked_on=AT.date(), at=AT)

    with pytest.raises(PersonNotFound):
        person_for(amel, driss, at=AT, why="page")


@pytest.fixture
def home(tmp_path, settings):
    settings.MAILLAGE_HOME = tmp_path
    return tmp_path


def test_keys_turn_and_identifiers_are_still_read(home, places, amel):
    person = create_person(by=amel, draft=draft(), at=AT)
    create_person(by=amel, draft=draft(external_id=""), at=AT)
    before, sealed = keys(), models.Person.objects.get(pk=person).external_id_sealed

    assert rotate_keys(by="amel", at=AT) == 1

    assert len(keys()) == 1
    assert keys() != before
    assert found_by_identifier(amel, "1234567A", on=ON) == person
    assert person_for(amel, person, at=AT, why="page").external_id == "1234567A"
    with pytest.raises(IdentifierUnreadable):
        open_identifier(sealed)


def test_the_file_of_keys_is_read_by_its_owner_alone(home):
    assert keys() == keys()
    assert (home / identifiers.KEYS_FILE).stat().st_mode & 0o777 == 0o600
    identifiers.add_key()
    assert len(keys()) == 2
    assert (home / identifiers.KEYS_FILE).stat().st_mode & 0o777 == 0o600


def test_a_birthday_of_leap_years_is_counted_on_the_first_of_march():
    assert [completed_years(date(2004, 2, 29), on=day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [21, 22]
    assert months_since(None, on=ON) is None
    assert months_since(date(2026, 1, 31), on=date(2026, 2, 28)) == 0
