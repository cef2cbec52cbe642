from __future__ import annotations

import json
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.apps.catalogue.mapping import content_of, digest_of, draft_of, plain, record_from
from maillage.domain.access_points import AccessPoint
from maillage.domain.organisations import Organisation
from maillage.domain.services import Service
from maillage.domain.shared import Period, Point, Provenance
from maillage.domain.territories import TerritoryKind, TerritoryRef

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))
TERRITORIES = st.sampled_from(
    [TerritoryRef.read(text) for text in ("36018", "36", "france", "200067874", "clpe:CLPE67001", "region:24")]
    + [TerritoryRef(TerritoryKind.MUNICIPALITY, "nowhere")]
)
st.register_type_strategy(TerritoryRef, TERRITORIES)
st.register_type_strategy(Point, st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)))
st.register_type_strategy(Period, st.builds(Period, DAYS, DAYS))
st.register_type_strategy(Provenance, st.builds(Provenance, TEXTS, DAYS, TEXTS, TEXTS, st.booleans()))


def records(record_class):
    texts = {found.name: TEXTS for found in fields(record_class) if found.type == "str"}
    return st.builds(record_class, **texts)


@given(records(Organisation) | records(AccessPoint) | records(Service))
def test_a_record_comes_back_as_it_was(record):
    draft = draft_of(record)
    stored = json.loads(json.dumps(draft.content))

    assert record_from(draft.kind.value, draft.source, draft.dated_on, stored) == record


def test_what_is_by_default_is_not_written():
    service = Service("id", "Accueil", "face", Provenance("face", date(2014, 7, 10)))

    assert content_of(service) == {"id": "id", "name": "Accueil", "organisation": "face"}


def test_the_date_of_a_record_is_not_part_of_what_it_says():
    old = Organisation("face", "FACE", Provenance("face", date(2014, 7, 10)))
    new = Organisation("face", "FACE", Provenance("face", date(2026, 7, 10)))
    other = Organisation("face", "FACE", Provenance("face", is_demonstration=True))

    assert digest_of(content_of(old)) == digest_of(content_of(new))
    assert digest_of(content_of(old)) != digest_of(content_of(other))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Éguzon-Chantôme", "eguzon chantome"), ("  L’Œuvre  d'ÇA ", "l oeuvre d ca"), ("", ""), ("Le Blanc", "le blanc")],
)
def test_texts_are_searched_without_accents(text, expected):
    assert plain(text) == expected
