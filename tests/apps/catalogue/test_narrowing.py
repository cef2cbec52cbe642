"""Lists narrowed by what is declared: kind of place, network, theme; and what follows of them when versions change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from maillage.apps.catalogue.mapping import CODE_LENGTH, Record
from maillage.apps.catalogue.models import CatalogueCode
from maillage.apps.catalogue.narrowing import Narrowing, narrowed
from maillage.apps.catalogue.use_cases import keep_records
from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Point, Provenance
from tests.apps.catalogue.conftest import APRIL, MARCH, MAY

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 15)
SOURCE = Provenance("source")
ONLINE, BASICS = "numerique--acceder-a-des-services-en-ligne", "numerique--maitriser-les-fondamentaux-du-numerique"

LA_POSTE = Organisation("poste", "La Poste", SOURCE, networks=frozenset({"la-poste"}))
OUTREACH = AccessPoint(
    "outreach",
    "Bus",
    frozenset({PlaceKind.OUTREACH, PlaceKind.DIGITAL_POINT}),
    "poste",
    "36018",
    Point(46, 1),
    SOURCE,
    networks=frozenset({"la-poste", "france-services"}),
)
POST_OFFICE = AccessPoint(
    "office", "Bureau", frozenset({PlaceKind.POST_OFFICE}), "poste", "36070", Point(46, 1), SOURCE
)
TYPING = Service(
    "typing",
    "Clavier",
    "poste",
    SOURCE,
    municipality="36018",
    themes=frozenset({BASICS, "se-former--trouver-sa-formation"}),
    place_kinds=frozenset({PlaceKind.DIGITAL_POINT}),
    networks=frozenset({"la-poste"}),
)
FORMS = Service(
    "forms",
    "Démarches",
    "other",
    SOURCE,
    municipality="36070",
    themes=frozenset({ONLINE, BASICS}),
    networks=frozenset(),
)
FAMILY = Service("family", "Écrans", "other", SOURCE, themes=frozenset({"numerique"}))
TRAINING = Service("training", "Formation", "poste", SOURCE, themes=frozenset({"se-former--autre"}))
EVERYTHING: list[Record] = [LA_POSTE, OUTREACH, POST_OFFICE, TYPING, FORMS, FAMILY, TRAINING]


@pytest.fixture
def offer() -> None:
    keep_records(EVERYTHING, format_name="file", at=MARCH)


def found(kind, on=DAY, **to):
    listing = narrowed(kind, on=on, to=Narrowing(**to))
    assert listing.total_count == len(listing.records)
    return [record.id for record in listing.records]


@pytest.mark.usefixtures("offer")
@pytest.mark.parametrize(
    ("kind", "to", "expected"),
    [
        (Service, {"theme": BASICS}, ["typing", "forms"]),
        (Service, {"theme": ONLINE}, ["forms"]),
        (Service, {"theme": "numerique"}, ["typing", "forms", "family"]),
        (Service, {"theme": "se-former"}, ["typing", "training"]),
        (Service, {"theme": "numerique--acceder"}, []),
        (Service, {"theme": "num"}, []),
        (Service, {"place_kind": "DIGITAL_POINT"}, ["typing"]),
        (Service, {"network": "la-poste"}, ["typing"]),
        (Service, {"theme": "numerique", "network": "la-poste"}, ["typing"]),
        (Service, {"theme": "numerique", "network": "la-poste", "place_kind": "AGENCY"}, []),
        (Service, {"theme": "numerique", "municipalities": ("36070",)}, ["forms"]),
        (Service, {"theme": "se-former", "organisation": "poste"}, ["typing", "training"]),
        (Service, {"theme": BASICS, "search": "demarches"}, ["forms"]),
        (Service, {"theme": ONLINE, "search": "clavier"}, []),
        (AccessPoint, {"place_kind": "DIGITAL_POINT"}, ["outreach"]),
        (AccessPoint, {"place_kind": "POST_OFFICE"}, ["office"]),
        (AccessPoint, {"place_kind": "DIGITAL"}, []),
        (AccessPoint, {"network": "la-poste", "place_kind": "OUTREACH"}, ["outreach"]),
        (Organisation, {"network": "la-poste"}, ["poste"]),
        (Organisation, {"network": "la"}, []),
    ],
)
def test_a_list_keeps_what_declares_a_code(kind, to, expected):
    assert found(kind, **to) == expected


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("to", [{}, {"municipalities": ("36018",)}, {"network": "la-poste"}])
def test_a_list_takes_the_same_number_of_queries_however_long(count, to, django_assert_num_queries):
    keep_records([replace(TYPING, id=f"typing-{n}") for n in range(count)], format_name="file", at=MARCH)

    with django_assert_num_queries(2):
        assert len(found(Service, theme="numerique", **to)) == count


@pytest.mark.usefixtures("offer")
def test_a_list_is_in_the_order_of_names_and_cut():
    listing = narrowed(Service, on=DAY, to=Narrowing(theme="numerique"), limit=1, offset=1)

    assert ([record.id for record in listing.records], listing.total_count) == (["forms"], 3)


@pytest.mark.usefixtures("offer")
def test_each_version_has_its_own_codes_on_its_own_days():
    changed = replace(FORMS, themes=frozenset({"sante--acces-aux-soins"}))
    others = [record for record in EVERYTHING if record not in (FORMS, TYPING)]
    keep_records([changed, *others], format_name="file", at=APRIL)

    assert found(Service, theme="numerique") == ["typing", "forms", "family"]
    assert found(Service, theme="numerique", on=MAY.date()) == ["family"]
    assert found(Service, theme="sante") == []
    assert found(Service, theme="sante", on=MAY.date()) == ["forms"]
    assert not CatalogueCode.objects.exclude(version__superseded_in=None).exists()


def test_a_code_that_nobody_can_ask_for_is_left_out(db):
    longest = "x" * (CODE_LENGTH - len("network:"))
    keep_records([replace(LA_POSTE, networks=frozenset({longest, f"{longest}x"}))], format_name="file", at=MARCH)

    assert [row.code for row in CatalogueCode.objects.all()] == [f"network:{longest}"]


def rows():
    columns = ("version", "code", "kind", "sort_key", "record_id", "valid_from", "valid_until")
    return list(CatalogueCode.objects.order_by("version", "code").values_list(*columns))


@pytest.mark.usefixtures("offer")
def test_what_was_stored_before_is_given_the_same_codes(monkeypatch):
    keep_records([replace(TYPING, themes=frozenset({ONLINE}))], format_name="file", at=APRIL)
    written = rows()
    CatalogueCode.objects.all().delete()
    migration = import_module("maillage.apps.catalogue.migrations.0003_codes_of_lists")
    monkeypatch.setattr(migration, "READ_AT_ONCE", 2)

    migration.fill(apps, SimpleNamespace(connection=connection))

    assert rows() == written
    assert {row[1] for row in written} >= {f"theme:{BASICS}", "theme:numerique", "kind:OUTREACH", "network:la-poste"}


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_read_from_either_end_make_the_whole_list(size):
    names = [f"Service {number}" for number in range(7)]
    keep_records([Service(f"s{one}", one, "poste", SOURCE) for one in names], format_name="services", at=MARCH)

    pages = [narrowed(Service, on=DAY, limit=size, offset=offset) for offset in range(0, 9, size)]

    assert [one.name for page in pages for one in page.records] == names
    assert {page.total_count for page in pages} == {7}
