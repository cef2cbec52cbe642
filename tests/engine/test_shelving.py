"""An index written as arrays and opened again is the index, and its offer the offer."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given

from maillage.domain.eligibility import Question
from maillage.domain.people import PersonFacts
from maillage.engine.changing import offer_after
from maillage.engine.columnar import Index
from maillage.engine.patching import index_after
from maillage.engine.shelving import Surroundings, arrays_of, index_from
from maillage.engine.storing import manifests_in, read_arrays, write_folder
from tests.engine.test_changing import World, change_between, successive_worlds
from tests.engine.worlds import days, people


def opened_again(index: Index) -> Index:
    """Write an index and open it; the text of a record is its number among those written."""
    records: list[object] = []

    def encoder(record: object) -> bytes:
        records.append(record)
        return str(len(records) - 1).encode()

    arrays, parts = arrays_of(index, encoder)
    offer = index.offer
    known = Surroundings(
        offer.agreements, offer.geography, offer.settings, offer.catalogue_version, lambda text: records[int(text)]
    )
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), arrays, versions={}, parts=json.loads(json.dumps(parts)))
        (manifest,) = manifests_in(Path(folder))
        return index_from(read_arrays(manifest), manifest.parts, known)


@given(worlds=successive_worlds(), person=people, on=days)
def test_an_index_opened_again_is_the_same_and_follows_changes_as_it_did(
    worlds: tuple[World, World], person: PersonFacts, on: date
) -> None:
    index, question = Index.of(worlds[0].offer(), vacant_count=9), Question(person, on, limit=3)

    found = opened_again(index)

    assert found.offer == index.offer
    assert found.offer.stock == index.offer.stock
    assert found.services == index.services
    assert (found.signs.own.tolist(), found.signs.locations) == (index.signs.own.tolist(), index.signs.locations)
    assert found.answer(question, everything=True) == index.answer(question, everything=True)
    after = index_after(found, offer_after(found.offer, change_between(*worlds)))
    again = opened_again(after)
    anew = Index.of(worlds[1].offer())
    for one in (after, again):
        assert one.offer == anew.offer
        assert one.answer(question, everything=True) == anew.answer(question, everything=True)
