"""Versions: added, unchanged, changed, closed, come back; and what was known after each change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from maillage.apps.catalogue.models import CatalogueRecord, RecordKind
from maillage.apps.catalogue.queries import catalogue_on, find_organisation, sequence, versions_of
from maillage.apps.catalogue.use_cases import Tally, keep_records
from maillage.domain.organisations import Organisation
from maillage.domain.shared import Period, Provenance
from maillage.engine.opening_hours import PARIS
from tests.apps.catalogue.conftest import APRIL, MARCH, MAY

pytestmark = pytest.mark.django_db

FACE = Organisation("face", "FACE", Provenance("source"))
POSTE = Organisation("poste", "La Poste", Provenance("source"))
JUNE = datetime(2026, 6, 1, 12, tzinfo=PARIS)


def keep(*records, at=MARCH, format_name="file", **options):
    return keep_records(records, format_name=format_name, at=at, **options)[RecordKind.ORGANISATION]


def names_on(day, as_known_in=None):
    found = catalogue_on(day, as_known_in=as_known_in).directory.organisations
    return {key: organisation.name for key, organisation in found.items()}


def test_first_version_stands_for_all_earlier_days():
    assert keep(FACE, POSTE) == Tally(added=2)

    assert names_on(date(1990, 1, 1)) == {"face": "FACE", "poste": "La Poste"}
    assert catalogue_on(date(1990, 1, 1)).version == "c1"


def test_same_content_changes_nothing_whatever_its_date():
    keep(FACE)

    assert keep(replace(FACE, provenance=Provenance("source", date(2026, 3, 20))), at=APRIL) == Tally(unchanged=1)
    assert sequence() == 1


def test_new_content_stands_from_the_import():
    keep(FACE)

    assert keep(replace(FACE, name="Fondation"), at=APRIL) == Tally(changed=1)
    assert names_on(date(2026, 3, 31)) == {"face": "FACE"}
    assert names_on(date(2026, 4, 1)) == {"face": "Fondation"}


@pytest.mark.parametrize(
    ("said_on", "begins"), [(date(2026, 3, 15), date(2026, 3, 15)), (date(2027, 1, 1), date(2026, 4, 1))]
)
def test_new_content_stands_from_the_day_its_source_gives(said_on, begins):
    keep(FACE)

    keep(replace(FACE, name="Fondation", provenance=Provenance("source", said_on)), at=APRIL)

    stands = [version.stands for version in versions_of("face") if version.is_believed]
    assert sorted(stands, key=lambda period: period.start or date.min) == [Period(None, begins), Period(begins)]


def test_a_correction_of_the_same_day_takes_the_place_of_what_it_corrects():
    keep(FACE)
    keep(replace(FACE, name="Fondacion"), at=APRIL)

    keep(replace(FACE, name="Fondation"), at=APRIL)

    assert names_on(date(2026, 4, 1)) == {"face": "Fondation"}
    assert names_on(date(2026, 3, 31)) == {"face": "FACE"}
    assert names_on(date(2026, 4, 1), as_known_in=2) == {"face": "Fondacion"}


def test_what_disappears_is_closed_and_comes_back():
    keep(FACE, POSTE)

    assert keep(POSTE, at=APRIL) == Tally(unchanged=1, closed=1)
    assert keep(POSTE, at=APRIL) == Tally(unchanged=1)
    assert find_organisation("face", on=date(2026, 3, 31)) == FACE
    assert find_organisation("face", on=date(2026, 4, 1)) is None

    assert keep(FACE, POSTE, at=MAY) == Tally(changed=1, unchanged=1)
    assert find_organisation("face", on=date(2026, 4, 30)) is None
    assert find_organisation("face", on=date(2026, 5, 1)) == FACE


def test_what_comes_back_the_same_day_was_never_away():
    keep(FACE, POSTE)
    keep(POSTE, at=APRIL)

    keep(FACE, POSTE, at=APRIL)

    assert [version.stands for version in versions_of("face") if version.is_believed] == [Period()]


def test_a_version_of_the_day_that_disappears_never_stood():
    keep(FACE, POSTE)
    keep(replace(FACE, name="Fondation"), POSTE, at=APRIL)

    keep(POSTE, at=APRIL)

    assert names_on(date(2026, 3, 31)) == {"face": "FACE", "poste": "La Poste"}
    assert names_on(date(2026, 4, 1)) == {"poste": "La Poste"}


def test_only_the_sources_and_the_format_of_the_file_are_closed():
    other_source = Organisation("dora--1", "Dora", Provenance("dora"))
    keep(FACE, POSTE, other_source)
    keep(Organisation("hand", "Club", Provenance("source")), format_name="organisations")

    keep(POSTE, at=APRIL)

    assert names_on(date(2026, 4, 1)) == {"dora--1": "Dora", "hand": "Club", "poste": "La Poste"}


def test_a_refused_line_keeps_its_record_open():
    keep(FACE, POSTE)

    assert keep(POSTE, at=APRIL, kept_anyway=[("ORGANISATION", "face")]) == Tally(unchanged=1)


def test_a_record_passes_to_the_format_that_brings_it():
    keep(FACE, POSTE, format_name="networks")

    assert keep(FACE, at=APRIL) == Tally(unchanged=1)
    assert keep(POSTE, at=APRIL) == Tally(unchanged=1, closed=1)


def test_each_state_of_knowledge_can_be_read_again():
    keep(FACE)
    keep(FACE, POSTE, at=APRIL)
    keep(replace(FACE, name="Fondation"), at=MAY)
    keep(POSTE, at=JUNE)

    day = date(2026, 7, 1)
    assert [names_on(day, number) for number in range(5)] == [
        {},
        {"face": "FACE"},
        {"face": "FACE", "poste": "La Poste"},
        {"face": "Fondation"},
        {"poste": "La Poste"},
    ]
    assert catalogue_on(day, as_known_in=2).version == "c2"
    assert catalogue_on(day, as_known_in=99).version == "c4"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"kind": "CLUB"}, "a_record_is_of_a_known_kind"),
        ({"valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 2)}, "a_version_stands_at_least_a_day"),
        ({"superseded_in": 1}, "a_version_is_known_before_it_is_superseded"),
    ],
)
def test_the_database_holds_the_rules(change, constraint):
    keep(FACE)
    row = CatalogueRecord.objects.get()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CatalogueRecord.objects.filter(pk=row.pk).update(**change)


def test_a_record_has_one_open_version():
    keep(FACE)
    row = CatalogueRecord.objects.get()
    row.pk, row.valid_from = None, date(2026, 1, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
