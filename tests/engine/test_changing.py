"""An offer that follows a change is the offer made anew of everything."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.access_points import AccessPoint, PlaceKind
from maillage.domain.agreements import Agreement, AgreementSet
from maillage.domain.catalogue import Catalogue
from maillage.domain.organisations import Directory, Organisation
from maillage.domain.services import Service
from maillage.engine.changing import GONE, Change, TooEntangled, offer_after
from maillage.engine.offer import Offer, offer_of
from tests.engine.asking import agreement, offer, opens, service
from tests.engine.worlds import SOMEWHERE, agreements, areas, geography, points, services

AGREEMENTS = (("cadre", ""), ("local", "cadre"), ("orphelin", "absent"))
NETWORKS = st.frozensets(st.sampled_from(["face", "la-poste"]), max_size=1)


@dataclass(frozen=True)
class World:
    """Everything that an offer is made of."""

    services: dict[str, Service]
    places: dict[str, AccessPoint]
    organisations: dict[str, Organisation]
    agreements: dict[str, Agreement]

    def offer(self) -> Offer:
        ordered = tuple(self.services[key] for key in sorted(self.services))
        catalogue = Catalogue(ordered, self.places, Directory(self.organisations), "c1")
        return offer_of(catalogue, AgreementSet(self.agreements), geography())


@st.composite
def parts(draw: st.DrawFn) -> World:
    """Draw each part of a world, or its absence."""
    kept = st.sampled_from([True, True, True, False])
    found = [draw(services(number)) for number in range(5) if draw(kept)]
    found = [replace(one, for_employers=draw(st.sampled_from([False, False, True]))) for one in found]
    places = [
        AccessPoint(
            f"place-{name}",
            "Lieu",
            frozenset({PlaceKind.AGENCY}),
            draw(st.sampled_from(["org-a", "org-b"])),
            "36001",
            draw(points),
            SOMEWHERE,
            networks=draw(NETWORKS),
        )
        for name in "ab"
        if draw(kept)
    ]
    bodies = [
        Organisation(
            key,
            f"{key} {draw(st.integers(0, 1))}",
            SOMEWHERE,
            parent=draw(st.sampled_from(["", "parent"])) if key != "parent" else "",
            networks=draw(NETWORKS),
            catchment_area=draw(areas),
        )
        for key in ("parent", "org-a", "org-b")
        if draw(kept)
    ]
    texts = [draw(agreements(*names)) for names in AGREEMENTS if draw(kept)]
    return World(*({one.id: one for one in records} for records in (found, places, bodies, texts)))


@st.composite
def successive_worlds(draw: st.DrawFn) -> tuple[World, World]:
    """Draw a world, and another that has some parts of it and some of its own."""
    before, other = draw(parts()), draw(parts())
    mixed = []
    for name in ("services", "places", "organisations", "agreements"):
        one, two = getattr(before, name), getattr(other, name)
        taken = {key: draw(st.booleans()) for key in sorted(one.keys() | two.keys())}
        picked = {key: (two if from_other else one).get(key) for key, from_other in taken.items()}
        mixed.append({key: record for key, record in picked.items() if record is not None})
    return before, World(*mixed)


def change_between(before: World, after: World) -> Change:
    """Say what differs, as the database would."""
    differing = {
        name: {key: now.get(key) for key in sorted(one.keys() | now.keys()) if one.get(key) != now.get(key)}
        for name, one, now in (
            ("services", before.services, after.services),
            ("access_points", before.places, after.places),
            ("organisations", before.organisations, after.organisations),
        )
    }
    texts = None if before.agreements == after.agreements else AgreementSet(after.agreements)
    return Change(**differing, agreements=texts, catalogue_version="c1")


@given(worlds=successive_worlds())
def test_an_offer_that_follows_a_change_is_the_offer_made_anew(worlds: tuple[World, World]) -> None:
    before, after = worlds
    first, expected = before.offer(), after.offer()

    found = offer_after(first, change_between(before, after))

    assert found.offer == expected
    assert found.offer.stock == expected.stock
    assert found.offer.services == expected.services
    assert found.offer.reserved == expected.reserved
    for key in first.by_id.keys() | expected.by_id.keys():
        if key in found.touched:
            continue
        assert found.offer.by_id.get(key) == first.by_id.get(key)
        if key not in found.reopened:
            carried = tuple(found.moved[position] for position in first.opened_by.get(key, ()))
            assert carried == expected.opened_by.get(key, ())
    assert first == before.offer()


def test_a_clause_taken_out_moves_those_after_it():
    before = offer(service(), texts=[agreement(opens(), opens(), name="a"), agreement(opens(), name="b")])
    kept = agreement(opens(), name="b")

    found = offer_after(before, Change(agreements=AgreementSet({"b": kept})))

    assert found.moved == (GONE, GONE, 0)
    assert found.offer.opened_by == {"atelier": (0,)}
    assert (found.touched, found.reopened) == (frozenset(), {"atelier"})


def test_a_term_that_changes_touches_no_service():
    before = offer(service(), texts=[agreement(opens())])
    ended = agreement(opens(), head="effective_until: 2024-02-01")

    found = offer_after(before, Change(agreements=AgreementSet({ended.id: ended})))

    assert (found.moved, found.touched | found.reopened) == ((0,), frozenset())
    assert found.offer == offer(service(), texts=[ended])


def test_a_condition_that_changes_touches_no_service():
    before = offer(service(), texts=[agreement(opens("condition: {age: 20}"))])
    now = agreement(opens("condition: {age: 30}"))

    found = offer_after(before, Change(agreements=AgreementSet({now.id: now})))

    assert (found.moved, found.touched | found.reopened) == ((0,), frozenset())
    assert found.offer == offer(service(), texts=[now])
    assert found.offer.stock == offer(service(), texts=[now]).stock


DELEGATES = "delegates: {from: agence, to: ml}"


@pytest.mark.parametrize(
    ("first", "texts", "change"),
    [
        ([service("convention--c1")], [agreement(DELEGATES)], Change()),
        ([], [agreement(DELEGATES)], Change(services={"convention--c1": service("convention--c1")})),
        (
            [service("convention--c1")],
            [],
            Change(agreements=AgreementSet({"convention": agreement(DELEGATES)})),
        ),
        (
            [service("convention--c1", for_employers=True)],
            [],
            Change(agreements=AgreementSet({"convention": agreement(DELEGATES)})),
        ),
    ],
)
def test_a_service_that_bears_the_id_of_a_delegation_is_not_followed(first, texts, change):
    with pytest.raises(TooEntangled, match="made anew"):
        offer_after(offer(*first, texts=texts), change)
