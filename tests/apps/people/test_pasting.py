"""One row copied from elsewhere becomes a draft to confirm; nothing that looks like a national number comes through."""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.apps.people.mapping import PersonRecord
from maillage.apps.people.orientation import BARRIER_FIELDS, FIELDS, facts_read, orientation_of
from maillage.apps.people.pasting import PastedUnreadable, read_pasted
from maillage.domain.people import BARRIERS

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 2)
NATIONAL_NUMBER = "2 92 05 33 063 123 37"
EXPECTED = {
    "given_name": "Driss",
    "family_name": "BENALI",
    "birth_date": date(1992, 5, 31),
    "telephone": "06 12 34 56 78",
}


@pytest.mark.parametrize(
    "text",
    [
        "BENALI\tDriss\t31/05/1992\t06 12 34 56 78\t36018",
        "BENALI Driss\t31/05/1992\t06 12 34 56 78\tLe Blanc",
        "Nom\tPrénom\tDate de naissance\tTéléphone\tCommune\nBENALI\tDriss\t31/05/1992\t06 12 34 56 78\tLe Blanc",
        "Nom : BENALI\nPrénom : Driss\nNée le : 31/05/1992\nTél : 06 12 34 56 78\nCommune : Le Blanc",
        "nom;prenom;date_naissance;telephone;code_commune\nBENALI;Driss;1992-05-31;06 12 34 56 78;36018",
    ],
    ids=["bare cells", "name in one cell", "with headings", "label : value", "semicolons"],
)
def test_a_row_is_read_whatever_it_was_copied_from(places, text):
    row = read_pasted(text, on=ON)

    assert {name: getattr(row.draft, name) for name in EXPECTED} == EXPECTED
    assert row.draft.municipality == "36018"
    assert (row.unread, row.withheld_count) == ((), 0)
    assert set(EXPECTED) | {"municipality"} == set(row.recognised)


def test_a_national_number_is_dropped_and_never_repeated(places):
    for text in (f"BENALI\tDriss\t{NATIONAL_NUMBER}", f"Nom : BENALI\nNIR : {NATIONAL_NUMBER}\nNSS : rien"):
        row = read_pasted(text, on=ON)

        assert row.withheld_count >= 1
        assert NATIONAL_NUMBER not in repr(row)


def test_what_says_nothing_we_keep_is_told(places):
    row = read_pasted("Nom : BENALI\nGroupe sanguin : A\nDate de naissance : un jour", on=ON)

    assert row.unread == ("Groupe sanguin : A", "Date de naissance : un jour")
    assert row.draft.birth_date is None


@pytest.mark.parametrize("text", ["", "  \n ", "a\tb\nc\td\ne\tf", "x" * 10_001, "{", "{" * 5000, "[1]\n[2]"])
def test_what_is_not_one_row_is_refused_with_what_to_do(places, text):
    with pytest.raises(PastedUnreadable, match="une seule ligne"):
        read_pasted(text, on=ON)


def test_the_body_of_the_orientation_interface_is_read(places):
    body = {
        "brsa": True,
        "date_naissance": "1998-04-23",
        "adresse": {"code_commune": "36018", "libelle_commune": "LE BLANC", "code_postal": "36300"},
        "niveau_etude": "AFS",
        "boe": False,
        "contrainte_mobilite": "AUCUN_MOYEN_DE_TRANSPORT",
        "contrainte_logement": "AUCUNE",
        "contrainte_sante": "JAMAIS_VUE",
    }

    row = read_pasted(json.dumps(body), on=ON)

    assert row.draft.municipality == "36018"
    assert (row.draft.minimum_income, row.draft.boe, row.draft.barriers) == (True, False, ("mobilite",))
    assert row.unread == ("contrainte_sante : JAMAIS_VUE",)


def test_months_of_registration_become_a_day(places):
    row = read_pasted("nom\tregistered_for_months\tprenom\nBENALI\t14\tDriss", on=ON)

    assert (row.draft.registered, row.draft.registered_since) == (True, date(2025, 9, 2))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=300))
def test_any_text_is_a_row_or_is_refused(places, text):
    with contextlib.suppress(PastedUnreadable):
        read_pasted(text, on=ON)


@given(st.none() | st.sets(st.sampled_from(BARRIERS)), st.booleans() | st.none())
def test_what_is_written_for_the_orientation_is_read_back(barriers, boe):
    kept = None if barriers is None else tuple(one for one in BARRIERS if one in barriers)
    record = PersonRecord(*[None] * 5, barriers=kept, boe=boe, shown=frozenset({"barriers", "health_barriers", "boe"}))

    facts, strangers = facts_read(orientation_of(record))

    assert strangers == ()
    assert facts.get("barriers") == kept
    assert facts.get("boe") == boe


def test_every_field_of_the_orientation_goes_and_comes_back(places):
    facts = {
        "birth_date": date(1998, 4, 23),
        "municipality": "36018",
        "qualification": "AFS",
        "minimum_income": False,
        "boe": True,
        "barriers": ("sante", "mobilite"),
    }
    record = PersonRecord(*[None] * 5, **facts, shown=frozenset({*facts, "health_barriers"}))
    written = {"nom": "BENALI", "prenom": "Driss", **orientation_of(record)}
    assert set(FIELDS) <= set(written)

    row = read_pasted("\n".join("\t".join(cells) for cells in zip(*written.items(), strict=True)), on=ON)

    kept = {name: getattr(row.draft, name) for name in facts}
    # No RSA says nothing of the other minimum incomes, so that this one is asked again.
    assert kept == {**facts, "minimum_income": None}
    assert row.unread == ()


def test_what_is_withheld_is_written_nowhere():
    record = PersonRecord(*[None] * 5, barriers=(), shown=frozenset({"barriers"}))

    written = orientation_of(record)

    assert written["contrainte_sante"] == ""
    assert {written[name] for name in BARRIER_FIELDS} == {"", "AUCUNE"}


def test_difficulties_that_are_withheld_are_not_said_to_be_none():
    record = PersonRecord(*[None] * 5, barriers=("sante",), shown=frozenset({"health_barriers"}))

    written = orientation_of(record)

    assert {name for name in BARRIER_FIELDS if written[name]} == {"contrainte_sante"}


def test_no_rsa_is_not_no_minimum_income():
    assert facts_read({"brsa": "false", "boe": "peut-être"}) == ({}, ("boe",))
