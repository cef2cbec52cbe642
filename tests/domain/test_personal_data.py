from __future__ import annotations

from datetime import date

import pytest

from maillage.domain.personal_data import (
    TERMS,
    Category,
    FieldWithoutEntry,
    NationalNumberRefused,
    StoredField,
    add_months,
    fields_by_name,
    holds_national_number,
    looks_like_national_number,
    refuse_national_number,
)
from maillage.domain.stored_fields import STORED_FIELDS, TABLES

PLAIN = "1850578006084"
KEY = 97 - int(PLAIN) % 97


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (PLAIN, True),
        (f"{PLAIN}{KEY:02d}", True),
        ("1 85 05 78 006 084", True),
        (f"{PLAIN}{KEY % 97 + 1:02d}", False),
        ("2 85 05 2A 006 084", True),
        ("2 85 05 2B 006 084", True),
        ("2 85 05 2C 006 084", False),
        ("5850578006084", False),
        ("1851378006084", False),
        ("1852078006084", True),
        ("1855078006084", True),
        ("1850500006084", False),
        ("1234567A", False),
        ("0033612345678", False),
        ("12345678901234", False),
        (f"{PLAIN}XX", False),
        ("", False),
    ],
)
def test_a_national_number_is_recognised(text, is_one):
    assert looks_like_national_number(text) is is_one


def test_a_national_number_is_refused_without_repeating_it():
    refuse_national_number("identifier", "1234567A", "")

    with pytest.raises(NationalNumberRefused) as refusal:
        refuse_national_number("identifier", "1234567A", f"Son numéro : {PLAIN}.")
    assert PLAIN not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (f"Elle est suivie sous {PLAIN}, merci.", True),
        (f"n° {PLAIN}{KEY:02d}", True),
        ("(1 85 05 78 006 084)", True),
        ("né le 3, 2-85-05-2a-006-084 dit-il", True),
        ("Appeler au 06 12 34 56 78 ou au 07 98 76 54 32.", False),
        ("06 12 34 56 78 07 98 76 54 32", False),
        ("SIRET 123 456 789 00012, dossier 20261123", False),
        (f"A{PLAIN}", False),
        (f"{PLAIN}6", False),
        ("", False),
    ],
)
def test_a_national_number_is_found_among_words(text, held):
    assert holds_national_number(text) is held


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last_one(day, months, expected):
    assert add_months(day, months) == expected


def test_every_kind_of_fact_has_its_purpose_law_recipients_and_time_in_both_languages():
    assert set(TERMS) == set(Category)
    for terms in TERMS.values():
        assert all((terms.purpose_fr, terms.purpose_en, terms.basis_fr, terms.basis_en))
        assert all((terms.recipients_fr, terms.recipients_en))
        assert terms.retention.months <= 24


def test_a_field_is_entered_once():
    entry = StoredField("people.Person.given_name", Category.IDENTITY, "Prénom", "Given name", TERMS[Category.IDENTITY])

    assert fields_by_name([entry]) == {"people.Person.given_name": entry}
    assert entry.short_name == "given_name"
    with pytest.raises(FieldWithoutEntry):
        fields_by_name([entry, entry])


def test_the_journal_keeps_its_rows_a_year_and_names_no_other_time():
    assert STORED_FIELDS["audit.Reading.person"].terms.retention.months == 12
    assert len({table.model for table in TABLES}) == len(TABLES)
